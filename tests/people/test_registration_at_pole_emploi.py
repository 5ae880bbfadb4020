"""A person's registration at Pôle emploi: since when, until when and why, corrected, never twice at once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from jalons.kernel.operation import after_write
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.people.models import JobSeekerRegistration, RegistrationEnd
from jalons.people.operations import (
    close_registration,
    correct_registration,
    describe_person,
    open_registration,
    withdraw_registration,
)
from tests.worlds import World

MARCH, MAY, JUNE = date(2020, 3, 2), date(2020, 5, 10), date(2020, 6, 1)


@pytest.fixture(autouse=True)
def no_reaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_write, "owner", lambda *, touched: None)


def registered(world: World, **options: object) -> JobSeekerRegistration:
    given = {"actor": world.caseworker, "on": JUNE, "start_on": MARCH} | options
    person_id = given.pop("person_id", None) or world.enrolled().person_id
    return open_registration(person_id=person_id, **given)


@pytest.mark.req("R-062", "R-087")
def test_a_registration_opens_and_closes_with_its_reason(world):
    row = registered(world)
    assert (row.start_on, row.end_on, row.end_reason) == (MARCH, None, "")
    closed = close_registration(
        actor=world.caseworker, on=JUNE, registration_id=row.pk, end_on=MAY, reason=RegistrationEnd.LAPSED
    )
    assert (closed.end_on, closed.get_end_reason_display()) == (MAY, "Actualisation non faite")
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, start_on, end_on FROM facts.registration")
        assert cursor.fetchall() == [(row.person_id, MARCH, MAY)]
    with pytest.raises(Refusal, match="déjà terminée, le 10/05/2020"):
        close_registration(
            actor=world.caseworker, on=JUNE, registration_id=row.pk, end_on=MAY, reason=RegistrationEnd.LAPSED
        )


def test_two_registrations_never_overlap_and_may_touch(world):
    row = registered(world, end_on=MAY)
    with pytest.raises(Refusal, match="déjà notée à ces dates") as refused:
        registered(world, person_id=row.person_id, start_on=MAY)
    assert refused.value.code == "registration_no_overlap"
    registered(world, person_id=row.person_id, start_on=date(2020, 5, 11))
    assert JobSeekerRegistration.objects.count() == 2


def test_a_registration_is_corrected_or_taken_back(world):
    row = registered(world, end_on=MAY)
    again = correct_registration(actor=world.caseworker, on=JUNE, registration_id=row.pk, start_on=date(2020, 3, 9))
    assert (again.start_on, again.end_on, again.end_reason) == (date(2020, 3, 9), None, "")
    withdraw_registration(actor=world.caseworker, on=JUNE, registration_id=row.pk)
    assert not JobSeekerRegistration.objects.exists()


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ({"start_on": date(2020, 6, 2)}, "pas encore arrivé"),
        ({"end_on": date(2020, 6, 2)}, "pas encore arrivé"),
        ({"end_on": date(2020, 3, 1)}, "finir avant de commencer"),
    ],
)
def test_dates_to_come_or_reversed_are_refused(world, dates, sentence):
    with pytest.raises(Refusal, match=sentence):
        registered(world, **dates)


def test_only_those_who_accompany_the_person_write_it(world):
    row = registered(world)
    for actor in (world.stranger, world.social_head, world.steering_officer):
        with pytest.raises(NotAllowed):
            withdraw_registration(actor=actor, on=JUNE, registration_id=row.pk)


def test_the_database_refuses_what_must_never_be(world):
    row = registered(world)
    for constraint, change in (
        ("registration_dates_ordered", {"end_on": date(2020, 3, 1), "end_reason": "other"}),
        ("registration_end_says_why", {"end_on": MAY}),
        ("registration_end_says_why", {"end_reason": "other"}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            JobSeekerRegistration.objects.filter(pk=row.pk).update(**change)


@pytest.mark.req("R-040", "R-141")
def test_the_qualities_that_actions_ask_for_are_noted_and_may_be_unknown_again(world):
    person_id = world.enrolled().person_id
    given = {"actor": world.caseworker, "on": JUNE, "person_id": person_id}
    person = describe_person(disabled_worker=True, self_employed=True, **given)
    assert (person.disabled_worker, person.self_employed) == (True, True)
    assert describe_person(disabled_worker=None, self_employed=False, **given).disabled_worker is None
