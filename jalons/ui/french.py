"""French writing of dates, numbers and sentences. Plain functions, used as template filters and by exports."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

NARROW = "\u202f"  # narrow no-break space: before ; : ! ? and between thousands
NO_BREAK = "\u00a0"
PARIS = ZoneInfo("Europe/Paris")

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

_BEFORE_SIGN = re.compile(r"(?<=\S)[ \u00a0]([;:!?%€»])(?!//)")
_AFTER_QUOTE = re.compile(r"«[ \u00a0]")
_STRAIGHT = re.compile(r"(?<=\w)'(?=\w)")


def local(moment: date | datetime) -> date | datetime:
    """Return an instant as seen in Paris; a date is returned as it is."""
    return moment.astimezone(PARIS) if isinstance(moment, datetime) and moment.tzinfo else moment


def date_long(day: date | datetime | None) -> str:
    """Return « 3 mars 2020 » (« 1er mars 2020 » for the first), for sentences; empty for None."""
    if day is None:
        return ""
    day = local(day)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK}{MONTHS[day.month - 1]} {day.year}"


def date_short(day: date | datetime | None) -> str:
    """Return « 03/03/2020 », for tables; empty for None."""
    return "" if day is None else f"{local(day):%d/%m/%Y}"


def day_name(day: date | datetime) -> str:
    """Return « mardi 3 mars »."""
    day = local(day)
    return f"{DAYS[day.weekday()]} {'1er' if day.day == 1 else day.day}{NO_BREAK}{MONTHS[day.month - 1]}"


def month_long(day: date | None) -> str:
    """Return « mars 2020 »; empty for None."""
    return "" if day is None else f"{MONTHS[day.month - 1]} {day.year}"


def clock_time(moment: datetime | time | None) -> str:
    """Return « 9 h 05 » or « 14 h »; empty for None."""
    if moment is None:
        return ""
    shown = local(moment) if isinstance(moment, datetime) else moment
    assert isinstance(shown, datetime | time)
    minutes = f"{NO_BREAK}{shown.minute:02d}" if shown.minute else ""
    return f"{shown.hour}{NO_BREAK}h{minutes}"


def number(value: Decimal | int | float | None, decimals: int = 0) -> str:
    """Return « 11 067 » or « 12,5 », rounded half up; « – » for None (unknown is not zero)."""
    if value is None:
        return "–"
    unit = Decimal(1).scaleb(-decimals)
    shown = Decimal(str(value)).quantize(unit, rounding=ROUND_HALF_UP)
    return f"{shown:,f}".replace(",", NARROW).replace(".", ",").replace("-", "−")


def amount(value: Decimal | int | None) -> str:
    """Return « 6 519 855,53 € »; « – » for None."""
    return "–" if value is None else f"{number(value, 2)}{NARROW}€"


def percent(ratio: Decimal | float | None, decimals: int = 1) -> str:
    """Return « 42,5 % » for 0.425; « non calculable » for None."""
    return "non calculable" if ratio is None else f"{number(Decimal(str(ratio)) * 100, decimals)}{NARROW}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return « 1 personne », « 2 personnes », « 0 personne »: zero and one are singular in French."""
    return f"{number(count)}{NO_BREAK}{one if abs(count) < 2 else (many or one + 's')}"


def typography(text: str) -> str:
    """Return a French sentence with its no-break spaces and curly apostrophes, whatever was typed."""
    text = _AFTER_QUOTE.sub(f"«{NARROW}", text)
    text = _BEFORE_SIGN.sub(NARROW + r"\1", text)
    return _STRAIGHT.sub("’", text)
