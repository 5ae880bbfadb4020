"""Facts that nobody has written about yet: what the lists « à écrire » show, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from jalons.agenda.models import Appointment, Mode, Outcome
from jalons.documents.models import LetterKind
from jalons.exchange.letters.models import Letter
from jalons.exchange.letters.permissions import OF_THE_FILE, facts_of
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, ContractState, Orientation, Report, ReportState
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list: one person, one group session, one decision in number."""

    person_id: int | None = None
    session_id: int | None = None
    decision: UUID | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A fact to write about: its person, its day, what it is in a few words."""

    subject_id: int
    person: Person
    day: date
    what: str


def waiting(user: User, kind: LetterKind, asked: Filter, *, on: date) -> QuerySet[Any]:
    """Return the facts of this kind that ``user`` writes about, of persons within reach, without a letter in force."""
    written = Letter.objects.filter(kind=kind, subject_id=OuterRef("pk"), cancelled_on__isnull=True)
    reached = reachable_persons(user, on=on, permission=Permission.LETTER_WRITE)
    mine = facts_of(user, kind, on=on)
    rows = _ROWS[kind](on).filter(mine, ~Exists(written), person__in=reached).select_related("person")
    if kind in OF_THE_FILE:
        rows = rows.filter(person__in=reachable_persons(user, on=on, permission=Permission.PERSON_OPEN))
    if asked.person_id is not None:
        rows = rows.filter(person_id=asked.person_id)
    if asked.session_id is not None and kind == LetterKind.CONVOCATION:
        rows = rows.filter(session_id=asked.session_id)
    if asked.decision is not None and kind == LetterKind.ORIENTATION:
        rows = rows.filter(batch=asked.decision)
    return rows


def told(kind: LetterKind, rows: Sequence[Any]) -> list[Waiting]:
    """Return rows of ``waiting`` in words."""
    return [Waiting(row.pk, row.person, *_WORDS[kind](row)) for row in rows]


def _appointments(on: date) -> QuerySet[Any]:
    rows = Appointment.objects.filter(outcome=Outcome.PLANNED, on_date__gte=on).exclude(mode=Mode.MAIL)
    return rows.select_related("organisation", "session").order_by("starts_at", "pk")


def _orientations(on: date) -> QuerySet[Any]:
    rows = Orientation.objects.filter(closed_on__isnull=True, decided_on__lte=on)
    return rows.select_related("organisation").order_by("-decided_on", "-pk")


def _contracts(on: date) -> QuerySet[Any]:
    rows = Contract.objects.filter(state__in=(ContractState.VALIDATED, ContractState.HANDED_OVER))
    return rows.order_by("-validated_on", "-pk")


def _reports(on: date) -> QuerySet[Any]:
    return Report.objects.filter(state=ReportState.WRITTEN).order_by("-decided_on", "-pk")


_ROWS: dict[LetterKind, Callable[[date], QuerySet[Any]]] = {
    LetterKind.CONVOCATION: _appointments,
    LetterKind.ORIENTATION: _orientations,
    LetterKind.CONTRACT: _contracts,
    LetterKind.REPORT: _reports,
}
_WORDS: dict[LetterKind, Callable[[Any], tuple[date, str]]] = {
    LetterKind.CONVOCATION: lambda row: (
        row.on_date,
        f"{row.session.theme if row.session else row.get_kind_display()}, {row.organisation.name}",
    ),
    LetterKind.ORIENTATION: lambda row: (row.decided_on, f"Orientation vers {row.organisation.name}"),
    LetterKind.CONTRACT: lambda row: (row.start_on, f"{row.get_kind_display()} n° {row.rank}"),
    LetterKind.REPORT: lambda row: (row.decided_on, f"Signalement : {row.get_cause_display().lower()}"),
}
