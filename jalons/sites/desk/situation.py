"""The situation of a person as shown beside her timeline: registration, obstacles, last assessment, informations, pauses."""

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
    EnrolmentProfessional,
    Information,
    InformationKind,
    Obstacle,
    Pause,
)
from jalons.pathways.preconditions import flags_of
from jalons.pathways.queries.assessments import diagnosis_missing_since
from jalons.people.models import JobSeekerRegistration, Person
from jalons.people.permissions import may_reach
from jalons.sites.desk.places import noted_enrolments, writable
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
    pause: Pause | None
    professionals: list[EnrolmentProfessional]
    flags: list[str]
    may_write: bool
    may_note_after: bool
    may_pause: bool
    may_add_professional: bool
    may_reorient: bool


def situation_of(
    person: Person, enrolments: list[Enrolment], *, user: User, labels: Labels, on: date, may_read_notes: bool
) -> Situation:
    """Read the situation in eight queries, whatever the number of rows."""
    registration = JobSeekerRegistration.objects.filter(person=person, start_on__lte=on).order_by("-start_on").first()
    open_rows = Obstacle.objects.filter(person=person, lifted_on=None).select_related("enrolment")
    return Situation(
        registration=registration,
        registration_words=_registration_words(registration, on=on),
        obstacles=[
            ShownObstacle(
                one.pk,
                labels.obstacle(one.domain, one.enrolment.action_code),
                f"travaillé depuis le {date_short(one.worked_on)}"
                if one.worked_on
                else f"repéré le {date_short(one.opened_on)}",
                one.note if may_read_notes else "",
            )
            for one in open_rows.order_by("opened_on", "pk")
        ],
        assessment=Assessment.objects.filter(person=person).order_by("-made_on", "-pk").first(),
        first_interview=min(diagnosis_missing_since(enrolments, on=on).values(), default=None),
        informations=_informations(person),
        pause=Pause.objects.filter(enrolment__person=person, start_on__lte=on)
        .exclude(end_on__lt=on)
        .select_related("enrolment")
        .first(),
        professionals=list(
            EnrolmentProfessional.objects.filter(enrolment__in=enrolments, start_on__lte=on)
            .exclude(end_on__lt=on)
            .select_related("user")
            .order_by("start_on", "pk")
        ),
        flags=[sentence for found in flags_of(enrolments).values() for sentence in found],
        may_write=bool(writable(user, enrolments, Permission.SITUATION_WRITE, on=on)),
        may_note_after=not enrolments
        and bool(writable(user, noted_enrolments(person, on=on), Permission.SITUATION_WRITE, on=on)),
        may_pause=bool(writable(user, enrolments, Permission.ENROLMENT_MANAGE, on=on)),
        may_add_professional=bool(writable(user, enrolments, Permission.MANDATE_NAME, on=on)),
        may_reorient=bool(enrolments) and may_reach(user, person.pk, on=on, permission=Permission.ORIENTATION_DECIDE),
    )


def _registration_words(registration: JobSeekerRegistration | None, *, on: date) -> str:
    if registration is None:
        return "pas d’inscription notée"
    if registration.end_on is None or registration.end_on >= on:
        return f"depuis le {date_short(registration.start_on)}"
    return f"terminée le {date_short(registration.end_on)} ({registration.get_end_reason_display().lower()})"


def _informations(person: Person) -> str:
    """Return « droits et devoirs le 03/02/2020, risques le … », each kind with its last day."""
    last = dict(Information.objects.filter(person=person).order_by("given_on").values_list("kind", "given_on"))
    return ", ".join(f"{TOLD[kind]} le {date_short(last[kind])}" for kind in TOLD if kind in last)


def default_kind(enrolments: Sequence[Enrolment]) -> str:
    """Return the assessment that comes next: the initial one while an accompaniment has none, else a re-assessment."""
    assessed = set(
        Assessment.objects.filter(enrolment__in=enrolments, kind=AssessmentKind.INITIAL).values_list(
            "enrolment_id", flat=True
        )
    )
    missing = any(one.pk not in assessed for one in enrolments)
    return AssessmentKind.INITIAL if missing else AssessmentKind.REASSESSMENT
