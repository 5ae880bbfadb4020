"""What the pathway asks of the rulebook: who may enter, what a contract needs, the kinds of steps, the class of an exit.

The only file of the room that knows how rulebooks are stored. An action that no adopted rulebook describes has no rule:
nothing is asked, nothing is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from jalons.rulebooks.exits import JobFacts, TrainingFacts, propose
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.schema import Action, Rulebook
from jalons.rulebooks.schema.shapes import PresenceOfPiece


@dataclass(frozen=True, slots=True)
class StepKindRule:
    """A kind of step: its family and label; a ``sensitive`` kind takes no free text (R-106)."""

    family: str
    label: str
    sensitive: bool


@dataclass(frozen=True, slots=True)
class ContractRules:
    """What a contract of the action needs (R-076…R-091). ``refusal`` is set when none may be written."""

    label: str = "contrat d’engagements"
    kinds: frozenset[str] = frozenset()
    refusal: str | None = None
    horizons: tuple[str, ...] = ()
    dated_steps: bool = False
    review: bool = False


@dataclass(frozen=True, slots=True)
class ActionRules:
    """The rules of one action on a day; ``version`` names the adopted rulebook, empty when there is none."""

    action_code: str
    version: str = ""
    label: str = ""
    accompaniment_type: str = ""
    conditions: frozenset[str] = frozenset()
    contract: ContractRules = field(default_factory=ContractRules)
    steps: Mapping[str, StepKindRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExitFacts:
    """What the class of an exit is computed from: the destination, and the job or training it rests on."""

    action_code: str
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


def rules_of(action_code: str, *, on: date) -> ActionRules:
    """Return the rules of an action on a day, from the rulebook adopted and in force."""
    found = _action(action_code, on)
    if found is None:
        return ActionRules(action_code)
    version, action = found
    return ActionRules(
        action_code=action_code,
        version=version,
        label=action.label,
        accompaniment_type=action.accompaniment_type or "",
        conditions=frozenset(action.public.conditions) if action.public else frozenset(),
        contract=_contract(action),
        steps={
            kind.code: StepKindRule(family.code, kind.label, kind.sensitive)
            for family in (action.steps.families if action.steps else ())
            for kind in family.kinds
        },
    )


_NO_CONTRACT = {
    "not_planned": "Le cadre ne prévoit pas de contrat pour cette action.",
    "by_other_action": "Le contrat de cette personne se fait dans l’action à laquelle celle-ci est adossée.",
}


def _contract(action: Action) -> ContractRules:
    policy = action.contract
    if policy is None:
        return ContractRules()
    refusal = None
    if policy.contractualisation in _NO_CONTRACT:
        refusal = policy.refusal or _NO_CONTRACT[policy.contractualisation]
    return ContractRules(
        label=policy.label,
        kinds=frozenset(policy.kinds),
        refusal=refusal,
        horizons=policy.needs_objectives,
        dated_steps=policy.needs_dated_steps,
        review=policy.renewal_needs_review,
    )


def _action(action_code: str, on: date) -> tuple[str, Action] | None:
    """Return (version, action) of the rulebook in force on the day, or None."""
    rulebook = _rulebook_of(action_code, on)
    return (f"{rulebook.code} {rulebook.version}", rulebook.action(action_code)) if rulebook else None


def _rulebook_of(action_code: str, on: date) -> Rulebook | None:
    """Return the rulebook in force on the day that has this action, or None."""
    for rulebook in _rulebooks():
        if rulebook.in_force(on) and any(action.code == action_code for action in rulebook.actions):
            return rulebook
    return None


@cache
def _rulebooks() -> tuple[Rulebook, ...]:
    return tuple(one.rulebook for one in load_content())


def verdict_of(facts: ExitFacts) -> ExitVerdict:
    """Return the class of an exit by the rulebook in force on the day of the exit."""
    found = _action(facts.action_code, facts.exited_on)
    if found is None:
        return ExitVerdict()
    version, action = found
    proposal = propose(
        action, destination=facts.destination, on=facts.exited_on, job=facts.job, training=facts.training
    )
    citation = f" ({' ; '.join(proposal.citation)})" if proposal.citation else ""
    return ExitVerdict(
        exit_class=proposal.exit_class or "",
        explanation=f"{proposal.reason_fr}{citation}",
        version=version,
        flagged=proposal.flagged,
        decided_by=proposal.decided_by or "",
        classes={one.code: one.label for one in action.exits.classes} if action.exits else {},
        effective_on=proposal.effective_on,
    )


def exit_proofs(action_code: str, exit_class: str, *, on: date) -> tuple[Proof, ...]:
    """Return the documents an exit of this class cannot be confirmed without, by the rulebook in force on the day."""
    rulebook = _rulebook_of(action_code, on)
    return tuple(
        Proof(piece.label, frozenset(piece.any_of or (piece.code,)))
        for one in (rulebook.obligations_of(action_code) if rulebook else ())
        if isinstance(one, PresenceOfPiece) and exit_class in (one.only_exit_classes or ())
        for piece in one.pieces
    )
