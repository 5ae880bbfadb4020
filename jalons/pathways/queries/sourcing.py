"""Whom an offer may suit among those one accompanies, and why each is shown: filters said aloud, never a score (R-114)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from jalons.kernel.text import fold
from jalons.network.models import User
from jalons.network.permissions import Permission, may, memberships
from jalons.pathways.models import Enrolment, Job, Obstacle, Pause, Project, Step, StepOffer, StepState
from jalons.pathways.offer_rules import Offer, objections
from jalons.pathways.queries.assessments import wishes_of_many
from jalons.pathways.rulebook import Shelf
from jalons.people.permissions import reachable_persons
from jalons.ui.french import date_short

LEAST_LETTERS = (
    5  # of a word of the offer that a project may share: « agent de cuisine » speaks by « agent » and « cuisine »
)


@dataclass(frozen=True, slots=True)
class Criteria:
    """What one filters by; each is left out when empty. ``without``: domains of obstacles that must not be open."""

    project: str = ""
    territory_id: int | None = None
    without: tuple[str, ...] = ()
    available: bool = False


@dataclass(slots=True)
class Candidate:
    """Somebody the offer may suit. ``reasons`` are facts, a sentence each; ``against``: why it cannot be proposed (R-073)."""

    enrolment: Enrolment
    reasons: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)


def candidates(
    user: User, offer: StepOffer, criteria: Criteria, *, on: date, shelf: Shelf | None = None
) -> QuerySet[Enrolment]:
    """Return one running accompaniment of each person who meets every criterion, by name; not those positioned already.

    Only persons whose pathway ``user`` may write, in an action that has this kind of step.
    """
    shelf = shelf or Shelf()
    rows = _writable(user, offer, on=on)
    rows = rows.filter(action_code__in=_with_kind(rows, offer.kind, shelf, on=on))
    asked = Step.objects.filter(offer=offer, person=OuterRef("person")).exclude(state=StepState.CANCELLED)
    rows = rows.exclude(Exists(asked))
    if criteria.territory_id is not None:
        rows = rows.filter(person__territory=criteria.territory_id)
    if criteria.without:
        rows = rows.exclude(Exists(_open_obstacles().filter(domain__in=criteria.without, person=OuterRef("person"))))
    if criteria.available:
        for busy in (_jobs(on), _started(), _pauses(on)):
            rows = rows.exclude(Exists(busy))
    if criteria.project.strip():
        rows = rows.filter(pk__in=_with_project(rows, criteria.project))
    one_each = rows.order_by("person_id", "start_on", "pk").distinct("person_id").values("pk")
    found = Enrolment.objects.filter(pk__in=one_each).select_related("person__territory", "organisation")
    return found.order_by("person__folded", "pk")


def told(
    enrolments: Sequence[Enrolment], offer: StepOffer, *, on: date, shelf: Shelf, domains: dict[str, str]
) -> list[Candidate]:
    """Return these persons with what is known of each; eight queries whatever their number. ``domains``: those one may read."""
    persons = [one.person_id for one in enrolments]
    projects = {one.enrolment_id: one for one in Project.objects.filter(enrolment__in=enrolments, closed_on=None)}
    obstacles: dict[int, list[str]] = {}
    for one in _open_obstacles().filter(person__in=persons, domain__in=domains).order_by("opened_on", "pk"):
        obstacles.setdefault(one.person_id, []).append(domains[one.domain])
    busy = _busy(persons, on=on)
    wishes = wishes_of_many(enrolments, shelf, on=on)
    proposed = Offer(offer.label, employer=offer.provider)
    return [
        Candidate(
            one,
            [
                _project(projects.get(one.pk), offer),
                _territory(one, offer),
                "Freins ouverts : " + ", ".join(dict.fromkeys(obstacles[one.person_id])).lower()
                if one.person_id in obstacles
                else "Aucun frein ouvert dans les domaines montrés ici",
                *(busy.get(one.person_id) or ["Disponible : ni emploi, ni étape commencée, ni veille"]),
            ],
            objections(proposed, wishes[one.pk]) if one.pk in wishes else [],
        )
        for one in enrolments
    ]


def _writable(user: User, offer: StepOffer, *, on: date) -> QuerySet[Enrolment]:
    places = {one.organisation_id for one in memberships(user, on=on) if one.organisation_id is not None}
    mine = [pk for pk in places if may(user, Permission.STEP_WRITE, on=on, organisation_id=pk)]
    rows = Enrolment.objects.filter(organisation__in=mine, authority=offer.authority_id, start_on__lte=on)
    rows = rows.filter(Q(end_on__isnull=True) | Q(end_on__gte=on))
    return rows.filter(person__in=reachable_persons(user, on=on, permission=Permission.STEP_WRITE))


def _with_kind(rows: QuerySet[Enrolment], kind: str, shelf: Shelf, *, on: date) -> list[str]:
    codes = rows.order_by("action_code").values_list("action_code", flat=True).distinct()
    known = {code: shelf.rules_of(code, on=on).steps for code in codes}
    return [code for code, kinds in known.items() if not kinds or kind in kinds]


def _open_obstacles() -> QuerySet[Obstacle]:
    return Obstacle.objects.filter(lifted_on=None, sensitive=False)


def _jobs(on: date) -> QuerySet[Job]:
    rows = Job.objects.filter(person=OuterRef("person"), start_on__lte=on)
    return rows.exclude(ended_on__lt=on).exclude(ended_on=None, end_on__lt=on)


def _started() -> QuerySet[Step]:
    return Step.objects.filter(person=OuterRef("person"), state=StepState.STARTED)


def _pauses(on: date) -> QuerySet[Pause]:
    return Pause.objects.filter(enrolment__person=OuterRef("person"), start_on__lte=on).exclude(end_on__lt=on)


def _with_project(rows: QuerySet[Enrolment], words: str) -> list[int]:
    """The accompaniments whose open project holds each of these words, accents and capitals set aside."""
    wanted = fold(words).split()
    projects = Project.objects.filter(enrolment__in=rows, closed_on=None).values_list("enrolment_id", "title")
    return [pk for pk, title in projects if all(word in fold(title) for word in wanted)]


def _busy(persons: Collection[int], *, on: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    jobs = Job.objects.filter(person__in=persons, start_on__lte=on).exclude(ended_on__lt=on)
    for job in jobs.exclude(ended_on=None, end_on__lt=on).order_by("start_on"):
        until = f", fin prévue le {date_short(job.end_on)}" if job.end_on else ""
        found.setdefault(job.person_id, []).append(f"En emploi depuis le {date_short(job.start_on)}{until}")
    for step in Step.objects.filter(person__in=persons, state=StepState.STARTED).order_by("started_on"):
        until = f", fin prévue le {date_short(step.planned_end_on)}" if step.planned_end_on else ""
        found.setdefault(step.person_id, []).append(f"Une étape commencée le {date_short(step.started_on)}{until}")
    pauses = Pause.objects.filter(enrolment__person__in=persons, start_on__lte=on).exclude(end_on__lt=on)
    for pause in pauses.select_related("enrolment"):
        found.setdefault(pause.enrolment.person_id, []).append(f"En veille depuis le {date_short(pause.start_on)}")
    return found


def _project(project: Project | None, offer: StepOffer) -> str:
    if project is None:
        return "Aucun projet professionnel noté"
    state = f"validé le {date_short(project.validated_on)}" if project.validated_on else "en élaboration"
    title = fold(project.title)
    shared = [word for word in offer.label.split() if len(fold(word)) >= LEAST_LETTERS and fold(word) in title]
    near = f", proche de l’offre (« {' », « '.join(shared)} »)" if shared else ""
    return f"Projet : {project.title}, {state}{near}"


def _territory(one: Enrolment, offer: StepOffer) -> str:
    territory = one.person.territory
    if territory is None:
        return "Aucun territoire connu"
    here = ", celui de l’offre" if offer.territory_id == territory.pk else ""
    return f"Territoire : {territory.name}{here}"
