"""To-dos in words: what to do, why, and the one action that settles it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.sites.desk.portfolio import is_mine
from jalons.sites.frame.words import Words, columns_of, evidence_in_words
from jalons.todos.models import Todo
from jalons.todos.queries import Moment, moment_of, open_todos

SOON_DAYS = 30  # how far « bientôt » looks, a choice of the screen


@dataclass(frozen=True, slots=True)
class Due:
    """A to-do as shown: whose, when, the sentence, the reason, and the address of the act that settles it."""

    todo: Todo
    who: str
    person_key: UUID
    day: date | None
    sentence: str
    rule: str
    citation: str
    only_warns: bool
    facts: tuple[str, ...]
    moment: Moment
    act: str
    act_label: str


def todos_of(user: User, *, on: date, mine: bool) -> QuerySet[Todo]:
    """Return what is due and not done for the persons ``user`` follows (or may open), by date."""
    persons = reachable_persons(user, on=on, permission=Permission.TODO_READ)
    if mine:
        persons = persons.filter(is_mine(user, on=on))
    rows = open_todos(on=on).filter(person__in=persons).select_related("person")
    return rows.order_by(F("due_on").asc(nulls_first=True), "person__folded", "pk")


def spans(*, on: date) -> dict[str, Q]:
    """Return the condition of each moment: the same cut as ``moment_of``, for the database."""
    sunday, soon = on + timedelta(days=6 - on.weekday()), on + timedelta(days=SOON_DAYS)
    return {
        "late": Q(due_on__lt=on) | Q(due_on__isnull=True),
        "this_week": Q(due_on__gte=on, due_on__lte=sunday),
        "soon": Q(due_on__gt=sunday, due_on__lte=soon),
        "later": Q(due_on__gt=max(sunday, soon)),
    }


def first_of_each(rows: QuerySet[Todo], *, on: date, most: int) -> QuerySet[Todo]:
    """Keep the ``most`` first to-dos of each moment, each with the ``size`` of its moment; one query."""
    moments = [When(condition, then=Value(moment)) for moment, condition in spans(on=on).items()]
    rows = rows.annotate(cut=Case(*moments, default=Value("later"), output_field=CharField()))
    rank = Window(RowNumber(), partition_by="cut", order_by=[F("due_on").asc(nulls_first=True), "person__folded", "pk"])
    return rows.annotate(rank=rank, size=Window(Count("pk"), partition_by="cut")).filter(rank__lte=most)


def in_words(todos: Iterable[Todo], words: Words) -> list[Due]:
    """Return to-dos of persons as they are shown."""
    rows = [todo for todo in todos if todo.person is not None]
    facts = evidence_in_words(rows)
    return [_in_words(todo, words, facts) for todo in rows]


def _in_words(todo: Todo, words: Words, facts: dict[str, str]) -> Due:
    assert todo.person is not None
    said = words.of(columns_of(todo))
    act, label = act_of(todo.person, said.expects)
    return Due(
        todo=todo,
        who=todo.person.full_name,
        person_key=todo.person.key,
        day=todo.due_on,
        sentence=said.do,
        rule=said.why,
        citation=said.citation,
        only_warns=said.only_warns,
        facts=tuple(facts[reference] for reference in map(str, todo.evidence) if reference in facts),
        moment=moment_of(todo, on=words.on, soon_days=SOON_DAYS),
        act=act,
        act_label=label,
    )


ACTS = {
    "appointment": ("desk:add_held", "Noter un rendez-vous"),
    "contract": ("desk:add_contract", "Écrire le contrat"),
    "piece": ("desk:add_piece", "Noter le document"),
    "step": ("desk:add_step", "Ajouter une étape"),
    "job_start": ("desk:add_job", "Noter l’emploi"),
    "exit": ("desk:add_exit", "Préparer la sortie"),
    "enrolment_end": ("desk:add_exit", "Préparer la sortie"),
}


def act_of(person: Person, expects: str) -> tuple[str, str]:
    """Return the address and label of the one act that settles a to-do; by default, open the file."""
    route, label = ACTS.get(expects, ("desk:person", "Ouvrir le dossier"))
    return reverse(route, args=[person.key]), label
