"""To-dos in words: whose, what to do, why, and the one act that settles it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, F, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import NoReverseMatch, reverse

from jalons.agreements.models import AgreementLine
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Exit
from jalons.people.models import Person
from jalons.rulebooks.obligations.answers import State
from jalons.sites.desk.portfolio import is_mine
from jalons.sites.frame.dues import SOON_DAYS
from jalons.sites.frame.evidence import Fact, facts_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Said, Words, columns_of
from jalons.todos import permissions, queries
from jalons.todos.models import Todo
from jalons.todos.queries import Moment, moment_of, put_aside, state_of
from jalons.ui.french import date_short, plural

FIRST_DUE = F("due_on").asc(nulls_first=True)


@dataclass(frozen=True, slots=True)
class Due:
    """A to-do as shown: whose and their page, when, the sentence, the reason, and the address of the act that settles it."""

    todo: Todo
    who: str
    href: str
    day: date | None
    sentence: str
    said: Said
    facts: tuple[Fact, ...]
    moment: Moment
    state: State
    act: str
    act_label: str

    @property
    def only_warns(self) -> bool:
        """Whether it warns without binding."""
        return self.said.only_warns

    @property
    def standing(self) -> str:
        """What its dates say beyond the due date: suspended until when, done how late, exceeded since when."""
        todo = self.todo
        if self.state == "suspended":
            end = f" jusqu’au {date_short(todo.suspended_to)}" if todo.suspended_to else ""
            return f"suspendue depuis le {date_short(todo.suspended_from)}{end}"
        if todo.met_on is not None and todo.breached_on is not None:
            late = (todo.met_on - todo.due_on).days if todo.due_on else 0
            after = f", {plural(late, 'jour')} après l’échéance" if late > 0 else ""
            return f"faite le {date_short(todo.met_on)}{after}"
        if self.state == "breached" and todo.suspended_from is not None:
            return "manquée, ne peut plus être faite"
        if todo.due_on is None and todo.breached_on is not None:
            return f"dépassé depuis le {date_short(todo.breached_on)}"
        return ""


def todos_of(user: User, *, on: date, mine: bool) -> QuerySet[Todo]:
    """Return what is due and not done for the persons ``user`` follows (or may open), by date, but what they put aside."""
    rows = permissions.of_persons(user, on=on).filter(queries.conditions(on=on)["open"])
    if mine:
        rows = rows.filter(person__in=Person.objects.filter(is_mine(user, on=on)))
    return in_order(rows.exclude(put_aside(user, on=on)))


def in_order(rows: QuerySet[Todo]) -> QuerySet[Todo]:
    """Sort by due date, what is exceeded without a date first, then by person."""
    return rows.select_related("person").order_by(FIRST_DUE, "person__folded", "pk")


def first_of_each(rows: QuerySet[Todo], *, on: date, most: int) -> QuerySet[Todo]:
    """Keep the ``most`` first to-dos of each moment, each with the ``size`` of its moment; one query."""
    cuts = queries.spans(on=on, soon_days=SOON_DAYS)
    moments = [When(condition, then=Value(moment)) for moment, condition in cuts.items()]
    rows = rows.annotate(cut=Case(*moments, default=Value("later"), output_field=CharField()))
    rank = Window(RowNumber(), partition_by="cut", order_by=[FIRST_DUE, "person__folded", "pk"])
    return rows.annotate(rank=rank, size=Window(Count("pk"), partition_by="cut")).filter(rank__lte=most)


def in_words(todos: Iterable[Todo], words: Words, may: frozenset[Permission] = frozenset()) -> list[Due]:
    """Return to-dos as they are shown; ``may`` gives the records behind « pourquoi ? » their address."""
    rows = list(todos)
    facts = facts_of(rows, may=may)
    ids = {one.subject_id for one in rows if one.person_id is None}
    lines = AgreementLine.objects.select_related("agreement__organisation").in_bulk(ids) if ids else {}
    labels, stays = Labels(on=words.on), _stays_of(rows)
    return [_in_words(todo, words, facts, lines, labels, stays.get(todo.pk)) for todo in rows]


def _stays_of(rows: Iterable[Todo]) -> dict[int, int]:
    """Return to-do → enrolment, for what is due of an enrolment or of its exit; one query at most."""
    of_exits = {one.pk: one.subject_id for one in rows if one.subject_kind == "exit"}
    exits = Exit.objects.filter(pk__in=of_exits.values()).values_list("pk", "enrolment_id") if of_exits else ()
    left = dict(exits)
    stays = {pk: left[exit_id] for pk, exit_id in of_exits.items() if exit_id in left}
    return stays | {one.pk: one.subject_id for one in rows if one.subject_kind == "enrolment"}


def _in_words(
    todo: Todo,
    words: Words,
    facts: dict[str, Fact],
    lines: dict[int, AgreementLine],
    labels: Labels,
    enrolment_id: int | None,
) -> Due:
    said = words.of(columns_of(todo))
    if todo.person is not None:
        who, href = todo.person.full_name, reverse("desk:person", args=[todo.person.key])
        last = labels.rules(todo.action_code).final_review
        expects = FINAL_REVIEW if last is not None and last.piece in said.pieces else said.expects
        act, label = act_of(todo.person, expects, enrolment_id)
    else:
        line = lines.get(todo.subject_id)
        who = f"{line.agreement.organisation.name} – {labels.action(line.action_code)}" if line else "Convention"
        href = reverse("steering:agreement", args=[line.agreement_id]) if line else ""
        act, label = href, "Ouvrir la convention" if href else ""
    return Due(
        todo=todo,
        who=who,
        href=href,
        day=todo.due_on,
        sentence=said.do,
        said=said,
        facts=tuple(facts[reference] for reference in map(str, todo.evidence) if reference in facts),
        moment=moment_of(todo, on=words.on, soon_days=SOON_DAYS),
        state=state_of(todo, on=words.on),
        act=act,
        act_label=label,
    )


FINAL_REVIEW = "final_review"  # the document is one a form of the house makes
# What settles a to-do, by the event its rulebook expects: the route of the form, and what its button says.
ACTS = {
    "appointment": ("desk:add_held", "Noter un rendez-vous"),
    "contract": ("desk:add_contract", "Écrire le contrat"),
    "piece": ("desk:add_piece", "Noter le document"),
    FINAL_REVIEW: ("desk:start_final_review", "Faire le bilan"),
    "step": ("desk:add_step", "Ajouter une étape"),
    "job_start": ("desk:add_job", "Noter l’emploi"),
    "exit": ("desk:add_exit", "Préparer la sortie"),
    "enrolment_end": ("desk:add_exit", "Préparer la sortie"),
    "registration": ("desk:registration", "Noter l’inscription"),
    "assessment": ("desk:add_assessment", "Noter le bilan"),
    "information": ("desk:add_information", "Noter l’information donnée"),
    "obstacle": ("desk:obstacles", "Noter le frein"),
    "opinion": ("desk:add_opinion", "Noter l’avis"),
    "report": ("desk:reports", "Écrire ou écarter le signalement"),
    "weekly_activity": ("desk:add_held", "Noter une activité"),
}


def act_of(person: Person, expects: str, enrolment_id: int | None = None) -> tuple[str, str]:
    """Return the address and label of the one act that settles a to-do; by default, open the file.

    The « bilan » is that of the accompaniment the to-do speaks of: the person may be in another one since.
    """
    route, label = ACTS.get(expects, ("desk:person", "Ouvrir le dossier"))
    if expects == FINAL_REVIEW and enrolment_id is not None:
        return reverse("desk:final_review", args=[person.key, enrolment_id]), label
    try:
        return reverse(route, args=[person.key]), label
    except NoReverseMatch:
        return reverse("desk:person", args=[person.key]), "Ouvrir le dossier"
