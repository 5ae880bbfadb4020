"""A first look at a table too large to be held: the order of its rows, and which may be about the same person.

Of each row only numbers are kept. Rows judge each other through persons alone, so that a table may be judged part by part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from jalons.exchange.spreadsheets.moving.judging import order
from jalons.exchange.spreadsheets.moving.matching import Matcher
from jalons.exchange.spreadsheets.moving.reading import ReadRow
from jalons.exchange.spreadsheets.moving.setting import Setting
from jalons.kernel.text import fold


def marks(row: ReadRow) -> set[int]:
    """Return what says that two rows may be about the same person: NIR, own number, either name with the birth date.

    Hashes: two that meet by chance only put two persons in the same part.
    """
    found = {hash((code, row.values[code])) for code in ("nir", "own_number") if row.get(code)}
    if row.get("born_on"):
        names = {fold(row.values[code]) for code in ("last_name", "birth_name") if row.get(code)}
        found |= {hash((row.values["born_on"], name)) for name in names}
    return found


class Survey:
    """What is kept of a table: per row its place and a row of the same person. ``alone``: all its rows make one part."""

    def __init__(self, setting: Setting, *, alone: bool) -> None:
        self._setting = setting
        self._alone = alone
        self._order: list[tuple[tuple[bool, date, int], int]] = []
        self._first: dict[int, int] = {}  # mark → a row that has it
        self._same: dict[int, int] = {}  # row → another about the same person, nearer to the first

    def look(self, rows: list[ReadRow]) -> None:
        """Look at the next rows, all different from those before."""
        self._order += [(order(row), row.pk) for row in rows]
        if self._alone:
            return
        place = {"authority_id": self._setting.authority_id, "organisation_id": self._setting.organisation.pk}
        matcher = Matcher(rows, **place)
        for row in rows:
            self._same[row.pk] = row.pk
            known = matcher.known(row)  # a changed name or a matricule may join rows that nothing else does
            for mark in marks(row) | ({hash(("known", known))} if known else set()):
                self._join(row.pk, self._first.setdefault(mark, row.pk))

    def ranks(self) -> dict[int, int]:
        """Return row → its place among all those that wait."""
        return {pk: rank for rank, (_, pk) in enumerate(sorted(self._order))}

    def parts(self, size: int) -> Iterator[list[int]]:
        """Yield the rows by parts of about ``size``, those of one person in the same part."""
        persons: dict[int, list[int]] = defaultdict(list)
        for _, pk in self._order:
            persons[0 if self._alone else self._head(pk)].append(pk)
        part: list[int] = []
        for rows in persons.values():
            if part and len(part) + len(rows) > size:
                yield part
                part = []
            part = part + rows
        if part:
            yield part

    def _head(self, pk: int) -> int:
        while (nearer := self._same[pk]) != pk:
            self._same[pk] = self._same[nearer]
            pk = nearer
        return pk

    def _join(self, one: int, other: int) -> None:
        self._same[self._head(one)] = self._head(other)
