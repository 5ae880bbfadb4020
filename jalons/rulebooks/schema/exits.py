"""Exit classes: an ordered list of conditions on the job or training an exit rests on; the first that fits decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jalons.rulebooks.schema.common import Cited, Code, Length, Strict, Text, refuse

Destination = Literal[
    "job",
    "training",
    "other_action",
    "other_rights",
    "moved",
    "rights_ended",
    "reorientation",
    "abandoned",
    "deceased",
    "other",
]
JobContract = Literal["cdi", "cdd", "interim", "cddi", "aided", "apprenticeship", "business"]
Employer = Literal["ordinary", "siae", "aci", "lending"]
Some = Field(min_length=1)


class Comparison(Strict):
    """One comparison with a number, or with the code of a parameter of the action: ``{more_than: half_time}``."""

    at_least: Decimal | Code | None = None
    more_than: Decimal | Code | None = None
    less_than: Decimal | Code | None = None
    exactly: Decimal | Code | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise refuse("comparison", "une comparaison a une seule clé : at_least, more_than, less_than ou exactly")
        return self

    @property
    def operator(self) -> str:
        """The key written in the rulebook."""
        return next(iter(self.model_fields_set))

    @property
    def operand(self) -> Decimal | str:
        """The number, or the code of the parameter that holds it."""
        operand: Decimal | str = getattr(self, self.operator)
        return operand


class Condition(Strict):
    """All the keys written must hold. A fact that is unknown does not hold."""

    destination: Annotated[tuple[Destination, ...], Some] | None = None
    contract_kind: Annotated[tuple[JobContract, ...], Some] | None = None
    employer_kind: Annotated[tuple[Employer, ...], Some] | None = None
    contract_months: Comparison | None = None
    weekly_hours: Comparison | None = None
    qualifying: bool | None = None
    training_months: Comparison | None = None
    diploma: bool | None = None


class ExitRule(Cited):
    """``when`` it fits, the exit is of ``exit_class``, or is left to ``decided_by``.

    ``after``: the class is reached only that long after the job start, if the job still runs (R-125). ``flagged`` asks
    a human to look again. ``reason`` is French.
    """

    when: Condition
    exit_class: Code
    reason: Text
    after: Length | None = None
    flagged: bool = False
    decided_by: Text | None = None


class ExitClass(Strict):
    """A class and its French label."""

    code: Code
    label: Text


class ExitGroup(Cited):
    """Classes counted together, e.g. dynamic exits (R-123)."""

    code: Code
    label: Text
    classes: Annotated[tuple[Code, ...], Some]


class Exits(Cited):
    """The exit classes of a framework or action. Without this block no class is computed (R-131)."""

    classes: Annotated[tuple[ExitClass, ...], Some]
    rules: Annotated[tuple[ExitRule, ...], Some]
    groups: tuple[ExitGroup, ...] = ()

    @model_validator(mode="after")
    def _classes_exist(self) -> Self:
        known = {one.code for one in self.classes}
        used = {rule.exit_class for rule in self.rules} | {code for group in self.groups for code in group.classes}
        if used - known:
            raise refuse(
                "exit_class",
                f"classe de sortie inconnue : {', '.join(sorted(used - known))} ; classes admises : {', '.join(sorted(known))}",
            )
        return self
