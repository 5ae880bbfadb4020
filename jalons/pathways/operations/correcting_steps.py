"""A step noted with a wrong date, begun or ended by mistake, or never hers: corrected, taken back a state, withdrawn (R-109)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    ExitState,
    FollowUpContact,
    Immersion,
    JobApplication,
    Piece,
    Step,
    StepState,
)
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations._places import require_a_place
from jalons.pathways.operations.evidence import review_exits
from jalons.pathways.operations.steps import check_hours, refuse_words
from jalons.pathways.rules import require_not_after

MISTAKE = "mistake"  # the reason of the list of a step that was never hers


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What a step should have said. A day left out did not come: a step without end is under way, without start it waits."""

    positioned_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    planned_end_on: date | None = None
    qualifying: bool = False
    weekly_hours: Decimal | None = None


@operation
def correct_step(*, actor: User, on: date, step_id: int, facts: StepFacts) -> Step:
    """Correct the dates of a step, or take back its end or its start: the classes that rest on it are looked at again (R-125).

    What has not come yet is noted by its own act, with its result: a correction never goes further than the step did.
    """
    step = _open(actor, step_id, on=on)
    _check(step, facts, on=on)
    if step.started_on is not None and facts.started_on is None:
        _require_free(step)
    touch(days={day for day in (*_days(step), *_days(facts)) if day is not None})
    again = step.ended_on is not None and facts.ended_on is None
    step.positioned_on, step.started_on, step.ended_on = facts.positioned_on, facts.started_on, facts.ended_on
    step.planned_end_on, step.weekly_hours = facts.planned_end_on, facts.weekly_hours
    step.qualifying = facts.qualifying
    if again:
        step.end_code = step.end_reason = ""
    if again or not step.qualifying:
        step.diploma_on = None
    step.state = _state(step)
    if step.state == StepState.STARTED:
        require_a_place(step)
    step.save()
    review_exits(step_ids=[step.pk])
    return step


@operation
def withdraw_step(*, actor: User, on: date, step_id: int, reason: str = "") -> Step:
    """Take back a step noted by mistake, for somebody else for instance: it stays in the file as such, and counts for nothing.

    Refused while an exit, a document or news rest on it; a kind that says something of health takes no word (R-106).
    """
    step = _open(actor, step_id, on=on)
    _require_free(step)
    refuse_words(step, reason, on=on)
    touch(days={day for day in _days(step) if day is not None})
    Immersion.objects.filter(step=step).delete()
    JobApplication.objects.filter(step=step).delete()
    step.state, step.end_code, step.end_reason = StepState.CANCELLED, MISTAKE, reason.strip()
    step.positioned_on = step.started_on = step.ended_on = step.diploma_on = step.answered_on = None
    step.answer = ""
    step.save()
    return step


def _open(actor: User, step_id: int, *, on: date) -> Step:
    enrolment_id = Step.objects.values_list("enrolment_id", flat=True).get(pk=step_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    step = Step.objects.select_related("enrolment").get(pk=step_id)
    if step.state == StepState.CANCELLED:
        raise Refusal("Cette étape est abandonnée : proposez-la à nouveau.", code="step_cancelled")
    return step


def _check(step: Step, facts: StepFacts, *, on: date) -> None:
    for former, day, what in (
        (step.positioned_on, facts.positioned_on, "prescrite"),
        (step.started_on, facts.started_on, "commencée"),
        (step.ended_on, facts.ended_on, "terminée"),
    ):
        if day is not None:
            require_not_after(day, on=on, what="Cette étape")
            if former is None:
                raise Refusal(
                    f"Cette étape n’est pas encore {what} : notez-le par « Ce qui change ».", code="step_not_there_yet"
                )
    _check_prescription(step, facts)
    if facts.started_on is None and facts.ended_on is not None:
        raise Refusal("Une étape terminée a une date de début.", code="step_started_has_date")
    for last in (facts.ended_on, facts.planned_end_on):
        if last is not None and facts.started_on is not None and last < facts.started_on:
            raise Refusal("Une étape se termine après avoir commencé.", code="step_ends_after_start")
    if step.diploma_on is not None and facts.started_on is not None and step.diploma_on < facts.started_on:
        raise Refusal(
            f"Le diplôme est noté le {step.diploma_on:%d/%m/%Y}, avant ce début.", code="diploma_before_start"
        )
    check_hours(facts.weekly_hours)


def _check_prescription(step: Step, facts: StepFacts) -> None:
    """Prescribed, then answered, then begun; an answer that was noted keeps the prescription it answers."""
    answered, asked = step.answered_on, facts.positioned_on
    if answered is not None and asked is None:
        raise Refusal(
            f"Une réponse à cette prescription est notée le {answered:%d/%m/%Y} : corrigez la date de prescription sans"
            " l’effacer, ou retirez l’étape.",
            code="step_answered",
        )
    if answered is not None and asked is not None and answered < asked:
        raise Refusal(
            f"La réponse est notée le {answered:%d/%m/%Y}, avant cette prescription.", code="answer_before_question"
        )
    if asked is not None and facts.started_on is not None and facts.started_on < asked:
        raise Refusal("Une étape commence après avoir été prescrite.", code="step_starts_after_prescription")


def _require_free(step: Step) -> None:
    """Refuse what would leave a fact without the step it is about."""
    rests = [
        label
        for label, there in (
            ("une sortie", step.exits.exclude(state=ExitState.REVERSED).exists()),
            ("un document", Piece.objects.filter(step=step).exists()),
            ("des nouvelles", FollowUpContact.objects.filter(step=step).exists()),
        )
        if there
    ]
    if rests:
        raise Refusal(
            f"Sur cette étape reposent déjà {' et '.join(rests)} : elle a donc commencé. Corrigez ses dates, ou reprenez "
            "d’abord ce qui repose sur elle.",
            code="step_rested_on",
        )


def _state(step: Step) -> StepState:
    if step.ended_on is not None:
        return StepState(step.state)
    if step.started_on is not None:
        return StepState.STARTED
    return StepState.PROPOSED if step.positioned_on is None else StepState.POSITIONED


def _days(dated: Step | StepFacts) -> tuple[date | None, ...]:
    return dated.positioned_on, dated.started_on, dated.ended_on
