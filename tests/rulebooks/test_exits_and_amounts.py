"""Exit classes and amounts beyond the worked examples: what is unknown, what is at the edge."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalons.rulebooks.exits import JobFacts, TrainingFacts, propose
from jalons.rulebooks.funding import amount
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.schema import Action

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
