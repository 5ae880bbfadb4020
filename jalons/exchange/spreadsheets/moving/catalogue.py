"""What a table may hold, read from ``content/moving.yaml``: fields, the headers they go by, the words people type."""

from __future__ import annotations

from datetime import time
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from jalons.exchange.spreadsheets.columns import header_key
from jalons.kernel.text import fold

CONTENT = Path(__file__).resolve().parents[1] / "content" / "moving.yaml"
Shape = Literal[
    "name",
    "birth",
    "day",
    "time",
    "word",
    "nir",
    "matricule",
    "employment_number",
    "short",
    "place",
    "label",
    "phone",
    "email",
    "commune",
    "hours",
]
# Their codes are not in the file: they depend on the organisation and on the adopted rulebooks.
OPEN_WORDS = frozenset({"action", "caseworker", "step_kind"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Strict):
    """Fields that make one fact together; ``starts`` is the field without which there is no fact."""

    code: str
    label: str
    starts: str = ""


class MovingField(_Strict):
    """A value a table may hold: how it is read (``shape``) and the headers it goes by."""

    code: str
    group: str
    label: str
    shape: Shape
    headers: tuple[str, ...]
    words: str = ""
    required: bool = False

    def goes_by(self, key: str) -> bool:
        """Tell whether a folded header names this field."""
        return key in {header_key(name) for name in (self.label, self.code, *self.headers)}


class Appointments(_Strict):
    """What is taken when a table says the day of an appointment and no more."""

    minutes: int
    hour: time


class Catalogue(_Strict):
    """The whole file."""

    empty: tuple[str, ...]
    appointment: Appointments
    groups: tuple[Group, ...]
    fields: tuple[MovingField, ...]
    words: dict[str, dict[str, tuple[str, ...]]]

    def field(self, code: str) -> MovingField:
        """Return a field; raises KeyError for an unknown code."""
        return _by_code()[code]

    def suggested(self, headers: tuple[str, ...]) -> dict[str, str]:
        """Return folded header → field code for the headers that say what they are; a field is given once."""
        found: dict[str, str] = {}
        for header in headers:
            key = header_key(header)
            code = next((one.code for one in self.fields if one.goes_by(key)), "")
            if key and code and code not in found.values():
                found[key] = code
        return found


@cache
def catalogue() -> Catalogue:
    """Return the file, checked."""
    return Catalogue.model_validate(yaml.safe_load(CONTENT.read_text("utf-8")))


@cache
def _by_code() -> dict[str, MovingField]:
    return {one.code: one for one in catalogue().fields}


@cache
def word_codes(kind: str) -> dict[str, str]:
    """Return folded word → code for a closed list of words."""
    listed = catalogue().words.get(kind, {})
    return {fold(word): code for code, words in listed.items() for word in words}


@cache
def empty_words() -> frozenset[str]:
    """Return what people type to mean nothing, blanks left out, in lower case."""
    return frozenset(one.lower() for one in catalogue().empty)
