"""A rulebook: an authority, one dated framework, its actions (R-001)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from jalons.rulebooks.schema.accompaniment import FollowUpBody, Missions, Review, Team
from jalons.rulebooks.schema.common import (
    Citations,
    Cited,
    CitedNumber,
    CitedText,
    Code,
    Length,
    Reading,
    Strict,
    Text,
    refuse,
)
from jalons.rulebooks.schema.diagnosis import Diagnosis
from jalons.rulebooks.schema.entering import TO_EVERYBODY, OrientationDelay, Telling, kinds_named
from jalons.rulebooks.schema.exits import Exits
from jalons.rulebooks.schema.final_review import FinalReview
from jalons.rulebooks.schema.presence import SignIn, TimeSheets
from jalons.rulebooks.schema.price import Funding, Price
from jalons.rulebooks.schema.shapes import Obligation, PresenceOfPiece

AccompanimentType = Literal["employment", "activity", "professional"]
Family = Literal["employment_training", "employment_access", "mobilisation"]
Some = Field(min_length=1)
MOST_ACTIONS = 60  # five times the largest call for projects: each obligation is told and checked for each action
MOST_OBLIGATIONS = 200


class Authority(Strict):
    """The authority the rules belong to."""

    code: Code
    label: Text


ContractPart = Literal["her_words", "one_objective", "steps", "dates", "places", "doers"]


class Completeness(Cited):
    """What a contract holds to be sent, where the text asks for quality without a list (R-091)."""

    parts: Annotated[tuple[ContractPart, ...], Some]


class ContractPolicy(Cited):
    """Whether, and with which instrument, a contract is made (R-076, R-086)."""

    contractualisation: Literal["mandatory", "possible", "not_planned", "by_other_action", "possible_for_types"]
    label: Text
    title: Text | None = None  # its name on paper (C-33), when the label is more than a name
    kinds: tuple[Literal["engagement", "ppae", "plie"], ...] = ()
    refusal: Text | None = None  # said to whoever wants a contract where none is planned
    needs_objectives: tuple[Literal["short", "medium", "long"], ...] = ()
    needs_dated_steps: bool = False
    renewal_needs_review: bool = False
    needs_assessment: bool = False  # a « bilan » of the enrolment completes the contract before it is signed
    approved_by_organisation: bool = (
        False  # the head of the organisation approves it before the authority validates (S-22)
    )
    complete_with: Completeness | None = None  # checked before the signature and the sending
    told: Telling | None = None  # what the person was told before she adheres
    notice: Text | None = None  # how to fill the contract, read beside the form


class Precondition(Cited):
    """One more condition of entry, held on the first day; ``refusal`` is the sentence said to who asks (R-040, R-066).

    ``running_enrolment``: under way in one of ``actions``. ``orientation_type``: an orientation in force of one of ``types``.
    ``self_employed``: known as self-employed. ``opinion``: the orientation followed carries the opinion of one of ``bodies``.
    ``warns``: the entry is flagged with the sentence, not refused.
    """

    code: Code
    kind: Literal["running_enrolment", "orientation_type", "self_employed", "opinion"]
    actions: tuple[Code, ...] = ()
    types: tuple[AccompanimentType, ...] = ()
    bodies: tuple[Code, ...] = ()
    refusal: Text
    warns: bool = False

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        wanted = {"running_enrolment": "actions", "orientation_type": "types", "opinion": "bodies"}.get(self.kind)
        for key in ("actions", "types", "bodies"):
            if (key == wanted) != bool(getattr(self, key)):
                must = "est demandée" if key == wanted else "n'a pas de sens"
                raise refuse("precondition", f"condition d'entrée {self.code} : la clé {key} {must} avec {self.kind}")
        return self


class Public(Cited):
    """Who may enter: every condition must hold at the orientation and at the entry (R-017, R-018).

    ``preconditions`` are asked at the entry only, each with its own sentence.
    """

    conditions: Annotated[tuple[Literal["rsa", "basic_rsa", "rights_and_duties", "domicile", "orientation"], ...], Some]
    preconditions: tuple[Precondition, ...] = ()


class ActiveCaseload(Cited):
    """When the persons in the places are counted; ``groups`` describes who is in the caseload (R-134…R-136).

    ``positive_exit_months``: how long after the job start a person in positive exit stays in the caseload.
    """

    mode: Literal["monthly", "annual", "unspecified"]
    positive_exit_months: Annotated[StrictInt, Field(ge=0, le=60)] | None = None
    groups: tuple[Reading, ...] = ()


class FollowUp(Cited):
    """How long the follow-up lasts after a job start or an exit."""

    length: Length | None = None
    text: Text


class StepKind(Strict):
    """A kind of step and its French label; ``sensitive`` kinds take no free text (R-106)."""

    code: Code
    label: Text
    sensitive: bool = False


class StepFamily(Strict):
    """A family of steps (R-103)."""

    code: Family
    label: Text
    kinds: Annotated[tuple[StepKind, ...], Some]


class Steps(Cited):
    """The taxonomy of steps."""

    families: Annotated[tuple[StepFamily, ...], Some]

    @model_validator(mode="after")
    def _kinds_once(self) -> Self:
        kinds = [kind.code for family in self.families for kind in family.kinds]
        twice = sorted(code for code, times in Counter(kinds).items() if times > 1)
        if twice:
            raise refuse("step_twice", f"étape déclarée deux fois : {', '.join(twice)}")
        return self


class ObstacleWork(Strict):
    """A kind of work on an obstacle of a domain (R-072)."""

    code: Code
    label: Text


class ObstacleDomain(Strict):
    """A domain of obstacles (R-071); a ``sensitive`` one takes no free text (R-163).

    ``works``: how it is worked on (R-072); left out, said in words.
    """

    code: Code
    label: Text
    sensitive: bool = False
    works: tuple[ObstacleWork, ...] = ()


class Obstacles(Cited):
    """The domains of obstacles of a framework; without this block, those of the reference list are offered."""

    domains: Annotated[tuple[ObstacleDomain, ...], Some]

    @model_validator(mode="after")
    def _domains_once(self) -> Self:
        _once([domain.code for domain in self.domains], "catégorie de frein")
        return self


class Document(Cited):
    """A document asked for; ``kind`` is the code of the piece in the file.

    ``one_by_one``: a decision about one person, never noted for several at once.
    """

    kind: Code
    label: Text
    one_by_one: bool = False


class Target(Cited):
    """An expected result: an indicator against a threshold.

    ``population``: the action alone, or all the actions of the framework together (R-140). ``other_reading``: the indicator
    that gives the other reading of the same words, against the same threshold (C-11); both are shown.
    """

    indicator: Code
    label: Text
    comparison: Literal["at_least", "at_most", "about"] = "at_least"
    threshold: Decimal | None = None
    unit: Literal["percent", "per_100_places", "count", "days", "hours", "per_fte", "per_person", "per_step"]
    per: Literal["year", "month", "twelve_months", "step", "unspecified"]
    numerator: Text
    denominator: Text | None = None
    reserve: Text | None = None
    population: Literal["action", "framework"] = "action"
    other_reading: Code | None = None

    @model_validator(mode="after")
    def _possible_threshold(self) -> Self:
        if self.threshold is None:
            return self
        if self.threshold < 0 or (self.unit == "percent" and self.threshold > 100):
            raise refuse(
                "threshold",
                f"seuil impossible : {self.threshold} pour l'unité {self.unit} ; "
                "un pourcentage va de 0 à 100, un seuil n'est jamais négatif",
            )
        return self


class Parameter(CitedNumber):
    """A number or a date rule of the action that no obligation uses, or that exits and screens name by its code."""

    code: Code
    label: Text


class Blocks(Strict):
    """Blocks that a framework gives to all its actions; an action may replace one whole, but adds its documents and texts."""

    public: Public | None = None
    orientation_delay: OrientationDelay | None = None
    contract: ContractPolicy | None = None
    exits: Exits | None = None
    price: Price | None = None
    funding: Funding | None = None
    active_caseload: ActiveCaseload | None = None
    follow_up: FollowUp | None = None
    steps: Steps | None = None
    obstacles: Obstacles | None = None
    diagnosis: Diagnosis | None = None
    final_review: FinalReview | None = None
    team: Team | None = None
    reviews: tuple[Review, ...] = ()
    missions: Missions | None = None
    follow_up_bodies: tuple[FollowUpBody, ...] = ()
    sign_in: SignIn | None = None
    time_sheets: TimeSheets | None = None
    documents: tuple[Document, ...] = ()
    targets: tuple[Target, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    texts: dict[Code, CitedText] = Field(default_factory=dict)


class Action(Blocks):
    """One action of the framework, with what is its own."""

    code: Code
    label: Text
    accompaniment_type: AccompanimentType | None = None
    citation: Citations
    skeleton: bool = False  # its rules are not written yet: it loads, and says so


class FrameworkHead(Cited):
    """The framework: code, version, validity. A changed file needs a new ``version``."""

    code: Code
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]{0,39}$")]
    label: Text
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise refuse("validity", "valid_to précède valid_from : la période de validité est à l'envers")
        return self


class Rulebook(Strict):
    """One YAML file."""

    format: Literal[1]
    authority: Authority
    framework: FrameworkHead
    common: Blocks = Field(default_factory=Blocks)
    actions: Annotated[tuple[Action, ...], Field(min_length=1, max_length=MOST_ACTIONS)]
    obligations: Annotated[tuple[Obligation, ...], Field(max_length=MOST_OBLIGATIONS)] = ()

    @model_validator(mode="after")
    def _codes_once_and_known(self) -> Self:
        actions = [action.code for action in self.actions]
        _once(actions, "action")
        for obligation in self.obligations:
            unknown = sorted(set(obligation.applies_to or ()) - set(actions))
            if unknown:
                raise refuse(
                    "unknown_action",
                    f"l'obligation {obligation.code} vise une action inconnue : {', '.join(unknown)} ; "
                    f"actions du cadre : {', '.join(actions)}",
                )
        _one_start_of_delays(self)
        for action in self.actions:
            _once([one.code for one in self.obligations_of(action.code)], f"obligation de {action.code}")
            _exit_codes_known(self, action)
            _informations_known(self, action)
        return self

    @property
    def code(self) -> str:
        """The framework's code."""
        return self.framework.code

    @property
    def version(self) -> str:
        """The framework's version."""
        return self.framework.version

    def action(self, code: str) -> Action:
        """Return one action with the framework's common blocks filled in; KeyError names the known actions."""
        for action in self.actions:
            if action.code == code:
                return _with_common(action, self.common)
        raise KeyError(f"{self.code} has no action {code!r}; it has: {', '.join(one.code for one in self.actions)}")

    def obligations_of(self, action_code: str) -> tuple[Obligation, ...]:
        """Return the obligations that bind an action, in the order of the file."""
        return tuple(one for one in self.obligations if one.applies_to is None or action_code in one.applies_to)

    def only(self, action_code: str) -> Rulebook:
        """Return the rulebook reduced to one action and what binds it: quicker to evaluate for one case."""
        obligations = tuple(
            one.model_copy(update={"applies_to": (action_code,)}) for one in self.obligations_of(action_code)
        )
        actions = tuple(one for one in self.actions if one.code == action_code)
        return self.model_copy(update={"actions": actions, "obligations": obligations})

    def in_force(self, day: date) -> bool:
        """Tell whether ``day`` is within the validity of the framework."""
        return self.framework.valid_from <= day and (self.framework.valid_to is None or day <= self.framework.valid_to)


def _once(codes: list[str], what: str) -> None:
    twice = sorted(code for code, times in Counter(codes).items() if times > 1)
    if twice:
        raise refuse("declared_twice", f"{what} déclarée deux fois : {', '.join(twice)}")


def _one_start_of_delays(rulebook: Rulebook) -> None:
    blocks = [*rulebook.actions, rulebook.common]
    said = {one.orientation_delay.starts_from for one in blocks if one.orientation_delay is not None}
    if len(said) > 1:
        raise refuse(
            "delay_starts_twice",
            f"orientation_delay vaut pour toutes les orientations : un seul point de départ, pas {' et '.join(sorted(said))}",
        )


def _with_common(action: Action, common: Blocks) -> Action:
    inherited = {name: getattr(common, name) for name in Blocks.model_fields if name not in action.model_fields_set}
    own = {document.kind for document in action.documents}
    documents = (*(one for one in common.documents if one.kind not in own), *action.documents)
    return action.model_copy(update=inherited | {"documents": documents, "texts": {**common.texts, **action.texts}})


def _exit_codes_known(rulebook: Rulebook, action: Action) -> None:
    exits = rulebook.action(action.code).exits
    known = {one.code for one in exits.classes} if exits else set()
    for obligation in rulebook.obligations_of(action.code):
        if isinstance(obligation, PresenceOfPiece) and obligation.only_exit_classes:
            unknown = sorted(set(obligation.only_exit_classes) - known)
            if unknown:
                raise refuse(
                    "exit_class",
                    f"l'obligation {obligation.code} vise une classe de sortie inconnue : {', '.join(unknown)}",
                )


def _informations_known(rulebook: Rulebook, action: Action) -> None:
    policy = rulebook.action(action.code).contract
    listed = {item.code for item in policy.told.items} if policy is not None and policy.told is not None else set()
    unknown = sorted(set(kinds_named(rulebook.obligations_of(action.code))) - TO_EVERYBODY - listed)
    if unknown:
        raise refuse(
            "unknown_information",
            f"information inconnue de l'action {action.code} : {', '.join(unknown)} ; "
            f"informations admises : {', '.join(sorted(TO_EVERYBODY | listed))}",
        )
