"""Group sessions, signed in and to come, a sheet printed, a series of interviews and a rhythm."""

from __future__ import annotations

from jalons.agenda.models import Appointment, AppointmentKind, GroupSession
from jalons.agenda.operations import (
    Hand,
    NewAppointment,
    enrol_in_session,
    plan_series,
    plan_session,
    print_sheet,
    record_answers,
    record_presence,
    set_rhythm,
    sign_in,
    write_session_report,
)
from jalons.agenda.papers import statement
from jalons.documents.models import IdentityCheck, SignerKind
from jalons.pathways.models import Enrolment
from jalons.simulation.furnishing.hands import STROKES, digest
from jalons.simulation.furnishing.stage import Stage, at

GROUP, SIGNED, CAPACITY = 8, 3, 12
ROOM = "Salle 2, au rez-de-chaussée"
REPORT = "Atelier CV : chacun repart avec un CV à jour."


def furnish(stage: Stage) -> None:
    """Write the group sessions of the référent, and the interviews to come of the first person."""
    group = [one for one in stage.own if one.start_on <= stage.day(-1)][:GROUP]
    if not group:
        return
    _past(stage, group)
    _today(stage, group)
    _series(stage, group[0])


def _session(stage: Stage, days: int, theme: str, form: str, group: list[Enrolment]) -> GroupSession:
    day = stage.day(days)
    session = plan_session(
        actor=stage.referent,
        on=stage.on,
        organisation_id=stage.house.pk,
        theme=theme,
        starts_at=at(day, 17),  # after the interviews: the lived months plan until then
        ends_at=at(day, 18, 30),
        place=ROOM,
        capacity=CAPACITY,
        form=form,
        animator_id=stage.referent.pk,
        preparation_minutes=30,
    )
    ids = [one.person_id for one in group]
    enrol_in_session(actor=stage.referent, on=stage.on, session_id=session.pk, person_ids=ids)
    return session


def _past(stage: Stage, group: list[Enrolment]) -> None:
    """Yesterday: most came, one is excused, some sign on the tablet; a report goes to the files of those who came."""
    session = _session(stage, -1, "Atelier CV et lettre de motivation", "workshop", group)
    ids = [one.person_id for one in group]
    present = ids if len(ids) < 3 else ids[:-2]
    record_presence(
        actor=stage.referent,
        on=stage.on,
        session_id=session.pk,
        present_ids=present,
        justified_ids=ids[len(present) : len(present) + 1],
    )
    for one in session.appointments.filter(person__in=present).order_by("pk")[:SIGNED]:
        _sign(stage, one)
    write_session_report(actor=stage.referent, on=stage.on, session_id=session.pk, note=REPORT)
    answers = {"job_search": (len(present), len(present)), "personal_life": (len(present) // 2, len(present))}
    record_answers(actor=stage.referent, on=stage.on, session_id=session.pk, answers=answers)


def _sign(stage: Stage, one: Appointment) -> None:
    starts_at, ends_at = one.real_start or one.starts_at, one.real_end or one.ends_at
    sign_in(
        actor=stage.referent,
        on=stage.on,
        appointment_id=one.pk,
        starts_at=starts_at,
        ends_at=ends_at,
        sha256=digest(statement(one, SignerKind.BENEFICIARY, starts_at, ends_at)),
        hands=[Hand(SignerKind.BENEFICIARY, IdentityCheck.KNOWN, STROKES)],
    )


def _today(stage: Stage, group: list[Enrolment]) -> None:
    """Today: a sheet is printed, nobody has signed yet. In two weeks: a forum with places left."""
    session = _session(stage, 0, "Préparer un entretien d’embauche", "job_search", group[: GROUP // 2])
    lines = list(session.appointments.values_list("pk", flat=True))
    print_sheet(actor=stage.referent, on=stage.on, organisation_id=stage.house.pk, appointment_ids=lines)
    _session(stage, 14, "Forum des métiers de l’aide à domicile", "recruitment_forum", group[: GROUP // 2])


def _series(stage: Stage, one: Enrolment) -> None:
    """An interview every two weeks for two months: planned at once, and said as the rhythm of this person."""
    day = stage.day(5)
    plan_series(
        actor=stage.referent,
        on=stage.on,
        first=NewAppointment(
            person_id=one.person_id,
            organisation_id=stage.house.pk,
            caseworker_id=stage.referent.pk,
            kind=AppointmentKind.INDIVIDUAL,
            place="Bureau 4",
            starts_at=at(day, 10),
            ends_at=at(day, 10, 45),
        ),
        every=2,
        unit="week",
        until=stage.day(61),
    )
    set_rhythm(
        actor=stage.referent,
        on=stage.on,
        person_id=one.person_id,
        organisation_id=stage.house.pk,
        every=2,
        unit="week",
        start_on=stage.on,
        reason="Reprise après l’été : des rendez-vous plus rapprochés",
    )
