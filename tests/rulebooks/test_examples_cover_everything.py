"""The worked examples leave nothing out: each obligation of each action, each exit class, each contradiction, each acceptance line.

An obligation is shown *at its limit* when an example looks at it on the due day or the day after, is done on the due day or the
day after, is looked at on the first day of the breach, or counts what is asked give or take one. What dates cannot tell (an exit
class, a condition) is named by the example under ``limite``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from jalons.rulebooks.examples.format import Exemple, ObligationAttendue
from jalons.rulebooks.examples.runner import read, shipped
from jalons.rulebooks.loader import CONTENT, load_content, load_files
from jalons.rulebooks.schema import ObligationBase, Rulebook
from jalons.rulebooks.schema.shapes import CountOrSumInWindow

SHARED = Path(__file__).resolve().parents[3] / "shared"
ONE_DAY = timedelta(days=1)

KEPT = {"respectee"}
KEPT_SO_FAR = {"a_venir"}  # shapes that are never done once for all: the next due day has not come
ANSWERED = {"sans_objet", "respectee", "respectee_en_retard"}  # nothing to decide, or decided
MISSED = {"en_retard", "non_respectee", "respectee_en_retard"}

# What no example can show: (action, obligation or class, "kept" | "missed" | "limit" | "reached") → why.
IMPOSSIBLE: dict[tuple[str, str, str], str] = {}

# Requirements of the catalogue whose acceptance line speaks of a rule: each has an example there, its result taken from the line.
RULES: dict[str, tuple[str, ...]] = {
    "lyon_2020": (
        "R-026", "R-042", "R-047", "R-053", "R-059", "R-061", "R-062", "R-066", "R-067", "R-076", "R-077", "R-078",
        "R-118", "R-145", "R-146", "R-147", "R-194",
    ),
    "rhone_orientation": ("R-033",),
    "plie_2014_2020": (
        "R-052", "R-054", "R-070", "R-102", "R-110", "R-119", "R-125", "R-126", "R-128", "R-143", "R-167", "R-209",
    ),
    "nord_2019_2021": (
        "R-050", "R-055", "R-087", "R-088", "R-116", "R-120", "R-122", "R-134", "R-141", "R-193", "R-201",
    ),
}  # fmt: skip
# The others are not a rule of a rulebook, or not one a single file can show.
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "a figure over many files, shown by the cases of the indicators": (
        "R-023", "R-036", "R-037", "R-045", "R-072", "R-090", "R-096", "R-099", "R-101", "R-109", "R-111",
        "R-112", "R-115", "R-123", "R-124", "R-133", "R-136", "R-137", "R-138", "R-139", "R-202", "R-208",
    ),
    "who may enter, decide, write or read: refused at the door by an operation": (
        "R-017", "R-019", "R-030", "R-031", "R-032", "R-040", "R-046", "R-058", "R-073", "R-079", "R-080", "R-081",
        "R-083", "R-084", "R-086", "R-095", "R-100", "R-106", "R-154", "R-155", "R-162", "R-163", "R-165",
    ),
    "no rule of a rulebook, and nothing of it built yet": (
        "R-022", "R-028", "R-035", "R-149", "R-156", "R-161", "R-172", "R-180", "R-181", "R-184", "R-186", "R-187",
        "R-188", "R-190", "R-197", "R-198", "R-199", "R-210",
    ),
}  # fmt: skip
# Contradictions settled that no single file can show.
NOT_IN_A_FILE: dict[str, tuple[str, ...]] = {
    "a sentence or a name, printed as the documents print it": (
        "C-03", "C-04", "C-19", "C-23", "C-24", "C-28", "C-33", "C-39", "C-40", "C-43",
    ),
    "a figure over many files: both readings are shown by the indicators": ("C-10", "C-11", "C-26", "C-30"),
    "numbers that disagree, all kept with their source": ("C-05", "C-35"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One rulebook and the worked examples that speak of it."""

    rulebook: Rulebook
    cases: tuple[Exemple, ...]

    @property
    def name(self) -> str:
        return f"{self.rulebook.code}-{self.rulebook.version}"


@cache
def everything() -> tuple[Shown, ...]:
    """The rulebooks shipped, then the proposals, which keep their examples beside them."""
    files = [read(path) for path in shipped()]
    live = [
        Shown(one.rulebook, tuple(case for file in files if file.cadre == one.rulebook.code for case in file.exemples))
        for one in load_content()
    ]
    proposed = [
        Shown(
            load_files([path])[0].rulebook,
            tuple(case for file in sorted((path.parent / path.stem).glob("*.yaml")) for case in read(file).exemples),
        )
        for path in sorted((CONTENT / "proposals").glob("*.yaml"))
    ]
    return (*live, *proposed)


def bindings() -> list[object]:
    """(rulebook, action, obligation), one by one."""
    return [
        pytest.param(shown, action.code, obligation, id=f"{shown.name}-{action.code}-{obligation.code}")
        for shown in everything()
        for action in shown.rulebook.actions
        for obligation in shown.rulebook.obligations_of(action.code)
    ]


def classes() -> list[object]:
    """(rulebook, action, exit class), one by one."""
    return [
        pytest.param(shown, action.code, one.code, id=f"{shown.name}-{action.code}-{one.code}")
        for shown in everything()
        for action in shown.rulebook.actions
        for exits in [shown.rulebook.action(action.code).exits]
        if exits is not None
        for one in exits.classes
    ]


def expected(shown: Shown, action: str, code: str) -> Iterator[tuple[Exemple, ObligationAttendue]]:
    for case in shown.cases:
        if case.action == action:
            yield from ((case, one) for one in case.attendu.obligations if one.obligation == code)


def kept_states(obligation: ObligationBase) -> set[str]:
    shape = getattr(obligation, "shape", "")
    rolling = isinstance(obligation, CountOrSumInWindow) and obligation.window.kind == "rolling"
    if shape in ("continuity", "last_event") or rolling:
        return KEPT_SO_FAR
    return ANSWERED if shape == "consecutive_events" else KEPT


def at_the_limit(case: Exemple, one: ObligationAttendue) -> bool:
    if one.obligation in case.limite or (one.manquee_le is not None and one.manquee_le == case.le):
        return True
    days: tuple[date | None, ...] = (case.le, one.fait_le)
    if one.echeance is not None and any(day in (one.echeance, one.echeance + ONE_DAY) for day in days):
        return True
    return one.compte is not None and one.sur is not None and abs(one.compte - one.sur) <= 1


@pytest.mark.parametrize(("shown", "action", "obligation"), bindings())
def test_each_obligation_is_shown_kept_missed_and_at_its_limit(
    shown: Shown, action: str, obligation: ObligationBase
) -> None:
    found = list(expected(shown, action, obligation.code))
    states = {one.etat for _, one in found}
    told = {
        "kept": bool(states & kept_states(obligation)),
        "missed": bool(states & MISSED),
        "limit": any(at_the_limit(case, one) for case, one in found),
    }
    lacking = {what for what, there in told.items() if not there and (action, obligation.code, what) not in IMPOSSIBLE}
    assert not lacking, f"no example shows {obligation.code} of {action}: {', '.join(sorted(lacking))}"


@pytest.mark.parametrize(("shown", "action", "code"), classes())
def test_each_exit_class_is_reached_and_shown_at_its_limit(shown: Shown, action: str, code: str) -> None:
    cases = [case for case in shown.cases if case.action == action and case.attendu.sortie is not None]
    told = {
        "reached": any(case.attendu.sortie.classe == code for case in cases if case.attendu.sortie),
        "limit": any(code in case.limite for case in cases),
    }
    lacking = {what for what, there in told.items() if not there and (action, code, what) not in IMPOSSIBLE}
    assert not lacking, f"no example shows the class {code} of {action}: {', '.join(sorted(lacking))}"


@pytest.mark.parametrize("shown", everything(), ids=lambda shown: shown.name)
def test_a_limit_named_by_an_example_exists(shown: Shown) -> None:
    for case in shown.cases:
        exits = shown.rulebook.action(case.action).exits
        known = {one.code for one in shown.rulebook.obligations_of(case.action)}
        known |= {one.code for one in exits.classes} if exits else set()
        assert set(case.limite) <= known, case.titre


@pytest.mark.parametrize("shown", everything(), ids=lambda shown: shown.name)
def test_each_contradiction_settled_is_shown_by_an_example(shown: Shown) -> None:
    settled = set(re.findall(r'"ref":"(C-\d\d)"', shown.rulebook.model_dump_json()))
    named = {exigence for case in shown.cases for exigence in case.exigences}
    elsewhere = {one for several in NOT_IN_A_FILE.values() for one in several}
    assert sorted(settled - named - elsewhere) == []
    assert sorted(named & elsewhere) == []


@pytest.mark.parametrize("code", RULES)
def test_each_acceptance_line_that_speaks_of_a_rule_has_its_example(code: str) -> None:
    named = {
        one for shown in everything() if shown.rulebook.code == code for case in shown.cases for one in case.exigences
    }
    assert [requirement for requirement in RULES[code] if requirement not in named] == []


@pytest.mark.skipif(not SHARED.exists(), reason="the catalogue is not here")
def test_every_acceptance_line_of_the_catalogue_is_sorted() -> None:
    """From R-017, the public, to R-212: a rule that has its example, or elsewhere with the reason."""
    parts = re.split(r"^#### (R-\d{3}) ", (SHARED / "spec/requirements.md").read_text(), flags=re.MULTILINE)
    accepted = {
        number
        for number, text in zip(parts[1::2], parts[2::2], strict=True)
        if "*Acceptance:*" in text and "R-017" <= number <= "R-212"
    }
    ours = [one for codes in (*RULES.values(), *ELSEWHERE.values()) for one in codes]
    assert sorted(accepted - set(ours)) == []
    assert sorted(one for one in set(ours) if ours.count(one) > 1) == []
    assert sorted(set(ours) - accepted) == []
