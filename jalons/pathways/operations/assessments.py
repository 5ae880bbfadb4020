"""Assessments of the whole situation: initial, again, final (R-067, R-068, R-070), with the obstacles they find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Assessment, AssessmentKind, Contract, Enrolment, Standing
from jalons.pathways.operations._door import open_enrolment, open_enrolments
from jalons.pathways.operations.drafts import void_papers
from jalons.pathways.operations.findings import (
    Finding,
    Findings,
    check_findings,
    rewrite_findings,
    write_findings,
)
from jalons.pathways.operations.grid_pieces import follow_grid, made_by
from jalons.pathways.queries.assessments import NOT_SIGNED
from jalons.pathways.rulebook import Shelf, rules_of
from jalons.pathways.rules import require_during, require_not_after

NOTHING_MORE = Findings()


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """An assessment to write; ``domains`` are the obstacles it finds, codes of the reference list."""

    enrolment_id: int
    kind: AssessmentKind
    made_on: date
    recommendations: str = ""
    domains: tuple[str, ...] = ()
    findings: Findings = NOTHING_MORE

    @property
    def found(self) -> Findings:
        """The findings, the ``domains`` found to be obstacles among them."""
        if not self.domains:
            return self.findings
        seen = {domain: Finding(Standing.OBSTACLE) for domain in self.domains} | dict(self.findings.domains)
        return replace(self.findings, domains=seen)


@operation
def record_assessments(*, actor: User, on: date, assessments: Collection[NewAssessment]) -> list[Assessment]:
    """Write many assessments at once; the initial one comes first. Obstacles found are opened with it."""
    enrolments = open_enrolments(
        actor, {one.enrolment_id for one in assessments}, on=on, permission=Permission.SITUATION_WRITE
    )
    _check(assessments, enrolments, on=on)
    shelf = Shelf()
    rules = {pk: shelf.rules_of(one.action_code, on=on) for pk, one in enrolments.items()}
    for one in assessments:
        check_findings(one.found, rules[one.enrolment_id], made_on=one.made_on, on=on)
    rows = Assessment.objects.bulk_create(
        [
            Assessment(
                enrolment=enrolments[one.enrolment_id],
                person_id=enrolments[one.enrolment_id].person_id,
                kind=one.kind,
                made_on=one.made_on,
                recommendations=one.recommendations.strip(),
                confirmed_on=one.findings.confirmed_on,
                recorded_by=actor,
            )
            for one in assessments
        ],
        batch_size=2000,
    )
    touch(days={one.made_on for one in assessments})
    write_findings(
        [(row, new.found, rules[new.enrolment_id]) for row, new in zip(rows, assessments, strict=True)],
        actor=actor,
        on=on,
    )
    _void_papers([pk for pk in enrolments if rules[pk].contract.assessment], on=on)
    return rows


@operation
def record_assessment(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    kind: AssessmentKind,
    made_on: date,
    recommendations: str = "",
    domains: tuple[str, ...] = (),
    findings: Findings | None = None,
) -> Assessment:
    """Write one assessment with what it recommends (R-069), the obstacles it finds (R-071) and the grid filled (R-070)."""
    new = NewAssessment(enrolment_id, kind, made_on, recommendations, domains, findings or NOTHING_MORE)
    return record_assessments(actor=actor, on=on, assessments=[new])[0]


@operation
def correct_assessment(
    *,
    actor: User,
    on: date,
    assessment_id: int,
    made_on: date,
    recommendations: str,
    findings: Findings | None = None,
) -> Assessment:
    """Write an assessment again, its findings too when given; the history keeps what was written (R-068)."""
    enrolment_id = Assessment.objects.values_list("enrolment_id", flat=True).get(pk=assessment_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    row = Assessment.objects.get(pk=assessment_id)
    _check_day(made_on, AssessmentKind(row.kind), enrolment, on=on)
    others = Assessment.objects.filter(enrolment=enrolment).exclude(pk=row.pk)
    firsts = [made_on] if row.kind == AssessmentKind.INITIAL else []
    firsts += list(others.filter(kind=AssessmentKind.INITIAL).values_list("made_on", flat=True))
    later = [made_on] if row.kind != AssessmentKind.INITIAL else []
    later += list(others.exclude(kind=AssessmentKind.INITIAL).values_list("made_on", flat=True))
    _initial_first(firsts, later)
    touch(days={row.made_on, made_on})
    rules = rules_of(enrolment.action_code, on=on)
    brought = made_by(row, rules)
    row.enrolment, row.made_on, row.recommendations = enrolment, made_on, recommendations.strip()
    if findings is not None:
        check_findings(findings, rules, made_on=made_on, on=on)
        row.confirmed_on = findings.confirmed_on
    row.save(update_fields=["made_on", "recommendations", "confirmed_on"])
    if findings is not None:
        rewrite_findings(row, findings, rules, actor=actor, on=on)
    follow_grid(row, rules, before=brought, actor=actor, on=on)
    if rules.contract.assessment:
        _void_papers([enrolment.pk], on=on)
    return row


def _void_papers(enrolment_ids: Collection[int], *, on: date) -> None:
    """The paper of a contract not signed yet prints the last grid: it no longer says what it said."""
    if enrolment_ids:
        void_papers(Contract.objects.filter(enrolment__in=enrolment_ids, state__in=NOT_SIGNED), on=on)


def _check(assessments: Collection[NewAssessment], enrolments: Mapping[int, Enrolment], *, on: date) -> None:
    for one in assessments:
        _check_day(one.made_on, one.kind, enrolments[one.enrolment_id], on=on)
    firsts: dict[int, list[date]] = defaultdict(list)
    later: dict[int, list[date]] = defaultdict(list)
    known = Assessment.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "kind", "made_on")
    for enrolment_id, kind, day in [*known, *((one.enrolment_id, one.kind, one.made_on) for one in assessments)]:
        (firsts if kind == AssessmentKind.INITIAL else later)[enrolment_id].append(day)
    for enrolment_id in enrolments:
        _initial_first(firsts[enrolment_id], later[enrolment_id])


def _check_day(day: date, kind: AssessmentKind, enrolment: Enrolment, *, on: date) -> None:
    require_not_after(day, on=on, what="Le bilan")
    require_during(enrolment, day, what="Le bilan", also_after=kind == AssessmentKind.FINAL)


def _initial_first(initial: Iterable[date], later: Iterable[date]) -> None:
    first = min(initial, default=None)
    for day in later:
        if first is None:
            raise Refusal(
                "Le bilan initial de cet accompagnement n’est pas noté : notez-le d’abord.",
                code="assessment_no_initial",
            )
        if day < first:
            raise Refusal(
                f"Le bilan initial date du {first:%d/%m/%Y} : les autres bilans viennent après.",
                code="assessment_before_initial",
            )
