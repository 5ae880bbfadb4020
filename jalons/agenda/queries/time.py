"""The time of a professional in a month: what the agenda tells, what was written, by category (R-210)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jalons.agenda.followed import Followed, followed
from jalons.agenda.models import Appointment, GroupSession, Outcome, TimeEntry, TimeSheet
from jalons.agenda.reference import time_categories
from jalons.agenda.rules import local_day
from jalons.kernel.periods import first_of_month, last_of_month


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A line of a month: its day, what (no person is named), its category and minutes. ``entry_id``: written by hand."""

    day: date
    what: str
    category: str
    minutes: int
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a professional in a framework."""

    month: date
    lines: tuple[TimeLine, ...]

    @property
    def totals(self) -> dict[str, int]:
        """Return category → minutes, every category of the list, in its order."""
        found = dict.fromkeys(time_categories().labels, 0)
        for line in self.lines:
            found[line.category] += line.minutes
        return found

    @property
    def minutes(self) -> int:
        """Return the minutes of the month."""
        return sum(line.minutes for line in self.lines)


def month_of(*, user_id: int, organisation_id: int, framework_code: str, month: date) -> Month:
    """Return the time of a professional in one framework of an organisation: events of the persons followed there that day,
    group sessions they animate with the preparation, and what they wrote. A group session counts once, whoever came."""
    first, last = first_of_month(month), last_of_month(month)
    lines = [
        *_events(user_id, organisation_id, framework_code, first, last),
        *_entries(user_id, organisation_id, framework_code, first, last),
    ]
    return Month(first, tuple(sorted(lines, key=lambda line: (line.day, line.what, line.entry_id or 0))))


def sheet_of(*, user_id: int, organisation_id: int, framework_code: str, month: date) -> TimeSheet | None:
    """Return the sheet of the month that is closed and not opened again, None when there is none; without its bytes."""
    rows = TimeSheet.objects.filter(
        user_id=user_id,
        organisation_id=organisation_id,
        framework_code=framework_code,
        month=first_of_month(month),
        reopened_on__isnull=True,
    )
    return rows.select_related("document").defer("document__raw").first()


def sheets_of(user_id: int, organisation_id: int) -> Sequence[TimeSheet]:
    """Return every sheet a professional closed in an organisation, newest first; without their bytes."""
    rows = TimeSheet.objects.filter(user_id=user_id, organisation_id=organisation_id)
    return list(rows.select_related("document").defer("document__raw").order_by("-month", "-pk"))


def _events(user_id: int, organisation_id: int, framework_code: str, first: date, last: date) -> list[TimeLine]:
    rows = list(
        Appointment.objects.filter(
            organisation_id=organisation_id, on_date__gte=first, on_date__lte=last, outcome=Outcome.HELD
        )
        .filter(caseworker_id=user_id, session__isnull=True)
        .order_by("starts_at", "pk")
    )
    sessions = list(
        GroupSession.objects.filter(
            organisation_id=organisation_id,
            animator_id=user_id,
            cancelled_at__isnull=True,
            starts_at__date__gte=first,
            starts_at__date__lte=last,
            appointments__outcome=Outcome.HELD,
        )
        .distinct()
        .order_by("starts_at", "pk")
    )
    present = list(
        Appointment.objects.filter(session__in=sessions, outcome=Outcome.HELD).values_list("session_id", "person_id")
    )
    inside = _followed_in(
        framework_code,
        organisation_id,
        {one.person_id for one in rows} | {person for _, person in present},
        first,
        last,
    )
    lines = [_line(one) for one in rows if inside(one.person_id, one.on_date)]
    for session in sessions:
        day = local_day(session.starts_at)
        if any(inside(person, day) for number, person in present if number == session.pk):
            lines += _session_lines(session, day)
    return lines


class _Inside:
    def __init__(self, rows: Sequence[Followed], framework_code: str, organisation_id: int) -> None:
        self._spans: dict[int, list[Followed]] = {}
        for one in rows:
            if one.framework_code == framework_code and one.organisation_id == organisation_id:
                self._spans.setdefault(one.person_id, []).append(one)

    def __call__(self, person_id: int, day: date) -> bool:
        return any(one.on(day) for one in self._spans.get(person_id, ()))


def _followed_in(framework_code: str, organisation_id: int, person_ids: set[int], first: date, last: date) -> _Inside:
    rows = followed(person_ids=person_ids, first=first, last=last) if person_ids else ()
    return _Inside(rows, framework_code, organisation_id)


def _line(one: Appointment) -> TimeLine:
    assert one.real_start is not None
    assert one.real_end is not None
    what = f"{one.get_kind_display()}, {one.get_mode_display().lower()}"
    return TimeLine(one.on_date, what, time_categories().events[one.kind], minutes(one.real_start, one.real_end))


def _session_lines(session: GroupSession, day: date) -> list[TimeLine]:
    category = time_categories().events[session.kind]
    lines = [TimeLine(day, f"Temps collectif : {session.theme}", category, minutes(session.starts_at, session.ends_at))]
    if session.preparation_minutes:
        lines.append(TimeLine(day, f"Préparation : {session.theme}", category, session.preparation_minutes))
    return lines


def _entries(user_id: int, organisation_id: int, framework_code: str, first: date, last: date) -> list[TimeLine]:
    rows = TimeEntry.objects.filter(
        user_id=user_id,
        organisation_id=organisation_id,
        framework_code=framework_code,
        on_date__gte=first,
        on_date__lte=last,
    )
    labels = time_categories().labels
    return [
        TimeLine(one.on_date, one.label or labels.get(one.category, one.category), one.category, one.minutes, one.pk)
        for one in rows.order_by("on_date", "pk")
    ]


def minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Return the whole minutes between two instants."""
    return int((ends_at - starts_at).total_seconds() // 60)
