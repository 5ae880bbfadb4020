"""What every block of a rulebook shares: where it is read, on which basis, and lengths of time."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Basis = Literal["stated", "derived", "chosen"]
CarrierKind = Literal[
    "association", "ccas", "cias", "epci", "enterprise", "employment_service", "authority_service", "plie"
]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Citations = Annotated[tuple[Text, ...], BeforeValidator(_as_list), Field(min_length=1)]


def refuse(code: str, sentence: str) -> PydanticCustomError:
    """Build the error of a rule of the schema; ``sentence`` is French and says what to do."""
    return PydanticCustomError(code, sentence)


class Strict(BaseModel):
    """A block that refuses unknown keys and cannot change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(Strict):
    """A block whose values are read somewhere (R-001).

    ``basis``: ``stated`` (the document says it), ``derived`` (needed so that a stated rule works) or ``chosen`` (the
    document is silent or contradicts itself: ``ref`` names the silence S-nn or contradiction C-nn). ``unverified``: a
    value nobody has read in an official text yet; it is chosen, says so wherever it is shown, and needs no ``ref``.
    """

    citation: Citations
    basis: Basis
    ref: Annotated[str, StringConstraints(pattern=r"^[SC]-[0-9]{2}$")] | None = None
    note: Text | None = None
    unverified: bool = False

    @model_validator(mode="after")
    def _a_choice_names_its_silence(self) -> Self:
        if self.unverified and self.basis != "chosen":
            raise refuse(
                "unverified", "unverified: true s'écrit avec basis: chosen : ce qui est lu n'est plus à vérifier"
            )
        if self.basis == "chosen" and self.ref is None and not self.unverified:
            raise refuse(
                "choice_without_ref",
                "une valeur choisie (basis: chosen) nomme son silence ou sa contradiction : ajoutez ref: S-nn ou C-nn",
            )
        return self


class Reading(Cited):
    """How an unclear rule is read, in one French sentence."""

    text: Text


class Length(Strict):
    """A length of time: ``{count: 2, unit: months}``."""

    count: Annotated[StrictInt, Field(ge=0, le=1200)]
    unit: Literal["days", "weeks", "months", "years"]

    @property
    def months(self) -> int:
        """The part counted in months (0 when the length is in days or weeks)."""
        return {"months": 1, "years": 12}.get(self.unit, 0) * self.count

    @property
    def days(self) -> int:
        """The part counted in days (0 when the length is in months or years)."""
        return {"days": 1, "weeks": 7}.get(self.unit, 0) * self.count

    @property
    def in_french(self) -> str:
        """« 2 mois », « 45 jours »."""
        one, many = {
            "days": ("jour", "jours"),
            "weeks": ("semaine", "semaines"),
            "months": ("mois", "mois"),
            "years": ("an", "ans"),
        }[self.unit]
        return f"{self.count} {one if self.count < 2 else many}"


class CitedText(Cited):
    """A rule that stays a sentence: nothing is computed from it. ``label``: its title."""

    value: Text
    label: Text | None = None


class CitedNumber(Cited):
    """A number with its unit."""

    value: Decimal
    unit: Text | None = None
