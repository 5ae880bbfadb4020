"""What the pathway asks of the rulebook: who may enter, what a contract needs, the kinds of steps, the class of an exit.

The only file of the room that knows how rulebooks are stored. An action that no adopted rulebook describes has no rule:
nothing is asked, nothing is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from jalons.kernel.periods import add_months
from jalons.pathways.reference import DomainRule, domains
from jalons.rulebooks.exit_questions import Answers, Question, next_question
from jalons.rulebooks.exits import JobFacts, TrainingFacts, propose
from jalons.rulebooks.governing import version_for
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Action, Rulebook
from jalons.rulebooks.schema.accompaniment import FollowUpBody, Missions, Review, Team
from jalons.rulebooks.schema.diagnosis import Diagnosis
from jalons.rulebooks.schema.entering import Telling
from jalons.rulebooks.schema.final_review import FinalReview
from jalons.rulebooks.schema.framework import ContractPart, Precondition
from jalons.rulebooks.schema.shapes import (
    ConsecutiveEvents,
    Continuity,
    DeadlineAfterEvent,
    Obligation,
    PresenceOfPiece,
    Ratio,
    Span,
)


@dataclass(frozen=True, slots=True)
class StepKindRule:
    """A kind of step: its family and label; a ``sensitive`` kind takes no free text (R-106)."""

    family: str
    label: str
    sensitive: bool


@dataclass(frozen=True, slots=True)
class ContractRules:
    """What a contract of the action needs (R-076…R-091). ``refusal`` is set when none may be written."""

    label: str = "Contrat d’engagements"
    title: str = ""  # its name on paper (C-33); empty: that of its kind
    duties: tuple[str, ...] = ()  # what the action asks of contracts, a sentence each
    kinds: frozenset[str] = frozenset()
    refusal: str | None = None
    horizons: tuple[str, ...] = ()
    dated_steps: bool = False
    review: bool = False
    assessment: bool = False
    approval: bool = False  # the head of the organisation approves before the authority validates
    parts: tuple[ContractPart, ...] = ()  # what it holds to be complete, beside the rest
    told: Telling | None = None  # what the person is told before she adheres
    notice: str = ""  # how to fill it


@dataclass(frozen=True, slots=True)
class ActionRules:
    """The rules of one action on a day; ``version`` names the adopted rulebook, empty when there is none."""

    action_code: str
    version: str = ""
    framework: str = ""
    label: str = ""
    accompaniment_type: str = ""
    conditions: frozenset[str] = frozenset()
    contract: ContractRules = field(default_factory=ContractRules)
    steps: Mapping[str, StepKindRule] = field(default_factory=dict)
    preconditions: tuple[Precondition, ...] = ()
    team: Team | None = None
    reviews: tuple[Review, ...] = ()
    missions: Missions | None = None
    obstacles: Mapping[str, DomainRule] = field(default_factory=domains)
    diagnosis: Diagnosis | None = None
    final_review: FinalReview | None = None
    follow_up_bodies: tuple[FollowUpBody, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    closing: frozenset[str] = frozenset()  # the documents that answer what the rulebook proposes, a report for instance
    follow_up: str = ""  # what the framework says of the time after a job start or an exit, in its words


@dataclass(frozen=True, slots=True)
class ExitFacts:
    """What the class of an exit is computed from: the destination, and the job or training it rests on."""

    action_code: str
    entered_on: date
    exited_on: date
    destination: str
    job: JobFacts | None = None
    training: TrainingFacts | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A document that must be in the file before an exit of a class is confirmed: one of ``kinds`` (R-128)."""

    label: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class ExitPaper:
    """A document the rulebook expects of an exit, by when; ``blocks``: the exit is not confirmed without it (R-128).

    ``even_earlier`` false: only a document dated after the exit counts, as the trace of a follow-up (R-120).
    """

    code: str
    label: str
    kinds: frozenset[str]
    due_on: date
    blocks: bool
    only_warns: bool
    even_earlier: bool
    why: str
    citation: str


@dataclass(frozen=True, slots=True)
class JobSpan:
    """How long an accompaniment lasts after a job start: at least, or at most, until the day ``until`` included (R-117…R-119)."""

    label: str
    until: date
    at_most: bool
    why: str
    citation: str


@dataclass(frozen=True, slots=True)
class ExitVerdict:
    """The class given by the rulebook (empty when it gives none), why, by which version.

    ``flagged`` asks a human to look again; ``decided_by`` names who appreciates the exit (R-126, R-127); ``classes`` are those
    one may choose, with their labels.
    """

    exit_class: str = ""
    explanation: str = ""
    version: str = ""
    flagged: bool = False
    decided_by: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class PostLoad:
    """How many persons one full-time post accompanies (R-053…R-055); ``at_most`` binds, the others are landmarks."""

    at_most: Decimal | None = None
    per_month: Decimal | None = None
    per_year: Decimal | None = None
    citation: tuple[str, ...] = ()


_PER_POST = {"active_caseload_per_fte": "per_month", "persons_per_fte_year": "per_year"}


class Shelf:
    """The adopted rulebooks, read once for a whole operation: any number of actions and days, one query."""

    def __init__(self, rulebooks: tuple[Rulebook, ...] | None = None) -> None:
        """``rulebooks``: the adopted versions, when the caller has read them."""
        self._rulebooks = adopted() if rulebooks is None else rulebooks
        self._rules: dict[tuple[str, date], ActionRules] = {}
        self._entry_rules: dict[tuple[str, date], ActionRules] = {}

    def rulebook_of(self, action_code: str, *, on: date) -> Rulebook | None:
        """Return the version that speaks on a day to who is in the action: one that ended without a successor goes on."""
        return version_for(self._rulebooks, action_code, on=on, entered_on=date.min)

    def rules_of(self, action_code: str, *, on: date) -> ActionRules:
        """Return the rules of an action on a day, for who is in it; without adopted rulebook, rules that ask nothing.

        For who would come in, see ``entry_rules_of``.
        """
        key = (action_code, on)
        if key not in self._rules:
            self._rules[key] = _rules(self.rulebook_of(action_code, on=on), action_code)
        return self._rules[key]

    def entry_rules_of(self, action_code: str, *, on: date) -> ActionRules:
        """Return the rules of an action for who comes in on a day: only a version still valid that day has any."""
        key = (action_code, on)
        if key not in self._entry_rules:
            rulebook = version_for(self._rulebooks, action_code, on=on, entered_on=on)
            self._entry_rules[key] = _rules(rulebook, action_code)
        return self._entry_rules[key]

    def post_load_of(self, action_code: str, *, on: date) -> PostLoad:
        """Return how many persons a full-time post of the action accompanies; nothing where no document says it."""
        rulebook = self.rulebook_of(action_code, on=on)
        if rulebook is None:
            return PostLoad()
        ratios = [one for one in rulebook.obligations_of(action_code) if isinstance(one, Ratio) and one.per == "fte"]
        targets = [one for one in rulebook.action(action_code).targets if one.unit == "per_fte"]
        landmarks = {_PER_POST[one.indicator]: one.threshold for one in targets if one.indicator in _PER_POST}
        return PostLoad(
            at_most=ratios[0].at_most if ratios else None,
            citation=tuple(c for one in (*ratios, *targets) for c in one.citation),
            **landmarks,
        )

    def approved_actions(self, *, on: date) -> frozenset[str]:
        """Return the actions whose contracts the head of the organisation approves before the authority validates (S-22)."""
        codes = {action.code for rulebook in self._rulebooks for action in rulebook.actions}
        return frozenset(code for code in codes if self.rules_of(code, on=on).contract.approval)

    def sensitive_kinds(self) -> dict[str, str]:
        """Return the kinds of steps that take no free text in any adopted version, code → label (R-106)."""
        kinds = (
            kind
            for rulebook in self._rulebooks
            for action in rulebook.actions
            if (steps := rulebook.action(action.code).steps) is not None
            for family in steps.families
            for kind in family.kinds
        )
        return {kind.code: kind.label for kind in kinds if kind.sensitive}

    def exit_classes(self, action_code: str, *, on: date) -> dict[str, str]:
        """Return the classes of exit of an action on a day, code → label; none where no document has any."""
        rulebook = self.rulebook_of(action_code, on=on)
        exits = rulebook.action(action_code).exits if rulebook else None
        return {one.code: one.label for one in exits.classes} if exits else {}

    def verdict_of(self, facts: ExitFacts) -> ExitVerdict:
        """Return the class of an exit by the version that speaks to its enrolment on the day of the exit."""
        rulebook = version_for(self._rulebooks, facts.action_code, on=facts.exited_on, entered_on=facts.entered_on)
        if rulebook is None:
            return ExitVerdict()
        action = rulebook.action(facts.action_code)
        proposal = propose(
            action, destination=facts.destination, on=facts.exited_on, job=facts.job, training=facts.training
        )
        citation = f" ({' ; '.join(proposal.citation)})" if proposal.citation else ""
        return ExitVerdict(
            exit_class=proposal.exit_class or "",
            explanation=f"{proposal.reason_fr}{citation}",
            version=_version(rulebook),
            flagged=proposal.flagged,
            decided_by=proposal.decided_by or "",
            classes={one.code: one.label for one in action.exits.classes} if action.exits else {},
            effective_on=proposal.effective_on,
        )

    def question_of(self, action_code: str, answers: Answers, *, entered_on: date) -> Question | None:
        """Return the next thing to ask before the class of an exit is known; None when it is, or when there is none."""
        rulebook = version_for(self._rulebooks, action_code, on=answers.on, entered_on=entered_on)
        return next_question(rulebook.action(action_code), answers) if rulebook else None

    def has_classes(self, action_code: str, *, on: date, entered_on: date) -> bool:
        """Say whether the framework defines exit classes at all (R-131)."""
        rulebook = version_for(self._rulebooks, action_code, on=on, entered_on=entered_on)
        return rulebook is not None and rulebook.action(action_code).exits is not None

    def exit_papers(self, facts: ExitFacts, exit_class: str) -> tuple[ExitPaper, ...]:
        """Return the documents expected of an exit of this class and destination, by date: proofs, reviews, follow-ups."""
        rulebook = version_for(self._rulebooks, facts.action_code, on=facts.exited_on, entered_on=facts.entered_on)
        found = []
        for one in rulebook.obligations_of(facts.action_code) if rulebook else ():
            if not isinstance(one, PresenceOfPiece) or one.starts_from != "exit":
                continue
            if one.only_exit_classes is not None and exit_class not in one.only_exit_classes:
                continue
            if one.only_destinations is not None and facts.destination not in one.only_destinations:
                continue
            due = add_months(facts.exited_on, one.delay.months) + timedelta(days=one.delay.days)
            blocks = one.nature == "duty" and one.delay.count == 0 and one.only_exit_classes is not None
            found += [
                ExitPaper(
                    code=f"{one.code}:{piece.code}",
                    label=piece.label,
                    kinds=frozenset(piece.any_of),
                    due_on=due,
                    blocks=blocks,
                    only_warns=one.nature == "alert",
                    even_earlier=one.even_earlier,
                    why=one.label,
                    citation=_cited(one.citation),
                )
                for piece in one.pieces
            ]
        return tuple(sorted(found, key=lambda paper: (not paper.blocks, paper.due_on)))

    def job_spans(self, action_code: str, *, started_on: date, on: date, entered_on: date) -> tuple[JobSpan, ...]:
        """Return what the framework says of the time after a job start: a follow-up to keep, a stay to end."""
        rulebook = version_for(self._rulebooks, action_code, on=on, entered_on=entered_on)
        found = []
        for one in rulebook.obligations_of(action_code) if rulebook else ():
            if isinstance(one, Span) and one.starts_from == "job_start":
                length = one.at_most or one.at_least
                if length is None:
                    continue
                after = add_months(started_on, length.months) + timedelta(days=length.days)
                until = after - timedelta(days=1)
                found.append(JobSpan(one.label, until, one.at_most is not None, one.why, _cited(one.citation)))
        return tuple(found)

    def exit_proofs(self, action_code: str, exit_class: str, *, on: date, entered_on: date) -> tuple[Proof, ...]:
        """Return the documents an exit of this class cannot be confirmed without: duties due on the day of the exit."""
        rulebook = version_for(self._rulebooks, action_code, on=on, entered_on=entered_on)
        return tuple(
            Proof(piece.label, frozenset(piece.any_of))
            for one in (rulebook.obligations_of(action_code) if rulebook else ())
            if isinstance(one, PresenceOfPiece) and one.nature == "duty" and one.delay.count == 0
            if exit_class in (one.only_exit_classes or ())
            for piece in one.pieces
        )


def rules_of(action_code: str, *, on: date) -> ActionRules:
    """Return the rules of one action on a day, for who is in it; see ``Shelf`` for many."""
    return Shelf().rules_of(action_code, on=on)


def _cited(citation: str | tuple[str, ...]) -> str:
    return citation if isinstance(citation, str) else " ; ".join(citation)


def _version(rulebook: Rulebook) -> str:
    return f"{rulebook.code} {rulebook.version}"


def _rules(rulebook: Rulebook | None, action_code: str) -> ActionRules:
    if rulebook is None:
        return ActionRules(action_code)
    action = rulebook.action(action_code)
    return ActionRules(
        action_code=action_code,
        version=_version(rulebook),
        framework=f"{rulebook.framework.label}, version {rulebook.version}",
        label=action.label,
        accompaniment_type=action.accompaniment_type or "",
        conditions=frozenset(action.public.conditions) if action.public else frozenset(),
        contract=_contract(action, _contract_duties(rulebook, action_code)),
        steps={
            kind.code: StepKindRule(family.code, kind.label, kind.sensitive)
            for family in (action.steps.families if action.steps else ())
            for kind in family.kinds
        },
        preconditions=action.public.preconditions if action.public else (),
        team=action.team,
        reviews=action.reviews,
        missions=action.missions,
        obstacles={
            one.code: DomainRule(one.label, one.sensitive, {work.code: work.label for work in one.works})
            for one in action.obstacles.domains
        }
        if action.obstacles
        else domains(),
        diagnosis=action.diagnosis,
        final_review=action.final_review,
        follow_up_bodies=action.follow_up_bodies,
        documents={one.kind: one.label for one in action.documents},
        closing=_closing(rulebook, action_code),
        follow_up=f"{action.follow_up.text} ({_cited(action.follow_up.citation)})" if action.follow_up else "",
    )


def _closing(rulebook: Rulebook, action_code: str) -> frozenset[str]:
    proposals = (one for one in rulebook.obligations_of(action_code) if isinstance(one, ConsecutiveEvents))
    facts = (fact for one in proposals for fact in one.closed_by)
    return frozenset(kind for fact in facts for kind in getattr(fact, "kinds", None) or ())


_NO_CONTRACT = {
    "not_planned": "Le cadre ne prévoit pas de contrat pour cette action.",
    "by_other_action": "Le contrat de cette personne se fait dans l’action à laquelle celle-ci est adossée.",
}


def _contract_duties(rulebook: Rulebook, action_code: str) -> tuple[str, ...]:
    asked = (one for one in rulebook.obligations_of(action_code) if one.nature == "duty" and _waits_for_contract(one))
    return tuple(dict.fromkeys(one.label for one in asked))


def _waits_for_contract(one: Obligation) -> bool:
    if isinstance(one, DeadlineAfterEvent):
        return any(fact.event == "contract" for fact in one.expects)
    return isinstance(one, Continuity) and any(fact.event == "contract" for fact in one.covered_by)


def _contract(action: Action, duties: tuple[str, ...]) -> ContractRules:
    policy = action.contract
    if policy is None:
        return ContractRules()
    refusal = None
    if policy.contractualisation in _NO_CONTRACT:
        refusal = policy.refusal or _NO_CONTRACT[policy.contractualisation]
    return ContractRules(
        label=policy.label,
        title=policy.title or policy.label,
        duties=duties,
        kinds=frozenset(policy.kinds),
        refusal=refusal,
        horizons=policy.needs_objectives,
        dated_steps=policy.needs_dated_steps,
        review=policy.renewal_needs_review,
        assessment=policy.needs_assessment,
        approval=policy.approved_by_organisation,
        parts=policy.complete_with.parts if policy.complete_with else (),
        told=policy.told,
        notice=policy.notice or "",
    )
