"""The dossiers behind a simulation: what changes for each, named for who may open it, without a name for the others.

A file to keep holds named dossiers only: one without its name would still be a count of one (R-166).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from jalons.facts.engines import PostgresExecutor
from jalons.kernel import clock
from jalons.network.permissions import Permission, require
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.steering import simulating
from jalons.sites.steering.simulating import Asked
from jalons.todos.comparison import tables, words
from jalons.todos.comparison.caseload import (
    Change,
    Question,
    organisation_names,
    page_of_changes,
    persons_of,
    read_only,
)
from jalons.todos.comparison.exits import ExitChange, exit_changes
from jalons.todos.comparison.statement import KINDS
from jalons.ui.exports import csv_response, xlsx_response
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.french import number, plural, typography
from jalons.ui.tables import PAGE_SIZE, Column

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
COLUMNS = (
    Column("Personne"),
    Column("Obligation"),
    Column("Organisme"),
    Column("Avant"),
    Column("Après"),
    Column("Échéance avant"),
    Column("Échéance après"),
    Column("Déplacement"),
)
EXIT_COLUMNS = (
    Column("Personne"),
    Column("Organisme"),
    Column("Sortie le"),
    Column("État"),
    Column("Classe avant"),
    Column("Classe après"),
    Column("Raison"),
)
LARGEST_EXPORT = 200_000  # rows held in memory for one file, which says so; larger lists are for the command line
KIND_WORDS = {
    "late": "Deviennent en retard",
    "relieved": "Ne sont plus en retard",
    "moved": "Échéance déplacée",
    "new": "Nouvelle obligation",
    "gone": "Obligation disparue",
}
assert KIND_WORDS.keys() == KINDS.keys()


@dataclass(slots=True)
class Wanted:
    """The list asked for: the question narrowed to the filters, the persons within reach, how many are not.

    ``reached``: persons whose changes are listed; ``named``: those of them whose file the user may open.
    """

    asked: Asked
    question: Question
    action: str = ""
    obligation: str = ""
    organisation_id: int | None = None
    kind: str = ""
    reached: set[int] = field(default_factory=set)
    named: dict[int, Person] = field(default_factory=dict)
    hidden: int = 0
    names: dict[int, str] = field(default_factory=dict)


def _wanted(request: HttpRequest, rulebook_id: int) -> Wanted:
    """Read the filters; only persons the user reaches with the right to go down to lists are listed."""
    user, on = user_of(request), clock.today()
    require(user, Permission.FIGURE_DRILL, on=on)
    asked = simulating.asked_by(request, rulebook_id)
    tried = asked.question.reform
    action = chosen(request.GET, "action", tried.actions)
    obligation = chosen(request.GET, "obligation", _codes(asked))
    question = Question(
        tried.narrowed(action_code=action, obligation_code=obligation), asked.question.as_of, asked.authority.pk
    )
    engine = PostgresExecutor()
    found = Wanted(asked, question, action, obligation, kind=chosen(request.GET, "changement", KINDS))
    found.names = organisation_names(engine)
    house = request.GET.get("organisme", "")
    found.organisation_id = int(house) if house.isdecimal() and int(house) in found.names else None
    ids = persons_of(question, engine)
    listed = reachable_persons(user, on=on, permission=Permission.FIGURE_DRILL).filter(pk__in=ids)
    found.reached = set(listed.values_list("pk", flat=True))
    opened = reachable_persons(user, on=on, permission=Permission.PERSON_OPEN).filter(pk__in=found.reached)
    found.named = {person.pk: person for person in opened}
    found.hidden = len(ids) - len(found.reached)
    return found


def _codes(asked: Asked) -> list[str]:
    tried = asked.question.reform
    return list(dict.fromkeys(one.code for book in (*tried.before, *tried.after) for one in book.obligations))


def _changes(wanted: Wanted, persons: Collection[int], *, size: int, skip: int = 0) -> tuple[list[Change], int]:
    with read_only():
        return page_of_changes(
            wanted.question,
            PostgresExecutor(),
            persons=persons,
            size=size,
            skip=skip,
            kind=wanted.kind,
            organisation_id=wanted.organisation_id,
        )


def _exits(wanted: Wanted, persons: Collection[int]) -> list[ExitChange]:
    with read_only():
        return [
            one
            for one in exit_changes(wanted.question, PostgresExecutor())
            if one.person_id in persons and wanted.organisation_id in (None, one.organisation_id)
        ]


class Counted(Paginator[Change]):
    """Pages counted by the statement that reads one of them."""

    def __init__(self, total: int) -> None:
        super().__init__([], PAGE_SIZE)
        self.__dict__["count"] = total


def _page(wanted: Wanted, number: str) -> Page[Change]:
    asked = int(number) if number.isdecimal() and 0 < int(number) < 10**6 else 1
    rows, total = _changes(wanted, wanted.reached, size=PAGE_SIZE, skip=(asked - 1) * PAGE_SIZE)
    if not rows and asked > 1:
        asked = 1
        rows, total = _changes(wanted, wanted.reached, size=PAGE_SIZE)
    return Page(rows, asked, Counted(total))


@screen(permission=Permission.RULEBOOK_ADOPT, trace="drilldown")
def simulate_rows(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Show, dossier by dossier, the deadlines that change, or the exits that change class."""
    wanted = _wanted(request, rulebook_id)
    context = {
        "wanted": wanted,
        "title": words.title(wanted.asked.question),
        "query": {name: request.GET.get(name, "") for name in simulating.NAMES},
        "words": words,
        "choices": _choices(wanted),
        "kinds": Choice("changement", "Ce qui change", [Option(*one) for one in KIND_WORDS.items()], wanted.kind),
        "largest": LARGEST_EXPORT,
        "of_exits": request.GET.get("liste") == "sorties",
        "columns": COLUMNS,
        "exit_columns": EXIT_COLUMNS,
    }
    if context["of_exits"]:
        found = _exits(wanted, wanted.reached)
        pages = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        showed(request, len({one.person_id for one in pages.object_list}))
        return render(request, "steering/simulate_rows.html", context | {"page": pages})
    page = _page(wanted, request.GET.get("page", ""))
    showed(request, len({one.person_id for one in page.object_list}))
    return render(request, "steering/simulate_rows.html", context | {"page": page})


def _choices(wanted: Wanted) -> list[Choice]:
    tried = wanted.asked.question.reform
    actions = [Option(code, tried.action_label(code)) for code in tried.actions]
    codes = [Option(code, _label(wanted.asked, code)) for code in _codes(wanted.asked)]
    houses = sorted(wanted.names.items(), key=lambda pair: pair[1].casefold())
    house = str(wanted.organisation_id or "")
    return [
        Choice("action", "Toutes les actions", actions, wanted.action),
        Choice("obligation", "Toutes les obligations", codes, wanted.obligation),
        Choice("organisme", "Tous les organismes", [Option(str(pk), name) for pk, name in houses], house),
    ]


def _label(asked: Asked, code: str) -> str:
    tried = asked.question.reform
    return next(
        (one.label for book in (*tried.after, *tried.before) for one in book.obligations if one.code == code), code
    )


@screen(permission=Permission.RULEBOOK_ADOPT, trace="export")
def simulate_rows_export(request: HttpRequest, rulebook_id: int, layout: str) -> HttpResponseBase:
    """Send the named dossiers of the screen, all its pages, with the same filters; a list too long says where it is cut."""
    if layout not in FORMATS:
        raise Http404(layout)
    wanted = _wanted(request, rulebook_id)
    persons = {pk: person.full_name for pk, person in wanted.named.items()}
    if request.GET.get("liste") == "sorties":
        exits = _exits(wanted, wanted.named)
        showed(request, len({one.person_id for one in exits}))
        sent = tables.exits(wanted.question, exits, wanted.names, persons)
        return FORMATS[layout](replace(sent, filters=[*sent.filters, *_unnamed(wanted)]))
    rows, total = _changes(wanted, wanted.named, size=LARGEST_EXPORT)
    showed(request, len({one.person_id for one in rows}))
    export = tables.deadlines(wanted.question, rows, wanted.names, persons)
    return FORMATS[layout](replace(export, filters=[*export.filters, *_unnamed(wanted), *_cut(len(rows), total)]))


def _unnamed(wanted: Wanted) -> list[tuple[str, str]]:
    """Say, above the table, that it leaves out the dossiers the user may not open."""
    if wanted.reached.issubset(wanted.named):
        return []
    said = "les dossiers que vous ne pouvez pas ouvrir sont à l’écran, sans nom ; les tableaux de la simulation les comptent"
    return [("Dossiers laissés de côté", typography(said))]


def _cut(sent: int, total: int) -> list[tuple[str, str]]:
    """Say, above the table, that the list goes on."""
    if sent >= total:
        return []
    said = (
        f"{plural(sent, 'première ligne', 'premières lignes')} sur {number(total)}. Choisissez une action, une obligation ou un "
        "organisme, ou demandez la liste entière par la commande « jalons rulebook simulate … --csv »."
    )
    return [("Liste coupée", typography(said))]
