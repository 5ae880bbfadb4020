"""From the cells of a row to values by field, every fault told with its line, its column and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jalons.exchange.spreadsheets.cells import Raw
from jalons.exchange.spreadsheets.errors import ValueRefused
from jalons.exchange.spreadsheets.moving.catalogue import MovingField, catalogue
from jalons.exchange.spreadsheets.moving.cells import printed, shown
from jalons.exchange.spreadsheets.moving.dirt import Asked, read
from jalons.exchange.spreadsheets.moving.setting import Setting

HIDDEN = frozenset({"nir"})  # never repeated in a message nor on a screen


@dataclass(slots=True)
class ReadRow:
    """A row understood as far as it can be: ``values`` by field, ``faults`` in French, ``unknown`` words to explain."""

    pk: int
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, code: str) -> Any:
        """Return a value, None when there is none."""
        found = self.values.get(code)
        return None if found == "" else found

    def told(self, code: str, sentence: str) -> str:
        """Return a fault of a column as a sentence, without its value."""
        return f"Colonne « {self.headers.get(code, catalogue().field(code).label)} » : {sentence}."

    def blame(self, code: str, sentence: str) -> None:
        """Note a fault of a column."""
        self.faults.append(self.told(code, sentence))


def read_row(
    pk: int, number: int, cells: Sequence[Raw], *, headers: Sequence[str], positions: dict[str, int], setting: Setting
) -> ReadRow:
    """Read the cells of a row by field."""
    row = ReadRow(pk, number, headers={code: headers[position] for code, position in positions.items()})
    asked = Asked(setting.on)
    for one in catalogue().fields:
        position = positions.get(one.code)
        cell = None if position is None or position >= len(cells) else cells[position]
        _read_one(row, one, cell, asked, setting)
    _check_person(row)
    _check_groups(row)
    return row


def _read_one(row: ReadRow, one: MovingField, cell: Raw, asked: Asked, setting: Setting) -> None:
    if cell is None and not one.required:
        row.values[one.code] = None
        return
    try:
        value = read(one.shape, cell, asked)
    except ValueRefused as fault:
        told = "" if one.code in HIDDEN else f" (« {shown(printed(cell))[:60]} »)"
        row.faults.append(f"Colonne « {row.headers.get(one.code, one.label)} »{told} : {fault}.")
        return
    if one.shape == "word" and value:
        meaning = setting.meaning(one.code, value)
        if meaning is None:
            if shown(value) != value:  # no word: a number in the wrong column, never kept in clear to be asked
                row.blame(one.code, "ce n’est pas un mot : la colonne a reçu un numéro, corrigez la case ou videz-la")
                return
            row.unknown.append((one.code, value))
            row.blame(one.code, f"« {value[:60]} » n’est pas connu : dites ce que ce mot veut dire")
            return
        value = meaning
    if one.required and not value:
        row.blame(one.code, "la case est vide")
    row.values[one.code] = value


def _check_person(row: ReadRow) -> None:
    """The NIR, the civility and the birth date tell the same story (formats §4.3)."""
    nir, sex, born_on = row.get("nir"), row.get("sex"), row.get("born_on")
    if nir is None:
        return
    if sex and nir[0] in "12" and {"1": "M", "2": "F"}[nir[0]] != sex:
        row.blame("nir", "il ne va pas avec la civilité de la ligne")
    if isinstance(born_on, date) and nir[1:3] != f"{born_on:%y}":
        row.blame("nir", "il ne va pas avec l’année de naissance de la ligne")


def _check_groups(row: ReadRow) -> None:
    """A detail without the fact it belongs to is a mistake, told rather than dropped."""
    starts = {one.code: one.starts for one in catalogue().groups if one.starts}
    for one in catalogue().fields:
        start = starts.get(one.group, "")
        if one.code == start or not start or row.get(one.code) is None or row.get(start) is not None:
            continue
        if one.group in ("entry", "caseworker") or any(code == start for code, _ in row.unknown):
            continue  # the organisation's habit of repeating the action or the référent on every line says nothing wrong
        label = row.headers.get(start, catalogue().field(start).label)
        if not any(f"« {label} »" in fault for fault in row.faults):
            row.blame(one.code, f"elle est remplie sans « {label} » : donnez-la, ou videz cette case")
