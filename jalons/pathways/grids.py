"""The grid of orientation criteria (R-029): read, checked, filled. Pure; it proposes an accompaniment, nothing more."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jalons.kernel.refusals import Refusal

LISTS = Path(__file__).parent / "content" / "orientation.yaml"
LONGEST = 200  # characters of a question or an answer
MOST = 20  # criteria of a grid, answers of a criterion: more does not fit an interview


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and the accompaniment it speaks for (empty: none)."""

    label: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question and its answers, in the order they are offered."""

    question: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a re-orientation is asked; ``actions`` empty: for any action (R-043)."""

    code: str
    label: str
    actions: tuple[str, ...] = ()


@cache
def _lists() -> dict[str, Any]:
    return dict(yaml.safe_load(LISTS.read_text(encoding="utf-8")))


TYPES: Mapping[str, str] = {one["code"]: one["label"] for one in _lists()["accompaniment_types"]}


@cache
def default_grid() -> tuple[Criterion, ...]:
    """Return the grid an authority starts from (S-06)."""
    return criteria_of(_lists()["grid"]["criteria"])


@cache
def exemptions() -> Mapping[str, str]:
    """Return code → label of the reasons not to come to an information session (S-07)."""
    return {one["code"]: one["label"] for one in _lists()["exemptions"]}


@cache
def causes() -> Mapping[str, Cause]:
    """Return code → cause of a re-orientation."""
    rows = (Cause(one["code"], one["label"], tuple(one.get("actions", ()))) for one in _lists()["reorientation_causes"])
    return {one.code: one for one in rows}


def causes_for(action_codes: Sequence[str]) -> list[Cause]:
    """Return the causes one may give for a person in these actions: those of the actions first."""
    own = [one for one in causes().values() if set(one.actions) & set(action_codes)]
    return own + [one for one in causes().values() if not one.actions]


def criteria_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Return the criteria kept as JSON by a grid."""
    return tuple(
        Criterion(one["question"], tuple(Answer(each["label"], each["type"]) for each in one["answers"]))
        for one in stored
    )


def stored(criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    """Return what a grid keeps as JSON: the contrary of ``criteria_of``."""
    return [
        {"question": one.question, "answers": [{"label": each.label, "type": each.type} for each in one.answers]}
        for one in criteria
    ]


def checked(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """Return the criteria of a new grid. Refused, with the question named: nothing to ask, one answer, a type unknown."""
    if not criteria:
        raise Refusal("Une grille a au moins une question.", code="grid_empty")
    if len(criteria) > MOST:
        raise Refusal(f"Une grille a {MOST} questions au plus.", code="grid_too_long")
    if len({one.question for one in criteria}) != len(criteria):
        raise Refusal("La même question est posée deux fois.", code="grid_question_twice")
    for one in criteria:
        _check(one)
    return tuple(criteria)


def _check(one: Criterion) -> None:
    named = f"« {one.question[:60]} »"
    if not one.question.strip() or len(one.question) > LONGEST:
        raise Refusal(f"Une question a de 1 à {LONGEST} caractères.", code="grid_question")
    labels = [each.label for each in one.answers]
    if not 2 <= len(labels) <= MOST:
        raise Refusal(f"La question {named} demande de 2 à {MOST} réponses.", code="grid_answers")
    if len(set(labels)) != len(labels) or any(not label.strip() or len(label) > LONGEST for label in labels):
        raise Refusal(f"Les réponses à {named} sont différentes et ne sont pas vides.", code="grid_answers_distinct")
    for each in one.answers:
        if each.type and each.type not in TYPES:
            known = ", ".join(f"« {label} »" for label in TYPES.values())
            raise Refusal(
                f"Une réponse à {named} propose un accompagnement inconnu. Connus : {known}.", code="grid_type"
            )


def filled(criteria: Sequence[Criterion], chosen: Sequence[int | None]) -> list[dict[str, str]]:
    """Return the answers to keep, question by question. Refused: no answer at all, an answer the grid does not have."""
    if len(chosen) != len(criteria) or all(number is None for number in chosen):
        raise Refusal("Répondez à au moins une question de la grille.", code="grid_not_filled")
    found = []
    for one, number in zip(criteria, chosen, strict=True):
        if number is None:
            continue
        if not 0 <= number < len(one.answers):
            raise Refusal(f"Cette réponse n’est pas dans la grille : « {one.question} ».", code="grid_answer_unknown")
        answer = one.answers[number]
        found.append({"question": one.question, "answer": answer.label, "type": answer.type})
    return found


def fingerprint(criteria: Sequence[Criterion]) -> str:
    """Return what changes when a grid does: a rank is an answer of one grid only."""
    return hashlib.sha256(json.dumps(stored(criteria), ensure_ascii=False).encode()).hexdigest()


def carried(
    shown: Sequence[Criterion], chosen: Sequence[int | None], criteria: Sequence[Criterion]
) -> tuple[list[int | None], list[tuple[str, str]]]:
    """Carry the answers typed on the grid ``shown`` to another one, word for word.

    Returns the number of the answer to each of its questions, then the (question, answer) that it does not have.
    """
    typed = {
        one.question: one.answers[number].label for one, number in zip(shown, chosen, strict=True) if number is not None
    }
    found: list[int | None] = []
    for one in criteria:
        labels = [each.label for each in one.answers]
        found.append(labels.index(typed.pop(one.question)) if typed.get(one.question) in labels else None)
    return found, list(typed.items())


def proposal(answers: Sequence[Mapping[str, str]]) -> str:
    """Return the accompaniment most answers speak for; empty when none does, or when two come first together."""
    counted = Counter(one["type"] for one in answers if one["type"]).most_common(2)
    if not counted or (len(counted) == 2 and counted[0][1] == counted[1][1]):
        return ""
    return counted[0][0]


def weights(answers: Sequence[Mapping[str, str]]) -> list[tuple[str, int]]:
    """Return (label of the accompaniment, answers that speak for it), the strongest first: what the screen shows."""
    counted = Counter(one["type"] for one in answers if one["type"])
    return [(TYPES.get(code, code), many) for code, many in counted.most_common()]
