"""Reading the values of the format: padding, empty elements, dates, booleans, amounts.

An empty element is unknown (None). A value that is present but cannot be read refuses the household, naming the tag,
the value and what to do: a guess would be worse than a refusal.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

from lxml.etree import _Element

Fields = dict[str, str]

# The format writes 2020-10-15; some senders add the time zone the schema allows.
_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?$")
_TIME = re.compile(r"^(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?$")
_BOOLEANS = {"0": False, "1": True, "false": False, "true": True}

WARNINGS = {
    "nir_absent": "NIR absent",
    "nir_invalid": "NIR inexploitable, gardé comme inconnu",
    "nir_shared": "Même NIR pour deux personnes du foyer, gardé comme inconnu",
    "anomaly_count": "Le nombre de dossiers en anomalie annoncé n’est pas celui du fichier",
}


class UnreadableHousehold(Exception):
    """The household is refused for ``reason``; ``message`` is the French sentence shown with it."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def fields(element: _Element) -> Fields:
    """Return the non-empty leaf values under ``element``, padding removed."""
    return {child.tag: stripped for child in element if (text := child.text) and (stripped := text.strip())}


def required(values: Fields, tag: str, longest: int) -> str:
    """Return the text of ``tag``; refuse the household when it is absent, empty or longer than the format allows."""
    text = values.get(tag)
    if text is None:
        raise UnreadableHousehold(
            "missing",
            f"La balise {tag} est absente ou vide : faites compléter ce dossier par l’organisme payeur, puis rejouez-le.",
        )
    return _within(text, tag, longest)


def optional(values: Fields, tag: str, longest: int) -> str | None:
    """Return the text of ``tag``, or None; refuse the household when it is longer than the format allows."""
    text = values.get(tag)
    return None if text is None else _within(text, tag, longest)


def _within(text: str, tag: str, longest: int) -> str:
    if len(text) > longest:
        raise UnreadableHousehold(
            "too_long",
            f"La balise {tag} compte {len(text)} caractères, {longest} au plus sont permis : faites corriger ce dossier "
            "par l’organisme payeur, puis rejouez-le.",
        )
    return text


def _unreadable(tag: str, text: str, expected: str) -> UnreadableHousehold:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return UnreadableHousehold(
        "unreadable_value",
        f"La balise {tag} contient « {shown} », {expected} est attendu : corrigez-la ou faites-la corriger, puis rejouez.",
    )


def parse_date(text: str) -> date:
    """Return the date of « AAAA-MM-JJ » (a time zone is ignored). Raises ValueError."""
    try:
        return date.fromisoformat(text)  # the usual case, and fromisoformat alone would take « 20201015 » too
    except ValueError:
        match = _DATE.match(text)
        if match is None:
            raise
        return date.fromisoformat(match.group(1))


def parse_time(text: str) -> time:
    """Return the time of « HH:MM:SS.ffff », fractions dropped. Raises ValueError."""
    match = _TIME.match(text)
    if match is None:
        raise ValueError(text)
    return time(int(match.group(1)), int(match.group(2)), int(match.group(3)))


def optional_date(values: Fields, tag: str) -> date | None:
    """Return the date of ``tag``, or None when unknown."""
    text = values.get(tag)
    if text is None:
        return None
    try:
        if len(text) == 8:
            raise ValueError(text)
        return parse_date(text)
    except ValueError:
        raise _unreadable(tag, text, "une date AAAA-MM-JJ") from None


def required_date(values: Fields, tag: str) -> date:
    """Return the date of ``tag``; refuse the household when unknown."""
    required(values, tag, 30)
    day = optional_date(values, tag)
    assert day is not None
    return day


def optional_boolean(values: Fields, tag: str) -> bool | None:
    """Return the boolean of ``tag`` (0, 1, false, true), or None when unknown."""
    text = values.get(tag)
    if text is None:
        return None
    try:
        return _BOOLEANS[text]
    except KeyError:
        raise _unreadable(tag, text, "0 ou 1") from None


def optional_integer(values: Fields, tag: str) -> int | None:
    """Return the integer of ``tag`` (leading zeros allowed), or None when unknown."""
    text = values.get(tag)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise _unreadable(tag, text, "un nombre entier")
    return int(text)


def optional_amount(values: Fields, tag: str) -> Decimal | None:
    """Return the amount of ``tag`` in euros, or None when unknown."""
    text = values.get(tag)
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise _unreadable(tag, text, "un montant comme 0000515.71") from None
    if not amount.is_finite():
        raise _unreadable(tag, text, "un montant comme 0000515.71")
    return amount
