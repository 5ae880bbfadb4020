"""Reads rulebooks: one YAML file, or a set of files that must agree. Every fault is told, not only the first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from jalons.rulebooks import yaml_nodes
from jalons.rulebooks.messages import in_french
from jalons.rulebooks.schema import Rulebook

CONTENT = Path(__file__).parent / "content"


@cache
def catalogue_codes() -> frozenset[str]:
    """Return the codes of the catalogue of indicators, computed already or not: what a target may name."""
    lines = (CONTENT / "indicator_codes.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing to correct in one file. ``str`` is what is shown: « fichier, ligne n, clé : phrase »."""

    file: str
    line: int
    key: str
    sentence: str

    def __str__(self) -> str:
        key = f", {self.key}" if self.key else ""
        return f"{self.file}, ligne {self.line}{key} : {self.sentence}"


class BadRulebook(Exception):
    """Some files cannot be used; ``faults`` holds all that must be corrected."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A rulebook and the exact bytes it was read from."""

    rulebook: Rulebook
    raw: bytes
    file: str


def load(raw: bytes, *, file: str, known_indicators: Collection[str] | None = None) -> Rulebook:
    """Read one rulebook from bytes; ``file`` is the name shown in faults. Raises BadRulebook.

    ``known_indicators``: codes a target may name; None means those of the whole catalogue.
    """
    document = yaml_nodes.read(raw)
    faults = [FileFault(file, fault.line, fault.key, fault.sentence) for fault in document.faults]
    if document.data is None:
        raise BadRulebook(faults or [FileFault(file, 1, "", "le fichier est vide")])
    try:
        rulebook = Rulebook.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "too_short" and detail["input"]:
                continue  # the list is there, its faulty members are told one by one
            path = _existing(detail["loc"], document)
            faults.append(
                FileFault(file, document.line_of(path), _shown(detail["loc"], path), in_french(detail, Rulebook))
            )
        raise BadRulebook(sorted(faults, key=lambda fault: fault.line)) from error
    faults += _beyond_schema(rulebook, document, file, known_indicators)
    if faults:
        raise BadRulebook(sorted(faults, key=lambda fault: fault.line))
    return rulebook


def load_files(paths: Iterable[Path], *, known_indicators: Collection[str] | None = None) -> list[Loaded]:
    """Read files that live together: besides each file's own faults, one action code never has two rules on one day."""
    loaded: list[Loaded] = []
    faults: list[FileFault] = []
    for path in sorted(paths):
        raw = path.read_bytes()
        try:
            loaded.append(Loaded(load(raw, file=path.name, known_indicators=known_indicators), raw, path.name))
        except BadRulebook as bad:
            faults += bad.faults
    faults += _overlaps(loaded)
    if faults:
        raise BadRulebook(faults)
    return loaded


def load_content(*, known_indicators: Collection[str] | None = None) -> list[Loaded]:
    """Read the rulebooks shipped with Jalons."""
    return load_files(CONTENT.glob("*.yaml"), known_indicators=known_indicators)


def _existing(loc: tuple[str | int, ...], document: yaml_nodes.Document) -> tuple[str | int, ...]:
    """Drop from a pydantic location what is not in the file: the names of union members."""
    path: tuple[str | int, ...] = ()
    for part in loc:
        if (*path, part) in document.lines:
            path = (*path, part)
    return path


def _shown(loc: tuple[str | int, ...], path: tuple[str | int, ...]) -> str:
    parts = [*path, loc[-1]] if loc and (not path or path[-1] != loc[-1]) and isinstance(loc[-1], str) else list(path)
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)


def _beyond_schema(
    rulebook: Rulebook, document: yaml_nodes.Document, file: str, known_indicators: Collection[str] | None
) -> list[FileFault]:
    """What one file can be blamed for beyond its keys: unknown indicators, parameters and actions without rules."""
    faults = []
    known_indicators = catalogue_codes() if known_indicators is None else known_indicators
    for path, target in _targets(rulebook):
        if target not in known_indicators:
            near = (
                ", ".join(sorted(one for one in known_indicators if one[:6] == target[:6])) or "voir jalons indicators"
            )
            faults.append(
                FileFault(
                    file,
                    document.line_of(path),
                    "indicator",
                    f"indicateur inconnu « {target} » ; indicateurs proches : {near}",
                )
            )
    for index, action in enumerate(rulebook.actions):
        faults += [
            FileFault(file, document.line_of(("actions", index)), action.code, sentence)
            for sentence in _unknown_parameters(rulebook, action.code)
        ]
    return faults


def _targets(rulebook: Rulebook) -> Iterable[tuple[tuple[str | int, ...], str]]:
    for index, target in enumerate(rulebook.common.targets):
        yield ("common", "targets", index, "indicator"), target.indicator
        if target.other_reading:
            yield ("common", "targets", index, "other_reading"), target.other_reading
    for place, action in enumerate(rulebook.actions):
        for index, target in enumerate(action.targets):
            yield ("actions", place, "targets", index, "indicator"), target.indicator
            if target.other_reading:
                yield ("actions", place, "targets", index, "other_reading"), target.other_reading


def _unknown_parameters(rulebook: Rulebook, action_code: str) -> Iterable[str]:
    action = rulebook.action(action_code)
    known = {parameter.code for parameter in action.parameters}
    for rule in action.exits.rules if action.exits else ():
        for comparison in (rule.when.contract_months, rule.when.weekly_hours, rule.when.training_months):
            if comparison is not None and isinstance(comparison.operand, str) and comparison.operand not in known:
                declared = ", ".join(sorted(known)) or "aucun"
                yield f"le paramètre « {comparison.operand} » n'est pas déclaré ; paramètres : {declared}"


def _overlaps(loaded: list[Loaded]) -> list[FileFault]:
    """Two files that give rules to one action on one day: nobody could say which holds."""
    faults = []
    seen: list[tuple[str, date, date, str]] = []
    for one in loaded:
        head = one.rulebook.framework
        last = head.valid_to or date.max
        for action in one.rulebook.actions:
            for code, start, end, file in seen:
                if code == action.code and head.valid_from <= end and start <= last:
                    faults.append(
                        FileFault(
                            one.file,
                            1,
                            action.code,
                            f"l'action {code} a déjà des règles du {start:%d/%m/%Y} au {end:%d/%m/%Y} dans {file} : "
                            "les validités se chevauchent",
                        )
                    )
            seen.append((action.code, head.valid_from, last, one.file))
    return faults


__all__ = ["CONTENT", "BadRulebook", "FileFault", "Loaded", "load", "load_content", "load_files"]
