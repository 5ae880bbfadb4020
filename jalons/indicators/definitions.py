"""What an indicator is: plain data read from ``content/``, checked at loading.

A *family* is one SELECT over the fact tables whose rows carry the four dimensions. A *measure* is a count or a sum over a
family that adds up across organisations and shards. An *indicator* is a sum of measures over another, the ratio last.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

CONTENT = Path(__file__).parent / "content"

DIMENSIONS = ("authority_id", "organisation_id", "action_code", "territory_id")
LEVELS: dict[str, tuple[str, ...]] = {
    "whole": (),
    "authority": ("authority_id",),
    "territory": ("authority_id", "territory_id"),
    "organisation": ("authority_id", "organisation_id"),
    "action": ("authority_id", "action_code"),
    "organisation_action": ("authority_id", "organisation_id", "action_code"),
    "cell": DIMENSIONS,
    "line": ("line_id",),  # only what families with a column ``line_id`` count; never stored
}
Level = Literal["whole", "authority", "territory", "organisation", "action", "organisation_action", "cell", "line"]
Interval = Literal["month", "year"]
Basis = Literal["stated", "derived", "chosen"]


class DefinitionError(Exception):
    """A definition cannot be used: the French message names the file, the place and what is expected."""


class Strict(BaseModel):
    """Base of every definition: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(Strict):
    """A value the documents leave open, passed to the SQL as ``$name``; never a constant in it (S-nn, C-nn)."""

    value: str | int | tuple[str, ...]
    basis: Basis
    citation: str


class Measure(Strict):
    """A number that adds up.

    ``flow``: rows dated ``day`` in the month. ``stock``: units present at the end of the month, from ``start`` (included)
    to ``until`` (first day out). ``reach``: distinct units since 1 January, by ``day`` or by presence. ``level``: rows that
    already speak of one month end (``day``). ``unit`` is what is counted once; ``value`` is summed instead of 1.
    """

    meaning: str
    kind: Literal["flow", "stock", "reach", "level"]
    unit: tuple[str, ...]
    when: str | None = None
    value: str | None = None
    day: str | None = None
    start: str | None = None
    until: str | None = None
    disjoint: bool = False  # the rows of one unit never overlap: no union of periods needed

    def model_post_init(self, _: Any) -> None:
        dated = self.day is not None
        spans = self.start is not None and self.until is not None
        wanted = {"flow": dated, "level": dated, "stock": spans, "reach": dated != spans}[self.kind]
        if not wanted:
            raise ValueError(f"une mesure « {self.kind} » demande day, ou start et until")


class Family(Strict):
    """One source of rows: ``source`` is SQL of the DuckDB dialect over ``facts.*`` and over other families (``{name}``).

    ``rows`` says what a row is; ``columns`` lists filterable columns besides the dimensions; ``month_of`` maps a date
    column to a stored first day of its month, which saves the truncation; ``person`` tells whether rows have a person.
    ``classes`` are the columns of few values that decide what a row counts for: rows are counted by them first and sorted
    into measures after, once per class instead of once per row.
    """

    family: str
    rows: str
    source: str
    columns: tuple[str, ...] = ()
    month_of: dict[str, str] = {}
    classes: tuple[str, ...] = ()
    person: bool = True
    parameters: dict[str, Parameter] = {}
    measures: dict[str, Measure]


class Term(Strict):
    """A measure in a sum. ``over`` says how months make a year: ``sum``, ``mean``, ``last`` or ``prorata`` (sum / 12)."""

    measure: str
    sign: Literal[1, -1] = 1
    only: Interval | None = None  # counted for this interval only: « at once » by month, « in the year » by year
    over: Literal["sum", "mean", "last", "prorata"] | None = None


def _term(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    return {"measure": given.lstrip("-"), "sign": -1 if given.startswith("-") else 1}


class Side(Strict):
    """The numerator or the denominator: its meaning in French and the measures it adds."""

    meaning: str
    terms: tuple[Annotated[Term, BeforeValidator(_term)], ...] = Field(min_length=1)


class Indicator(Strict):
    """One indicator of the catalogue; ``code`` is its identifier there."""

    code: str
    label: str
    population: str
    numerator: Side
    denominator: Side | None = None
    when_empty: str | None = None  # why the figure is « non calculable », when an empty denominator does not say it all
    scale: int = 1
    divide_by: int = 1  # from the unit counted to the unit shown: 60 minutes make an hour
    unit: str
    intervals: tuple[Interval, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = ("whole", "authority", "territory", "organisation", "action", "organisation_action")
    reported_for: tuple[str, ...]  # codes of frameworks or actions; « * » ends a prefix (C-10)
    version: int
    requirements: tuple[str, ...]
    open_points: tuple[str, ...] = ()  # S-nn and C-nn settled here
    citation: tuple[str, ...] = Field(min_length=1)
    note: str | None = None
    decimals: int = 1

    def is_reported_for(self, action_code: str) -> bool:
        """Tell whether the figure belongs to the reports of this framework or action."""
        return any(
            action_code.startswith(code[:-1]) if code.endswith("*") else action_code == code
            for code in self.reported_for
        )

    @property
    def why_not(self) -> str:
        """Tell in French why the figure is « non calculable »."""
        if self.when_empty:
            return self.when_empty
        return f"Le dénominateur est vide ({self.denominator.meaning})." if self.denominator else ""

    def terms(self) -> tuple[Term, ...]:
        """Return the terms of both sides."""
        return self.numerator.terms + (self.denominator.terms if self.denominator else ())


class Catalogue(Strict):
    """All definitions, by code."""

    families: dict[str, Family]
    indicators: dict[str, Indicator]

    def family_of(self, measure: str) -> Family:
        """Return the family that defines ``measure``; raises DefinitionError when none does."""
        for family in self.families.values():
            if measure in family.measures:
                return family
        raise DefinitionError(f"Aucune famille ne définit la mesure « {measure} ».")

    def indicator(self, code: str) -> Indicator:
        """Return the indicator ``code``; raises DefinitionError with the known codes."""
        try:
            return self.indicators[code]
        except KeyError:
            known = ", ".join(sorted(self.indicators))
            raise DefinitionError(f"L’indicateur « {code} » n’existe pas. Indicateurs définis : {known}.") from None

    def source(self, family: Family) -> str:
        """Return the SQL of ``family`` with the families it names put in their place."""

        def inner(match: re.Match[str]) -> str:
            return f"({self.source(self.families[match[1]])})"

        return re.sub(r"\{(\w+)\}", inner, family.source.strip().rstrip(";"))

    def parameters(self, family: Family) -> dict[str, Any]:
        """Return the parameters ``family`` needs, those of the families it names included."""
        values: dict[str, Any] = {}
        for name in re.findall(r"\{(\w+)\}", family.source):
            values |= self.parameters(self.families[name])
        for name, parameter in family.parameters.items():
            values[name] = list(parameter.value) if isinstance(parameter.value, tuple) else parameter.value
        return values


class _Loader(yaml.SafeLoader):
    """YAML without surprises: a key written twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node)
            if key in seen:
                raise DefinitionError(
                    f"{key_node.start_mark.name}, ligne {key_node.start_mark.line + 1} : la clé « {key} » est écrite deux fois."
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _read(path: Path) -> Any:
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=_Loader)  # noqa: S506 (a SafeLoader)


def _checked(model: type[Any], given: Any, place: str) -> Any:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = " ; ".join(f"{'.'.join(map(str, f['loc']))} : {f['msg']}" for f in error.errors())
        raise DefinitionError(f"{place} : {faults}") from error


def load(folder: Path = CONTENT) -> Catalogue:
    """Read ``families/*.yaml`` and ``indicators/*.yaml``; raise DefinitionError at the first definition that fails."""
    families: dict[str, Family] = {}
    for path in sorted((folder / "families").glob("*.yaml")):
        family: Family = _checked(Family, _read(path), path.name)
        families[family.family] = family
    indicators: dict[str, Indicator] = {}
    for path in sorted((folder / "indicators").glob("*.yaml")):
        for given in _read(path):
            indicator: Indicator = _checked(Indicator, given, f"{path.name}, {given.get('code', 'sans code')}")
            if indicator.code in indicators:
                raise DefinitionError(f"{path.name} : l’indicateur « {indicator.code} » est défini deux fois.")
            indicators[indicator.code] = indicator
    loaded = Catalogue(families=families, indicators=indicators)
    _cross_checked(loaded)
    return loaded


def _cross_checked(loaded: Catalogue) -> None:
    names = [name for family in loaded.families.values() for name in family.measures]
    if twice := {name for name in names if names.count(name) > 1}:
        raise DefinitionError(f"Mesures définies deux fois : {', '.join(sorted(twice))}.")
    for indicator in loaded.indicators.values():
        for term in indicator.terms():
            loaded.family_of(term.measure)


@cache
def catalogue() -> Catalogue:
    """Return the definitions shipped with the application, read once."""
    return load()
