"""Everything dated in a person's file, as one line of time. One query per room's table, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.queries import appointments_of_person
from jalons.agenda.rules import local_day
from jalons.casefile.caf_questions import questions_of, subjects
from jalons.casefile.models import Note
from jalons.casefile.queries import notes_of
from jalons.exchange.letters.models import Letter
from jalons.exchange.messages.queries import of_person
from jalons.exchange.messages.texts import KINDS as MESSAGES
from jalons.kernel.outbox import Channel
from jalons.pathways.models import (
    Contract,
    ContractState,
    Exit,
    Orientation,
    Step,
    StepState,
)
from jalons.sites.desk.events import KINDS, Event
from jalons.sites.desk.timeline_orientation import around_orientation
from jalons.sites.desk.timeline_told import of_pathway, of_rights
from jalons.sites.desk.timeline_words import in_words
from jalons.sites.frame.labels import Labels
from jalons.ui.french import clock_time, date_short


def events_of(person_id: int, *, labels: Labels, may_read_notes: bool) -> list[Event]:
    """Return every event of a person, newest first; notes only for those who may read them."""
    found = [
        *of_appointments(appointments_of_person(person_id), may_read_notes=may_read_notes),
        *_contracts(person_id),
        *_steps(person_id, labels),
        *_pathway(person_id, labels),
        *in_words(of_pathway(person_id), labels, may_read_notes=may_read_notes),
        *in_words(of_rights(person_id), labels, may_read_notes=may_read_notes),
        *(of_notes(notes_of(person_id)) if may_read_notes else ()),
        *_messages(person_id),
        *_letters(person_id),
        *_questions_to_the_caf(person_id),
    ]
    return newest_first(found)


def newest_first(events: Iterable[Event]) -> list[Event]:
    """Sort events by day and hour, the latest first."""
    return sorted(events, key=lambda event: (event.day, event.at.timestamp() if event.at else 0.0), reverse=True)


def of_appointments(rows: Iterable[Appointment], *, may_read_notes: bool) -> Iterator[Event]:
    """Yield appointments as events; their note only for those who may read notes."""
    for one in rows:
        missed = one.outcome in (Outcome.JUSTIFIED_ABSENCE, Outcome.UNJUSTIFIED_ABSENCE)
        where = f", {one.place}" if one.place else ""
        yield Event(
            day=one.on_date,
            at=one.starts_at,
            kind="rdv",
            title=f"{one.get_kind_display()} : {one.became.lower()}",
            detail=f"{clock_time(one.starts_at)}, {one.get_mode_display().lower()}{where} – {one.caseworker or one.organisation}",
            note=one.note if may_read_notes else "",
            icon="cross" if missed else "",
            appointment_id=one.pk,
            outcome=one.outcome,
        )


def of_notes(rows: Iterable[Note]) -> Iterator[Event]:
    """Yield notes as events."""
    for one in rows:
        last = f", dernier texte de {one.changed_by}" if one.changed_by_id != one.author_id else ""
        yield Event(one.written_on, "note", "Note", f"par {one.author}{last}", one.text, note_key=one.key)


def _contracts(person_id: int) -> Iterator[Event]:
    rows = Contract.objects.filter(person_id=person_id).exclude(state=ContractState.CANCELLED)
    for one in rows.select_related("validated_by", "handed_over_by"):
        name = f"{one.get_kind_display()} n° {one.rank}"
        span = f"du {date_short(one.start_on)} au {date_short(one.end_on)}"
        if one.signed_on:
            yield Event(one.signed_on, "contrat", f"{name} signé", span)
        if one.submitted_on:
            yield Event(one.submitted_on, "contrat", f"{name} transmis pour validation")
        if one.validated_on:
            yield Event(one.validated_on, "contrat", f"{name} validé", f"{span}, par {one.validated_by}", icon="check")
        if one.handed_over_on:
            yield Event(one.handed_over_on, "contrat", f"{name} remis", f"par {one.handed_over_by}")
        if one.validated_on:
            yield Event(one.end_on, "contrat", f"Fin du {name[0].lower()}{name[1:]}", icon="clock")


def _steps(person_id: int, labels: Labels) -> Iterator[Event]:
    for step in Step.objects.filter(person_id=person_id):
        name = step.label or labels.step(step.kind)
        where = step.operator
        if step.started_on:
            yield Event(step.started_on, "etape", f"Étape commencée : {name}", where)
        elif step.state != StepState.CANCELLED:
            yield Event(
                step.positioned_on or step.proposed_on,
                "etape",
                f"Étape {step.get_state_display().lower()} : {name}",
                where,
            )
        if step.ended_on:
            done = step.state == StepState.COMPLETED
            verb = "réalisée" if done else "interrompue"
            yield Event(
                step.ended_on, "etape", f"Étape {verb} : {name}", step.end_reason, icon="check" if done else "cross"
            )
        elif step.planned_end_on and step.state == StepState.STARTED:
            yield Event(step.planned_end_on, "etape", f"Fin prévue : {name}", where, icon="clock")


def _pathway(person_id: int, labels: Labels) -> Iterator[Event]:
    orientations = Orientation.objects.filter(person_id=person_id).select_related(
        "organisation", "decided_by", "replaces"
    )
    for one in orientations:
        yield Event(
            one.decided_on,
            "parcours",
            f"Orientation vers {one.organisation}",
            f"{labels.action(one.action_code)} – {one.decided_by}{_opinion(one, labels)}",
            one.reason,
        )
        if one.closed_on:
            yield Event(one.closed_on, "parcours", f"Orientation close : {one.organisation}", one.closed_reason)
    for day, title, detail, note in around_orientation(person_id):
        yield Event(day, "parcours", title, detail, note)
    for leaving in Exit.objects.filter(person_id=person_id).select_related("enrolment"):
        shown = labels.exit_class(leaving.chosen_class or leaving.computed_class, leaving.enrolment.action_code)
        yield Event(
            leaving.exited_on,
            "parcours",
            f"Sortie : {leaving.get_destination_display()}",
            f"{leaving.get_state_display()} – {shown}",
            icon="exit",
        )


def _opinion(one: Orientation, labels: Labels) -> str:
    """Say the opinion behind a decision, or that a change of accompaniment has none (R-042)."""
    if one.opinion_on:
        return f" – avis {one.get_opinion_display().lower()} du {date_short(one.opinion_on)}, {labels.body(one.opinion_body)}"
    if one.replaces is not None and one.replaces.accompaniment_type != one.accompaniment_type:
        return " – changement d’accompagnement sans avis d’une instance"
    return ""


def _messages(person_id: int) -> Iterator[Event]:
    for one in of_person(person_id):
        yield Event(
            local_day(one.settled_at or one.queued_at),
            "message",
            f"{MESSAGES.get(one.kind, one.kind)} : {one.get_state_display().lower()}",
            f"par {one.get_channel_display()}" if one.channel == Channel.SMS else "par courriel",
            one.reason,
        )


def _letters(person_id: int) -> Iterator[Event]:
    for one in Letter.objects.filter(person_id=person_id).select_related("version__model").order_by("pk"):
        became = "annulé" if one.cancelled_on else f"parti le {date_short(one.sent_on)}" if one.sent_on else ""
        yield Event(one.asked_on, "message", f"Courrier : {one.version.model.name}", became, icon="document")


def _questions_to_the_caf(person_id: int) -> Iterator[Event]:
    for one in questions_of(person_id):
        about = subjects().get(one.subject, one.subject)
        waits = "" if one.answered_on else ", sans réponse"
        yield Event(one.asked_on, "message", f"Question à la CAF : {about}", f"par {one.asked_by}{waits}")
        if one.answered_on:
            yield Event(one.answered_on, "message", f"Réponse de la CAF : {about}", f"notée par {one.answer_noted_by}")


def kind_counts(events: Iterable[Event]) -> dict[str, int]:
    """Return how many events each kind has, for the filter."""
    found = dict.fromkeys(KINDS, 0)
    for event in events:
        found[event.kind] += 1
    return found
