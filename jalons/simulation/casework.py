"""Writes what the référents learnt and said during the days being lived, as sets, through the operations of the screens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from jalons.pathways.models import AssessmentKind, Information, InformationKind
from jalons.pathways.operations import assessments, informations, obstacles
from jalons.pathways.reference import domains
from jalons.pathways.rulebook import Shelf
from jalons.people.models import JobSeekerRegistration, RegistrationEnd
from jalons.people.operations import NewRegistration, record_registrations
from jalons.simulation.papers import record_papers
from jalons.simulation.scene import Followed, Span
from jalons.simulation.situations import ObstaclePlan, SituationPlan, plan_situation

HELD = "held"


def record_situations(group: Sequence[Followed], span: Span, *, seed: int, until: date, job_seekers: bool) -> None:
    """Write the span's facts and documents of an organisation's accompaniments. ``job_seekers``: all of them are registered."""
    planned = [(one, _plan(one, seed, until, always_registered=job_seekers)) for one in group]
    _registrations(planned, span)
    _assessments(planned, span)
    _obstacles(planned, span, until)
    _informations(planned, span)
    registered = {one.enrolment.person_id for one, plan in planned if plan.registrations}
    record_papers(group, span, seed=seed, registered=registered)


def record_adhesion(group: Sequence[Followed], span: Span) -> None:
    """Say what a framework asks to say before the person adheres, on the day she enters: contracts ask for it."""
    shelf = Shelf()
    asked = {one.enrolment.pk: shelf.rules_of(one.enrolment.action_code, on=span.last).contract.told for one in group}
    listed = {pk: one.items for pk, one in asked.items() if one is not None}
    told = set(Information.objects.filter(enrolment__in=listed).values_list("enrolment_id", "kind"))
    wanted = [
        informations.NewInformation(one.enrolment.pk, item.code, one.enrolment.start_on)
        for one in group
        for item in listed.get(one.enrolment.pk, ())
        if one.enrolment.start_on <= span.last and (one.enrolment.pk, item.code) not in told
    ]
    if wanted:
        informations.record_informations(actor=group[0].actor, on=span.last, informations=wanted)


Planned = Sequence[tuple[Followed, SituationPlan]]


def _plan(one: Followed, seed: int, until: date, *, always_registered: bool) -> SituationPlan:
    enrolment, plan = one.enrolment, one.plan
    rng = random.Random(f"{seed}/situation/{enrolment.person_id}/{enrolment.start_on}")
    return plan_situation(
        rng,
        enrolled_on=enrolment.start_on,
        interviews=[meeting.day for meeting in plan.meetings if meeting.outcome == HELD and meeting.day < until],
        until=until,
        exited_on=plan.exit.exited_on if plan.exit else None,
        hired_on=max(plan.job.start_on, enrolment.start_on) if plan.job else None,
        always_registered=always_registered,
    )


def _registrations(planned: Planned, span: Span) -> None:
    """A registration is told at the entry; one that lapses, and the next one, when they happen."""
    known: dict[int, list[tuple[date, date | None]]] = {}
    ids = [one.enrolment.person_id for one, _ in planned]
    rows = JobSeekerRegistration.objects.filter(person__in=ids).values_list("person_id", "start_on", "end_on")
    for person_id, start, end in rows:
        known.setdefault(person_id, []).append((start, end))
    wanted = []
    for one, plan in planned:
        for rank, period in enumerate(plan.registrations):
            told = period.end_on or (one.enrolment.start_on if rank == 0 else period.start_on)
            others = known.get(one.enrolment.person_id, [])
            if told in span and all(end is not None and end < period.start_on for _, end in others):
                others = known.setdefault(one.enrolment.person_id, [])
                others.append((period.start_on, period.end_on))
                wanted.append(
                    NewRegistration(one.enrolment.person_id, period.start_on, period.end_on, RegistrationEnd.LAPSED)
                )
    if wanted:
        record_registrations(actor=planned[0][0].actor, on=span.last, registrations=wanted)


def _assessments(planned: Planned, span: Span) -> None:
    wanted = [
        assessments.NewAssessment(one.enrolment.pk, AssessmentKind(made.kind), made.made_on)
        for one, plan in planned
        for made in plan.assessments
        if made.made_on in span
    ]
    if wanted:
        assessments.record_assessments(actor=planned[0][0].actor, on=span.last, assessments=wanted)


def _obstacles(planned: Planned, span: Span, until: date) -> None:
    """Each obstacle is written when its story is over, or where it stands on the last day."""
    codes = list(domains())
    wanted = []
    for one, plan in planned:
        taken: set[str] = set()
        for obstacle in plan.obstacles:
            domain = codes[obstacle.pick % len(codes)]
            if domain in taken:
                continue
            taken.add(domain)
            if _told_on(obstacle, one, until) in span:
                wanted.append(
                    obstacles.NewObstacle(
                        one.enrolment.pk,
                        domain,
                        obstacle.opened_on,
                        worked_on=obstacle.worked_on,
                        lifted_on=obstacle.lifted_on,
                    )
                )
    if wanted:
        obstacles.record_obstacles(actor=planned[0][0].actor, on=span.last, obstacles=wanted)


def _told_on(obstacle: ObstaclePlan, one: Followed, until: date) -> date:
    """The last day of the story; an accompaniment that ends in that month is still there to hear it."""
    last = obstacle.lifted_on or obstacle.worked_on or obstacle.opened_on
    leaving = one.plan.exit.exited_on if one.plan.exit else until
    return min(last, leaving)


def _informations(planned: Planned, span: Span) -> None:
    wanted = [
        informations.NewInformation(one.enrolment.pk, InformationKind(told.kind), told.given_on)
        for one, plan in planned
        for told in plan.informations
        if told.given_on in span
    ]
    if wanted:
        informations.record_informations(actor=planned[0][0].actor, on=span.last, informations=wanted)
