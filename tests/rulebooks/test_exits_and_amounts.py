"""Exit classes and amounts beyond the worked examples: what is unknown, what is at the edge."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalons.rulebooks.exits import JobFacts, TrainingFacts, propose
from jalons.rulebooks.funding import Held, amount, of_year, per_place
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.schema import Action
from jalons.rulebooks.schema.price import Funding

ACTIONS: dict[str, Action] = {
    action.code: one.rulebook.action(action.code) for one in load_content() for action in one.rulebook.actions
}
COACHING, PLIE, EMPLOI = ACTIONS["nord_ii2_coaching"], ACTIONS["plie_2014_2020"], ACTIONS["lyon_emploi_diversifie_2020"]
DAY = date(2019, 1, 1)


@pytest.mark.req("R-122")
@pytest.mark.parametrize(
    ("last", "expected", "flagged"),
    [
        (date(2019, 6, 29), "transition", False),
        (date(2019, 6, 30), "transition", True),
        (date(2019, 7, 1), "durable", False),
    ],
)
def test_six_months_to_the_day(last: date, expected: str, flagged: bool) -> None:
    proposal = propose(COACHING, destination="job", on=DAY, job=JobFacts("cdd", DAY, end_on=last))
    assert (proposal.exit_class, proposal.flagged) == (expected, flagged)


@pytest.mark.req("R-122")
def test_an_unknown_end_decides_nothing_by_itself() -> None:
    proposal = propose(COACHING, destination="job", on=DAY, job=JobFacts("cdd", DAY))
    assert (proposal.exit_class, proposal.flagged) == ("other", True)


@pytest.mark.req("R-125")
def test_unknown_hours_are_not_a_positive_exit() -> None:
    proposal = propose(PLIE, destination="job", on=date(2017, 9, 1), job=JobFacts("cdi", date(2017, 3, 1)))
    assert proposal.exit_class == "other"


@pytest.mark.req("R-125")
def test_a_job_that_stopped_before_six_months_is_never_positive() -> None:
    job = JobFacts("cdi", date(2017, 3, 1), weekly_hours=Decimal(35), ended_on=date(2017, 5, 31))
    proposal = propose(PLIE, destination="job", on=date(2018, 1, 1), job=job)
    assert proposal.exit_class is None
    assert proposal.flagged
    assert "31/05/2017" in proposal.reason_fr


@pytest.mark.req("R-125")
def test_a_training_is_positive_at_the_diploma_not_before() -> None:
    training = TrainingFacts(True, date(2017, 3, 1), date(2017, 6, 30), date(2017, 7, 10))
    assert propose(PLIE, destination="training", on=date(2017, 7, 9), training=training).exit_class == "other"
    assert propose(PLIE, destination="training", on=date(2017, 7, 10), training=training).exit_class == "positive"


@pytest.mark.req("R-131")
def test_no_class_where_none_is_defined() -> None:
    proposal = propose(EMPLOI, destination="job", on=DAY, job=JobFacts("cdi", DAY))
    assert proposal.exit_class is None
    assert "aucune classe" in proposal.reason_fr


@pytest.mark.req("R-193")
@pytest.mark.parametrize(
    ("code", "carrier", "places", "expected"),
    [
        ("nord_i1_iod", None, 60, "58080.00"),
        ("nord_ii2_coaching", None, 21, "31500.00"),
        ("nord_iv_aci", None, 7, "14569.10"),
        ("nord_vi1_individuel", "ccas", 48, "12000.00"),
        ("nord_vi1_individuel", "association", 48, "15120.00"),
        ("lyon_activite_diversifie_2020", "ccas", 90, "42570.00"),
        ("lyon_emploi_diversifie_2020", None, 150, "75000.00"),
    ],
)
def test_flat_rates_are_pro_rata_of_places(code: str, carrier: str | None, places: int, expected: str) -> None:
    assert amount(ACTIONS[code], places=places, carrier_kind=carrier).euros == Decimal(expected)


@pytest.mark.req("R-193")
def test_cents_are_rounded_half_up() -> None:
    assert amount(ACTIONS["nord_i2_reference_iod"], places=1).euros == Decimal("378.00")
    assert amount(ACTIONS["nord_vi1_individuel"], places=1, carrier_kind="association").euros == Decimal("315.00")


@pytest.mark.req("R-194")
def test_asking_for_more_needs_a_justification_or_is_refused() -> None:
    more = amount(EMPLOI, places=72, asked=Decimal(56016))
    assert (more.euros, more.needs_justification) == (Decimal("56016.00"), True)
    less = amount(EMPLOI, places=72, asked=Decimal(30000))
    assert (less.euros, less.needs_justification) == (Decimal("36000.00"), False)
    nord = amount(COACHING, places=21, asked=Decimal(40000))
    assert (nord.euros, nord.needs_justification) == (Decimal("31500.00"), False)


@pytest.mark.req("R-195")
def test_an_amount_by_decision_has_no_formula() -> None:
    given = amount(ACTIONS["nord_v_freins"], places=20)
    assert given.euros is None
    assert "décision" in given.explanation


def test_negative_places_are_refused() -> None:
    with pytest.raises(ValueError, match="négatif"):
        amount(COACHING, places=-1)


JANUARY, DECEMBER = date(2019, 1, 1), date(2019, 12, 31)
BY_DAYS = COACHING.model_copy(
    update={"funding": Funding(part_of_year="days", rounding="cent", citation=("article 4",), basis="stated")}
)
BY_MONTHS = COACHING.model_copy(
    update={"funding": Funding(part_of_year="months", rounding="cent", citation=("article 4",), basis="stated")}
)


@pytest.mark.req("R-193")
def test_a_whole_year_is_one_line_with_its_formula_and_source() -> None:
    given = of_year(COACHING, held=[Held(21, JANUARY, DECEMBER)], year=2019)
    [part] = given.parts
    assert (given.euros, part.euros) == (Decimal("31500.00"), Decimal("31500.00"))
    assert part.formula == "52\u202f500,00 € × 21 places / 35 places"
    assert part.citation == ("003 fiche II.2 l.774", "003 tableau l.160")


@pytest.mark.req("R-193")
@pytest.mark.parametrize(
    ("action", "first", "last", "expected"),
    [
        (BY_DAYS, date(2019, 7, 1), DECEMBER, "15879.45"),  # 184 days of 365
        (BY_DAYS, date(2019, 12, 31), DECEMBER, "86.30"),  # 1 day: 31 500 / 365 = 86.301…
        (BY_MONTHS, date(2019, 7, 1), DECEMBER, "15750.00"),
        (BY_MONTHS, date(2019, 7, 31), DECEMBER, "15750.00"),  # open at the end of July
        (BY_MONTHS, JANUARY, date(2019, 6, 29), "13125.00"),  # not open at the end of June
        (BY_MONTHS, JANUARY, date(2019, 6, 30), "15750.00"),
    ],
)
def test_a_part_of_a_year_is_paid_as_the_rulebook_says(action: Action, first: date, last: date, expected: str) -> None:
    given = of_year(action, held=[Held(21, first, last)], year=2019)
    assert given.euros == Decimal(expected)
    assert given.parts[0].citation[-1] == "article 4"


@pytest.mark.req("R-193")
def test_an_amendment_makes_two_lines_that_add_up_exactly() -> None:
    held = [Held(20, JANUARY, date(2019, 5, 12)), Held(21, date(2019, 5, 13), DECEMBER)]
    given = of_year(BY_DAYS, held=held, year=2019)
    assert [part.euros for part in given.parts] == [Decimal("10849.32"), Decimal("20108.22")]
    assert given.euros == sum(part.euros for part in given.parts)


@pytest.mark.req("R-193")
def test_a_line_of_three_years_is_paid_year_by_year_and_a_leap_year_has_366_days() -> None:
    held = [Held(21, date(2019, 7, 1), date(2021, 3, 31))]
    assert [of_year(BY_DAYS, held=held, year=year).euros for year in (2018, 2019, 2020, 2021)] == [
        Decimal(0),
        Decimal("15879.45"),
        Decimal("31500.00"),
        Decimal("7767.12"),
    ]
    leap = of_year(BY_DAYS, held=[Held(35, date(2020, 1, 1), date(2020, 2, 29))], year=2020)
    assert leap.parts[0].formula.endswith("× 60 jours / 366 jours")


@pytest.mark.req("R-193")
def test_a_part_of_a_year_without_a_rule_is_not_computed() -> None:
    silent = COACHING.model_copy(update={"funding": None})
    given = of_year(silent, held=[Held(21, date(2019, 7, 1), DECEMBER)], year=2019)
    assert (given.euros, given.parts) == (None, ())
    assert "ne dit pas comment" in given.explanation


@pytest.mark.req("R-195")
@pytest.mark.parametrize(("code", "word"), [("nord_v_freins", "décision"), ("plie_2014_2020", "pas de prix")])
def test_no_formula_gives_no_amount_and_says_why(code: str, word: str) -> None:
    given = of_year(ACTIONS[code], held=[Held(20, JANUARY, DECEMBER)], year=2019)
    assert given.euros is None
    assert word in given.explanation
    assert given.citation


@pytest.mark.req("R-193")
def test_a_rulebook_may_round_to_the_euro() -> None:
    whole = COACHING.model_copy(
        update={"funding": Funding(part_of_year="days", rounding="euro", citation=("article 4",), basis="stated")}
    )
    assert of_year(whole, held=[Held(21, date(2019, 12, 31), DECEMBER)], year=2019).euros == Decimal("86.00")
    aci = ACTIONS["nord_iv_aci"].model_copy(update={"funding": whole.funding})
    assert amount(aci, places=7).euros == Decimal("14569.00")


@pytest.mark.req("R-194")
def test_the_price_of_a_place_is_that_of_the_agreement() -> None:
    assert per_place(Decimal("609224"), 1288) == Decimal("473.00")
    assert per_place(Decimal("56016"), 72) == Decimal("778.00")
    assert per_place(None, 72) is None
    assert per_place(Decimal(0), 0) is None


@pytest.mark.req("R-193")
@pytest.mark.parametrize(
    "code", [code for code, action in ACTIONS.items() if action.price and action.price.kind == "flat_rate"]
)
def test_each_flat_rate_says_how_a_part_of_a_year_is_paid(code: str) -> None:
    funding = ACTIONS[code].funding
    assert funding is not None
    assert funding.citation
