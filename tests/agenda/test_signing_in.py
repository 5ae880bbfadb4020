"""L’émargement : la phrase lue, les heures signées, la main ou la feuille ; et ce qui compte une fois complet."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from jalons.agenda.models import Appointment, AppointmentKind, Outcome, SignIn
from jalons.agenda.operations import (
    Hand,
    Line,
    NewSession,
    change_session,
    correct_hours,
    enrol_in_session,
    move,
    plan,
    plan_session,
    print_sheet,
    record_held,
    record_outcome,
    return_sheet,
    sign_in,
    write_note,
)
from jalons.agenda.papers import statement
from jalons.agenda.queries import attendances, lines_of, to_sign
from jalons.documents.models import IdentityCheck, SignatureMeans, SignerKind
from jalons.documents.queries import bytes_of
from jalons.kernel.refusals import NotAllowed, Refusal
from tests.documents.pictures import PNG
from tests.worlds import World, at

DAY = date(2017, 3, 14)
NINE_THIRTY, TEN_45 = at(DAY, 9, 30), at(DAY, 10, 45)
STROKES = "M10 10 L40 60 L80 20"
SCAN = PNG


def interview(world: World, person_id: int, **options: object) -> Appointment:
    return plan(
        actor=world.caseworker,
        on=DAY,
        person_id=person_id,
        organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk,
        starts_at=at(DAY, 9, 30),
        ends_at=at(DAY, 10, 30),
        **options,  # type: ignore[arg-type]
    )


def shown(appointment: Appointment, start: datetime = NINE_THIRTY, end: datetime = TEN_45) -> str:
    """The hash of the sentence that the screen shows."""
    return hashlib.sha256(statement(appointment, SignerKind.BENEFICIARY, start, end).encode()).hexdigest()


def hand(strokes: str = STROKES, signer: SignerKind = SignerKind.BENEFICIARY) -> Hand:
    return Hand(signer, IdentityCheck.KNOWN, strokes)


def signed(world: World, appointment: Appointment, **changes: object) -> Appointment:
    given = {"starts_at": NINE_THIRTY, "ends_at": TEN_45, "sha256": shown(appointment), "hands": [hand()]} | changes
    return sign_in(actor=world.caseworker, on=DAY, appointment_id=appointment.pk, **given)  # type: ignore[arg-type]


@pytest.mark.req("R-100")
def test_an_interview_signed_without_report_does_not_count_then_counts_an_hour_and_a_quarter(world, participant):
    appointment = signed(world, interview(world, participant.person_id))
    assert (appointment.outcome, appointment.real_start, appointment.real_end) == (Outcome.HELD, NINE_THIRTY, TEN_45)
    (found,) = attendances([appointment])
    assert (found.eligible, found.missing, found.minutes) == (False, ("compte rendu manquant",), 0)
    assert _proved() == [False]
    assert found.asked is not None
    assert found.asked.citation == "002 Formalisation du suivi l.197"
    done = write_note(actor=world.caseworker, on=DAY, appointment_id=appointment.pk, note="CV relu.")
    (found,) = attendances([done])
    assert (found.eligible, found.missing, found.minutes / 60) == (True, (), 1.25)
    assert _proved() == [True]


def _proved() -> list[bool]:
    """Whether each appointment is proved, as figures read it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proved FROM facts.appointment ORDER BY appointment_id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.req("R-100")
def test_held_without_signature_names_what_is_missing(world, participant):
    done = record_held(
        actor=world.caseworker,
        on=DAY,
        person_id=participant.person_id,
        organisation_id=world.house.pk,
        starts_at=NINE_THIRTY,
        ends_at=TEN_45,
    )
    assert attendances([done])[0].missing == ("émargement manquant", "compte rendu manquant")


def test_where_no_framework_asks_for_it_nothing_is_missing(world, reached, rulebooks):
    (person,) = reached()
    done = record_outcome(
        actor=world.caseworker, on=DAY, appointment_id=interview(world, person.pk).pk, outcome=Outcome.HELD
    )
    (found,) = attendances([done])
    assert (found.asked, found.missing, found.minutes) == (None, (), 60)


def test_both_sides_sign_the_same_hours(world, participant):
    appointment = signed(
        world,
        interview(world, participant.person_id),
        hands=[hand(), Hand(SignerKind.PROFESSIONAL, IdentityCheck.ACCOUNT, STROKES)],
    )
    rows = list(SignIn.objects.filter(appointment=appointment).order_by("pk"))
    assert [one.signer for one in rows] == ["beneficiary", "professional"]
    assert "de 9 h 30 à 10 h 45" in rows[0].statement.replace("\u00a0", " ")
    assert rows[0].sha256 == hashlib.sha256(rows[0].statement.encode()).hexdigest()
    assert bytes(rows[0].strokes).decode() == STROKES


def test_another_sentence_than_the_one_shown_is_not_signed(world, participant):
    with pytest.raises(Refusal, match="relisez la phrase") as refused:
        signed(world, interview(world, participant.person_id), ends_at=at(DAY, 11))
    assert refused.value.code == "sign_in_other_sentence"
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("strokes", ["", "M10 10", "M10 10 <script>", "L1 1"])
def test_an_empty_or_foreign_drawing_is_refused(world, participant, strokes):
    with pytest.raises(Refusal, match="signez dans le cadre"):
        signed(world, interview(world, participant.person_id), hands=[hand(strokes)])


def test_nobody_signs_twice_nor_for_an_absence_nor_in_advance(world, participant):
    appointment = signed(world, interview(world, participant.person_id))
    with pytest.raises(Refusal, match="déjà émargé"):
        signed(world, appointment)
    record_outcome(actor=world.caseworker, on=DAY, appointment_id=appointment.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    with pytest.raises(Refusal, match="notez d’abord que la personne est venue"):
        signed(world, appointment)
    to_come = interview(world, participant.person_id, kind=AppointmentKind.TRIPARTITE)
    with pytest.raises(Refusal, match="pas encore eu lieu"):
        sign_in(
            actor=world.caseworker,
            on=date(2017, 3, 13),
            appointment_id=to_come.pk,
            starts_at=NINE_THIRTY,
            ends_at=TEN_45,
            sha256=shown(to_come),
            hands=[hand()],
        )


def test_hours_corrected_take_the_signature_out_of_effect_and_it_is_signed_again(world, participant):
    appointment = signed(world, interview(world, participant.person_id))
    with pytest.raises(Refusal, match="corrigez d’abord ses heures"):
        signed(world, appointment, ends_at=at(DAY, 11), sha256=shown(appointment, end=at(DAY, 11)))
    correct_hours(
        actor=world.caseworker, on=DAY, appointment_id=appointment.pk, real_start=NINE_THIRTY, real_end=at(DAY, 11)
    )
    assert attendances([appointment])[0].signed is None
    signed(world, appointment, ends_at=at(DAY, 11), sha256=shown(appointment, end=at(DAY, 11)))
    assert SignIn.objects.filter(appointment=appointment, voided_at__isnull=True).count() == 1
    assert SignIn.objects.filter(appointment=appointment).count() == 2


def test_hours_of_another_day_are_refused(world, participant):
    appointment = signed(world, interview(world, participant.person_id))
    other = date(2017, 3, 15)
    with pytest.raises(Refusal, match="celles du jour"):
        correct_hours(
            actor=world.caseworker,
            on=other,
            appointment_id=appointment.pk,
            real_start=at(other, 9),
            real_end=at(other, 10),
        )


def test_a_sign_in_is_never_changed_nor_deleted(world, participant):
    signed(world, interview(world, participant.person_id))
    with pytest.raises(Exception, match=r"(?i)cannot (update|modify)|read.?only"), transaction.atomic():
        SignIn.objects.update(ends_at=at(DAY, 18))
    with pytest.raises(Exception, match=r"(?i)delete"), transaction.atomic():
        SignIn.objects.all().delete()
    one = SignIn.objects.get()
    one.pk, one.signer, one.statement = None, SignerKind.PROFESSIONAL, "Autre chose."
    with pytest.raises(IntegrityError, match="sign_in_hash"), transaction.atomic():
        one.save(force_insert=True)


def test_the_neighbour_signs_and_prints_nothing(world, participant):
    appointment = interview(world, participant.person_id)
    with pytest.raises(NotAllowed):
        sign_in(
            actor=world.stranger,
            on=DAY,
            appointment_id=appointment.pk,
            starts_at=NINE_THIRTY,
            ends_at=TEN_45,
            sha256=shown(appointment),
            hands=[hand()],
        )
    with pytest.raises(NotAllowed):
        print_sheet(actor=world.stranger, on=DAY, organisation_id=world.house.pk, appointment_ids=[appointment.pk])


@pytest.mark.req("R-100")
def test_a_printed_sheet_comes_back_signed(world, participant, reached):
    late, absent = reached(2)
    rows = [interview(world, pk) for pk in (participant.person_id, late.pk, absent.pk)]
    sheet = print_sheet(
        actor=world.caseworker, on=DAY, organisation_id=world.house.pk, appointment_ids=[one.pk for one in rows]
    )
    assert bytes_of(sheet.document).startswith(b"%PDF")
    number = {one.appointment_id: one.number for one in sheet.lines.all()}
    back = return_sheet(
        actor=world.caseworker,
        on=date(2017, 3, 15),
        sheet_id=sheet.pk,
        scan=SCAN,
        lines={
            number[rows[0].pk]: Line(Outcome.HELD),
            number[rows[1].pk]: Line(Outcome.HELD, at(DAY, 9, 40), at(DAY, 10, 15)),
            number[rows[2].pk]: Line(Outcome.UNJUSTIFIED_ABSENCE),
        },
    )
    assert bytes_of(back.scan) == SCAN
    found = attendances(list(Appointment.objects.filter(pk__in=[one.pk for one in rows]).order_by("pk")))
    assert [one.appointment.outcome for one in found] == ["held", "held", "unjustified_absence"]
    assert [one.signed.means if one.signed else None for one in found] == [SignatureMeans.PAPER] * 2 + [None]
    assert found[1].appointment.real_end == at(DAY, 10, 15)
    assert found[0].missing == ("compte rendu manquant",)


def test_a_sheet_with_one_wrong_line_is_refused_whole_and_names_the_line(world, participant, reached):
    (other,) = reached()
    first, second = interview(world, participant.person_id), interview(world, other.pk)
    sheet = print_sheet(
        actor=world.caseworker, on=DAY, organisation_id=world.house.pk, appointment_ids=[first.pk, second.pk]
    )
    signed(world, first)
    number = {one.appointment_id: one.number for one in sheet.lines.all()}
    lines = {number[second.pk]: Line(Outcome.HELD), number[first.pk]: Line(Outcome.HELD, at(DAY, 9), at(DAY, 10))}
    with pytest.raises(Refusal, match=f"Ligne {number[first.pk]}"):
        return_sheet(actor=world.caseworker, on=DAY, sheet_id=sheet.pk, scan=SCAN, lines=lines)
    second.refresh_from_db()
    assert second.outcome == Outcome.PLANNED
    assert not sheet.returns.exists()


def test_a_sheet_holds_one_day_and_nobody_cancelled(world, participant):
    first = interview(world, participant.person_id)
    common = {"actor": world.caseworker, "on": DAY, "organisation_id": world.house.pk}
    with pytest.raises(Refusal, match="serait vide"):
        print_sheet(**common, appointment_ids=[])
    record_outcome(actor=world.caseworker, on=DAY, appointment_id=first.pk, outcome=Outcome.CANCELLED)
    with pytest.raises(Refusal, match="ne s’émarge pas"):
        print_sheet(**common, appointment_ids=[first.pk])


@pytest.mark.req("R-100")
def test_an_interview_signed_already_is_not_printed_to_be_signed_again(world, participant):
    appointment = signed(world, interview(world, participant.person_id))
    with pytest.raises(Refusal, match="déjà émargé"):
        print_sheet(actor=world.caseworker, on=DAY, organisation_id=world.house.pk, appointment_ids=[appointment.pk])
    assert to_sign([appointment.pk]) == []


@pytest.mark.req("R-100")
def test_a_sheet_proves_only_the_day_and_hours_it_was_printed_for(world, participant, reached):
    (other,) = reached()
    (moved, noted) = interview(world, participant.person_id), interview(world, other.pk)
    common = {"actor": world.caseworker, "on": DAY}
    sheet = print_sheet(**common, organisation_id=world.house.pk, appointment_ids=[moved.pk, noted.pk])
    number = {one.appointment_id: one.number for one in sheet.lines.all()}
    move(**common, appointment_id=moved.pk, starts_at=at(DAY, 16), ends_at=at(DAY, 17))
    record_outcome(**common, appointment_id=noted.pk, outcome=Outcome.HELD, real_start=at(DAY, 9), real_end=at(DAY, 12))
    for line, said in ((number[moved.pk], "déplacé depuis l’impression"), (number[noted.pk], "écrivez les heures")):
        with pytest.raises(Refusal, match=said):
            return_sheet(**common, sheet_id=sheet.pk, scan=SCAN, lines={line: Line(Outcome.HELD)})
    written = Line(Outcome.HELD, at(DAY, 9, 30), at(DAY, 10, 30))
    return_sheet(**common, sheet_id=sheet.pk, scan=SCAN, lines={number[noted.pk]: written})
    assert SignIn.objects.get().ends_at == at(DAY, 10, 30)


def test_a_group_time_moved_makes_its_printed_sheet_worthless(world, reached):
    (person,) = reached()
    common = {"actor": world.caseworker, "on": DAY}
    session = plan_session(
        **common, organisation_id=world.house.pk, theme="Club", starts_at=at(DAY, 14), ends_at=at(DAY, 16)
    )
    rows = enrol_in_session(**common, session_id=session.pk, person_ids=[person.pk])
    sheet = print_sheet(**common, organisation_id=world.house.pk, appointment_ids=[one.pk for one in rows])
    new = NewSession(world.house.pk, "Club", at(DAY, 9), at(DAY, 11))
    change_session(**common, at=at(DAY, 8), session_id=session.pk, new=new)
    with pytest.raises(Refusal, match="Ligne 1 : Ce rendez-vous a été déplacé"):
        return_sheet(**common, sheet_id=sheet.pk, scan=SCAN, lines={1: Line(Outcome.HELD)})


@pytest.mark.req("R-098", "R-100")
def test_a_sheet_printed_before_the_room_changed_is_signed_for_the_new_room(world, reached):
    came, missed = reached(2)
    common = {"actor": world.caseworker, "on": DAY}
    session = plan_session(
        **common, organisation_id=world.house.pk, theme="Club", starts_at=at(DAY, 14), ends_at=at(DAY, 16)
    )
    rows = enrol_in_session(**common, session_id=session.pk, person_ids=[came.pk, missed.pk])
    sheet = print_sheet(**common, organisation_id=world.house.pk, appointment_ids=[one.pk for one in rows])
    for room in ("Salle 2", "Salle 3"):
        new = NewSession(world.house.pk, "Club", at(DAY, 14), at(DAY, 16), place=room)
        change_session(**common, at=at(DAY, 9), session_id=session.pk, new=new)
    number = {one.appointment.person_id: one.number for one in sheet.lines.all()}
    absent = Line(Outcome.UNJUSTIFIED_ABSENCE)
    lines = {number[came.pk]: Line(Outcome.HELD), number[missed.pk]: absent}
    return_sheet(**common, sheet_id=sheet.pk, scan=SCAN, lines=lines)
    became = {one.person_id: (one.outcome, one.place) for one in session.appointments.all()}
    assert became == {came.pk: (Outcome.HELD, "Salle 3"), missed.pk: (Outcome.UNJUSTIFIED_ABSENCE, "Salle 3")}
    assert SignIn.objects.get().appointment == session.appointments.get(person=came)
    signed = [one.signed is not None for one in attendances([line.appointment for line in lines_of(sheet.pk)])]
    assert sorted(signed) == [False, True], "the page of the sheet says who has signed"
    with pytest.raises(Refusal, match="déjà émargé"):
        return_sheet(**common, sheet_id=sheet.pk, scan=SCAN, lines={number[came.pk]: Line(Outcome.HELD)})


def test_what_acts_in_a_scan_is_refused(world, participant):
    appointment = interview(world, participant.person_id)
    sheet = print_sheet(
        actor=world.caseworker, on=DAY, organisation_id=world.house.pk, appointment_ids=[appointment.pk]
    )
    with pytest.raises(Refusal):
        return_sheet(actor=world.caseworker, on=DAY, sheet_id=sheet.pk, scan=b"MZ", lines={1: Line(Outcome.HELD)})
    appointment.refresh_from_db()
    assert appointment.outcome == Outcome.PLANNED
