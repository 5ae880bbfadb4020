"""A simulation as tables that may leave the house: one per question, the same for files, commands and screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from jalons.todos.comparison import words
from jalons.todos.comparison.caseload import Change, Question
from jalons.todos.comparison.exits import ExitChange
from jalons.todos.comparison.simulation import Row, Simulation
from jalons.ui.exports import Cell, Export

Names = Mapping[int, str]
COUNTED = ("Réponses avant", "Réponses après", "En retard avant", "En retard après", "Échéances plus tôt", "Échéances plus tard",
           "Déplacement moyen (jours)", "Dossiers touchés")  # fmt: skip


def obligations(found: Simulation) -> Export:
    """One line per obligation of each action, what each side asks, and what moves."""
    tried = found.question.reform
    rows: list[list[Cell]] = []
    for (action, code), row in found.by_obligation().items():
        asked = words.rule(tried, action, code)
        persons = found.counted.persons_by_obligation.get((action, code), 0)
        rows.append([tried.action_label(action), tried.label(action, code), *asked, *_numbers(row), persons])
    return _export(
        found.question, "Obligations", ("Action", "Obligation", "Demandé avant", "Demandé après", *COUNTED), rows
    )


def organisations(found: Simulation, names: Names) -> Export:
    """One line per organisation."""
    rows: list[list[Cell]] = [
        [names.get(pk, str(pk)), *_numbers(row), found.counted.persons_by_organisation.get(pk, 0)]
        for pk, row in found.by_organisation().items()
    ]
    return _export(found.question, "Organismes", ("Organisme", *COUNTED), rows)


def states(found: Simulation) -> Export:
    """One line per state left and entered."""
    rows: list[list[Cell]] = [
        [words.state(before), words.state(after), count] for (before, after), count in found.transitions().items()
    ]
    return _export(found.question, "Changements d’état", ("Avant", "Après", "Réponses"), rows)


CHANGE_COLUMNS = ("Dossier", "Organisme", "Action", "Obligation", "Objet", "Numéro", "Fois", "État avant", "État après",
                  "Échéance avant", "Échéance après", "Jours")  # fmt: skip
SUBJECTS = {"enrolment": "inscription", "contract": "contrat", "job": "emploi", "step": "étape", "exit": "sortie",
            "agreement_line": "ligne de convention"}  # fmt: skip


def deadlines(question: Question, changes: Iterable[Change], names: Names, persons: Names | None = None) -> Export:
    """One line per answer that changes, streamed; persons by their number, or as ``persons`` names them."""

    def rows() -> Iterator[Sequence[Cell]]:
        for one in changes:
            yield change_cells(question, one, names, persons)

    return _export(question, "Échéances qui changent", CHANGE_COLUMNS, rows())


def change_cells(question: Question, one: Change, names: Names, persons: Names | None = None) -> list[Cell]:
    """Return the cells of one answer that changes."""
    tried = question.reform
    return [
        _person(one.person_id, persons),
        names.get(one.organisation_id, str(one.organisation_id)),
        tried.action_label(one.action_code),
        tried.label(one.action_code, one.obligation_code),
        SUBJECTS.get(one.subject_kind, one.subject_kind),
        one.subject_id,
        one.occurrence,
        words.state(one.state_before),
        words.state(one.state_after),
        one.due_before,
        one.due_after,
        one.moved or None,
    ]


def exits(question: Question, found: Iterable[ExitChange], names: Names, persons: Names | None = None) -> Export:
    """One line per exit that changes class."""
    rows: list[list[Cell]] = [
        [
            _person(one.person_id, persons),
            names.get(one.organisation_id, str(one.organisation_id)),
            question.reform.action_label(one.action_code),
            one.exited_on,
            words.EXIT_STATES.get(one.state, one.state),
            one.label_before or words.NO_CLASS,
            one.label_after or words.NO_CLASS,
            one.reason,
            " ; ".join(one.citation),
            one.chosen,
        ]
        for one in found
    ]
    columns = ("Dossier", "Organisme", "Action", "Sortie le", "Sortie", "Classe avant", "Classe après", "Raison", "Source",
               "Choisie par un professionnel")  # fmt: skip
    return _export(question, "Sorties qui changent de classe", columns, rows)


def amounts(found: Simulation) -> Export:
    """One line per agreement line, and the total."""
    rows: list[list[Cell]] = [
        [
            one.organisation,
            found.question.reform.action_label(one.action_code),
            one.places,
            one.agreed,
            one.before.euros,
            one.before.explanation,
            one.after.euros,
            one.after.explanation,
            one.difference,
        ]
        for one in found.lines
    ]
    total = found.amounts
    rows.append(["TOTAL", "", sum(one.places for one in found.lines), None, total.before, "", total.after, "",
                 total.after - total.before])  # fmt: skip
    columns = ("Organisme", "Action", "Places", "Montant de la convention", "Montant avant", "Calcul avant", "Montant après",
               "Calcul après", "Écart")  # fmt: skip
    return _export(found.question, "Forfaits", columns, rows)


def goals(found: Simulation) -> Export:
    """One line per target."""
    rows: list[list[Cell]] = [
        [
            found.question.reform.action_label(one.action_code),
            one.target.label,
            words.threshold(one.before),
            words.threshold(one.after),
            one.value,
            words.verdict(one.reached(one.before)),
            words.verdict(one.reached(one.after)),
            one.target.reserve,
            " ; ".join(one.target.citation),
        ]
        for one in found.goals
    ]
    columns = (
        "Action",
        "Résultat attendu",
        "Seuil avant",
        "Seuil après",
        "Valeur",
        "Avant",
        "Après",
        "Réserve",
        "Source",
    )
    return _export(found.question, "Résultats attendus", columns, rows)


def _numbers(row: Row) -> list[Cell]:
    return [
        row.answers_before,
        row.answers_after,
        row.late_before,
        row.late_after,
        row.earlier,
        row.later,
        row.mean_move,
    ]


def _person(person_id: int | None, persons: Names | None) -> Cell:
    return person_id if persons is None or person_id is None else persons[person_id]


def _export(question: Question, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Export:
    return Export(f"{name} – simulation", columns, rows, [("Simulation", words.title(question))])
