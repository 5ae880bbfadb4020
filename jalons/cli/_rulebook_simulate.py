"""`jalons rulebook simulate NEW --against CURRENT`: what a reform would change on the whole caseload. Writes nothing there."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from jalons.facts.engines import DuckDBExecutor, Executor, PostgresExecutor
from jalons.kernel import clock
from jalons.kernel.database import ensure_running
from jalons.rulebooks.queries import adopted
from jalons.todos.comparison import tables, words
from jalons.todos.comparison.caseload import Question, changes, organisation_names, read_only
from jalons.todos.comparison.finding import version_named, versions_named
from jalons.todos.comparison.reform import reform
from jalons.todos.comparison.simulation import Simulation, simulate
from jalons.ui.exports import Export, csv_blocks
from jalons.ui.french import number

SHOWN = 25  # obligations and organisations printed; the files have them all


def add_parser(commands: Any) -> None:
    """Declare the sub-command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "simulate", help="dire ce qu'un cadre changerait pour tous les dossiers, sans rien écrire"
    )
    parser.description = "Compare deux cadres sur tous les dossiers, sans rien écrire dans la base."
    parser.add_argument("new", metavar="NOUVEAU", help="fichier, ou code[@version] d’un cadre adopté ou livré")
    parser.add_argument("--against", required=True, metavar="ACTUEL", help="fichier, ou code[@version] ; sans version, "
                        "toutes les versions adoptées du cadre")  # fmt: skip
    parser.add_argument("--on", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="jour de lecture (aujourd’hui)")
    parser.add_argument("--from", dest="from_on", type=date.fromisoformat, metavar="AAAA-MM-JJ",
                        help="le nouveau cadre remplace l’actuel à partir de ce jour ; sans date, comme s’il s’était toujours "
                        "appliqué")  # fmt: skip
    parser.add_argument(
        "--snapshot", type=Path, metavar="DOSSIER", help="sur un instantané Parquet, et non sur la base"
    )
    parser.add_argument("--csv", type=Path, metavar="DOSSIER", help="où écrire les listes complètes")


def run(args: argparse.Namespace) -> int:
    """Compare, print the summary, write the lists asked for."""
    if args.snapshot is None:
        ensure_running()
    known = adopted() if args.snapshot is None else ()
    tried = reform(version_named(args.new, known), versions_named(args.against, known), from_on=args.from_on)
    question = Question(tried, args.on or clock.today())
    engine: Executor = PostgresExecutor() if args.snapshot is None else DuckDBExecutor.over_snapshot(args.snapshot)
    console = Console()
    with read_only() if args.snapshot is None else nullcontext():
        with console.status("Dossiers examinés…") as status:
            found = simulate(question, engine, lambda done, total: status.update(f"{done} dossiers sur {total}"))
        names = organisation_names(engine)
        _tell(console, found, names)
        if args.csv is not None:
            for path in _write(args.csv, found, engine, names):
                console.print(f"Écrit : {path}", highlight=False, soft_wrap=True)
    return 0


def _tell(console: Console, found: Simulation, names: dict[int, str]) -> None:
    question, counted = found.question, found.counted
    say = {"highlight": False, "soft_wrap": True}
    console.print(f"[bold]Simulation : {words.title(question)}[/bold]", **say)  # type: ignore[arg-type]
    for book in (*question.reform.before, question.reform.new):
        console.print(f"  {words.version(book)} : {' ; '.join(book.framework.citation)}", markup=False, **say)  # type: ignore[arg-type]
    share = f"{number(counted.persons)} dossiers touchés sur {number(counted.asked)} examinés"
    console.print(f"\n{share} ; rien n’a été écrit.", **say)  # type: ignore[arg-type]
    gone = question.reform.gone_actions
    if gone:
        labels = ", ".join(question.reform.action_label(code) for code in gone)
        console.print(f"Actions que le nouveau cadre ne décrit plus : {labels}", **say)  # type: ignore[arg-type]
    console.print(_obligations(found))
    for table in (_transitions(found), _organisations(found, names), _exits(found), _amounts(found), _goals(found)):
        if table.row_count:
            console.print(table)
        else:
            console.print(f"{table.title} : rien ne change.", **say)  # type: ignore[arg-type]


def _table(title: str, *columns: str, text: int = 1) -> Table:
    """Return an empty table whose first ``text`` columns are words, the others numbers."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for rank, column in enumerate(columns):
        table.add_column(column, justify="left" if rank < text else "right")
    return table


def _obligations(found: Simulation) -> Table:
    tried = found.question.reform
    table = _table("Obligations", "Action", "Obligation", "Demandé", "Réponses", "En retard", "Déplacement moyen", "Dossiers",
                   text=3)  # fmt: skip
    for (action, code), row in list(found.by_obligation().items())[:SHOWN]:
        if not row.changed:
            continue
        before, after = words.rule(tried, action, code)
        table.add_row(
            tried.action_label(action),
            tried.label(action, code),
            before if before == after else f"{before} → {after}",
            f"{number(row.answers_before)} → {number(row.answers_after)}",
            f"{number(row.late_before)} → {number(row.late_after)}",
            words.moved(row.mean_move),
            number(found.counted.persons_by_obligation.get((action, code), 0)),
        )
    return table


def _transitions(found: Simulation) -> Table:
    table = _table("Changements d’état", "Avant", "Après", "Réponses", text=2)
    for (before, after), count in found.transitions().items():
        table.add_row(words.state(before), words.state(after), number(count))
    return table


def _organisations(found: Simulation, names: dict[int, str]) -> Table:
    table = _table("Organismes", "Organisme", "En retard", "Dossiers touchés")
    for pk, row in list(found.by_organisation().items())[:SHOWN]:
        if row.changed:
            late = f"{number(row.late_before)} → {number(row.late_after)}"
            table.add_row(names.get(pk, str(pk)), late, number(found.counted.persons_by_organisation.get(pk, 0)))
    return table


def _exits(found: Simulation) -> Table:
    table = _table("Sorties qui changent de classe", "Action", "Avant", "Après", "Sorties", text=3)
    for (action, before, after), count in found.exit_transitions().items():
        table.add_row(
            found.question.reform.action_label(action), before or words.NO_CLASS, after or words.NO_CLASS, number(count)
        )
    return table


def _amounts(found: Simulation) -> Table:
    table = _table("Forfaits", "Action", "Lignes", "Avant", "Après", "Écart")
    for action, total in found.amounts_by_action().items():
        table.add_row(
            found.question.reform.action_label(action), number(total.lines), *_three(total.before, total.after)
        )
    total = found.amounts
    if total.lines:
        table.add_section()
        table.add_row("Total", number(total.lines), *_three(total.before, total.after))
    if total.without_formula:
        table.caption = f"{total.without_formula} ligne(s) sans formule d’un côté au moins : montant par décision"
    return table


def _three(before: Any, after: Any) -> tuple[str, str, str]:
    return f"{number(before, 2)} €", f"{number(after, 2)} €", f"{number(after - before, 2)} €"


def _goals(found: Simulation) -> Table:
    table = _table("Résultats attendus", "Action", "Résultat", "Avant", "Après", "Valeur", text=4)
    for one in found.goals:
        sides = [
            " ".join(filter(None, (words.threshold(side), words.verdict(one.reached(side)))))
            for side in (one.before, one.after)
        ]
        value = (
            number(one.value, 1)
            if one.value is not None
            else "non calculable"
            if one.computed
            else "pas encore calculé"
        )
        table.add_row(found.question.reform.action_label(one.action_code), one.target.label, *sides, value)
    return table


def _write(folder: Path, found: Simulation, engine: Executor, names: dict[int, str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Export] = {
        "obligations": tables.obligations(found),
        "organismes": tables.organisations(found, names),
        "etats": tables.states(found),
        "echeances": tables.deadlines(found.question, changes(found.question, engine), names),
        "sorties": tables.exits(found.question, found.exits, names),
        "forfaits": tables.amounts(found),
        "resultats": tables.goals(found),
    }
    written = []
    for name, export in files.items():
        path = folder / f"{name}.csv"
        with path.open("wb") as target:
            target.writelines(csv_blocks(export))
        written.append(path)
    return written
