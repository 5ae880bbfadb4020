"""« Mes personnes »: who they are, where they stand, what comes next. One SQL text for a page, one for the counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateField, Exists, F, JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from jalons.agenda.models import Appointment, Outcome
from jalons.network.models import User
from jalons.network.permissions import Permission, memberships
from jalons.pathways.models import Contract, Enrolment, Job, Mandate, Pause, Step, StepState
from jalons.pathways.rules import IN_FORCE
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.todos.queries import open_todos, spans

# Windows of the quick filters: they help to look, they are no rule (rules come from rulebooks, as to-dos).
QUIET_DAYS = 60
RENEWAL_DAYS = 60

SITUATIONS: dict[str, str] = {
    "retard": "En retard",
    "sans_contrat": "Sans contrat",
    "sans_contact": f"Sans contact depuis {QUIET_DAYS} jours",
    "a_renouveler": "Contrat à renouveler",
    "en_etape": "En étape",
    "en_emploi": "En emploi (suivi)",
    "en_veille": "En veille",
}
SORTS: dict[str, tuple[Any, ...]] = {
    "nom": ("folded", "pk"),
    "echeance": (F("due_on").asc(nulls_last=True), "folded", "pk"),
    "contact": (F("last_contact").asc(nulls_first=True), "folded", "pk"),
    "contrat": (F("contract_until").asc(nulls_first=True), "folded", "pk"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: whose persons, which situation, which action, in which order."""

    mine: bool = True
    situation: str = ""
    action: str = ""
    sort: str = "nom"


def _running(on: date) -> Q:
    return Q(start_on__lte=on) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


def accompanied(user: User, *, on: date) -> QuerySet[Person]:
    """Return the persons ``user`` may open and who are accompanied on that day."""
    scope = reachable_persons(user, on=on, permission=Permission.PERSON_OPEN)
    return scope.filter(Exists(Enrolment.objects.filter(_running(on), person_id=OuterRef("pk"))))


def is_mine(user: User, *, on: date) -> Exists:
    """The condition « ``user`` is the référent unique on that day »."""
    return Exists(Mandate.objects.filter(_running(on), caseworker=user, person_id=OuterRef("pk")))


def conditions(*, on: date) -> dict[str, Q]:
    """Return the condition of each quick filter on that day."""
    of_person = {"person_id": OuterRef("pk")}
    in_force = Contract.objects.filter(_running(on), state__in=IN_FORCE, **of_person)
    seen = Appointment.objects.filter(
        outcome=Outcome.HELD, on_date__gte=on - timedelta(days=QUIET_DAYS), on_date__lte=on, **of_person
    )
    ending = in_force.filter(end_on__lte=on + timedelta(days=RENEWAL_DAYS))
    late = open_todos(on=on).filter(spans(on=on, soon_days=0)["late"], **of_person)
    jobs = Job.objects.filter(start_on__lte=on, ended_on__isnull=True, **of_person).exclude(end_on__lt=on)
    pauses = Pause.objects.filter(_running(on), enrolment__person_id=OuterRef("pk"))
    return {
        "retard": Q(Exists(late)),
        "sans_contrat": ~Q(Exists(in_force)),
        "sans_contact": ~Q(Exists(seen)),
        "a_renouveler": Q(Exists(ending)),
        "en_etape": Q(Exists(Step.objects.filter(state=StepState.STARTED, **of_person))),
        "en_emploi": Q(Exists(jobs)),
        "en_veille": Q(Exists(pauses)),
    }


def narrowed(user: User, asked: Asked, *, on: date) -> QuerySet[Person]:
    """Return the persons of the list before the quick filter: the ones its counts are about."""
    rows = accompanied(user, on=on)
    if asked.mine:
        rows = rows.filter(is_mine(user, on=on))
    if asked.action:
        rows = rows.filter(
            Exists(Enrolment.objects.filter(_running(on), action_code=asked.action, person_id=OuterRef("pk")))
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Reader:
    """A user as far as the lists depend on them: building these queries takes longer than running them, so what is built is
    kept for the same rights on the same day."""

    rights: tuple[Any, ...]
    user: User = field(compare=False)

    @classmethod
    def of(cls, user: User, *, on: date) -> _Reader:
        """Return the reader, with every right the scope is made of."""
        places = tuple((m.role, m.organisation_id, m.authority_id, m.territory_id) for m in memberships(user, on=on))
        return cls((user.pk, user.is_active, user.is_system, places), user)


def counts(user: User, asked: Asked, *, on: date) -> dict[str, int]:
    """Return how many persons each quick filter keeps, and « total »; one query."""
    sql, params = _counting(_Reader.of(user, on=on), asked.mine, asked.action, on)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    assert row is not None
    return dict(zip(("total", *SITUATIONS), row, strict=True))


@lru_cache(maxsize=1000)
def _counting(reader: _Reader, mine: bool, action: str, on: date) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of ``counts``: each condition as the filter writes it, over the persons of the list."""
    scope, scope_params = (
        narrowed(reader.user, Asked(mine=mine, action=action), on=on).values("pk").query.sql_with_params()
    )
    texts, params = [], []
    for name in SITUATIONS:
        query = Person.objects.filter(conditions(on=on)[name]).query
        text, some = query.get_compiler("default").compile(query.where)
        texts.append(f"count(*) FILTER (WHERE {text})")
        params += some
    table = Person._meta.db_table
    return f"SELECT count(*), {', '.join(texts)} FROM {table} WHERE {table}.id IN ({scope})", (*params, *scope_params)


def listed(user: User, asked: Asked, *, on: date) -> QuerySet[Person]:
    """Return the persons of the list in its order, with what the columns show (see ``described``)."""
    return _listing(_Reader.of(user, on=on), asked, on).all()


@lru_cache(maxsize=1000)
def _listing(reader: _Reader, asked: Asked, on: date) -> QuerySet[Person]:
    rows = narrowed(reader.user, asked, on=on)
    if asked.situation:
        rows = rows.filter(conditions(on=on)[asked.situation])
    return described(rows, on=on).order_by(*SORTS[asked.sort])


def described(rows: QuerySet[Person], *, on: date) -> QuerySet[Person]:
    """Add the columns: ``enrolment``, ``mandate``, ``contract_until``, ``last_contact``, ``next_contact``, ``step`` and its
    ``step_kind``, ``due`` and its ``due_on``.
    """
    of_person = {"person_id": OuterRef("pk")}
    enrolments = Enrolment.objects.filter(_running(on), **of_person).order_by("start_on", "pk")
    mandates = Mandate.objects.filter(_running(on), **of_person)
    contracts = Contract.objects.filter(_running(on), state__in=IN_FORCE, **of_person).order_by("-end_on")
    held = Appointment.objects.filter(outcome=Outcome.HELD, on_date__lte=on, **of_person).order_by("-on_date")
    planned = Appointment.objects.filter(outcome=Outcome.PLANNED, on_date__gte=on, **of_person).order_by("on_date")
    steps = Step.objects.filter(state=StepState.STARTED, **of_person).order_by("started_on", "pk")
    todos = open_todos(on=on).filter(due_on__isnull=False, **of_person)
    enrolled = JSONObject(since="start_on", action="action_code", organisation="organisation__name")
    worker = JSONObject(first="caseworker__first_name", last="caseworker__last_name", id="caseworker_id")
    due = JSONObject(
        code="obligation_code", rulebook="rulebook_code", version="rulebook_version", action="action_code",
        occurrence="occurrence", due_on="due_on", measured="measured", required="required",
    )  # fmt: skip
    return rows.annotate(
        enrolment=Subquery(enrolments.values(data=enrolled)[:1], output_field=JSONField()),
        mandate=Subquery(mandates.values(data=worker)[:1], output_field=JSONField()),
        contract_until=Subquery(contracts.values("end_on")[:1], output_field=DateField()),
        last_contact=Subquery(held.values("on_date")[:1], output_field=DateField()),
        next_contact=Subquery(planned.values("on_date")[:1], output_field=DateField()),
        step=Subquery(steps.values("label")[:1]),
        step_kind=Subquery(steps.values("kind")[:1]),
        due=Subquery(todos.values(data=due)[:1], output_field=JSONField()),
        due_on=Subquery(todos.values("due_on")[:1], output_field=DateField()),
    )
