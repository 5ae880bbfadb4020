"""The filters of « Échéances »: read from the address, counted each given the others, in one question to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict

from jalons.network.models import Organisation, Territory, User
from jalons.network.permissions import Permission, permissions_of
from jalons.pathways.models import Enrolment
from jalons.people.models import Person
from jalons.people.queries import search
from jalons.sites.desk.due import SOON_DAYS
from jalons.sites.desk.portfolio import is_mine
from jalons.sites.desk.scope import MINE, whose
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Words
from jalons.todos import permissions, queries
from jalons.todos.models import Todo
from jalons.ui.filters import Choice, Option, chosen

PERSONS, LINES = "personnes", "conventions"
ASIDE = "de_cote"
STANDINGS = {
    "": "À traiter",
    ASIDE: "Mises de côté",
    "suspendues": "Suspendues",
    "manquees": "Manquées, plus à faire",
    "faites_en_retard": "Faites en retard",
}
_STANDING: dict[str, queries.Standing] = {
    "": "open", ASIDE: "open", "suspendues": "suspended", "manquees": "missed", "faites_en_retard": "done_late",
}  # fmt: skip
NATURES = {"duty": "Obligations", "alert": "Pour information"}
NONE = "aucun"
# Filter of the address → the column that the one grouped question returns for it.
DIMENSIONS = {
    "quand": "cut",
    "nature": "nature",
    "obligation": "obligation_code",
    "referent": "caseworker",
    "organisme": "organisation_id",
    "territoire": "territory",
    "action": "action_code",
}
MOST_NAMED = 200  # persons a search by name keeps


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks. ``values`` are the filters chosen, by their name; ``text`` is a name, which came by POST."""

    subject: str = PERSONS
    mine: bool = True
    standing: str = ""
    values: dict[str, str] = field(default_factory=dict)
    text: str = ""


def asked_by(query: QueryDict, user: User, *, on: date, text: str = "") -> Asked:
    """Read the filters of an address; what is not understood is left out."""
    may = permissions_of(user, on=on)
    subjects = subjects_of(may)
    values = {name: query.get(name, "")[:80] for name in DIMENSIONS if query.get(name)}
    for name in ("organisme", "territoire", "referent"):
        if not _is_number(values.get(name, NONE)):
            values.pop(name)
    if values.get("quand", "late") not in queries.MOMENTS:
        values.pop("quand")
    if values.get("nature", "duty") not in NATURES:
        values.pop("nature")
    return Asked(
        subject=chosen(query, "sujet", subjects) or next(iter(subjects), PERSONS),
        mine=whose(query, user, on=on) == MINE,
        standing=chosen(query, "etat", STANDINGS),
        values=values,
        text=text,
    )


def subjects_of(may: frozenset[Permission]) -> dict[str, str]:
    """Return what the user's to-dos may speak of: persons whose file they open, agreements they follow."""
    found = {}
    if Permission.PERSON_OPEN in may:
        found[PERSONS] = "Personnes"
    if Permission.AGREEMENT_READ in may:
        found[LINES] = "Conventions"
    return found


def scope(user: User, asked: Asked, *, on: date) -> QuerySet[Todo]:
    """Return the to-dos the list is about before its filters, whatever their standing."""
    if asked.subject == LINES:
        return permissions.of_lines(user, on=on)
    rows = permissions.of_persons(user, on=on)
    if asked.mine:
        rows = rows.filter(person__in=Person.objects.filter(is_mine(user, on=on)))
    if asked.text:
        found = search(user, asked.text, on=on, limit=MOST_NAMED, permission=Permission.PERSON_OPEN)
        rows = rows.filter(person__in=[person.pk for person in found.persons])
    return rows


def standing(rows: QuerySet[Todo], user: User, asked: Asked, *, on: date) -> QuerySet[Todo]:
    """Keep the to-dos of the standing asked; « suspended » only while the accompaniment runs."""
    rows = rows.filter(queries.conditions(on=on)[_STANDING[asked.standing]])
    aside = queries.put_aside(user, on=on)
    if asked.standing == ASIDE:
        return rows.filter(aside)
    if asked.standing == "suspendues":
        running = Q(end_on__isnull=True) | Q(end_on__gte=on)
        same = {"person_id": OuterRef("person_id"), "action_code": OuterRef("action_code")}
        return rows.filter(Exists(Enrolment.objects.filter(running, start_on__lte=on, **same)))
    return rows if asked.standing else rows.exclude(aside)


def measured(rows: QuerySet[Todo], *, on: date) -> QuerySet[Todo]:
    """Add what the filters look at: ``cut``, ``nature``, ``caseworker``, ``territory``."""
    cuts = [
        When(condition, then=Value(moment)) for moment, condition in queries.spans(on=on, soon_days=SOON_DAYS).items()
    ]
    running = Q(person__mandates__start_on__lte=on) & (
        Q(person__mandates__end_on__isnull=True) | Q(person__mandates__end_on__gte=on)
    )
    return rows.annotate(
        mandate=FilteredRelation("person__mandates", condition=running),
        caseworker=F("mandate__caseworker_id"),
        territory=F("person__territory_id"),
        cut=Case(*cuts, default=Value("later"), output_field=CharField()),
        nature=Case(When(queries.alerts(), then=Value("alert")), default=Value("duty"), output_field=CharField()),
    )


def filtered(rows: QuerySet[Todo], asked: Asked) -> QuerySet[Todo]:
    """Apply the filters chosen to ``measured`` rows."""
    for name, value in asked.values.items():
        column = DIMENSIONS[name]
        rows = rows.filter(**({f"{column}__isnull": True} if value == NONE else {column: value}))
    return rows


@dataclass(frozen=True, slots=True)
class Cell:
    """How many to-dos share the same value of every dimension."""

    values: tuple[Any, ...]
    rulebook: tuple[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class Cube:
    """The to-dos of the scope, counted once; each filter is then counted given the others, in memory."""

    cells: Sequence[Cell]

    def total(self, asked: Asked, *, but: str = "") -> int:
        """Return how many to-dos pass the filters chosen, ``but`` one."""
        return sum(cell.count for cell in self._kept(asked, but))

    def options(self, asked: Asked, name: str) -> dict[Any, int]:
        """Return value → count for a filter, given the others, the most frequent first."""
        place = list(DIMENSIONS).index(name)
        found: dict[Any, int] = {}
        for cell in self._kept(asked, name):
            found[cell.values[place]] = found.get(cell.values[place], 0) + cell.count
        return dict(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))

    def _kept(self, asked: Asked, but: str) -> Iterable[Cell]:
        tests = [
            (place, None if asked.values[name] == NONE else asked.values[name])
            for place, name in enumerate(DIMENSIONS)
            if name in asked.values and name != but
        ]
        for cell in self.cells:
            if all(
                (str(cell.values[place]) if cell.values[place] is not None else None) == value for place, value in tests
            ):
                yield cell


def cube(rows: QuerySet[Todo]) -> Cube:
    """Count ``measured`` rows by every dimension: one question, as many lines as combinations."""
    columns = [*DIMENSIONS.values(), "rulebook_code", "rulebook_version"]
    grouped = rows.order_by().values_list(*columns).annotate(count=Count("pk"))
    return Cube([Cell(tuple(row[:-3]), (row[-3], row[-2]), row[-1]) for row in grouped])


def choices(counted: Cube, asked: Asked, *, on: date) -> tuple[list[Choice], list[Choice]]:
    """Return the filters shown as chips, then those shown as drop-downs; one with a single value is left out."""
    cuts = counted.options(asked, "quand")
    when = [Option(code, label, cuts.get(code, 0)) for code, label in queries.MOMENTS.items()]
    natures = counted.options(asked, "nature")
    nature = [Option(code, label, natures.get(code, 0)) for code, label in NATURES.items()]
    chips = [Choice("quand", "Quand", when, asked.values.get("quand", ""))] if asked.standing in ("", ASIDE) else []
    if len(natures) > 1 or "nature" in asked.values:
        chips.append(Choice("nature", "Nature", nature, asked.values.get("nature", "")))
    named: list[tuple[str, str, Callable[[list[Any]], dict[Any, str]]]] = [
        ("obligation", "Toutes les échéances", lambda codes: _obligations(counted, codes, on=on)),
        ("referent", "Tous les référents", lambda ids: {one.pk: str(one) for one in User.objects.filter(pk__in=ids)}),
        ("organisme", "Tous les organismes", lambda ids: dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))),
        ("territoire", "Tous les territoires", lambda ids: dict(Territory.objects.filter(pk__in=ids).values_list("pk", "name"))),
        ("action", "Toutes les actions", lambda codes: _actions(codes, on=on)),
    ]  # fmt: skip
    lists = [_choice(counted, asked, name, label, words) for name, label, words in named]
    return chips, [one for one in lists if len(one.options) > 1 or one.value]


def _choice(counted: Cube, asked: Asked, name: str, label: str, words: Callable[[list[Any]], dict[Any, str]]) -> Choice:
    found = counted.options(asked, name)
    value = asked.values.get(name, "")
    known = [one for one in found if one is not None]
    if value and value != NONE and value not in {str(one) for one in known}:
        known.append(int(value) if value.isdigit() else value)
        found[known[-1]] = 0
    labels = words(known) if len(found) > 1 or value else {}
    options = [
        Option(NONE if one is None else str(one), "Aucun" if one is None else labels.get(one, str(one)), count)
        for one, count in found.items()
    ]
    return Choice(name, label, sorted(options, key=lambda option: option.label), value)


def _obligations(counted: Cube, codes: list[Any], *, on: date) -> dict[Any, str]:
    """The label of each obligation, as one of the rulebooks that ask for it writes it."""
    place, action = list(DIMENSIONS).index("obligation"), list(DIMENSIONS).index("action")
    words, found = Words(on=on), {}
    for cell in counted.cells:
        code = cell.values[place]
        if code in codes and code not in found:
            rulebook, version = cell.rulebook
            found[code] = words.of(
                {"rulebook": rulebook, "version": version, "action": cell.values[action], "code": code}
            ).label
    return found


def _actions(codes: list[Any], *, on: date) -> dict[Any, str]:
    labels = Labels(on=on)
    return {code: labels.action(code) for code in codes}


def _is_number(value: str) -> bool:
    return value == NONE or (value.isascii() and value.isdigit() and len(value) < 19)
