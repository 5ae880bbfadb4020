"""Assessments read: the grid as it was filled, what changed since the last, what is missing (R-067…R-070)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jalons.agenda.models import Appointment, AppointmentKind, Outcome
from jalons.pathways.diagnosing import Given, Wishes, missing, wishes_of
from jalons.pathways.models import (
    AssessedDomain,
    Assessment,
    Contract,
    ContractState,
    Enrolment,
    GridAnswer,
    Recommendation,
    Standing,
)
from jalons.pathways.rulebook import ActionRules, Shelf, rules_of
from jalons.rulebooks.schema.diagnosis import Question

NOT_SIGNED = (ContractState.DRAFT, ContractState.RETURNED, ContractState.CANCELLED)


def answers_of(assessment_ids: Iterable[int]) -> dict[int, dict[str, Given]]:
    """Return assessment → question → answer; one query."""
    found: dict[int, dict[str, Given]] = {}
    for one in GridAnswer.objects.filter(assessment__in=list(assessment_ids)):
        given = Given(one.words, tuple(one.codes), one.number)
        found.setdefault(one.assessment_id, {})[one.question] = given
    return found


def standings_of(assessment_ids: Iterable[int]) -> dict[int, dict[str, AssessedDomain]]:
    """Return assessment → domain → what was found; one query."""
    found: dict[int, dict[str, AssessedDomain]] = {}
    for one in AssessedDomain.objects.filter(assessment__in=list(assessment_ids)):
        found.setdefault(one.assessment_id, {})[one.domain] = one
    return found


def plan_of(assessment: Assessment) -> list[Recommendation]:
    """Return the plan of actions in its order, each line with the objective or the step that took it up."""
    return list(assessment.plan.select_related("objective__contract", "step").order_by("rank"))


def open_recommendations(enrolment_ids: Iterable[int]) -> list[Recommendation]:
    """Return the recommendations of the last assessment of each accompaniment that nobody dropped, in order."""
    planned = Assessment.objects.filter(enrolment__in=list(enrolment_ids), plan__isnull=False)
    last = dict(planned.order_by("made_on", "pk").values_list("enrolment_id", "pk"))
    rows = Recommendation.objects.filter(assessment__in=last.values(), dropped_on=None)
    return list(rows.select_related("assessment", "objective").order_by("assessment__made_on", "assessment_id", "rank"))


def previous_of(assessment: Assessment) -> Assessment | None:
    """Return the assessment of the same accompaniment just before this one."""
    rows = Assessment.objects.filter(enrolment=assessment.enrolment_id, made_on__lt=assessment.made_on)
    return rows.order_by("-made_on", "-pk").first()


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a comparison, in words; ``trend`` is ``better``, ``worse`` or ``same``."""

    label: str
    before: str
    now: str
    trend: str = "same"


_RANK = {Standing.OBSTACLE: 0, Standing.NEUTRAL: 1, Standing.STRENGTH: 2}
NOT_LOOKED = "non regardé"


def compare(before: Assessment, now: Assessment, rules: ActionRules) -> list[Change]:
    """Return what each domain and each answer of the grid was and is, in the order of the lists; two queries (R-068)."""
    ids = (before.pk, now.pk)
    domains, answers = standings_of(ids), answers_of(ids)
    then, today = domains.get(before.pk, {}), domains.get(now.pk, {})
    found = [
        _standing(rules.obstacles[code].label, then.get(code), today.get(code))
        for code in rules.obstacles
        if code in then or code in today
    ]
    if rules.diagnosis is not None:
        old, new = answers.get(before.pk, {}), answers.get(now.pk, {})
        for question in rules.diagnosis.questions:
            said, says = told(question, old.get(question.code)), told(question, new.get(question.code))
            if said or says:
                found.append(Change(question.label, said or "–", says or "–"))
    return found


def _standing(label: str, before: AssessedDomain | None, now: AssessedDomain | None) -> Change:
    then, today = (str(Standing(one.standing).label) if one else NOT_LOOKED for one in (before, now))
    if before is None or now is None or before.standing == now.standing:
        return Change(label, then, today)
    better = _RANK[Standing(now.standing)] > _RANK[Standing(before.standing)]
    return Change(label, then, today, "better" if better else "worse")


def told(question: Question, given: Given | None) -> str:
    """Return an answer in words; empty when there is none."""
    if not given:
        return ""
    if given.codes:
        labels = {one.code: one.label for one in question.options} | {"yes": "Oui", "no": "Non"}
        return ", ".join(labels.get(code, code) for code in given.codes)
    if given.number is not None:
        number = f"{given.number.normalize():f}".replace(".", ",")
        return f"{number} {question.unit or ''}".strip()
    return given.words


def missing_in(assessment: Assessment, rules: ActionRules) -> list[str]:
    """Return what the grid of an assessment lacks, a sentence each; two queries, none without a grid."""
    if rules.diagnosis is None:
        return []
    answers = answers_of([assessment.pk]).get(assessment.pk, {})
    return missing(rules.diagnosis, answers, plan=assessment.plan.exists(), confirmed_on=assessment.confirmed_on)


def missing_diagnosis(enrolment_id: int, rules: ActionRules, *, on: date) -> list[str]:
    """Return what the last diagnosis of an accompaniment lacks: all of it when there is none (R-070, R-089)."""
    last = Assessment.objects.filter(enrolment=enrolment_id, made_on__lte=on).order_by("-made_on", "-pk").first()
    if last is None:
        label = rules.diagnosis.label.lower() if rules.diagnosis else "bilan de la situation"
        return [f"Il manque la grille « {label} »." if rules.diagnosis else f"Il manque le {label}."]
    return missing_in(last, rules)


def missing_for_body(enrolment: Enrolment, *, on: date) -> list[str] | None:
    """Return what the application to the body that admits lacks; None when the rulebook presents to no body (R-070)."""
    rules = rules_of(enrolment.action_code, on=on)
    if rules.diagnosis is None or rules.diagnosis.presented_to is None:
        return None
    lacking = missing_diagnosis(enrolment.pk, rules, on=on)
    signed = Contract.objects.filter(
        enrolment=enrolment, kind=rules.diagnosis.presented_to.contract, signed_on__lte=on
    ).exclude(state__in=NOT_SIGNED)
    if not signed.exists():
        lacking.append(f"Il manque le contrat signé ({rules.contract.label}).")
    return lacking


def diagnosis_missing_since(enrolments: Sequence[Enrolment], *, on: date) -> dict[int, date]:
    """Return enrolment → day of the first interview held, for those that have no assessment yet: « diagnostic à faire » (R-067).

    Two queries. The first interview counts from the orientation on.
    """
    assessed = set(
        Assessment.objects.filter(enrolment__in=enrolments, made_on__lte=on).values_list("enrolment_id", flat=True)
    )
    waiting = [one for one in enrolments if one.pk not in assessed]
    if not waiting:
        return {}
    held: dict[tuple[int, int], list[date]] = {}
    for person_id, organisation_id, day in Appointment.objects.filter(
        person__in={one.person_id for one in waiting},
        kind=AppointmentKind.INDIVIDUAL,
        outcome=Outcome.HELD,
        on_date__lte=on,
    ).values_list("person_id", "organisation_id", "on_date"):
        held.setdefault((person_id, organisation_id), []).append(day)
    found: dict[int, date] = {}
    for one in waiting:
        first = min([one.start_on, one.orientation.decided_on] if one.orientation else [one.start_on])
        days = [day for day in held.get((one.person_id, one.organisation_id), []) if day >= first]
        if days:
            found[one.pk] = min(days)
    return found


def wishes_of_enrolment(enrolment_id: int, *, on: date) -> Wishes:
    """Return what offers must respect, as last said in this accompaniment (R-073)."""
    row = Assessment.objects.filter(enrolment=enrolment_id, made_on__lte=on, answers__isnull=False)
    last = row.select_related("enrolment").order_by("-made_on", "-pk").first()
    if last is None:
        return Wishes()
    grid = rules_of(last.enrolment.action_code, on=on).diagnosis
    return wishes_of(grid, answers_of([last.pk]).get(last.pk, {})) if grid else Wishes()


def wishes_of_many(enrolments: Sequence[Enrolment], shelf: Shelf, *, on: date) -> dict[int, Wishes]:
    """Return enrolment → what offers must respect, for those who said something; two queries."""
    rows = Assessment.objects.filter(enrolment__in=enrolments, made_on__lte=on, answers__isnull=False)
    last = dict(rows.order_by("made_on", "pk").values_list("enrolment_id", "pk"))
    answers = answers_of(last.values())
    found = {}
    for one in enrolments:
        grid = shelf.rules_of(one.action_code, on=on).diagnosis
        if grid is not None and one.pk in last:
            found[one.pk] = wishes_of(grid, answers.get(last[one.pk], {}))
    return found


def first_values(enrolment_id: int) -> tuple[Mapping[str, str], Mapping[str, Given]]:
    """Return the domains and answers of the last assessment: what a re-assessment starts from (R-068)."""
    last = Assessment.objects.filter(enrolment=enrolment_id).order_by("-made_on", "-pk").first()
    if last is None:
        return {}, {}
    domains = {code: one.standing for code, one in standings_of([last.pk]).get(last.pk, {}).items()}
    return domains, answers_of([last.pk]).get(last.pk, {})
