"""Everything dated in a person's file, as one line of time. One query per room's table, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jalons.agenda.models import Outcome
from jalons.agenda.queries import appointments_of_person
from jalons.agenda.rules import local_day
from jalons.casefile.queries import notes_of
from jalons.exchange.letters.models import Letter
from jalons.exchange.messages.queries import of_person
from jalons.exchange.messages.texts import KINDS as MESSAGES
from jalons.kernel.outbox import Channel
from jalons.pathways.models import (
    Assessment,
    Contract,
    ContractReturn,
    ContractState,
    Enrolment,
    Exit,
    Finding,
    FollowUpContact,
    Information,
    Job,
    Mandate,
    Obstacle,
    Orientation,
    Pause,
    Report,
    ReportState,
    Step,
    StepState,
)
from jalons.people.models import JobSeekerRegistration, RightsAndDuties, RsaRight
from jalons.sites.desk.timeline_orientation import around_orientation
from jalons.sites.frame.labels import Labels
from jalons.ui.french import clock_time, date_long, date_short

KINDS: dict[str, tuple[str, str]] = {  # code: label of the filter, icon
    "rdv": ("Rendez-vous", "calendar"),
    "contrat": ("Contrats", "document"),
    "etape": ("Étapes et emplois", "step"),
    "situation": ("Situation et freins", "info"),
    "parcours": ("Orientation et accompagnement", "signpost"),
    "droits": ("Droits", "right"),
    "note": ("Notes", "document"),
    "message": ("Messages et courriers", "inbox"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One dated thing. ``detail`` is a short line, ``note`` a longer text, ``appointment_id`` allows to act on it."""

    day: date
    kind: str
    title: str
    detail: str = ""
    note: str = ""
    icon: str = ""
    appointment_id: int | None = None
    at: datetime | None = None
    outcome: str = ""
    note_key: UUID | None = None

    @property
    def planned(self) -> bool:
        """Whether it is an appointment nobody has said the outcome of."""
        return self.outcome == Outcome.PLANNED

    @property
    def held(self) -> bool:
        """Whether it is an appointment that took place."""
        return self.outcome == Outcome.HELD

    @property
    def shown_icon(self) -> str:
        """The icon of the event, else that of its kind."""
        return self.icon or KINDS[self.kind][1]


def events_of(person_id: int, *, labels: Labels, may_read_notes: bool) -> list[Event]:
    """Return every event of a person, newest first; notes only for those who may read them."""
    found = [
        *_appointments(person_id, may_read_notes=may_read_notes),
        *_contracts(person_id),
        *_steps(person_id, labels),
        *_news(person_id, may_read_notes=may_read_notes),
        *(_reports(person_id) if may_read_notes else ()),
        *_situation(person_id, labels, may_read_notes=may_read_notes),
        *_pathway(person_id, labels),
        *_rights(person_id),
        *(_notes(person_id) if may_read_notes else ()),
        *_messages(person_id),
        *_letters(person_id),
    ]
    return sorted(found, key=lambda event: (event.day, event.at.timestamp() if event.at else 0.0), reverse=True)


def _appointments(person_id: int, *, may_read_notes: bool) -> Iterator[Event]:
    for one in appointments_of_person(person_id):
        missed = one.outcome in (Outcome.JUSTIFIED_ABSENCE, Outcome.UNJUSTIFIED_ABSENCE)
        where = f", {one.place}" if one.place else ""
        yield Event(
            day=one.on_date,
            at=one.starts_at,
            kind="rdv",
            title=f"{one.get_kind_display()} : {one.get_outcome_display().lower()}",
            detail=f"{clock_time(one.starts_at)}, {one.get_mode_display().lower()}{where} – {one.caseworker or one.organisation}",
            note=one.note if may_read_notes else "",
            icon="cross" if missed else "",
            appointment_id=one.pk,
            outcome=one.outcome,
        )


def _notes(person_id: int) -> Iterator[Event]:
    for one in notes_of(person_id):
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
    for back in ContractReturn.objects.filter(contract__person_id=person_id).select_related("contract", "returned_by"):
        yield Event(
            back.returned_on,
            "contrat",
            f"Contrat n° {back.contract.rank} renvoyé",
            f"par {back.returned_by}",
            back.reasons,
            "warning",
        )


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
    for job in Job.objects.filter(person_id=person_id):
        hours = f", {job.weekly_hours.normalize():f} h par semaine".replace(".", ",") if job.weekly_hours else ""
        yield Event(
            job.start_on, "etape", f"Emploi : {job.get_contract_kind_display()}", f"{job.employer}{hours}", icon="work"
        )
        if job.ended_on:
            yield Event(
                job.ended_on, "etape", f"Fin d’emploi : {job.get_contract_kind_display()}", job.employer, icon="work"
            )


def _news(person_id: int, *, may_read_notes: bool) -> Iterator[Event]:
    for one in FollowUpContact.objects.filter(person_id=person_id).select_related("recorded_by"):
        trouble = one.finding in (Finding.DIFFICULTY, Finding.STOPPED)
        yield Event(
            one.made_on,
            "etape",
            f"Nouvelles de {'l’emploi' if one.job_id else 'l’étape'} : {one.get_finding_display().lower()}",
            f"{one.get_contact_with_display()} – {one.recorded_by}",
            one.note if may_read_notes else "",
            "warning" if trouble else "",
        )


def _reports(person_id: int) -> Iterator[Event]:
    """What was reported or set aside: its day and state, never its facts."""
    for one in Report.objects.filter(person_id=person_id).select_related("decided_by"):
        words = "Signalement écarté" if one.state == ReportState.DISMISSED else "Signalement écrit"
        gone = f", retiré le {date_short(one.withdrawn_on)}" if one.withdrawn_on else ""
        yield Event(
            one.decided_on,
            "situation",
            f"{words} : {one.get_cause_display().lower()}",
            f"{one.decided_by}{gone}",
            "",
            "warning",
        )


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
    for stay in Enrolment.objects.filter(person_id=person_id).select_related("organisation"):
        yield Event(stay.start_on, "parcours", f"Entrée : {labels.action(stay.action_code)}", str(stay.organisation))
        if stay.end_on:
            yield Event(
                stay.end_on,
                "parcours",
                f"Fin d’accompagnement : {stay.get_end_reason_display()}",
                str(stay.organisation),
                icon="exit",
            )
    for mandate in Mandate.objects.filter(person_id=person_id).select_related("caseworker", "organisation"):
        yield Event(
            mandate.start_on,
            "parcours",
            f"Référent unique : {mandate.caseworker}",
            str(mandate.organisation),
            icon="person",
        )
    for pause in Pause.objects.filter(enrolment__person_id=person_id):
        until = f"jusqu’au {date_long(pause.end_on)}" if pause.end_on else ""
        yield Event(pause.start_on, "parcours", "Mise en veille", until, pause.reason, "pause")
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


def _situation(person_id: int, labels: Labels, *, may_read_notes: bool) -> Iterator[Event]:
    for made in Assessment.objects.filter(person_id=person_id).select_related("recorded_by"):
        note = made.recommendations if may_read_notes else ""
        yield Event(made.made_on, "situation", made.get_kind_display(), f"par {made.recorded_by}", note, "chart")
    for found in Obstacle.objects.filter(person_id=person_id).select_related("enrolment"):
        name = labels.obstacle(found.domain, found.enrolment.action_code)
        note = found.note if may_read_notes else ""
        yield Event(found.opened_on, "situation", f"Frein repéré : {name}", note, icon="warning")
        if found.worked_on and found.worked_on != found.lifted_on:
            yield Event(found.worked_on, "situation", f"Frein travaillé : {name}", icon="step")
        if found.lifted_on:
            yield Event(found.lifted_on, "situation", f"Frein levé : {name}", icon="check")
    yield from _informations(person_id)
    for period in JobSeekerRegistration.objects.filter(person_id=person_id):
        yield Event(period.start_on, "situation", "Inscription à Pôle emploi", icon="work")
        if period.end_on:
            why = period.get_end_reason_display()
            yield Event(period.end_on, "situation", "Fin de l’inscription à Pôle emploi", why, icon="cross")


def _informations(person_id: int) -> Iterator[Event]:
    """One event a day, whatever was explained that day."""
    days: dict[date, list[Information]] = {}
    for told in Information.objects.filter(person_id=person_id).order_by("pk"):
        days.setdefault(told.given_on, []).append(told)
    for day, rows in days.items():
        kinds = ", ".join(f"{name[0].lower()}{name[1:]}" for name in (one.get_kind_display() for one in rows))
        documents = ", ".join(dict.fromkeys(one.documents for one in rows if one.documents))
        yield Event(day, "situation", f"Information donnée : {kinds}", f"remis : {documents}" if documents else "")


def _rights(person_id: int) -> Iterator[Event]:
    for right in RsaRight.objects.filter(person_id=person_id):
        yield Event(
            right.start_on,
            "droits",
            f"Droit RSA : {right.get_state_display().lower()}",
            f"motif {right.reason_code}" if right.reason_code else "",
        )
    for duty in RightsAndDuties.objects.filter(person_id=person_id):
        yield Event(duty.start_on, "droits", "Entrée dans les droits et devoirs")
        if duty.end_on:
            yield Event(duty.end_on, "droits", "Fin des droits et devoirs")


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


def kind_counts(events: Iterable[Event]) -> dict[str, int]:
    """Return how many events each kind has, for the filter."""
    found = dict.fromkeys(KINDS, 0)
    for event in events:
        found[event.kind] += 1
    return found
