"""Pure rules of the agenda: which outcome may follow which, days and hours, repetition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jalons.agenda.models import Appointment, Outcome, RhythmUnit
from jalons.agenda.rulebook import Window
from jalons.kernel.periods import add_months
from jalons.kernel.refusals import Refusal

PARIS = ZoneInfo("Europe/Paris")

_ATTENDANCE = frozenset({Outcome.HELD, Outcome.JUSTIFIED_ABSENCE, Outcome.UNJUSTIFIED_ABSENCE})

# An attendance may be corrected (an absence is justified later, R-147; a slip of the finger): history keeps the former
# one. What was cancelled or moved stays so; what was noted by mistake is taken back with a reason (``require_noted``).
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


def require_noted(current: str) -> None:
    """Refuse to take back what was not noted: only a presence or an absence may have been noted by mistake."""
    if current not in _ATTENDANCE:
        raise Refusal(
            f"Ce rendez-vous est « {Outcome(current).label} » : rien n’y a été noté par erreur.",
            code="appointment_not_noted",
        )


def justifies_late(current: str, wanted: Outcome) -> bool:
    """Tell whether an absence is justified after something else was noted: the window of the rulebook holds then (S-24)."""
    return wanted == Outcome.JUSTIFIED_ABSENCE and current in _ATTENDANCE - {Outcome.JUSTIFIED_ABSENCE}


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


def require_hours(appointment: Appointment, real_start: datetime | None, real_end: datetime | None) -> None:
    """Refuse hours of presence that are not those of the day of the appointment."""
    for instant in (real_start, real_end):
        if instant is not None and local_day(instant) != appointment.on_date:
            raise Refusal(
                "Les heures de présence sont celles du jour du rendez-vous : pour un autre jour, notez un autre rendez-vous.",
                code="appointment_hours_of_another_day",
            )


def require_in_window(absent_on: date, window: Window | None, *, on: date) -> None:
    """Refuse to justify an absence once the window of the rulebook is over (S-24)."""
    if window is None or on <= absent_on + timedelta(days=window.days):
        return
    last = absent_on + timedelta(days=window.days)
    raise Refusal(
        f"Le délai pour justifier cette absence a pris fin le {last:%d/%m/%Y} : {window.days} jours, {window.asked.rulebook}. "
        "L’absence reste notée ; un signalement peut encore être écarté avec un motif.",
        code="appointment_justified_too_late",
    )


MOST_REPEATED = 60  # more than a year of weekly meetings: beyond, a date was mistyped


def instants(
    starts_at: datetime, ends_at: datetime, *, every: int, unit: str, until: date
) -> Iterator[tuple[datetime, datetime]]:
    """Yield (start, end) of each repetition until a day included, the first one as given; hours stay those of Paris.

    Refused: an end before the first day, more than ``MOST_REPEATED`` repetitions.
    """
    require_times(starts_at, ends_at)
    start, length = starts_at.astimezone(PARIS), ends_at - starts_at
    if until < start.date():
        raise Refusal("La répétition finit avant de commencer : corrigez sa date de fin.", code="series_ends_before")
    for number in range(MOST_REPEATED + 1):
        day = _repeated(start.date(), number * every, unit)
        if day > until:
            return
        if number == MOST_REPEATED:
            raise Refusal(
                f"Plus de {MOST_REPEATED} dates : rapprochez la date de fin de la répétition.", code="series_too_long"
            )
        again = datetime.combine(day, start.time(), tzinfo=PARIS)
        yield again, again + length


def _repeated(first: date, count: int, unit: str) -> date:
    return add_months(first, count) if unit == RhythmUnit.MONTH else first + timedelta(weeks=count)
