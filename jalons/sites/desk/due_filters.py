"""What « Échéances » is asked: read from the address, turned into rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from jalons.network.models import User
from jalons.network.permissions import Permission, permissions_of
from jalons.pathways.models import Enrolment
from jalons.people.models import Person
from jalons.people.queries import search
from jalons.sites.desk.portfolio import is_mine
from jalons.sites.desk.scope import MINE, whose
from jalons.sites.frame import dues
from jalons.sites.frame.cube import Cube, narrowed
from jalons.todos import permissions, queries
from jalons.todos.models import Todo
from jalons.ui.filters import Choice, chosen

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
    return Asked(
        subject=chosen(query, "sujet", subjects) or next(iter(subjects), PERSONS),
        mine=whose(query, user, on=on) == MINE,
        standing=chosen(query, "etat", STANDINGS),
        values=dues.understood(query),
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


def filtered(rows: QuerySet[Todo], asked: Asked) -> QuerySet[Todo]:
    """Apply the filters chosen to ``measured`` rows."""
    return narrowed(rows, dues.DIMENSIONS, asked.values)


def choices(counted: Cube, asked: Asked, *, on: date) -> tuple[list[Choice], list[Choice]]:
    """Return the filters shown as chips, then those shown as drop-downs."""
    when = [dues.moments(counted, asked.values)] if asked.standing in ("", ASIDE) else []
    return [*when, *dues.natures(counted, asked.values)], dues.lists(counted, asked.values, on=on)
