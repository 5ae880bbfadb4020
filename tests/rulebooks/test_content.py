"""The rulebooks shipped: all the frameworks load, each value says where it is read, and the overview is the documents'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from jalons.rulebooks.loader import Loaded, load_content
from jalons.rulebooks.schema import Action, ObligationBase, Rulebook
from jalons.rulebooks.schema.common import Cited
from jalons.rulebooks.schema.events import Piece, Step
from jalons.rulebooks.schema.price import FlatRate
from jalons.rulebooks.schema.shapes import CountOrSumInWindow, DeadlineAfterEvent, PresenceOfPiece, Ratio, Span

SHARED = Path(__file__).resolve().parents[3] / "shared"
CITATION = re.compile(r"(?P<document>00[0-4]) (?P<section>.+) l\.(?P<first>\d+)(-(?P<last>\d+))?")
RESERVE = "sous réserve d'une orientation et d'une mobilisation du public concerné suffisantes"


@dataclass(frozen=True)
class Row:
    """One line of the overview table, typed from the documents. None: the documents give no number."""

    code: str
    contract: str | None
    months: int | None = None  # longest stay
    contacts: tuple[int, str] | None = None  # how many, in which window
    per_fte: int | None = None
    mode: str | None = None
    follow_up: int | None = None  # months
    price: tuple[str, int] | str = "none"  # euros for places, or how it is fixed
    results: dict[str, int] = field(default_factory=dict)
    renewable: bool = False


LYON_RESULTS = {"employment_training_mobilisation_rate": 60, "durable_employment_access_rate": 25}
FIVE_A_YEAR = (5, "from_start")
PER_HUNDRED = {"durable_exits_per_100_places": 50, "transition_exits_per_100_places": 15}
OCCUPANCY = {"place_occupancy_rate": 100}
OVERVIEW = [
    Row("lyon_emploi_diversifie_2020", "mandatory", None, FIVE_A_YEAR, 100, "unspecified", None, ("50000", 100), LYON_RESULTS),
    Row("lyon_emploi_renforce_2020", "mandatory", None, FIVE_A_YEAR, 100, "unspecified", 6, "none", LYON_RESULTS),
    Row("lyon_emploi_innovant_2020", "mandatory", None, FIVE_A_YEAR, 100, "unspecified", None, "none", LYON_RESULTS),
    Row("lyon_activite_diversifie_2020", "mandatory", None, FIVE_A_YEAR, 100, "unspecified", None, ("47300", 100)),
    Row("lyon_activite_innovant_2020", "mandatory", None, FIVE_A_YEAR, 100, "unspecified", None, ("47300", 100)),
    Row("lyon_pole_emploi", "mandatory"),
    Row(
        "plie_2014_2020", "mandatory", per_fte=70, mode="monthly", follow_up=6,
        results={"plie_steps_per_participant": 2, "persons_per_fte_year": 90, "active_caseload_per_fte": 70}
        | {"tripartite_reviews_per_long_step": 2},
    ),
    Row("nord_i1_iod", "by_other_action", 12, (2, "calendar_month"), None, "monthly", 6, ("96800", 100), PER_HUNDRED),
    Row("nord_i2_reference_iod", "possible", 12, None, None, "monthly", 6, ("37800", 100), OCCUPANCY),
    Row("nord_i3_mediation", "possible", 12, None, None, "monthly", 6, ("96800", 100), PER_HUNDRED),
    Row(
        "nord_ii1_preparation", "not_planned", None, None, None, "annual", 6, "by_decision",
        {"durable_exit_rate": 30, "dynamic_exit_rate": 70} | OCCUPANCY,
    ),
    Row(
        "nord_ii2_coaching", "mandatory", 3, (1, "calendar_week"), 35, "monthly", None, ("52500", 35),
        {"employment_exit_rate": 80, "durable_exit_rate": 50, "transition_exit_rate": 30} | OCCUPANCY,
    ),
    Row(
        "nord_iii1_mise_en_situation", "possible", 12, (2, "calendar_month"), None, "monthly", 6, ("40000", 100),
        {"durable_exit_rate": 25, "dynamic_exit_rate": 60} | OCCUPANCY, renewable=True,
    ),
    Row("nord_iii2_eti", "possible", None, None, None, "annual", None, "by_decision", {"eti_action_plan_rate": 25} | OCCUPANCY),
    Row(
        "nord_iv_aci", "possible", 24, (1, "calendar_month"), None, "monthly", 3, ("41626", 20),
        {"dynamic_exit_rate": 50, "aci_training_rate": 100} | OCCUPANCY,
    ),
    Row("nord_v_freins", "not_planned", None, None, None, "annual", None, "by_decision", {"lifted_obstacles_rate": 80} | OCCUPANCY),
    Row(
        "nord_vi1_individuel", "mandatory", None, None, None, "monthly", None, ("37800", 120),
        {"professional_action_access_per_100_places": 20, "positive_exit_rate": 30} | OCCUPANCY,
    ),
    Row(
        "nord_vi2_collectif", "possible_for_types", None, None, None, "annual", None, "by_decision",
        {"action_exits_per_100_places": 40} | OCCUPANCY,
    ),
    Row("rhone_lots_1_2", None, mode="monthly", results={"reinforced_support_beneficiaries": 1390}),
    Row("rhone_lot_3", None),
    Row("rhone_lot_6", None),
    Row(
        "rhone_accompagnement_global", None, mode="unspecified",
        results={"global_support_orientation_delay_days": 21, "global_support_positive_exits": 60},
    ),
    Row("rhone_orientation", "mandatory"),
]  # fmt: skip
each_row = pytest.mark.parametrize("row", OVERVIEW, ids=lambda row: row.code)
PROJECTS = ["nord_ii1_preparation", "nord_iii2_eti", "nord_v_freins", "nord_vi2_collectif"]


@cache
def shipped() -> tuple[Loaded, ...]:
    return tuple(load_content())


def find(code: str) -> tuple[Rulebook, Action]:
    for one in shipped():
        if any(action.code == code for action in one.rulebook.actions):
            return one.rulebook, one.rulebook.action(code)
    raise AssertionError(f"no rulebook holds {code}")


def obligations(code: str, shape: type[ObligationBase]) -> list[ObligationBase]:
    rulebook, _ = find(code)
    return [one for one in rulebook.obligations_of(code) if isinstance(one, shape)]


def cited(block: object) -> Iterator[Cited | Action]:
    if isinstance(block, Cited | Action):
        yield block
    if isinstance(block, BaseModel):
        block = [getattr(block, name) for name in type(block).model_fields]
    if isinstance(block, dict):
        block = list(block.values())
    if isinstance(block, list | tuple):
        for part in block:
            yield from cited(part)


def citations() -> Iterator[tuple[str, str]]:
    for one in shipped():
        for block in cited(one.rulebook):
            for citation in block.citation:
                yield one.file, citation


@pytest.mark.req("R-001")
def test_the_twenty_three_frameworks_and_actions_load() -> None:
    codes = [action.code for one in shipped() for action in one.rulebook.actions]
    assert sorted(codes) == sorted(row.code for row in OVERVIEW)
    assert len(codes) == 23


@pytest.mark.req("R-001")
def test_each_value_says_where_it_is_read() -> None:
    assert [found for found in citations() if not CITATION.fullmatch(found[1])] == []


@pytest.mark.req("R-001")
@pytest.mark.skipif(not SHARED.exists(), reason="the documents are not here")
def test_each_citation_names_a_section_and_lines_that_exist() -> None:
    known = "".join(path.read_text() for path in (SHARED / "spec").glob("*.md"))
    lines = {path.name[:3]: len(path.read_text().splitlines()) for path in (SHARED / "sources").glob("*.txt")}
    for file, citation in citations():
        parts = CITATION.fullmatch(citation)
        assert parts is not None
        assert f"`{parts['document']} {parts['section']} l." in known, f"{file}: no section for {citation}"
        assert int(parts["first"]) <= int(parts["last"] or parts["first"]) <= lines[parts["document"]], (
            f"{file}: {citation}"
        )


ELSEWHERE = ()


@pytest.mark.req("R-001")
@pytest.mark.skipif(not SHARED.exists(), reason="the documents are not here")
@pytest.mark.parametrize("code", [row.code for row in OVERVIEW if not row.code.startswith(ELSEWHERE)])
def test_every_parameter_of_the_documents_is_carried(code: str) -> None:
    section = next(
        part for part in (SHARED / "spec/frameworks.md").read_text().split("\n## ") if f"Code: `{code}`" in part
    )
    rulebook, action = find(code)
    blocks = [rulebook.framework, action, *rulebook.obligations_of(code)]
    carried = [place(citation) for block in blocks for one in cited(block) for citation in one.citation]
    for row in section.splitlines():
        for citation in re.findall(r"`(00[0-4] [^`]+)`", row) if row.startswith("|") else ():
            document, first, last = place(citation)
            assert any(document == there and start <= first and last <= end for there, start, end in carried), row


def place(citation: str) -> tuple[str, int, int]:
    parts = CITATION.fullmatch(citation)
    assert parts is not None
    return f"{parts['document']} {parts['section']}", int(parts["first"]), int(parts["last"] or parts["first"])


@pytest.mark.req("R-001")
@pytest.mark.skipif(not SHARED.exists(), reason="the documents are not here")
def test_what_stands_between_quotation_marks_is_copied() -> None:
    sources = _plain(" ".join(path.read_text() for path in (SHARED / "sources").glob("*.txt")))
    for one in shipped():
        for action in one.rulebook.actions:
            for key, text in one.rulebook.action(action.code).texts.items():
                for quoted in re.findall("«([^«»]*)»", text.value):
                    assert _plain(quoted) in sources, f"{one.file}, {action.code}.{key}: {quoted}"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("*", "")).strip().casefold()


@pytest.mark.req("R-086")
@each_row
def test_contracts_are_asked_as_the_documents_say(row: Row) -> None:
    _, action = find(row.code)
    assert (action.contract.contractualisation if action.contract else None) == row.contract


@pytest.mark.req("R-086")
@pytest.mark.parametrize("code", ["nord_i1_iod", "nord_ii1_preparation", "nord_v_freins"])
def test_an_action_without_contract_says_why_it_refuses_one(code: str) -> None:
    _, action = find(code)
    assert action.contract is not None
    assert action.contract.kinds == ()
    assert action.contract.refusal


@pytest.mark.req("R-141", "R-025")
@each_row
def test_stays_are_limited_only_where_a_document_limits_them(row: Row) -> None:
    spans = [one for one in obligations(row.code, Span) if isinstance(one, Span)]
    months = [one.at_most.months for one in spans if one.at_most and one.starts_from == "enrolment_start"]
    assert months == ([row.months] if row.months else [])
    if row.renewable:
        assert [exception.kind for one in spans for exception in one.exceptions] == ["maintenance"]


@pytest.mark.req("R-141")
def test_a_long_aci_stay_is_open_from_fifty_and_to_disabled_workers() -> None:
    (span,) = (one for one in obligations("nord_iv_aci", Span) if isinstance(one, Span) and one.at_most)
    assert {(one.kind, one.years) for one in span.exceptions} == {("age_at_least", 50), ("disabled_worker", None)}


@pytest.mark.req("R-141")
def test_the_shortest_aci_stay_is_four_months() -> None:
    lengths = [one.at_least for one in obligations("nord_iv_aci", Span) if isinstance(one, Span) and one.at_least]
    assert [length.months for length in lengths] == [4]


@pytest.mark.req("R-047", "R-050")
@each_row
def test_contacts_are_asked_only_where_a_document_gives_a_number(row: Row) -> None:
    counted = [
        (one.at_least, one.window.kind)
        for one in obligations(row.code, CountOrSumInWindow)
        if isinstance(one, CountOrSumInWindow)
        and one.starts_from == "enrolment_start"
        and one.measure == "count"
        and any(event.event == "appointment" for event in one.counts)
    ]
    assert counted == ([row.contacts] if row.contacts else [])


@pytest.mark.req("R-053", "R-055")
@each_row
def test_the_caseload_of_a_post_is_the_one_written(row: Row) -> None:
    ratios = [one.at_most for one in obligations(row.code, Ratio) if isinstance(one, Ratio) and one.per == "fte"]
    assert ratios == ([Decimal(row.per_fte)] if row.per_fte else [])


@pytest.mark.req("R-134", "R-135")
@each_row
def test_places_are_counted_by_month_or_by_year(row: Row) -> None:
    _, action = find(row.code)
    assert (action.active_caseload.mode if action.active_caseload else None) == row.mode


@pytest.mark.req("R-118", "R-119", "R-120")
@each_row
def test_follow_up_lasts_as_long_as_written(row: Row) -> None:
    _, action = find(row.code)
    length = action.follow_up.length if action.follow_up else None
    assert (length.months if length else None) == row.follow_up


@pytest.mark.req("R-120")
@pytest.mark.parametrize(
    ("code", "months"),
    [
        ("nord_i1_iod", 6),
        ("nord_i2_reference_iod", 6),
        ("nord_i3_mediation", 6),
        ("nord_iii1_mise_en_situation", 6),
        ("nord_iv_aci", 3),
    ],
)
def test_the_nord_follow_up_leaves_a_trace_in_the_file(code: str, months: int) -> None:
    delays = [
        one.delay.months
        for one in obligations(code, PresenceOfPiece)
        if isinstance(one, PresenceOfPiece) and one.code == "follow_up"
    ]
    assert delays == [months]


@pytest.mark.req("R-132")
@pytest.mark.parametrize("code", ["nord_iv_aci", "nord_v_freins", "nord_vi2_collectif"])
def test_a_final_review_is_asked_at_the_exit(code: str) -> None:
    reviews = [
        one
        for one in obligations(code, PresenceOfPiece)
        if isinstance(one, PresenceOfPiece) and one.code == "final_review"
    ]
    assert [one.starts_from for one in reviews] == ["exit"]


@pytest.mark.req("R-193", "R-194", "R-195")
@each_row
def test_places_are_priced_as_written(row: Row) -> None:
    price = find(row.code)[1].price
    if isinstance(row.price, tuple):
        assert isinstance(price, FlatRate)
        assert (price.unit_cost_eur, price.basis_places) == (Decimal(row.price[0]), row.price[1])
    else:
        assert price is not None
        assert price.kind == row.price


@pytest.mark.req("R-193")
def test_a_ccas_has_its_own_rate_in_the_individual_accompaniment() -> None:
    price = find("nord_vi1_individuel")[1].price
    assert isinstance(price, FlatRate)
    (variant,) = price.variants
    assert (variant.carrier_kinds, variant.unit_cost_eur, variant.basis_places) == (("ccas",), Decimal(30000), 120)


@pytest.mark.req("R-112", "R-124", "R-138")
@each_row
def test_expected_results_have_their_threshold(row: Row) -> None:
    thresholds: dict[str, Decimal] = {}
    for target in find(row.code)[1].targets:
        if target.threshold is not None and target.indicator != "plie_accompaniment_hours":
            thresholds.setdefault(target.indicator, target.threshold)
    assert thresholds == {indicator: Decimal(value) for indicator, value in row.results.items()}


@pytest.mark.req("R-140")
def test_the_rhone_market_is_followed_by_month_and_by_year() -> None:
    targets = find("rhone_lots_1_2")[1].targets
    assert [(one.per, one.comparison, one.threshold) for one in targets] == [
        ("month", "about", Decimal(1390)),
        ("year", "at_least", Decimal(1500)),
    ]


@pytest.mark.req("R-139")
def test_nord_results_are_expected_under_reserve() -> None:
    for row in OVERVIEW:
        if row.code.startswith("nord_"):
            for target in find(row.code)[1].targets:
                assert _plain(RESERVE) in _plain(target.reserve or ""), f"{row.code}, {target.indicator}"


@pytest.mark.req("R-122", "R-123")
@pytest.mark.parametrize("code", [row.code for row in OVERVIEW if row.code.startswith("nord_")])
def test_all_nord_actions_share_the_four_classes(code: str) -> None:
    exits = find(code)[1].exits
    assert exits is not None
    assert [one.code for one in exits.classes] == ["durable", "transition", "positive", "other"]
    assert ("durable", "transition", "positive") in [group.classes for group in exits.groups]


@pytest.mark.req("R-131")
@pytest.mark.parametrize(
    "code", [row.code for row in OVERVIEW if row.code.startswith("lyon_")] + ["rhone_accompagnement_global"]
)
def test_no_class_is_computed_where_the_documents_define_none(code: str) -> None:
    assert find(code)[1].exits is None


@pytest.mark.req("R-018")
@pytest.mark.parametrize("code", [row.code for row in OVERVIEW if row.code.startswith("nord_")])
def test_nord_actions_are_for_the_basic_rsa_only(code: str) -> None:
    public = find(code)[1].public
    assert public is not None
    assert {"basic_rsa", "rights_and_duties"} <= set(public.conditions)


@pytest.mark.req("R-116")
def test_a_training_is_expected_before_leaving_an_aci() -> None:
    rulebook, action = find("nord_iv_aci")
    (one,) = [one for one in rulebook.obligations_of("nord_iv_aci") if one.code == "training_in_aci"]
    assert isinstance(one, DeadlineAfterEvent)
    kinds = {kind for event in one.expects if isinstance(event, Step) for kind in event.kinds or ()}
    assert action.steps is not None
    assert kinds
    assert kinds <= {kind.code for family in action.steps.families for kind in family.kinds}


@pytest.mark.req("R-167")
@each_row
def test_each_document_an_obligation_names_can_be_chosen_by_its_french_name(row: Row) -> None:
    rulebook, action = find(row.code)
    obligations = rulebook.obligations_of(row.code)
    named = {kind for one in obligations for event in one.events if isinstance(event, Piece) for kind in event.kinds}
    named |= {
        kind for one in obligations if isinstance(one, PresenceOfPiece) for piece in one.pieces for kind in piece.any_of
    }
    assert sorted(named - {document.kind for document in action.documents}) == []


@pytest.mark.req("R-195")
@pytest.mark.parametrize("code", PROJECTS)
def test_projects_have_no_formula(code: str) -> None:
    price = find(code)[1].price
    assert price is not None
    assert price.kind == "by_decision"
