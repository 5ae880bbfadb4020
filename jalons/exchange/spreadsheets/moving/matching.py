"""Who is who in a table (formats §4.4): surely known, surely new, or told why nobody can say. Never by mail or phone alone.

Sure: the NIR unless both the names and the birth date say otherwise; the organisation's own number when the birth date, or the
name and first name agree; else the same name, first name and birth date; else the same matricule, name and first name when the
table has no birth date. A number never wins over a name and a birth date that give somebody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from django.db.models import Q

from jalons.exchange.spreadsheets.models import OwnNumber
from jalons.exchange.spreadsheets.moving.reading import ReadRow
from jalons.kernel.sealing import match_key
from jalons.kernel.text import fold
from jalons.people.models import HouseholdMember, Person

NEAR = 0.8  # likeness of two names above which a human should look: « Dupont » and « Dupond » are at 0.92


@dataclass(frozen=True, slots=True)
class Who:
    """Either ``person`` (known), or ``key`` (new; the same for every row about them), or ``fault``."""

    person: Person | None = None
    key: str = ""
    fault: str = ""
    remark: str = ""


class Matcher:
    """The persons that the rows of a table may be about, read in four queries."""

    def __init__(self, rows: Iterable[ReadRow], *, authority_id: int, organisation_id: int) -> None:
        read = list(rows)
        self._nir = {row.pk: match_key(row.values["nir"]) for row in read if row.get("nir")}
        numbers = {row.values["own_number"] for row in read if row.get("own_number")}
        files = {row.values["file_number"] for row in read if row.get("file_number")}
        own = OwnNumber.objects.filter(organisation=organisation_id, number__in=numbers)
        self._own = dict(own.values_list("number", "person_id"))
        members = HouseholdMember.objects.filter(household__authority=authority_id, household__file_number__in=files)
        self._file: dict[str, set[int]] = defaultdict(set)
        for number, person_id in members.values_list("household__file_number", "person_id"):
            self._file[number].add(person_id)
        self.persons = self._candidates(read, authority_id)
        self._by_nir = {bytes(one.nir_match): one for one in self.persons.values() if one.nir_match is not None}
        self._by_birth: dict[date, list[Person]] = defaultdict(list)
        for one in self.persons.values():
            if one.born_on is not None:
                self._by_birth[one.born_on].append(one)
        self._shared = self._shared_nirs(read)
        self._keys = self._new_keys(read)

    def _candidates(self, read: list[ReadRow], authority_id: int) -> dict[int, Person]:
        births = {row.values["born_on"] for row in read if row.get("born_on")}
        ids = {pk for pks in self._file.values() for pk in pks} | set(self._own.values())
        found = Person.objects.filter(authority=authority_id).filter(
            Q(born_on__in=births) | Q(nir_match__in=set(self._nir.values())) | Q(pk__in=ids)
        )
        return {one.pk: one for one in found.defer("nir_sealed")}

    def _shared_nirs(self, read: list[ReadRow]) -> dict[bytes, list[int]]:
        """NIR that rows give to different first names: neither row is taken (formats §4.3, couples)."""
        firsts: dict[bytes, dict[str, int]] = defaultdict(dict)
        for row in read:
            if row.pk in self._nir and row.get("first_name"):
                firsts[self._nir[row.pk]].setdefault(_first_word(row.values["first_name"]), row.number)
        return {nir: sorted(numbers.values()) for nir, numbers in firsts.items() if len(numbers) > 1}

    def _new_keys(self, read: list[ReadRow]) -> dict[tuple[str, str, date], set[bytes]]:
        keys: dict[tuple[str, str, date], set[bytes]] = defaultdict(set)
        for row in read:
            if row.get("born_on") and row.pk in self._nir:
                keys[_identity(row)].add(self._nir[row.pk])
        return keys

    def known(self, row: ReadRow) -> int | None:
        """Return a known person that the row may be about, whatever is then said of it: None when nobody is."""
        nir = self._nir.get(row.pk)
        found = self._by_nir.get(nir) if nir is not None else None
        found = found or self.persons.get(self._own.get(row.get("own_number") or "", 0))
        if found is None and row.get("last_name") and row.get("first_name"):
            found = next(iter(self._named(row)), None)
        return found.pk if found is not None else None

    def who(self, row: ReadRow) -> Who:
        """Say who a row is about."""
        nir = self._nir.get(row.pk)
        if nir is not None and nir in self._shared:
            lines = " et ".join(str(number) for number in self._shared[nir])
            return Who(
                fault=f"Les lignes {lines} donnent le même NIR à des personnes différentes : corrigez-le ou videz-le."
            )
        sure = self._by_nir.get(nir) if nir is not None else None
        if sure is not None and not _may_be(row, sure):
            return Who(fault="Ce NIR est celui d’une autre personne déjà connue : vérifiez-le, ou videz la case.")
        mine = self.persons.get(self._own.get(row.get("own_number") or "", 0))
        if mine is not None and not _surely(row, mine):
            return Who(fault="Ce numéro de votre outil est déjà celui d’une autre personne : vérifiez-le.")
        if sure is not None and mine is not None and sure.pk != mine.pk:
            return Who(fault="Le NIR et le numéro de votre outil désignent deux personnes différentes : vérifiez-les.")
        named = self._named(row)
        if len(named) > 1 and sure is None and mine is None:
            return Who(
                fault="Plusieurs personnes connues ont ces nom, prénom et date de naissance : donnez le NIR ou le matricule."
            )
        known = sure or mine
        if known is not None and named and known.pk not in {one.pk for one in named}:
            return Who(
                fault="Le numéro désigne une personne connue ; le nom et la date de naissance en désignent une autre :"
                " vérifiez-les."
            )
        found = known or (named[0] if named else None)
        if found is None:
            return self._new(row, nir)
        if nir is not None and found.nir_match is not None and bytes(found.nir_match) != nir:
            return Who(fault="Cette personne est connue avec un autre NIR : vérifiez lequel est le bon.")
        return Who(found, key=f"p{found.pk}", remark=_differs(row, found))

    def _named(self, row: ReadRow) -> list[Person]:
        born_on, number = row.get("born_on"), row.get("file_number")
        around = self._file.get(number or "", set())
        if born_on is not None:
            same = [one for one in self._by_birth.get(born_on, []) if _same_names(row, one)]
            return [one for one in same if one.pk in around] or same
        return [self.persons[pk] for pk in sorted(around) if pk in self.persons and _same_names(row, self.persons[pk])]

    def _new(self, row: ReadRow, nir: bytes | None) -> Who:
        born_on = row.get("born_on")
        if born_on is None:
            return Who(
                fault="Sans date de naissance, ni NIR ou numéro connu, on ne sait pas qui est cette personne :"
                " donnez sa date de naissance."
            )
        identity = _identity(row)
        nirs = self._keys.get(identity, set())
        if nir is None and len(nirs) > 1:
            return Who(
                fault="Deux personnes du tableau ont ces nom, prénom et date de naissance : donnez aussi le NIR ici."
            )
        nir = nir or next(iter(nirs), None)
        key = nir.hex() if nir is not None else "|".join(map(str, identity))
        near = any(_near(row, one) for one in self._by_birth.get(born_on, []))
        remark = (
            "Une personne déjà connue, née le même jour, a un nom proche : vérifiez avant d’importer." if near else ""
        )
        return Who(key=f"n{key}", remark=remark)


def _identity(row: ReadRow) -> tuple[str, str, date]:
    return (
        fold(row.values.get("birth_name") or row.values["last_name"]),
        fold(row.values["first_name"]),
        row.values["born_on"],
    )


def _first_word(name: str) -> str:
    return fold(name).partition(" ")[0]


def _same_names(row: ReadRow, one: Person) -> bool:
    typed = {fold(row.values.get("last_name") or ""), fold(row.values.get("birth_name") or "")} - {""}
    known = {fold(one.last_name), fold(one.birth_name)} - {""}
    first, other = fold(row.values.get("first_name") or ""), fold(one.first_name)
    return bool(typed & known) and (first == other or other.startswith(f"{first} ") or first.startswith(f"{other} "))


def _born(row: ReadRow, one: Person) -> bool | None:
    """Tell whether the birth dates agree, None when one of them is not known."""
    born_on = row.get("born_on")
    return None if born_on is None or one.born_on is None else bool(born_on == one.born_on)


def _surely(row: ReadRow, one: Person) -> bool:
    """The number of a tool is typed by hand: only a birth date, or both names, confirm it; a first name alone does not."""
    return _born(row, one) is True or _same_names(row, one)


def _may_be(row: ReadRow, one: Person) -> bool:
    """A NIR is nobody else's: a name that changed, or a mistaken birth date, does not undo it; both together do.

    Without a birth date to compare, the first name must be the same (it tells husband and wife apart, formats §4.3).
    """
    born = _born(row, one)
    if born is not None:
        return born or _same_names(row, one)
    return _first_word(row.values.get("first_name") or "") == _first_word(one.first_name)


def _near(row: ReadRow, one: Person) -> bool:
    mine = f"{fold(row.values['last_name'])} {fold(row.values['first_name'])}"
    return SequenceMatcher(None, mine, f"{fold(one.last_name)} {fold(one.first_name)}").ratio() >= NEAR


def _differs(row: ReadRow, one: Person) -> str:
    different = []
    if row.get("born_on") and one.born_on and row.values["born_on"] != one.born_on:
        different.append("la date de naissance")
    if not _same_names(row, one):
        different.append("le nom")
    return (
        f"Le fichier dit autrement : {' et '.join(different)}. Rien n’est changé dans le dossier." if different else ""
    )
