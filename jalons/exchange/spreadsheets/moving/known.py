"""What is already known of the persons of a table: a fixed number of queries, whatever the number of rows.

What the rows before one would write is added as it is judged, so that a table never repeats itself either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from jalons.agenda.models import Appointment, Outcome
from jalons.kernel.text import fold
from jalons.pathways.guards import Standing
from jalons.pathways.models import Enrolment, Exit, ExitState, Job, Mandate, Orientation, Step
from jalons.people.models import Person, RightsAndDuties, RsaRight

Ref: TypeAlias = int  # a primary key, or minus the primary key of the row that will write it


@dataclass(slots=True)
class Stay:
    """An enrolment, written or to be."""

    ref: Ref
    organisation_id: int
    action_code: str
    start_on: date
    end_on: date | None
    last_possible: date

    def covers(self, day: date) -> bool:
        """Tell whether the day is inside."""
        return self.start_on <= day and (self.end_on is None or day <= self.end_on)


@dataclass(slots=True)
class Decision:
    """An orientation, written or to be."""

    organisation_id: int
    action_code: str
    decided_on: date
    closed_on: date | None


@dataclass(slots=True)
class Leading:
    """A mandate of référent unique, written or to be."""

    ref: Ref
    caseworker_id: int
    organisation_id: int
    start_on: date
    end_on: date | None


@dataclass(slots=True)
class Meeting:
    """An appointment."""

    ref: Ref
    on_date: date
    starts_at: datetime
    outcome: str
    timed: bool = True


@dataclass(slots=True)
class Stage:
    """A step."""

    ref: Ref
    kind: str
    label: str
    proposed_on: date
    started_on: date | None
    ended_on: date | None


@dataclass(slots=True)
class Post:
    """A job."""

    ref: Ref
    stay: Ref
    contract: str
    start_on: date
    ended_on: date | None


@dataclass(slots=True)
class Life:
    """All that is known of one person."""

    person: Person | None = None
    stays: list[Stay] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    mandates: list[Leading] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    exits: set[Ref] = field(default_factory=set)  # stays that have one
    rights: list[tuple[date, date | None, str, bool]] = field(default_factory=list)
    duties: list[tuple[date, date | None]] = field(default_factory=list)

    def standing(self, day: date, *, authority_id: int, territory_id: int | None) -> Standing:
        """Return rights, duties and domicile on a day, as entry conditions look at them."""
        state, basic = next(
            ((state, basic) for start, end, state, basic in self.rights if _in(day, start, end)), (None, False)
        )
        since = next((start for start, end in self.duties if _in(day, start, end)), None)
        if self.person is None:
            return Standing(0, authority_id, territory_id, state, basic, since)
        person = self.person
        return Standing(person.pk, person.authority_id, person.territory_id, state, basic, since)

    def stay_on(self, day: date, organisation_id: int) -> Stay | None:
        """Return the stay in the organisation that covers a day, else the last that began before it."""
        mine = [one for one in self.stays if one.organisation_id == organisation_id]
        covering = [one for one in mine if one.covers(day)]
        before = [one for one in mine if one.start_on <= day]
        return max(covering or before, key=lambda one: one.start_on, default=None)


def _in(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or day <= end)


def lives_of(persons: Collection[Person], organisation_id: int) -> dict[int, Life]:
    """Return person → what is known of her, in nine queries."""
    lives: dict[int, Life] = defaultdict(Life)
    for person in persons:
        lives[person.pk].person = person
    ids = list(lives)
    for row in Enrolment.objects.filter(person__in=ids).select_related("line").order_by("start_on"):
        lives[row.person_id].stays.append(
            Stay(row.pk, row.organisation_id, row.action_code, row.start_on, row.end_on, row.line.end_on)
        )
    for decision in Orientation.objects.filter(person__in=ids).order_by("decided_on", "pk"):
        lives[decision.person_id].decisions.append(
            Decision(decision.organisation_id, decision.action_code, decision.decided_on, decision.closed_on)
        )
    for mandate in Mandate.objects.filter(person__in=ids).order_by("start_on"):
        lives[mandate.person_id].mandates.append(
            Leading(mandate.pk, mandate.caseworker_id, mandate.organisation_id, mandate.start_on, mandate.end_on)
        )
    _meetings(lives, ids, organisation_id)
    for step in Step.objects.filter(person__in=ids).exclude(state="cancelled"):
        lives[step.person_id].stages.append(
            Stage(step.pk, step.kind, fold(step.label), step.proposed_on, step.started_on, step.ended_on)
        )
    for job in Job.objects.filter(person__in=ids).order_by("start_on"):
        lives[job.person_id].posts.append(Post(job.pk, job.enrolment_id, job.contract_kind, job.start_on, job.ended_on))
    for person_id, enrolment_id in (
        Exit.objects.filter(person__in=ids).exclude(state=ExitState.REVERSED).values_list("person_id", "enrolment_id")
    ):
        lives[person_id].exits.add(enrolment_id)
    _rights(lives, ids)
    return lives


def _meetings(lives: dict[int, Life], ids: list[int], organisation_id: int) -> None:
    rows = Appointment.objects.filter(person__in=ids, organisation=organisation_id).exclude(outcome=Outcome.MOVED)
    for pk, person_id, day, starts_at, outcome in rows.values_list(
        "pk", "person_id", "on_date", "starts_at", "outcome"
    ):
        lives[person_id].meetings.append(Meeting(pk, day, starts_at, outcome))


def _rights(lives: dict[int, Life], ids: list[int]) -> None:
    for person_id, start, end, state, basic in RsaRight.objects.filter(person__in=ids).values_list(
        "person_id", "start_on", "end_on", "state", "basic_rsa"
    ):
        lives[person_id].rights.append((start, end, state, basic))
    for person_id, start, end in RightsAndDuties.objects.filter(person__in=ids).values_list(
        "person_id", "start_on", "end_on"
    ):
        lives[person_id].duties.append((start, end))
