"""The month's entrants and leavers, and the closures that an end of rights proposes."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.pathways.models import ClosureProposal
from jalons.people.models import MonthlyMovement, Person, RsaRight
from tests.exchange.caf.conftest import Take
from tests.exchange.caf.writing import adult, household, nir
from tests.worlds import World

AUGUST, SEPTEMBER, OCTOBER = "2020-08-31", "2020-09-30", "2020-10-31"
ZOE = adult("ZOÉ", nir=nir(2))
ZOE_WITHOUT = adult("ZOÉ", nir=nir(2), duties="0")


def movements() -> set[tuple[str, date, str]]:
    return set(MonthlyMovement.objects.values_list("person__first_name", "month", "kind"))


@pytest.mark.req("R-031")
def test_entrants_and_leavers_are_told_by_two_monthly_files(take: Take) -> None:
    first = take(household(), household("00000000002", ZOE_WITHOUT), day=AUGUST)
    assert (first.entrants, first.leavers) == (None, None)  # nothing to compare with: nobody « enters »
    assert movements() == set()

    second = take(
        household(), household("00000000002", ZOE), household("00000000003", adult("ÈVE", nir=nir(3))), day=SEPTEMBER
    )
    assert (second.entrants, second.leavers) == (2, 0)
    assert movements() == {("ZOÉ", date(2020, 9, 1), "entrant"), ("ÈVE", date(2020, 9, 1), "entrant")}

    third = take(
        household("00000000002", ZOE), household("00000000003", adult("ÈVE", nir=nir(3), duties="0")), day=OCTOBER
    )
    assert (third.entrants, third.leavers) == (0, 2)
    assert ("AMÉLIE", date(2020, 10, 1), "leaver") in movements()
    assert ("ÈVE", date(2020, 10, 1), "leaver") in movements()


def test_a_daily_file_moves_nobody_and_the_next_monthly_file_counts_once(take: Take) -> None:
    take(household(), day=AUGUST)
    take(household("00000000002", ZOE), kind="I", day="2020-09-10")
    assert movements() == set()
    take(household(), household("00000000002", ZOE), day=SEPTEMBER)
    assert movements() == {("ZOÉ", date(2020, 9, 1), "entrant")}


def test_a_corrected_monthly_file_takes_a_movement_back(take: Take) -> None:
    take(household(), day=AUGUST)
    take(household("00000001069", adult(duties="0")), day=SEPTEMBER, created="2020-10-05")
    assert movements() == {("AMÉLIE", date(2020, 9, 1), "leaver")}
    take(household(), day=SEPTEMBER, created="2020-10-07")
    assert movements() == set()


@pytest.mark.req("R-025", "R-026")
def test_the_end_of_rights_proposes_a_closure_and_closes_nothing(world: World, take: Take) -> None:
    take(household(), day=AUGUST)
    person = Person.objects.get()
    enrolment = world.enrolled(person, on=date(2020, 9, 1))
    take(household("00000001069", adult(duties="0")), day=SEPTEMBER)
    proposal = ClosureProposal.objects.get()
    assert (proposal.enrolment, proposal.ended_on, proposal.cause, proposal.state) == (
        enrolment,
        date(2020, 8, 31),
        "duties_ended",
        "open",
    )
    enrolment.refresh_from_db()
    assert enrolment.end_on is None


@pytest.mark.req("R-026")
def test_rights_that_come_back_withdraw_the_proposal(world: World, take: Take) -> None:
    take(household(), day=AUGUST)
    world.enrolled(Person.objects.get(), on=date(2020, 9, 1))
    take(household("00000001069", adult(duties="0")), day=SEPTEMBER)
    take(household(), day=OCTOBER)
    assert ClosureProposal.objects.get().state == "withdrawn"


def test_a_dossier_under_a_new_number_has_not_left_while_the_new_one_waits_for_a_decision(take: Take) -> None:
    """By the former number; and, when the file does not give it, by the person the newcomer may be."""
    take(household(), household("00000000002", ZOE), day=AUGUST)
    run = take(
        household("00000000003", adult(nir=nir(555), previous="00000001069")),
        household("00000000004", adult("ZOÉ", nir=None)),
        day=SEPTEMBER,
    )
    assert (run.waiting, run.absent, run.ended) == (2, 0, 0)
    assert not RsaRight.objects.filter(state="closed").exists()


def test_a_dossier_under_a_new_number_has_not_left_while_the_new_one_is_refused(take: Take) -> None:
    take(household(), day=AUGUST)
    run = take(household("00000000003", adult(born_on="oups", previous="00000001069")),
               household("00000000002", ZOE), day=SEPTEMBER)  # fmt: skip
    assert (run.refused, run.absent, run.leavers) == (1, 0, 0)
