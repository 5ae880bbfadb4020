"""What became of several persons at once, in one writing: group times, information sessions, sheets come back (R-095, R-100)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models.functions import Now

from jalons.agenda.models import Appointment, Outcome, SignIn
from jalons.agenda.reference import justifications
from jalons.agenda.rules import justifies_late, require_hours, require_in_window, require_past, require_transition
from jalons.agenda.windows import justification_windows
from jalons.kernel.operation import touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.permissions import require_reach_all

ATTENDANCES = (Outcome.HELD, Outcome.JUSTIFIED_ABSENCE, Outcome.UNJUSTIFIED_ABSENCE)
_WRITTEN = ("outcome", "outcome_at", "outcome_by", "real_start", "real_end", "justification")


@dataclass(frozen=True, slots=True)
class Presence:
    """What became of one invited person: the outcome, the real hours when they differ from those of the session."""

    outcome: Outcome
    real_start: datetime | None = None
    real_end: datetime | None = None
    justification: str = ""


def note_presences(
    actor: User,
    became: Iterable[tuple[Appointment, Presence]],
    *,
    on: date,
    permission: Permission = Permission.APPOINTMENT_WRITE,
    names: Mapping[int, str] | None = None,
) -> list[Appointment]:
    """Write what became of appointments, in a number of queries that does not grow with them; return those changed.

    Called inside an operation that has locked the persons, then read the appointments. What is noted the same way already is
    left alone. ``names``: appointment → what its refusal begins with (« Ligne 3 »).
    """
    todo = [(row, wanted) for row, wanted in became if _differs(row, wanted)]
    rows = [row for row, _ in todo]
    if not rows:
        return []
    require_reach_all(actor, {row.person_id for row in rows}, on=on, permission=permission)
    late = [row for row, wanted in todo if justifies_late(row.outcome, wanted.outcome)]
    windows = justification_windows(late)
    unsigned = []
    for row, wanted in todo:
        with refusals_of(names[row.pk] if names else ""):
            require_past(row.on_date, on=on)
            if justifies_late(row.outcome, wanted.outcome):
                require_in_window(row.on_date, windows[row.pk], on=on)
            if _settled(row, wanted, actor):
                unsigned.append(row.pk)
    Appointment.objects.bulk_update(rows, _WRITTEN)
    void_sign_ins(unsigned, actor)
    noted = dict(Appointment.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "outcome_at"))
    for row in rows:
        row.outcome_at = noted[row.pk]
    touch(persons={row.person_id for row in rows}, days={row.on_date for row in rows})
    return rows


def void_sign_ins(appointment_ids: Collection[int], actor: User) -> None:
    """Take the sign-ins of appointments out of effect: what was signed is no longer what is noted."""
    rows = SignIn.objects.filter(appointment__in=appointment_ids, voided_at__isnull=True)
    rows.update(voided_at=Now(), voided_by=actor)


def _differs(row: Appointment, wanted: Presence) -> bool:
    if row.outcome != wanted.outcome:
        return True
    hours = (wanted.real_start, wanted.real_end)
    return wanted.outcome == Outcome.HELD and None not in hours and hours != (row.real_start, row.real_end)


def _settled(row: Appointment, wanted: Presence, actor: User) -> bool:
    """Put ``wanted`` on the row. Returns whether what was signed loses its effect."""
    held = wanted.outcome == Outcome.HELD
    if wanted.outcome not in ATTENDANCES:
        raise Refusal("Notez la personne venue, excusée ou absente.", code="attendance_outcome")
    if wanted.justification and (
        wanted.outcome != Outcome.JUSTIFIED_ABSENCE or wanted.justification not in justifications()
    ):
        raise Refusal("Cette justification n’est pas de la liste.", code="appointment_justification")
    if held:
        require_hours(row, wanted.real_start, wanted.real_end)
    former = (row.real_start, row.real_end)
    if row.outcome != wanted.outcome:
        require_transition(row.outcome, wanted.outcome)
        row.outcome, row.outcome_at, row.outcome_by = wanted.outcome, Now(), actor
    row.real_start = (wanted.real_start or row.starts_at) if held else None
    row.real_end = (wanted.real_end or row.ends_at) if held else None
    row.justification = wanted.justification
    return former not in ((None, None), (row.real_start, row.real_end))


@contextmanager
def refusals_of(name: str) -> Iterator[None]:
    """Begin the refusals of what is inside by a name (« Ligne 3 »); empty: leave them as they are."""
    try:
        yield
    except Refusal as refusal:
        if not name:
            raise
        raise type(refusal)(f"{name} : {refusal.sentence}", code=refusal.code) from refusal
