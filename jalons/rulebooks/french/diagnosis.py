"""The grid of a diagnosis and the « bilan » of the end, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jalons.rulebooks.french import words
from jalons.rulebooks.french.tree import Told, cited
from jalons.rulebooks.french.words import either, plain
from jalons.rulebooks.schema.diagnosis import Answered, Diagnosis, GridSection, Question
from jalons.rulebooks.schema.final_review import FinalReview


def told_diagnosis(grid: Diagnosis) -> Told:
    """Return the grid: its questions by part, then what completes it and what it gives."""
    labels = {one.code: one for one in grid.questions}
    parts = _sections(grid.sections, labels)
    return cited("diagnosis", f"Grille de diagnostic : {grid.label}", grid, *parts, *_ends(grid, labels))


def told_final_review(review: FinalReview) -> Told:
    """Return the « bilan » of the end: with whom, its headings, the skills, the document it makes."""
    labels = {one.code: one for one in review.questions}
    who = " ; ".join(f"{one.label} ({words.ATTENDEES[one.who]})" for one in review.attendees)
    parts = [Told("attendees", f"se fait avec : {who}"), *_sections(review.sections, labels)]
    if review.skills:
        proofs = either([one.label for one in review.skills.proofs])
        parts.append(cited("skills", f"{review.skills.label}, chacun attesté par : {proofs}", review.skills))
    parts.append(Told("piece", f"apporte au dossier : {plain(review.piece).lower()}"))
    return cited("final_review", f"Bilan de la fin : {review.label}", review, *parts)


def _sections(sections: Iterable[GridSection], labels: dict[str, Question]) -> Iterator[Told]:
    for section in sections:
        children = tuple(_question(one, labels) for one in section.questions)
        yield Told(section.code, section.label, children=children)


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
