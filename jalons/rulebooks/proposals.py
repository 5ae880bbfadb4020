"""Rulebooks to study: the examples shipped as a starting point, and the worked examples of a proposal tried."""

from __future__ import annotations

from dataclasses import dataclass

from jalons.rulebooks.examples.runner import play, read_examples
from jalons.rulebooks.loader import CONTENT, load
from jalons.rulebooks.models import RulebookProposal
from jalons.rulebooks.queries import proposed
from jalons.rulebooks.schema import Rulebook

SHIPPED = CONTENT / "proposals"
MOST_PLAYED = 300  # examples played on one page: a third of a second


@dataclass(frozen=True, slots=True)
class Shipped:
    """An example of a rulebook shipped with Jalons, never adopted by itself."""

    name: str
    file: str
    raw: bytes
    rulebook: Rulebook
    examples: tuple[str, bytes] | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One worked example and what the proposal says otherwise than expected (French sentences; none: as expected)."""

    title: str
    action: str
    differences: tuple[str, ...]


def shipped() -> tuple[Shipped, ...]:
    """Return the examples shipped, by file name; their own examples are in a folder of the same name."""
    return tuple(_shipped(path.stem) for path in sorted(SHIPPED.glob("*.yaml")))


def _shipped(name: str) -> Shipped:
    path = SHIPPED / f"{name}.yaml"
    raw = path.read_bytes()
    beside = next(iter(sorted((SHIPPED / name).glob("*.yaml"))), None)
    examples = (beside.name, beside.read_bytes()) if beside else None
    return Shipped(name, path.name, raw, load(raw, file=path.name), examples)


def tried(proposal_id: int) -> tuple[Tried, ...]:
    """Play the examples of a proposal against it; none without a file of examples."""
    row = RulebookProposal.objects.values_list("examples_name", "examples_raw").get(pk=proposal_id)
    name, raw = row
    if raw is None:
        return ()
    return tuple(played(proposed(proposal_id), bytes(raw), file=name))


def played(rulebook: Rulebook, raw: bytes, *, file: str) -> list[Tried]:
    """Play a file of examples against a rulebook, with the plain reader of rules."""
    examples = read_examples(raw, file=file)
    known = {action.code for action in rulebook.actions}
    found = []
    for case in examples.exemples[:MOST_PLAYED]:
        if case.action not in known:
            unknown = f"action inconnue « {case.action} » ; actions du cadre : {', '.join(sorted(known))}"
            found.append(Tried(case.titre, case.action, (unknown,)))
        else:
            found.append(Tried(case.titre, case.action, play(rulebook, case, quick=True).differences))
    return found
