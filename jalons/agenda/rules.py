"""Pure rules of the agenda: which outcome may follow which, and the local day of an instant."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from jalons.agenda.models import Outcome
from jalons.kernel.refusals import Refusal

PARIS = ZoneInfo("Europe/Paris")

_ATTENDANCE = frozenset({Outcome.HELD, Outcome.JUSTIFIED_ABSENCE, Outcome.UNJUSTIFIED_ABSENCE})

# An attendance may be corrected (an absence is justified later, R-147; a slip of the finger): history keeps the former
# one. What was cancelled or moved stays so.
TRANSITIONS: dict[Outcome, frozenset[Outcome]] = {
    Outcome.PLANNED: _ATTENDANCE | {Outcome.CANCELLED, Outcome.MOVED},
    Outcome.HELD: _ATTENDANCE - {Outcome.HELD},
    Outcome.JUSTIFIED_ABSENCE: _ATTENDANCE - {Outcome.JUSTIFIED_ABSENCE},
    Outcome.UNJUSTIFIED_ABSENCE: _ATTENDANCE - {Outcome.UNJUSTIFIED_ABSENCE},
    Outcome.CANCELLED: frozenset(),
    Outcome.MOVED: frozenset(),
}


def local_day(instant: datetime) -> date:
    """Return the day in Paris of an aware instant: 23:30 UTC on 31 July is 1 August."""
    return instant.astimezone(PARIS).date()


def require_transition(current: str, wanted: Outcome) -> None:
    """Refuse an outcome that may not follow the current one."""
    if wanted in TRANSITIONS[Outcome(current)]:
        return
    if current == wanted:
        raise Refusal(f"Ce rendez-vous est déjà noté « {wanted.label} ».", code="appointment_same_outcome")
    raise Refusal(
        f"Ce rendez-vous est « {Outcome(current).label} » : il ne peut plus devenir « {wanted.label} ».",
        code="appointment_transition",
    )


def require_past(day: date, *, on: date) -> None:
    """Refuse to say what became of an appointment to come."""
    if day > on:
        raise Refusal(
            "Ce rendez-vous n’a pas encore eu lieu : son issue se note le jour même ou après.",
            code="appointment_to_come",
        )


def require_times(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse an end that does not come after the start."""
    if ends_at <= starts_at:
        raise Refusal("La fin du rendez-vous doit venir après son début.", code="appointment_ends_after_start")
