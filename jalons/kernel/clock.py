"""The one clock. Only faces (screens, commands, workers) read it; the domain receives its dates as arguments.

``JALONS_TODAY`` moves it for the demo and the tests; instants kept for the record stay real.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """Return the day in Paris, or the one fixed by the setting ``JALONS_TODAY``."""
    fixed: date | None = settings.JALONS_TODAY
    return fixed if fixed is not None else timezone.localdate()


def instant() -> datetime:
    """Return the instant the faces believe in: the hour it is, on the day of the one clock."""
    here = timezone.localtime()
    return datetime.combine(today(), here.time(), tzinfo=here.tzinfo) if is_moved() else here


def now() -> datetime:
    """Return the instant a record is written, never moved."""
    return timezone.now()


def is_moved() -> bool:
    """Tell whether the day is fixed by the setting (the pages then say so in a banner)."""
    return settings.JALONS_TODAY is not None
