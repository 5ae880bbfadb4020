"""One inclusive type of period, and the month arithmetic of the catalogue (« Date arithmetic »).

« n months after D » is the same day n months later, or the last day of that month when it does not exist. A period of
n months starting on D ends on the day before that date.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models


def add_months(day: date, months: int) -> date:
    """Return the date ``months`` after ``day`` (negative allowed), kept within the target month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of_months(start: date, months: int) -> date:
    """Return the last day of a period of ``months`` that starts on ``start``: the day before « n months after »."""
    return add_months(start, months) - timedelta(days=1)


def first_of_month(day: date) -> date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both included; ``end`` is None while it runs. Raises ValueError when reversed."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: Period) -> bool:
        """Tell whether at least one day belongs to both periods."""
        return (other.end is None or self.start <= other.end) and (self.end is None or other.start <= self.end)

    def covers(self, other: Period) -> bool:
        """Tell whether every day of ``other`` belongs to this period."""
        if self.end is None:
            return self.start <= other.start
        return self.start <= other.start and other.end is not None and other.end <= self.end

    @property
    def days(self) -> int | None:
        """Number of days, or None while the period runs."""
        return None if self.end is None else (self.end - self.start).days + 1


def months_between(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month from the month of ``first`` to the month of ``last``, both included."""
    month = first_of_month(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


class DateRange(models.Func):
    """``daterange(start, end, '[]')``: the inclusive period of two date columns, for exclusion constraints."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field: Any

    def __init__(self, start: str, end: str) -> None:
        from django.contrib.postgres.fields import DateRangeField

        super().__init__(start, end, output_field=DateRangeField())
