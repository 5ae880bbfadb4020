"""Values as they really are in the tables of organisations (formats §4.3): each reader forgives what is sure, and says what
to write when it is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jalons.exchange.spreadsheets import values
from jalons.exchange.spreadsheets.cells import Formula, Raw
from jalons.exchange.spreadsheets.errors import ValueRefused
from jalons.exchange.spreadsheets.moving.catalogue import Shape, empty_words
from jalons.kernel.identifiers import InvalidNir, normalise_nir
from jalons.kernel.refusals import Refusal
from jalons.kernel.text import fold
from jalons.people.contacts import on_the_network
from jalons.people.models import ContactKind

SERIAL_ZERO = date(1899, 12, 30)  # day 0 of spreadsheets
LAST_SERIAL = 73_050  # 31/12/2099
YEARS_AHEAD = (
    10  # a year of two digits is the latest one not after this many years from now (not after now for a birth)
)
LONGEST_AGE = 110
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan",
            "fevrier fevr fev",
            "mars",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "aout",
            "septembre sept",
            "octobre oct",
            "novembre nov",
            "decembre dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMERIC = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_WORDED = re.compile(r"(\d{1,2})(?:er)? ([a-z]+) (\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})")
_MIDNIGHT = re.compile(r"[T ]\d{1,2}[:h]\d{2}(:\d{2}(\.\d+)?)?Z?$")
_TIME = re.compile(r"(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?(?::\d{2})?\s*(?:min)?$")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_PARENTHESES = re.compile(r"[()\[\]]")
_PHONE_CUT = re.compile(r"\s*(?:[,;/\n]|\bou\b|\bet\b)\s*", re.IGNORECASE)
_MOBILE = re.compile(r"\+(33[67]|590(690|691)|594694|596(696|697)|262(692|693|639))")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader must know besides the cell: the day the table is read."""

    on: date


def read(shape: Shape, cell: Raw, asked: Asked) -> Any:
    """Return the value of a cell, None or an empty text when there is none. Raises ValueRefused."""
    if isinstance(cell, str) and not isinstance(cell, Formula) and cell.strip().lower() in empty_words():
        cell = cell if shape == "name" else None  # somebody may be called Sans
    return _READERS[shape](cell, asked)


def day(cell: Raw, asked: Asked) -> date | None:
    """Return a date, whatever way it is typed."""
    return _day(cell, latest=date(asked.on.year + YEARS_AHEAD, 12, 31))


def birth(cell: Raw, asked: Asked) -> date | None:
    """Return a date of birth: past, and of somebody who may be alive."""
    found = _day(cell, latest=asked.on)
    if found is None:
        return None
    if found > asked.on:
        raise ValueRefused("cette date de naissance n’est pas encore arrivée")
    if asked.on.year - found.year > LONGEST_AGE:
        raise ValueRefused("cette date de naissance est trop ancienne : vérifiez l’année")
    return found


def _day(cell: Raw, *, latest: date) -> date | None:
    if isinstance(cell, bool):
        raise ValueRefused(_WHAT_DAY)
    if isinstance(cell, (int, float)):
        if not (1 <= cell <= LAST_SERIAL):
            raise ValueRefused(_WHAT_DAY)
        return SERIAL_ZERO + timedelta(days=int(cell))
    if isinstance(cell, date):
        return values.day(cell)
    typed = _MIDNIGHT.sub("", values.text(cell))
    if not typed:
        return None
    if re.fullmatch(r"\d{5}", typed) and int(typed) <= LAST_SERIAL:
        return SERIAL_ZERO + timedelta(days=int(typed))
    if match := _ISO.fullmatch(typed):
        return _made(match[1], match[2], match[3], latest)
    if match := _NUMERIC.fullmatch(typed) or _COMPACT.fullmatch(typed):
        return _made(match[3], match[2], match[1], latest)
    if (match := _WORDED.fullmatch(fold(typed))) and match[2] in _MONTHS:
        return _made(match[3], str(_MONTHS[match[2]]), match[1], latest)
    raise ValueRefused(_WHAT_DAY)


_WHAT_DAY = "ce n’est pas une date : écrivez jour/mois/année, par exemple 31/12/2020"


def _made(year: str, month: str, number: str, latest: date) -> date:
    full = int(year)
    if len(year) == 2:
        full += 2000 if 2000 + full <= latest.year else 1900
    try:
        found = date(full, int(month), int(number))
    except ValueError as error:
        raise ValueRefused("ce jour n’existe pas dans le calendrier") from error
    if len(year) == 2 and found > latest:
        found = found.replace(year=full - 100)
    return found


def hour(cell: Raw, asked: Asked) -> time | None:
    """Return a time of day typed « 9h », « 09:30 », « 9.30 », or the fraction of a day that spreadsheets keep."""
    if isinstance(cell, datetime):
        return cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    typed = values.text(cell)
    if not typed:
        return None
    match = _TIME.fullmatch(typed)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise ValueRefused("ce n’est pas une heure : écrivez-la comme 14:30")
    return time(int(match[1]), int(match[2] or 0))


def name(cell: Raw, asked: Asked) -> str:
    """Return a name of a person, as typed."""
    typed = values.text(cell).replace("\u2019", "'").strip(" ,;.'-?/")
    if any(character.isdigit() for character in typed) or _PARENTHESES.search(typed):
        raise ValueRefused("un nom n’a ni chiffre ni parenthèses : gardez le seul nom, le reste a sa colonne")
    return _limited(typed, 60)


def nir(cell: Raw, asked: Asked) -> str | None:
    """Return the 13 characters of a NIR. The number is never repeated in a message."""
    typed = values.text(cell)
    if not typed:
        return None
    if _SCIENTIFIC.fullmatch(typed.replace(" ", "")):
        raise ValueRefused(
            "le tableur a perdu les chiffres de ce numéro : mettez la colonne au format « texte » et redonnez-la,"
            " ou laissez cette colonne de côté"
        )
    try:
        return normalise_nir(typed)
    except InvalidNir as wrong:
        reason = wrong.reason.rstrip(".")
        raise ValueRefused(f"{reason[0].lower()}{reason[1:]}") from wrong


def matricule(cell: Raw, asked: Asked) -> str:
    """Return a number of the paying body as it is compared: no blank, no zeros before nor after its seven characters."""
    typed = re.sub(r"[\s.\-/]", "", values.text(cell)).upper()
    typed = re.sub(r"^(CAF|MSA)", "", typed)
    if len(typed) > 7:
        typed = typed.lstrip("0") if typed[7:].strip("0") else typed[:7]
    return _limited(typed.zfill(7) if typed else "", 15)


def employment_number(cell: Raw, asked: Asked) -> str:
    """Return an identifier of Pôle emploi: seven digits and a letter or a digit; zeros lost by the spreadsheet come back."""
    typed = re.sub(r"[\s.\-]", "", values.text(cell)).upper()
    if not typed:
        return ""
    typed = typed.zfill(8) if len(typed) >= 6 else typed
    if not re.fullmatch(r"\d{7}[0-9A-Z]", typed):
        raise ValueRefused("un identifiant Pôle emploi a sept chiffres suivis d’une lettre ou d’un chiffre")
    return typed


def phone(cell: Raw, asked: Asked) -> str:
    """Return one number written as on the network; of several, a mobile first."""
    typed = values.text(cell)
    if not typed:
        return ""
    found = [number for part in _PHONE_CUT.split(typed) if (number := _number(part))]
    if not found:
        raise ValueRefused("ce n’est pas un numéro de téléphone : écrivez-le comme 06 12 34 56 78")
    return next((one for one in found if _MOBILE.match(one)), found[0])


def _number(typed: str) -> str:
    digits = re.sub(r"[^\d+]", "", typed)
    if re.fullmatch(r"[1-9]\d{8}", digits):
        digits = f"0{digits}"  # the spreadsheet took it for a number
    try:
        return on_the_network(ContactKind.MOBILE, digits)
    except Refusal:
        return f"+33{digits[1:]}" if re.fullmatch(r"0[1-59]\d{8}", digits) else ""


def email(cell: Raw, asked: Asked) -> str:
    """Return an address; the first one when several are typed."""
    typed = values.text(cell)
    first = re.split(r"[\s,;]+", typed)[0].strip("<>") if typed else ""
    if not first:
        return ""
    try:
        validate_email(first)
    except ValidationError as error:
        raise ValueRefused("cette adresse n’est pas complète : écrivez-la comme nom@exemple.fr") from error
    local, _, domain = first.rpartition("@")
    return _limited(f"{local}@{domain.lower()}", 254)


def commune(cell: Raw, asked: Asked) -> str:
    """Return the name of a commune: « 26000 Valence » says Valence."""
    return _limited(re.sub(r"\b\d{5}\b", " ", values.text(cell)).strip(" -,"), 80)


def hours(cell: Raw, asked: Asked) -> Decimal | None:
    """Return hours a week: « 35 », « 35h », « 35 h 30 », « 17,5 »."""
    if isinstance(cell, str) and (match := re.fullmatch(r"\s*(\d{1,2})\s*h(?:eures)?\s*(\d{2})?\s*", cell.lower())):
        return Decimal(match[1]) + (Decimal(match[2] or 0) / 60).quantize(Decimal("0.01"))
    found = values.decimal(cell)
    if found is not None and not 0 < found < 100:
        raise ValueRefused("des heures par semaine vont de 1 à 99")
    return found.quantize(Decimal("0.01")) if found is not None else None


def _texts(longest: int) -> Callable[[Raw, Asked], str]:
    return lambda cell, _: _limited(values.text(cell), longest)


def _limited(typed: str, longest: int) -> str:
    if len(typed) > longest:
        raise ValueRefused(f"ce texte dépasse {longest} caractères")
    return typed


_READERS: dict[Shape, Callable[[Raw, Asked], Any]] = {
    "name": name,
    "birth": birth,
    "day": day,
    "time": hour,
    "word": _texts(160),
    "nir": nir,
    "matricule": matricule,
    "employment_number": employment_number,
    "short": _texts(60),
    "place": _texts(120),
    "label": _texts(200),
    "phone": phone,
    "email": email,
    "commune": commune,
    "hours": hours,
}
