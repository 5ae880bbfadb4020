"""What an assessment finds, written with it: domains, answers to the grid, plan of actions, and what follows from them.

A domain found to be an obstacle opens it, unless it is open already; an open obstacle whose domain is found otherwise is
lifted that day. A complete grid notes the documents its rulebook says it makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import F
from django.db.models.functions import Coalesce

from jalons.kernel.operation import touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.pathways.diagnosing import Given, check_answers, missing, pieces_of
from jalons.pathways.models import (
    AssessedDomain,
    Assessment,
    AssessmentKind,
    GridAnswer,
    Obstacle,
    Piece,
    Recommendation,
    Standing,
)
from jalons.pathways.operations.obstacles import NewObstacle, record_obstacles
from jalons.pathways.operations.pauses import NewPiece, record_pieces
from jalons.pathways.rulebook import ActionRules


@dataclass(frozen=True, slots=True)
class Finding:
    """How a domain stands, with a word; a sensitive domain takes none (R-163)."""

    standing: Standing
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A recommendation of the plan of actions (R-069): what, in which domain, who, for when."""

    text: str
    domain: str = ""
    doer: str = ""
    by_when: date | None = None
    recommendation_id: int | None = None  # the line written before that this one is, when it is corrected


@dataclass(frozen=True, slots=True)
class Findings:
    """All that an assessment says beside its conclusions."""

    domains: Mapping[str, Finding] = field(default_factory=dict)
    answers: Mapping[str, Given] = field(default_factory=dict)
    plan: Sequence[PlanLine] = ()
    confirmed_on: date | None = None


Written = Sequence[tuple[Assessment, Findings, ActionRules]]


def check_findings(found: Findings, rules: ActionRules, *, made_on: date, on: date) -> None:
    """Refuse what the rulebook does not know, a word on a sensitive domain, a confirmation before the assessment or to come."""
    for domain, one in found.domains.items():
        known = rules.obstacles.get(domain)
        if known is None:
            labels = ", ".join(f"« {each.label} »" for each in rules.obstacles.values())
            raise Refusal(f"Ce domaine n’est pas dans la liste : {labels}.", code="obstacle_domain_unknown")
        if known.sensitive and one.note.strip():
            raise Refusal(
                f"Le domaine « {known.label} » ne porte aucune précision : rien de médical n’entre au dossier.",
                code="obstacle_sensitive",
            )
    check_answers(rules.diagnosis, found.answers)
    for line in found.plan:
        if not line.text.strip():
            raise Refusal("Une préconisation dit ce qu’elle propose.", code="recommendation_has_words")
        if line.domain and line.domain not in rules.obstacles:
            raise Refusal("Une préconisation vise un domaine de la liste.", code="obstacle_domain_unknown")
        if line.domain and rules.obstacles[line.domain].sensitive:
            raise Refusal(
                f"Le domaine « {rules.obstacles[line.domain].label} » ne porte aucun texte : orientez la personne vers"
                " un service, sans préconisation écrite.",
                code="obstacle_sensitive",
            )
    if found.confirmed_on is not None and not made_on <= found.confirmed_on <= on:
        raise Refusal(
            "La personne confirme son engagement le jour du bilan ou après, et pas à l’avance.",
            code="assessment_confirmed_after_made",
        )


def write_findings(written: Written, *, actor: User, on: date) -> None:
    """Write what was found in new assessments, then what follows; a constant number of statements."""
    _write_rows(written)
    _move_obstacles(written, actor=actor, on=on)
    _note_pieces(written, actor=actor, on=on)


def rewrite_findings(row: Assessment, found: Findings, rules: ActionRules, *, actor: User, on: date) -> None:
    """Write again what an assessment found. A line of the plan named by its number keeps what took it up."""
    before = dict(row.domains.values_list("domain", "standing"))
    row.domains.all().delete()
    row.answers.all().delete()
    known_ranks = _rewrite_plan(row, found.plan)
    _write_rows([(row, found, rules)], known_ranks=known_ranks)
    changed = {code: one for code, one in found.domains.items() if one.standing != before.get(code)}
    _take_back(row, {code for code, was in before.items() if was == Standing.OBSTACLE} - _obstacles(found))
    born = set(Obstacle.objects.filter(assessment=row).values_list("domain", flat=True))
    moving = {code: one for code, one in changed.items() if one.standing != Standing.OBSTACLE or code not in born}
    _move_obstacles([(row, replace(found, domains=moving), rules)], actor=actor, on=on)


def _obstacles(found: Findings) -> set[str]:
    return {code for code, one in found.domains.items() if one.standing == Standing.OBSTACLE}


def _take_back(row: Assessment, domains: set[str]) -> None:
    """Delete the obstacles found here by mistake that nobody worked on; the history keeps them."""
    rows = Obstacle.objects.filter(assessment=row, domain__in=domains, worked_on=None, actions=None)
    if domains and rows.exists():
        touch(days=set(rows.values_list("opened_on", flat=True)))
        rows.delete()


def _rewrite_plan(row: Assessment, plan: Sequence[PlanLine]) -> set[int]:
    """Rewrite the lines known by their number, delete the others; return the ranks that are already written."""
    kept = {line.recommendation_id for line in plan if line.recommendation_id is not None}
    row.plan.exclude(pk__in=kept).delete()
    row.plan.update(rank=F("rank") + OUT_OF_THE_WAY)  # a rank is taken once: the new order meets none of the former
    known = {one.pk: one for one in row.plan.all()}
    ranks = set()
    for rank, line in enumerate(plan, 1):
        one = known.get(line.recommendation_id or 0)
        if one is None:
            continue
        one.rank, one.text, one.domain = rank, line.text.strip(), line.domain
        one.doer, one.by_when = line.doer, line.by_when
        one.save(update_fields=["rank", "text", "domain", "doer", "by_when"])
        ranks.add(rank)
    return ranks


OUT_OF_THE_WAY = 10_000


def _write_rows(written: Written, *, known_ranks: Iterable[int] = ()) -> None:
    AssessedDomain.objects.bulk_create(
        [
            AssessedDomain(
                assessment=row,
                domain=domain,
                standing=one.standing,
                sensitive=rules.obstacles[domain].sensitive,
                note=one.note.strip(),
            )
            for row, found, rules in written
            for domain, one in found.domains.items()
        ],
        batch_size=2000,
    )
    GridAnswer.objects.bulk_create(
        [
            GridAnswer(assessment=row, question=code, words=one.words.strip(), codes=list(one.codes), number=one.number)
            for row, found, _ in written
            for code, one in found.answers.items()
            if one
        ],
        batch_size=2000,
    )
    Recommendation.objects.bulk_create(
        [
            Recommendation(
                assessment=row,
                rank=rank,
                text=line.text.strip(),
                domain=line.domain,
                doer=line.doer,
                by_when=line.by_when,
            )
            for row, found, _ in written
            for rank, line in enumerate(found.plan, 1)
            if rank not in known_ranks
        ],
        batch_size=2000,
    )


def _move_obstacles(written: Written, *, actor: User, on: date) -> None:
    looked = [(row, found) for row, found, _ in written if found.domains]
    if not looked:
        return
    open_rows = {
        (one.enrolment_id, one.domain): one
        for one in Obstacle.objects.filter(enrolment__in={row.enrolment_id for row, _ in looked}, lifted_on=None)
    }
    news: list[NewObstacle] = []
    lifted: dict[date, list[int]] = {}
    for row, found in looked:
        for domain, one in found.domains.items():
            known = open_rows.get((row.enrolment_id, domain))
            if one.standing == Standing.OBSTACLE and known is None and not _after_the_end(row):
                news.append(NewObstacle(row.enrolment_id, domain, row.made_on, one.note, assessment_id=row.pk))
            elif (
                one.standing != Standing.OBSTACLE
                and known is not None
                and (known.worked_on or known.opened_on) <= row.made_on
            ):
                lifted.setdefault(row.made_on, []).append(known.pk)
    if news:
        record_obstacles(actor=actor, on=on, obstacles=news)
    for day, ids in lifted.items():
        Obstacle.objects.filter(pk__in=ids).update(worked_on=Coalesce("worked_on", day), lifted_on=day)
    touch(days=set(lifted))


def _after_the_end(row: Assessment) -> bool:
    return row.kind == AssessmentKind.FINAL and row.enrolment.end_on is not None and row.made_on > row.enrolment.end_on


def _note_pieces(written: Written, *, actor: User, on: date) -> None:
    wanted = [
        NewPiece(row.enrolment_id, kind, row.made_on)
        for row, found, rules in written
        if rules.diagnosis is not None
        and not missing(rules.diagnosis, found.answers, plan=bool(found.plan), confirmed_on=found.confirmed_on)
        for kind in pieces_of(rules.diagnosis, found.answers)
    ]
    if not wanted:
        return
    there = set(
        Piece.objects.filter(enrolment__in={one.enrolment_id for one in wanted}).values_list(
            "enrolment_id", "kind", "dated_on"
        )
    )
    news = [one for one in wanted if (one.enrolment_id, one.kind, one.dated_on) not in there]
    if news:
        record_pieces(actor=actor, on=on, pieces=news)
