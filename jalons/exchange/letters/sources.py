"""What each kind of letter is about: the rows behind numbers of subjects, and the values of its own mentions.

Read as a set: as many queries for one letter as for a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from jalons.agenda.models import Appointment, Mode, Outcome
from jalons.documents.models import LetterKind
from jalons.pathways.models import Contract, ContractState, Orientation, Report, ReportState
from jalons.pathways.rulebook import Shelf
from jalons.ui.french import clock_time, date_long, day_name


@dataclass(frozen=True, slots=True)
class Subject:
    """A fact to write about: whose it is, the authority whose models serve, the values of the mentions of its kind.

    ``unfit``: a sentence when no letter may be written about it (an appointment that is off…).
    """

    person_id: int
    authority_id: int
    organisation_id: int | None
    values: Mapping[str, str]
    unfit: str = ""


def subjects(kind: LetterKind, ids: Collection[int], *, on: date) -> dict[int, Subject]:
    """Return the facts of these numbers; those that do not exist are left out."""
    return _READERS[kind](ids, on)


def _appointments(ids: Collection[int], on: date) -> dict[int, Subject]:
    rows = Appointment.objects.filter(pk__in=ids).select_related("organisation", "session")
    return {one.pk: _appointment(one, on) for one in rows}


def _appointment(one: Appointment, on: date) -> Subject:
    values = {
        "rdv.jour": f"{day_name(one.starts_at)} {one.on_date.year}",
        "rdv.heure": clock_time(one.starts_at),
        "rdv.fin": clock_time(one.ends_at),
        "rdv.lieu": one.place or ("" if one.mode == Mode.FACE_TO_FACE else one.get_mode_display()),
        "rdv.modalite": one.get_mode_display().lower(),
        "rdv.objet": (one.session.theme if one.session and one.session.theme else one.get_kind_display()),
    }
    unfit = ""
    if one.outcome != Outcome.PLANNED:
        unfit = f"Ce rendez-vous est « {one.get_outcome_display().lower()} »."
    elif one.on_date < on:
        unfit = "Ce rendez-vous est passé."
    return Subject(one.person_id, one.organisation.authority_id, one.organisation_id, values, unfit)


def _orientations(ids: Collection[int], on: date) -> dict[int, Subject]:
    rows = list(Orientation.objects.filter(pk__in=ids).select_related("organisation"))
    shelf = Shelf()
    return {
        one.pk: Subject(
            one.person_id,
            one.authority_id,
            one.organisation_id,
            {
                "orientation.date": date_long(one.decided_on),
                "orientation.organisme": one.organisation.name,
                "orientation.action": shelf.rules_of(one.action_code, on=on).label or one.action_code,
                "orientation.motif": one.reason,
            },
            "Cette orientation est close." if one.closed_on else "",
        )
        for one in rows
    }


def _contracts(ids: Collection[int], on: date) -> dict[int, Subject]:
    rows = Contract.objects.filter(pk__in=ids).select_related("enrolment__organisation")
    return {
        one.pk: Subject(
            one.person_id,
            one.enrolment.organisation.authority_id,
            one.enrolment.organisation_id,
            {
                "contrat.nature": one.get_kind_display(),
                "contrat.numero": str(one.rank),
                "contrat.debut": date_long(one.start_on),
                "contrat.fin": date_long(one.end_on),
                "contrat.signature": date_long(one.signed_on),
            },
            "Ce contrat est annulé." if one.state == ContractState.CANCELLED else "",
        )
        for one in rows
    }


def _reports(ids: Collection[int], on: date) -> dict[int, Subject]:
    rows = Report.objects.filter(pk__in=ids).select_related("enrolment__organisation")
    return {
        one.pk: Subject(
            one.person_id,
            one.enrolment.organisation.authority_id,
            one.enrolment.organisation_id,
            {
                "rapport.date": date_long(one.decided_on),
                "rapport.objet": one.get_cause_display().lower(),
                "rapport.faits": one.facts,
            },
            "" if one.state == ReportState.WRITTEN else f"Ce signalement est « {one.get_state_display().lower()} ».",
        )
        for one in rows
    }


_READERS: dict[LetterKind, Callable[[Collection[int], date], dict[int, Subject]]] = {
    LetterKind.CONVOCATION: _appointments,
    LetterKind.ORIENTATION: _orientations,
    LetterKind.CONTRACT: _contracts,
    LetterKind.REPORT: _reports,
}
