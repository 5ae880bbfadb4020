"""The grid of a diagnosis in words."""

from __future__ import annotations

from collections.abc import Iterator

from jalons.rulebooks.french import words
from jalons.rulebooks.french.tree import Told, cited
from jalons.rulebooks.french.words import either, plain
from jalons.rulebooks.schema.diagnosis import Answered, Diagnosis, Question


def told_diagnosis(grid: Diagnosis) -> Told:
    """Return the grid: its questions by part, then what completes it and what it gives."""
    labels = {one.code: one for one in grid.questions}
    parts = (
        Told(section.code, section.label, children=tuple(_question(one, labels) for one in section.questions))
        for section in grid.sections
    )
    return cited("diagnosis", f"Grille de diagnostic : {grid.label}", grid, *parts, *_ends(grid, labels))


def _question(one: Question, labels: dict[str, Question]) -> Told:
    unit = f", en {one.unit}" if one.unit else ""
    answers = f" ({' ; '.join(option.label for option in one.options)})" if one.options else ""
    said = [f"{one.label} : {words.QUESTIONS[one.kind]}{unit}{answers}"]
    if one.help:
        said.append(one.help)
    if one.only_if:
        said.append(_when(one.only_if, labels))
    if not one.required:
        said.append("peut rester sans réponse")
    if one.role:
        said.append(words.ROLES[one.role])
    return Told(one.code, " ; ".join(said))


def _ends(grid: Diagnosis, labels: dict[str, Question]) -> Iterator[Told]:
    if grid.plan:
        yield Told("plan", f"un plan d’actions la complète{_also(grid.plan.only_if, labels)}")
    if grid.needs_confirmation:
        yield Told("confirmation", "la personne confirme son engagement")
    for one in grid.gives:
        yield Told(f"gives-{one.kind}", f"apporte au dossier : {plain(one.kind).lower()}{_also(one.only_if, labels)}")
    if grid.project_piece:
        yield Told("project", f"un projet validé apporte au dossier : {plain(grid.project_piece)}")
    if grid.presented_to:
        body = words.BODIES.get(grid.presented_to.body, plain(grid.presented_to.body))
        contract = words.CONTRACTS[grid.presented_to.contract]
        yield Told("presented", f"présentée à cette instance, avec le contrat signé ({contract}) : {body}")


def _also(condition: Answered | None, labels: dict[str, Question]) -> str:
    return f", {_when(condition, labels)}" if condition else ""


def _when(condition: Answered, labels: dict[str, Question]) -> str:
    question = labels[condition.question]
    named = {option.code: option.label for option in question.options} | {"yes": "oui", "no": "non"}
    return f"quand « {question.label} » reçoit {either([f'« {named[code]} »' for code in condition.any_of])}"
