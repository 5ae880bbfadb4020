"""French identifiers: NIR and SIRET. A NIR is never shown, logged or put in a URL; it is kept sealed (see ``sealing``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.fr import siret as stdnum_siret

_SHAPE = re.compile(r"^([1-478])(\d{2})(\d{2})(\d[\dAB])(\d{3})(\d{3})(\d{2})?$")
# Months 01–12 are real; 20–42 and 50–99 are given by the INSEE when the month is unknown (13–19 and 43–49 never are).
_MONTHS = frozenset([*range(1, 13), *range(20, 43), *range(50, 100)])


@dataclass(frozen=True, slots=True)
class InvalidNir(ValueError):
    """A NIR that cannot be right; ``reason`` is a French sentence without the number itself."""

    reason: str

    def __str__(self) -> str:
        return self.reason


def nir_key(thirteen: str) -> int:
    """Return the control key (1–97) of the 13 first characters; Corsica 2A and 2B count as 19 and 18."""
    digits = thirteen.replace("2A", "19", 1) if thirteen[5:7] == "2A" else thirteen
    digits = digits.replace("2B", "18", 1) if thirteen[5:7] == "2B" else digits
    return 97 - int(digits) % 97


def normalise_nir(raw: str) -> str:
    """Return the 13 characters of a NIR given with or without its key, blanks allowed. Raises InvalidNir."""
    text = re.sub(r"[\s.\-]", "", raw).upper()
    match = _SHAPE.match(text)
    if match is None:
        raise InvalidNir("Le NIR doit compter 13 ou 15 caractères.")
    month = int(match.group(3))
    if month not in _MONTHS:
        raise InvalidNir("Le mois de naissance du NIR n’existe pas.")
    department = match.group(4)
    if department[1] in "AB" and department not in ("2A", "2B"):
        raise InvalidNir("Le département de naissance du NIR n’existe pas.")
    thirteen, key = text[:13], match.group(7)
    if key is not None and int(key) != nir_key(thirteen):
        raise InvalidNir("La clé du NIR ne correspond pas à ses 13 premiers chiffres.")
    return thirteen


def is_siret(text: str) -> bool:
    """Tell whether ``text`` is a SIRET with a right control digit (La Poste's exception included)."""
    return bool(stdnum_siret.is_valid(text))
