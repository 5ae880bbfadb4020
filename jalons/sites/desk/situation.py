"""The situation of a person as her page shows it: registration, obstacles, last assessment, informations given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    Assessment,
    AssessmentKind,
    Enrolment,
    Information,
    InformationKind,
    Obstacle,
)
from jalons.pathways.queries.assessments import diagnosis_missing_since
from jalons.people.models import JobSeekerRegistration, Person
from jalons.sites.desk.places import writable
from jalons.sites.frame.labels import Labels
from jalons.ui.french import date_short

TOLD = {
    InformationKind.RIGHTS_AND_DUTIES: "droits et devoirs",
    InformationKind.RISKS: "risques",
    InformationKind.DECLARATIONS: "déclarations",
}


@dataclass(frozen=True, slots=True)
class ShownObstacle:
    """An obstacle not lifted yet, in words."""

    pk: int
    label: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known today; every sentence is ready to show."""

    registration: JobSeekerRegistration | None
    registration_words: str
    obstacles: list[ShownObstacle]
    assessment: Assessment | None
    first_interview: date | None  # held, with no assessment since: « diagnostic à faire »
    informations: str
    may_write: bool


def situation_of(
    person: Person, enrolments: list[Enrolment], *, user: User, labels: Labels, on: date, may_read_notes: bool
) -> Situation:
    """Read the situation in six queries at most, whatever the number of rows."""
    registration = JobSeekerRegistration.objects.filter(person=person, start_on__lte=on).order_by("-start_on").first()
    return Situation(
        registration=registration,
        registration_words=_registration_words(registration, on=on),
        obstacles=open_obstacles(person, labels, may_read_notes=may_read_notes),
        assessment=Assessment.objects.filter(person=person).order_by("-made_on", "-pk").first(),
        first_interview=min(diagnosis_missing_since(enrolments, on=on).values(), default=None),
        informations=_informations(person, labels),
        may_write=bool(writable(user, enrolments, Permission.SITUATION_WRITE, on=on)),
    )


def open_obstacles(person: Person, labels: Labels, *, may_read_notes: bool) -> list[ShownObstacle]:
    """Return the obstacles not lifted yet, oldest first; one query."""
    rows = Obstacle.objects.filter(person=person, lifted_on=None).select_related("enrolment")
    return [
        ShownObstacle(
            one.pk,
            labels.obstacle(one.domain, one.enrolment.action_code),
            f"travaillé depuis le {date_short(one.worked_on)}"
            if one.worked_on
            else f"repéré le {date_short(one.opened_on)}",
            one.note if may_read_notes else "",
        )
        for one in rows.order_by("opened_on", "pk")
    ]


def _registration_words(registration: JobSeekerRegistration | None, *, on: date) -> str:
    if registration is None:
        return "pas d’inscription notée"
    if registration.end_on is None or registration.end_on >= on:
        return f"depuis le {date_short(registration.start_on)}"
    return f"terminée le {date_short(registration.end_on)} ({registration.get_end_reason_display().lower()})"


def _informations(person: Person, labels: Labels) -> str:
    """Return « droits et devoirs le 03/02/2020, risques le … », each kind with its last day, then those before adhesion."""
    rows = Information.objects.filter(person=person).order_by("given_on", "pk")
    last = {kind: (day, action) for kind, day, action in rows.values_list("kind", "given_on", "enrolment__action_code")}
    words: dict[str, str] = {kind: TOLD[kind] for kind in TOLD if kind in last}
    words |= {kind: labels.information(kind, action) for kind, (_, action) in last.items() if kind not in TOLD}
    return ", ".join(f"{word[0].lower()}{word[1:]} le {date_short(last[kind][0])}" for kind, word in words.items())


def default_kind(enrolments: Sequence[Enrolment]) -> str:
    """Return the assessment that comes next: the initial one while an accompaniment has none, else a re-assessment."""
    assessed = set(
        Assessment.objects.filter(enrolment__in=enrolments, kind=AssessmentKind.INITIAL).values_list(
            "enrolment_id", flat=True
        )
    )
    missing = any(one.pk not in assessed for one in enrolments)
    return AssessmentKind.INITIAL if missing else AssessmentKind.REASSESSMENT
