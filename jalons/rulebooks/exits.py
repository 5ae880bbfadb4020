"""Exit classes computed from job and training facts by a rulebook's ordered rules (R-122, R-125, R-126, R-131)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jalons.kernel.periods import add_months
from jalons.rulebooks.schema import Action, ExitRule
from jalons.rulebooks.schema.exits import Comparison, Condition


@dataclass(frozen=True, slots=True)
class JobFacts:
    """The job an exit rests on. ``end_on`` planned last day, empty when open-ended; ``ended_on`` real last day."""

    contract_kind: str
    start_on: date
    employer_kind: str = "ordinary"
    weekly_hours: Decimal | None = None
    end_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """The training an exit rests on; ``diploma_on`` is the day the diploma or title was obtained."""

    qualifying: bool
    started_on: date | None = None
    ended_on: date | None = None
    diploma_on: date | None = None


@dataclass(frozen=True, slots=True)
class ExitProposal:
    """What the rulebook says of an exit, for a human to confirm.

    ``exit_class`` empty: no class is defined (R-131), or the class is only reached on ``effective_on``. ``flagged`` asks a human to
    look again; ``decided_by`` names who decides, empty when the référent confirms.
    """

    exit_class: str | None
    label: str | None
    reason_fr: str
    citation: tuple[str, ...]
    flagged: bool = False
    decided_by: str | None = None
    effective_on: date | None = None


def propose(
    action: Action, *, destination: str, on: date, job: JobFacts | None = None, training: TrainingFacts | None = None
) -> ExitProposal:
    """Return the class of an exit on the day ``on``: the first rule of ``action`` whose conditions all hold.

    ``on`` is the day of the exit; a class reached only after some months (R-125) is empty before its ``effective_on``.
    """
    exits = action.exits
    if exits is None:
        return ExitProposal(None, None, "ce cadre ne définit aucune classe de sortie : le motif de fin est noté", ())
    numbers = {parameter.code: parameter.value for parameter in action.parameters}
    for rule in exits.rules:
        if _holds(rule.when, numbers, destination, on, job, training):
            label = next(one.label for one in exits.classes if one.code == rule.exit_class)
            return _proposal(rule, label, on, job, training)
    return ExitProposal(
        None, None, "aucune condition du cadre ne correspond à cette sortie", exits.citation, flagged=True
    )


def _proposal(
    rule: ExitRule, label: str, on: date, job: JobFacts | None, training: TrainingFacts | None
) -> ExitProposal:
    effective = on
    if training is not None and training.diploma_on is not None and rule.when.diploma:
        effective = training.diploma_on
    if rule.after is not None and job is not None:
        effective = add_months(job.start_on, rule.after.months) + timedelta(days=rule.after.days)
        if job.ended_on is not None and job.ended_on < effective - timedelta(days=1):
            reason = f"{rule.reason} : le contrat s'est arrêté avant, le {job.ended_on:%d/%m/%Y}"
            return ExitProposal(None, None, reason, rule.citation, flagged=True, decided_by=rule.decided_by)
    if effective > on:
        reason = f"{rule.reason} : atteinte le {effective:%d/%m/%Y}"
        return ExitProposal(None, None, reason, rule.citation, rule.flagged, rule.decided_by, effective)
    return ExitProposal(rule.exit_class, label, rule.reason, rule.citation, rule.flagged, rule.decided_by, effective)


def _holds(
    when: Condition,
    numbers: dict[str, Decimal],
    destination: str,
    on: date,
    job: JobFacts | None,
    training: TrainingFacts | None,
) -> bool:
    if when.destination is not None and destination not in when.destination:
        return False
    return _job_holds(when, numbers, job) and _training_holds(when, numbers, on, training)


def _job_holds(when: Condition, numbers: dict[str, Decimal], job: JobFacts | None) -> bool:
    if (
        when.contract_kind is None
        and when.employer_kind is None
        and when.contract_months is None
        and when.weekly_hours is None
    ):
        return True
    if job is None:
        return False
    return (
        (when.contract_kind is None or job.contract_kind in when.contract_kind)
        and (when.employer_kind is None or job.employer_kind in when.employer_kind)
        and months_compare(when.contract_months, numbers, job.start_on, job.end_on)
        and compare(when.weekly_hours, numbers, job.weekly_hours)
    )


def _training_holds(when: Condition, numbers: dict[str, Decimal], on: date, training: TrainingFacts | None) -> bool:
    if when.qualifying is None and when.training_months is None and when.diploma is None:
        return True
    if training is None:
        return False
    obtained = training.diploma_on is not None and training.diploma_on <= on
    ended = training.ended_on or training.diploma_on
    return (
        (when.qualifying is None or training.qualifying == when.qualifying)
        and (when.diploma is None or obtained == when.diploma)
        and months_compare(when.training_months, numbers, training.started_on, ended)
    )


def compare(comparison: Comparison | None, numbers: dict[str, Decimal], value: Decimal | None) -> bool:
    """Say whether a number fits; an unknown one never does."""
    if comparison is None:
        return True
    if value is None:
        return False
    limit = _limit(comparison, numbers)
    return {
        "at_least": value >= limit,
        "more_than": value > limit,
        "less_than": value < limit,
        "exactly": value == limit,
    }[comparison.operator]


def months_compare(
    comparison: Comparison | None, numbers: dict[str, Decimal], start: date | None, last: date | None
) -> bool:
    """Compare a period with n months: exactly n months end on the day before « n months after » (Date arithmetic)."""
    if comparison is None:
        return True
    if start is None or last is None:
        return False
    reached = add_months(start, int(_limit(comparison, numbers)))
    after = last + timedelta(days=1)
    return {
        "at_least": after >= reached,
        "more_than": after > reached,
        "less_than": after < reached,
        "exactly": after == reached,
    }[comparison.operator]


def _limit(comparison: Comparison, numbers: dict[str, Decimal]) -> Decimal:
    operand = comparison.operand
    return numbers[operand] if isinstance(operand, str) else operand
