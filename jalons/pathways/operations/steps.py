"""The steps of the pathway: proposed, positioned, started, completed or interrupted (R-103…R-109)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Step, StepSource, StepState
from jalons.pathways.operations._door import open_enrolment, open_enrolments
from jalons.pathways.operations._places import require_a_place
from jalons.pathways.operations.evidence import review_exits
from jalons.pathways.reference import step_ends
from jalons.pathways.rulebook import ActionRules, Shelf, rules_of
from jalons.pathways.rules import STEP_ENDS, STEP_TRANSITIONS, require_not_after, require_transition

HOURS_OF_A_WEEK = 99  # what the column holds; no rule of a framework


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to write, at any point of its life: the last date given says its state, ``interrupted`` how it ended."""

    enrolment_id: int
    kind: str
    proposed_on: date
    label: str = ""
    operator: str = ""
    source: StepSource = StepSource.COMMON_LAW
    positioned_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    planned_end_on: date | None = None
    interrupted: bool = False
    end_reason: str = ""
    weekly_hours: Decimal | None = None
    qualifying: bool = False
    diploma_on: date | None = None
    agreed_on: date | None = None
    paid: bool | None = None
    end_code: str = ""

    @property
    def state(self) -> StepState:
        """The state its dates tell."""
        if self.ended_on is not None:
            return StepState.INTERRUPTED if self.interrupted else StepState.COMPLETED
        if self.started_on is not None:
            return StepState.STARTED
        return StepState.PROPOSED if self.positioned_on is None else StepState.POSITIONED


@operation
def record_steps(*, actor: User, on: date, steps: Collection[NewStep]) -> list[Step]:
    """Write many steps at once; their kind is one of the rulebook's, which gives the family (R-103)."""
    enrolments = open_enrolments(actor, {one.enrolment_id for one in steps}, on=on, permission=Permission.STEP_WRITE)
    shelf = Shelf()
    rules = {one.pk: shelf.rules_of(one.action_code, on=on) for one in enrolments.values()}
    for one in steps:
        _check(one, rules[one.enrolment_id], on=on)
    rows = Step.objects.bulk_create(
        [
            Step(
                enrolment_id=one.enrolment_id,
                person_id=enrolments[one.enrolment_id].person_id,
                kind=one.kind,
                family=_family(one.kind, rules[one.enrolment_id]),
                source=one.source,
                state=one.state,
                label=one.label.strip(),
                operator=one.operator.strip(),
                proposed_on=one.proposed_on,
                positioned_on=one.positioned_on,
                started_on=one.started_on,
                ended_on=one.ended_on,
                planned_end_on=one.planned_end_on,
                end_reason=one.end_reason.strip(),
                weekly_hours=one.weekly_hours,
                qualifying=one.qualifying,
                diploma_on=one.diploma_on,
                agreed_on=one.agreed_on,
                paid=one.paid,
                end_code=one.end_code,
            )
            for one in steps
        ],
        batch_size=2000,
    )
    touch(days={day for one in steps for day in (one.positioned_on, one.started_on, one.ended_on) if day is not None})
    return rows


@operation
def propose_step(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    kind: str,
    label: str = "",
    operator: str = "",
    source: StepSource = StepSource.COMMON_LAW,
    planned_end_on: date | None = None,
    qualifying: bool = False,
    agreed_on: date | None = None,
    paid: bool | None = None,
) -> Step:
    """Propose a step, with the day the person agreed to it (R-109)."""
    new = NewStep(
        enrolment_id=enrolment_id,
        kind=kind,
        proposed_on=on,
        label=label,
        operator=operator,
        source=source,
        planned_end_on=planned_end_on,
        qualifying=qualifying,
        agreed_on=agreed_on,
        paid=paid,
    )
    return record_steps(actor=actor, on=on, steps=[new])[0]


@operation
def position(*, actor: User, on: date, step_id: int, day: date | None = None, operator: str | None = None) -> Step:
    """Position or prescribe: counted apart from realised steps (R-109)."""
    step = _advance(actor, step_id, StepState.POSITIONED, on=on, day=day)
    refuse_words(step, operator or "", on=on)
    step.positioned_on = day or on
    step.operator = step.operator if operator is None else operator.strip()
    step.save()
    return step


@operation
def start_step(
    *, actor: User, on: date, step_id: int, day: date | None = None, planned_end_on: date | None = None
) -> Step:
    """Say that the step has begun."""
    step = _advance(actor, step_id, StepState.STARTED, on=on, day=day)
    require_a_place(step)
    step.started_on = day or on
    step.planned_end_on = planned_end_on or step.planned_end_on
    step.save()
    return step


@operation
def set_weekly_hours(*, actor: User, on: date, step_id: int, weekly_hours: Decimal | None) -> Step:
    """Say, or correct, how many hours a week the step takes; None is « not known »."""
    enrolment_id = Step.objects.values_list("enrolment_id", flat=True).get(pk=step_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE, carried=True)
    check_hours(weekly_hours)
    step = Step.objects.get(pk=step_id)
    step.weekly_hours = weekly_hours
    step.save(update_fields=["weekly_hours"])
    touch(days={step.started_on or on})
    return step


@operation
def complete_step(
    *,
    actor: User,
    on: date,
    step_id: int,
    day: date | None = None,
    diploma_on: date | None = None,
    end_code: str = "",
    reason: str = "",
) -> Step:
    """Say that the step is done: its result, a word, the diploma or title when one was obtained (R-109, R-125)."""
    step = _advance(actor, step_id, StepState.COMPLETED, on=on, day=day)
    _require_after_start(step, day or on)
    step.ended_on, step.diploma_on, step.end_reason = day or on, diploma_on, _reason(step, reason, on=on)
    step.end_code = _end_code(end_code, StepState.COMPLETED)
    step.save()
    review_exits(step_ids=[step.pk])
    return step


@operation
def record_diploma(*, actor: User, on: date, step_id: int, diploma_on: date) -> Step:
    """Say that the diploma or title of a completed training was obtained, or correct its date (R-125)."""
    enrolment_id = Step.objects.values_list("enrolment_id", flat=True).get(pk=step_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE, carried=True)
    step = Step.objects.get(pk=step_id)
    require_not_after(diploma_on, on=on, what="L’obtention du diplôme")
    if step.state != StepState.COMPLETED:
        raise Refusal("Un diplôme se note sur une formation réalisée.", code="diploma_before_end")
    if step.started_on is not None and diploma_on < step.started_on:
        raise Refusal("Un diplôme s’obtient après le début de la formation.", code="diploma_before_start")
    step.diploma_on = diploma_on
    step.save(update_fields=["diploma_on"])
    review_exits(step_ids=[step.pk])
    touch(days={diploma_on})
    return step


@operation
def interrupt_step(
    *, actor: User, on: date, step_id: int, reason: str = "", end_code: str = "", day: date | None = None
) -> Step:
    """Say that the step stopped before its end, and why: a reason of the list, in words, or both."""
    if not reason.strip() and not end_code:
        raise Refusal("Interrompre une étape demande un motif.", code="step_without_reason")
    step = _advance(actor, step_id, StepState.INTERRUPTED, on=on, day=day)
    _require_after_start(step, day or on)
    step.ended_on, step.end_reason = day or on, _reason(step, reason, on=on)
    step.end_code = _end_code(end_code, StepState.INTERRUPTED)
    step.save()
    review_exits(step_ids=[step.pk])
    return step


@operation
def cancel_step(*, actor: User, on: date, step_id: int, reason: str = "", end_code: str = "") -> Step:
    """Drop a step that never began."""
    step = _advance(actor, step_id, StepState.CANCELLED, on=on, day=None)
    step.end_reason = _reason(step, reason, on=on)
    step.end_code = _end_code(end_code, StepState.CANCELLED)
    step.save()
    return step


def _require_after_start(step: Step, day: date) -> None:
    if step.started_on is not None and day < step.started_on:
        raise Refusal(
            f"Une étape se termine après avoir commencé : celle-ci a commencé le {step.started_on:%d/%m/%Y}.",
            code="step_ends_after_start",
        )


def _end_code(code: str, state: StepState) -> str:
    if code and code not in step_ends(state):
        raise Refusal("Ce motif n’est pas dans la liste.", code="step_end_unknown")
    return code


def _reason(step: Step, reason: str, *, on: date) -> str:
    refuse_words(step, reason, on=on, instead=" : choisissez un motif de la liste")
    return reason.strip()


def refuse_words(step: Step, words: str, *, on: date, instead: str = "") -> None:
    """Refuse any word on a kind that says something of health, at its end and in its news too (R-106, R-163)."""
    known = rules_of(step.enrolment.action_code, on=on).steps.get(step.kind) if words.strip() else None
    if known is not None and known.sensitive:
        raise Refusal(f"L’étape « {known.label} » ne porte pas de texte libre{instead}.", code="step_sensitive")


def _advance(actor: User, step_id: int, wanted: StepState, *, on: date, day: date | None) -> Step:
    enrolment_id = Step.objects.values_list("enrolment_id", flat=True).get(pk=step_id)
    # Whoever carries on brings a step to its end, and begins their own.
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE, carried=wanted in STEP_ENDS)
    step = Step.objects.select_related("enrolment").get(pk=step_id)
    require_transition(STEP_TRANSITIONS, StepState(step.state), wanted, what="Cette étape")
    require_not_after(day or on, on=on, what="Cette étape")
    step.state = wanted
    touch(days={day or on, *(known for known in (step.started_on, step.positioned_on) if known is not None)})
    return step


def _check(one: NewStep, rules: ActionRules, *, on: date) -> None:
    kind = rules.steps.get(one.kind)
    if rules.steps and kind is None:
        raise Refusal("Cette étape n’est pas dans la nomenclature du cadre.", code="step_kind_unknown")
    if kind is not None and kind.sensitive and f"{one.label}{one.operator}{one.end_reason}".strip():
        raise Refusal(f"L’étape « {kind.label} » ne porte pas de texte libre.", code="step_sensitive")
    if one.end_code and one.ended_on is not None:
        _end_code(one.end_code, one.state)
    for day in (one.proposed_on, one.positioned_on, one.started_on, one.ended_on, one.agreed_on):
        if day is not None:
            require_not_after(day, on=on, what="Cette étape")
    if one.ended_on is not None and one.started_on is None:
        raise Refusal("Une étape terminée a une date de début.", code="step_started_has_date")
    check_hours(one.weekly_hours)


def check_hours(weekly_hours: Decimal | None) -> None:
    """Refuse hours of a week that are none, or more than the column holds."""
    if weekly_hours is not None and not 0 < weekly_hours <= HOURS_OF_A_WEEK:
        raise Refusal(
            f"Une étape compte plus de 0 heure et au plus {HOURS_OF_A_WEEK} heures par semaine.", code="step_hours"
        )


def _family(kind: str, rules: ActionRules) -> str:
    known = rules.steps.get(kind)
    return known.family if known else ""
