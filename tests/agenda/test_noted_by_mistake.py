"""« RDV fait » on the wrong person is taken back: it counts for nothing, and says why (R-095)."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jalons.agenda.models import Appointment, Outcome, SignIn
from jalons.agenda.operations import Hand, cancel, plan, record_held, record_outcome, sign_in, take_back_outcome
from jalons.agenda.papers import statement
from jalons.documents.models import IdentityCheck, SignerKind
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import ReportCause
from jalons.pathways.operations import withdraw_report, write_report
from tests.worlds import World, at

ON = date(2020, 10, 12)


def held(world: World, **options: object) -> Appointment:
    given = {
        "actor": world.caseworker, "on": ON, "person_id": world.enrolled().person_id, "organisation_id": world.house.pk,
        "caseworker_id": world.caseworker.pk, "starts_at": at(ON, 9), "ends_at": at(ON, 10), "note": "CV relu.",
    }  # fmt: skip
    return record_held(**(given | options))


def take_back(world: World, one: Appointment, **options: object) -> Appointment:
    given = {"actor": world.caseworker, "on": ON, "at": at(ON, 12), "reason": "Noté pour une autre personne"} | options
    return take_back_outcome(appointment_id=one.pk, **given)


@pytest.mark.req("R-095", "R-100")
def test_a_held_appointment_is_taken_back_with_its_report_and_what_was_signed(world):
    one = held(world)
    read = statement(one, SignerKind.BENEFICIARY, one.starts_at, one.ends_at)
    hand = Hand(SignerKind.BENEFICIARY, IdentityCheck.KNOWN, "M10 10 L300 150 L590 20")
    sign_in(
        actor=world.caseworker, on=ON, appointment_id=one.pk, starts_at=one.starts_at, ends_at=one.ends_at,
        sha256=hashlib.sha256(read.encode()).hexdigest(), hands=[hand],
    )  # fmt: skip
    take_back(world, one)
    one.refresh_from_db()
    assert (one.outcome, one.real_start, one.note, one.mistake) == (
        Outcome.CANCELLED,
        None,
        "",
        "Noté pour une autre personne",
    )
    assert SignIn.objects.get().voided_at is not None
    assert one.became == "Noté par erreur"
    assert one.events.filter(note="CV relu.").exists()  # history keeps it


@pytest.mark.req("R-095")
@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.UNJUSTIFIED_ABSENCE])
def test_one_that_has_not_begun_is_expected_again_and_history_keeps_why(world, outcome):
    one = plan(
        actor=world.caseworker, on=ON, person_id=world.enrolled().person_id, organisation_id=world.house.pk,
        starts_at=at(ON, 16), ends_at=at(ON, 17),
    )  # fmt: skip
    record_outcome(actor=world.caseworker, on=ON, appointment_id=one.pk, outcome=outcome)
    take_back(world, one, at=at(ON, 9), reason="Cliqué sur la mauvaise ligne")
    one.refresh_from_db()
    assert (one.outcome, one.outcome_at, one.real_start, one.mistake) == (Outcome.PLANNED, None, None, "")
    assert one.events.filter(mistake="Cliqué sur la mauvaise ligne").exists()


@pytest.mark.req("R-095")
def test_only_what_was_noted_is_taken_back_and_always_with_a_reason(world):
    one = held(world)
    with pytest.raises(Refusal, match="Dites pourquoi"):
        take_back(world, one, reason=" ")
    for actor in (world.stranger, world.orientation_officer):
        with pytest.raises(NotAllowed):
            take_back(world, one, actor=actor)
    take_back(world, one)
    with pytest.raises(Refusal, match="rien n’y a été noté"):
        take_back(world, one)
    coming = plan(
        actor=world.caseworker, on=ON, person_id=one.person_id, organisation_id=world.house.pk,
        starts_at=at(ON, 14), ends_at=at(ON, 15),
    )  # fmt: skip
    with pytest.raises(Refusal, match="rien n’y a été noté"):
        take_back(world, coming)
    assert cancel(actor=world.caseworker, on=ON, appointment_id=coming.pk).mistake == ""


@pytest.mark.req("R-147")
def test_an_absence_a_report_cites_is_taken_back_after_the_report(world):
    one = held(world)
    record_outcome(actor=world.caseworker, on=ON, appointment_id=one.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    stay = one.person.enrolments.get()
    report = write_report(
        actor=world.caseworker, on=ON, enrolment_id=stay.pk, cause=ReportCause.ABSENCES, facts="Absent le 12/10/2020",
        absence_ids=[one.pk],
    )  # fmt: skip
    with pytest.raises(Refusal, match="Un signalement cite cette absence") as refused:
        take_back(world, one)
    assert refused.value.code == "absence_reported"
    withdraw_report(actor=world.caseworker, on=ON, report_id=report.pk, reason="Erreur de personne")
    assert take_back(world, one).outcome == Outcome.CANCELLED


def test_the_database_holds_that_a_mistake_counts_for_nothing(world):
    one = held(world)
    with pytest.raises(IntegrityError, match="appointment_mistake_counts_for_nothing"), transaction.atomic():
        Appointment.objects.filter(pk=one.pk).update(mistake="Erreur")
