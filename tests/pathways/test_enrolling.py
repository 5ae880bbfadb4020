"""An enrolment uses a place of a line, inside its dates and action, also after an amendment."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jalons.agreements.operations import amend_line
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import EndReason, Enrolment, Mandate
from jalons.pathways.operations import NewEnrolment, end_enrolment, enrol, enrol_many, start_pause
from jalons.people.models import DossierAccess
from tests.worlds import World

ON = date(2020, 2, 3)


def enter(world: World, person_id: int, **options: object) -> Enrolment:
    given = {"actor": world.head, "on": ON, "line_id": world.line.pk, "start_on": ON} | options
    return enrol(person_id=person_id, **given)


@pytest.mark.req("R-121", "R-133")
def test_the_head_enrols_an_oriented_person_and_names_the_referent(world):
    orientation = world.oriented()
    enrolment = enter(world, orientation.person_id, caseworker_id=world.caseworker.pk)
    assert (enrolment.orientation, enrolment.organisation, enrolment.start_on) == (orientation, world.house, ON)
    assert Mandate.objects.get().caseworker == world.caseworker


@pytest.mark.req("R-017")
def test_an_enrolment_needs_an_orientation_to_that_organisation_and_action(world):
    with pytest.raises(NotAllowed):  # the house does not even reach this person
        enter(world, world.person().pk)
    with pytest.raises(Refusal, match="l’orientation vient d’abord"):
        enter(world, world.person().pk, actor=world.orientation_officer)
    orientation = world.oriented(line=world.neighbour_line)
    with pytest.raises(Refusal, match="l’orientation vient d’abord"):
        enter(world, orientation.person_id, actor=world.orientation_officer)


def test_the_orientation_of_another_person_is_refused(world):
    with pytest.raises(Refusal, match="autre personne"):
        enter(world, world.oriented().person_id, orientation_id=world.oriented().pk)


@pytest.mark.req("R-017")
def test_the_conditions_hold_on_the_first_day(world):
    person = world.person(subject_until=date(2020, 2, 29))
    world.oriented(person)
    with pytest.raises(Refusal, match="droits et devoirs") as refused:
        enter(world, person.pk, start_on=date(2020, 3, 2))
    assert refused.value.code == "rights_and_duties"


@pytest.mark.parametrize("start_on", [date(2019, 12, 31), date(2021, 1, 1)])
def test_an_enrolment_starts_inside_the_dates_of_its_line(world, start_on):
    line = world.place(world.house, action_code="lyon_pole_emploi")  # an action without condition of entry
    person = world.oriented(line=line).person_id
    with pytest.raises(Refusal, match="du 01/01/2020 au 31/12/2020") as refused:
        enter(world, person, line_id=line.pk, start_on=start_on)
    assert refused.value.code == "enrolment_within_line"


def test_an_enrolment_ends_inside_the_dates_of_its_line(world):
    enrolment = world.enrolled()
    with pytest.raises(Refusal, match="sort des dates"):
        end_enrolment(
            actor=world.head,
            on=date(2021, 1, 4),
            enrolment_id=enrolment.pk,
            last_day=date(2021, 1, 1),
            reason=EndReason.EXIT,
        )


def test_an_amendment_may_not_leave_an_enrolment_outside(world):
    world.enrolled(start_on=date(2020, 9, 1))
    with pytest.raises(Refusal, match=r"laisserait 1 inscription\(s\)") as refused:
        amend_line(
            actor=world.steering_officer,
            on=world.day,
            line_id=world.line.pk,
            end_on=date(2020, 8, 31),
            reason="Fin anticipée",
        )
    assert refused.value.code == "line_keeps_enrolments"
    amend_line(
        actor=world.steering_officer,
        on=world.day,
        line_id=world.line.pk,
        end_on=date(2020, 9, 1),
        reason="Fin anticipée",
    )


def test_the_database_holds_the_action_and_organisation_of_the_line(world):
    enrolment = world.enrolled()
    for change in (
        {"action_code": "autre"},
        {"organisation": world.neighbour},
        {"authority": world.neighbour_authority},
    ):
        with pytest.raises(IntegrityError, match="action, organisation or authority"), transaction.atomic():
            Enrolment.objects.filter(pk=enrolment.pk).update(**change)
    with pytest.raises(IntegrityError, match="enrolments of another organisation"), transaction.atomic():
        type(world.line.agreement).objects.filter(pk=world.line.agreement_id).update(organisation=world.neighbour)


def test_nobody_is_twice_in_the_same_action_on_one_day(world):
    enrolment = world.enrolled()
    with pytest.raises(Refusal, match="déjà inscrite dans cette action") as refused:
        enter(world, enrolment.person_id)
    assert refused.value.code == "enrolment_no_overlap_in_action"


@pytest.mark.req("R-058")
def test_two_actions_may_be_open_at_the_same_time(world):
    enrolment = world.enrolled()
    other = world.place(world.house, action_code="lyon_pole_emploi")
    assert enter(world, enrolment.person_id, line_id=other.pk).action_code == "lyon_pole_emploi"


@pytest.mark.req("R-121")
def test_the_end_says_when_why_and_by_whom_and_ends_what_hangs_on_it(world):
    enrolment = world.enrolled(caseworker=world.caseworker)
    pause = start_pause(
        actor=world.head, on=world.day, enrolment_id=enrolment.pk, start_on=date(2020, 4, 1), reason="Congé"
    )
    last_day = date(2020, 5, 29)
    ended = end_enrolment(
        actor=world.head, on=world.day, enrolment_id=enrolment.pk, last_day=last_day, reason=EndReason.CANCELLED
    )
    pause.refresh_from_db()
    assert (ended.end_on, ended.end_reason, ended.ended_by) == (last_day, EndReason.CANCELLED, world.head)
    assert (pause.end_on, Mandate.objects.get().end_on) == (last_day, last_day)
    with pytest.raises(Refusal, match="déjà terminée"):
        end_enrolment(
            actor=world.head, on=world.day, enrolment_id=enrolment.pk, last_day=last_day, reason=EndReason.EXIT
        )


def test_an_enrolment_does_not_end_before_it_starts(world):
    with pytest.raises(Refusal, match="avant d’avoir commencé"):
        end_enrolment(
            actor=world.head,
            on=world.day,
            enrolment_id=world.enrolled().pk,
            last_day=date(2020, 1, 2),
            reason=EndReason.CANCELLED,
        )


def test_the_database_refuses_an_end_without_author(world):
    with pytest.raises(IntegrityError, match="enrolment_end_when_why_by_whom"), transaction.atomic():
        Enrolment.objects.filter(pk=world.enrolled().pk).update(end_on=world.day)


def test_many_enter_at_once_or_nobody(world):
    good, bad = world.oriented().person_id, world.person().pk
    entries = [NewEnrolment(person, world.line.pk, ON) for person in (good, bad)]
    with pytest.raises(Refusal):
        enrol_many(actor=world.orientation_officer, on=ON, entries=entries)
    assert not Enrolment.objects.exists()
    assert len(enrol_many(actor=world.orientation_officer, on=ON, entries=entries[:1])) == 1


def test_a_caseworker_and_a_neighbour_do_not_enrol(world):
    person_id = world.oriented().person_id
    for actor in (world.caseworker, world.neighbour_head, world.foreign_officer):
        with pytest.raises(NotAllowed):
            enter(world, person_id, actor=actor)


@pytest.mark.req("R-164")
def test_grants_are_what_orientations_enrolments_and_mandates_imply(world):
    kept = world.enrolled(caseworker=world.caseworker)
    ended = world.enrolled(caseworker=world.colleague)
    end_enrolment(
        actor=world.head, on=world.day, enrolment_id=ended.pk, last_day=date(2020, 5, 29), reason=EndReason.CANCELLED
    )
    mandates = {mandate.person_id: mandate for mandate in Mandate.objects.all()}
    implied = set()
    for enrolment in (kept, ended):
        last = date(2020, 11, 29) if enrolment == ended else None
        implied.add((enrolment.person_id, "orientation", enrolment.orientation_id, world.house.pk, None, ON, last))
        implied.add((enrolment.person_id, "enrolment", enrolment.pk, world.house.pk, None, ON, last))
        mandate = mandates[enrolment.person_id]
        implied.add((enrolment.person_id, "mandate", mandate.pk, None, mandate.caseworker_id, ON, mandate.end_on))
    found = DossierAccess.objects.exclude(reason="residence").values_list(
        "person_id", "reason", "source_id", "organisation_id", "user_id", "start_on", "end_on"
    )
    assert set(found) == implied
