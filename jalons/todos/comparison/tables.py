"""A simulation as tables that may leave the house: one per question, the same for files, commands and screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from jalons.indicators.masking import MASKED_SIGN
from jalons.todos.comparison import words
from jalons.todos.comparison.caseload import Change, Question
from jalons.todos.comparison.exits import ExitChange
from jalons.todos.comparison.masking import hidden_counts, hidden_rows
from jalons.todos.comparison.simulation import Row, Simulation
from jalons.ui.exports import Cell, Export

Names = Mapping[int, str]
COUNTED = ("Échéances avant", "Échéances après", "En retard avant", "En retard après", "Plus tôt", "Plus tard",
           "Déplacement moyen (jours)", "Dossiers touchés")  # fmt: skip


def obligations(found: Simulation, threshold: int = 0) -> Export:
    """One line per obligation of each action, what each side asks, and what moves; small counts hidden below ``threshold``."""
    tried, persons = found.question.reform, found.counted.persons_by_obligation
    hidden = hidden_rows(found.by_obligation(), persons, threshold)
    rows: list[list[Cell]] = []
    for pair, row in found.by_obligation().items():
        counts = _numbers(row, persons.get(pair, 0), hide=pair in hidden)
        rows.append([tried.action_label(pair[0]), tried.label(*pair), *words.rule(tried, *pair), *counts])
    return _export(
        found.question, "Obligations", ("Action", "Obligation", "Demandé avant", "Demandé après", *COUNTED), rows
    )


def organisations(found: Simulation, names: Names, threshold: int = 0) -> Export:
    """One line per organisation; small counts hidden below ``threshold``."""
    persons = found.counted.persons_by_organisation
    hidden = hidden_rows(found.by_organisation(), persons, threshold)
    rows: list[list[Cell]] = [
        [names.get(pk, str(pk)), *_numbers(row, persons.get(pk, 0), hide=pk in hidden)]
        for pk, row in found.by_organisation().items()
    ]
    return _export(found.question, "Organismes", ("Organisme", *COUNTED), rows)


def states(found: Simulation, threshold: int = 0) -> Export:
    """One line per state left and entered; small counts hidden below ``threshold``."""
    hidden = hidden_counts(found.transitions(), threshold)
    rows: list[list[Cell]] = [
        [words.state(pair[0]), words.state(pair[1]), MASKED_SIGN if pair in hidden else count]
        for pair, count in found.transitions().items()
    ]
    return _export(found.question, "Changements d’état", ("Avant", "Après", "Échéances"), rows)


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


def exit_counts(found: Simulation, threshold: int = 0) -> Export:
    """One line per action and change of class; small counts hidden below ``threshold``."""
    hidden = hidden_counts(found.exits, threshold)
    rows: list[list[Cell]] = [
        [
            found.question.reform.action_label(key[0]),
            key[1] or words.NO_CLASS,
            key[2] or words.NO_CLASS,
            MASKED_SIGN if key in hidden else count,
        ]
        for key, count in found.exits.items()
    ]
    return _export(found.question, "Changements de classe", ("Action", "Classe avant", "Classe après", "Sorties"), rows)


def amounts(found: Simulation) -> Export:
    """One line per agreement line, and the total."""
    rows: list[list[Cell]] = [
        [
            one.organisation,
            found.question.reform.action_label(one.action_code),
            one.places,
            one.agreed,
            one.before.euros,
            words.formula(one.before),
            one.after.euros,
            words.formula(one.after),
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


def _numbers(row: Row, persons: int, *, hide: bool) -> list[Cell]:
    if hide:
        return [MASKED_SIGN] * len(COUNTED)
    return [
        row.answers_before,
        row.answers_after,
        row.late_before,
        row.late_after,
        row.earlier,
        row.later,
        row.mean_move,
        persons,
    ]


def _person(person_id: int | None, persons: Names | None) -> Cell:
    return person_id if persons is None or person_id is None else persons[person_id]


def _export(question: Question, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Export:
    return Export(f"{name} – simulation", columns, rows, [("Simulation", words.title(question))])
