"""How accompaniments of a group end or stop for a while: jobs, exits, pauses, continuations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from jalons.kernel.periods import end_of_months
from jalons.network.models import User
from jalons.pathways.models import (
    Destination,
    EmployerKind,
    Job,
    JobContract,
    ReviewDecision,
)
from jalons.pathways.operations import (
    exits,
    jobs,
    pauses,
    reviews,
    steps,
)
from jalons.simulation.cast import Cast
from jalons.simulation.scene import Followed, Span, draws, rules_on

CONFIRMED = 0.85  # share of exits decided at once


def live_exits(group: list[Followed], span: Span, cast: Cast, seed: int) -> None:
    """Write the jobs found in the span, and the exits with what they rest on: most are confirmed at once."""
    actor, on = group[0].actor, span.last
    leaving = [one for one in group if one.plan.exit is not None and one.plan.exit.exited_on in span]
    if not leaving:
        return
    hired = [one for one in leaving if one.plan.job is not None]
    if hired:
        jobs.record_jobs(actor=actor, on=on, jobs=[_job(one) for one in hired])
    rests_on = {
        row.enrolment_id: row.pk for row in Job.objects.filter(enrolment__in=[one.enrolment.pk for one in leaving])
    }
    trained = _trainings(actor, on, leaving)
    proposed = exits.propose_exits(actor=actor, on=on, exits=[_exit(one, rests_on, trained) for one in leaving])
    sure = [row.pk for row in proposed if draws(seed, "confirm", row.enrolment_id).random() < CONFIRMED]
    if sure:
        exits.confirm_exits(actor=cast.heads[leaving[0].enrolment.organisation_id], on=on, exit_ids=sure)


def _job(one: Followed) -> jobs.NewJob:
    plan = one.plan.job
    assert plan is not None
    return jobs.NewJob(
        enrolment_id=one.enrolment.pk,
        contract_kind=JobContract(plan.contract_kind),
        employer_kind=EmployerKind(plan.employer_kind),
        employer="Entreprise fictive",
        weekly_hours=Decimal(plan.weekly_hours),
        start_on=max(plan.start_on, one.enrolment.start_on),
        end_on=end_of_months(max(plan.start_on, one.enrolment.start_on), plan.months) if plan.months else None,
    )


def _trainings(actor: User, on: date, leaving: list[Followed]) -> dict[int, int]:
    """Write the training that an exit towards a training rests on; return enrolment → step."""
    wanted = []
    for one in leaving:
        assert one.plan.exit is not None
        kinds = [code for code in rules_on(one.enrolment.action_code, on).steps if code == "qualifying_training"]
        if one.plan.exit.destination == "training" and kinds:
            day = one.plan.exit.exited_on
            wanted.append(
                steps.NewStep(
                    enrolment_id=one.enrolment.pk, kind=kinds[0], proposed_on=day, started_on=day, qualifying=True
                )
            )
    if not wanted:
        return {}
    return {row.enrolment_id: row.pk for row in steps.record_steps(actor=actor, on=on, steps=wanted)}


def _exit(one: Followed, rests_on: Mapping[int, int], trained: Mapping[int, int]) -> exits.NewExit:
    plan = one.plan.exit
    assert plan is not None
    step_id = trained.get(one.enrolment.pk)
    destination = Destination(plan.destination)
    if destination == Destination.TRAINING and step_id is None:
        destination = Destination.OTHER_ACTION
    return exits.NewExit(
        enrolment_id=one.enrolment.pk,
        exited_on=plan.exited_on,
        destination=destination,
        job_id=rests_on.get(one.enrolment.pk) if plan.job else None,
        step_id=step_id,
    )


def live_pauses(group: list[Followed], span: Span, cast: Cast) -> None:
    """Put on hold; where a body grants it, it is asked by the head and granted the same day."""
    for one in group:
        if one.plan.pause is not None and one.plan.pause[0] in span:
            start, end = one.plan.pause
            asked = next(
                (r for r in rules_on(one.enrolment.action_code, span.last).reviews if r.purpose == "pause"), None
            )
            if asked is not None:
                _granted(one, asked.code, span, cast)
                continue
            pauses.start_pause(
                actor=cast.heads[one.enrolment.organisation_id],
                on=span.last,
                enrolment_id=one.enrolment.pk,
                start_on=start,
                end_on=end,
                reason="Indisponibilité temporaire",
            )


def _granted(one: Followed, kind: str, span: Span, cast: Cast) -> None:
    assert one.plan.pause is not None
    start, end = one.plan.pause
    review = reviews.ask_review(
        actor=cast.heads[one.enrolment.organisation_id],
        on=span.last,
        enrolment_id=one.enrolment.pk,
        kind=kind,
        reason="Indisponibilité temporaire",
        start_on=start,
        end_on=end,
    )
    reviews.decide_review(
        actor=cast.chief_of(one.enrolment.person.territory_id),
        on=span.last,
        review_id=review.pk,
        decision=ReviewDecision.GRANTED,
        examined_on=span.last,
    )
