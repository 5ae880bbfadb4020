"""What the import screens and the command line read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.db.models import Count, QuerySet

from jalons.exchange.caf.errors import UnreadableFile
from jalons.exchange.caf.models import IdentityConflict, ImportRun, RecordState, RefusedRecord
from jalons.exchange.caf.records import Household
from jalons.exchange.caf.stream import KINDS, check_beginning, check_not_empty, read_file
from jalons.exchange.caf.values import WARNINGS
from jalons.network.models import Authority, User
from jalons.network.permissions import Permission, may
from jalons.people.models import Person


def visible_runs(user: User, *, on: date) -> QuerySet[ImportRun]:
    """Return the runs of the authorities whose imports ``user`` may read, the latest first."""
    mine = [
        authority.pk
        for authority in Authority.objects.all()
        if may(user, Permission.IMPORT_READ, on=on, authority_id=authority.pk)
    ]
    return ImportRun.objects.filter(authority_id__in=mine).select_related("authority", "actor")


def records_of(run: ImportRun, *, state: RecordState | None = None) -> QuerySet[RefusedRecord]:
    """Return the households of a run that were set aside, with their conflicts."""
    found = run.records.prefetch_related("conflicts").order_by("position")
    return found if state is None else found.filter(state=state)


def refusals_by_reason(run: ImportRun) -> dict[str, int]:
    """Return how many households of the run still wait, by reason."""
    pending = run.records.filter(state=RecordState.PENDING).order_by()
    return dict(pending.values_list("reason").annotate(count=Count("pk")).order_by("reason"))


def open_conflicts(user: User, *, on: date) -> QuerySet[IdentityConflict]:
    """Return the identities that wait for a decision ``user`` may take, the oldest first."""
    mine = [
        authority.pk
        for authority in Authority.objects.all()
        if may(user, Permission.IDENTITY_RESOLVE, on=on, authority_id=authority.pk)
    ]
    return (
        IdentityConflict.objects.filter(authority_id__in=mine, state="open")
        .select_related("record__run")
        .order_by("pk")
    )


def candidates_of(conflict: IdentityConflict) -> QuerySet[Person]:
    """Return the persons the conflict may be about, for the screen that decides."""
    return Person.objects.filter(pk__in=conflict.candidates, authority_id=conflict.authority_id).order_by("pk")


class CodeCount(NamedTuple):
    """A code of a file, and how many households carry it."""

    tag: str
    code: str
    households: int


def unknown_codes(run: ImportRun) -> list[CodeCount]:
    """Return the codes of the run that no list has: kept as sent."""
    return [CodeCount(entry["tag"], entry["code"], entry["count"]) for entry in run.unknown_codes]


def warnings_of(run: ImportRun) -> dict[str, int]:
    """Return the warnings of a run, in French, with their number of persons or households."""
    return {WARNINGS.get(code, code): count for code, count in run.warnings.items()}


def kind_label(run: ImportRun) -> str:
    """Return « mensuel », « quotidien » or « reprise »."""
    return KINDS.get(run.kind, "")


def authority_of_file(path: Path) -> Authority | None:
    """Return the one authority whose département is that of the paying body, or None when none or several are."""
    try:
        check_not_empty(path)
        check_beginning(path)
        for item in read_file(path):
            if isinstance(item, Household):
                return _authority_of_body(item.paying_body_number)
    except UnreadableFile:
        pass  # the import itself tells what is wrong, once the authority is known
    authorities = list(Authority.objects.all()[:2])
    return authorities[0] if len(authorities) == 1 else None


def _authority_of_body(number: str) -> Authority | None:
    found: Collection[Authority] = [
        authority
        for authority in Authority.objects.exclude(department="")
        if number.startswith(authority.department.rjust(2, "0"))
    ]
    if len(found) == 1:
        return next(iter(found))
    every = list(Authority.objects.all()[:2])
    return every[0] if len(every) == 1 else None
