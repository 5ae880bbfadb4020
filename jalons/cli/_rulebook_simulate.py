"""`jalons rulebook simulate NEW --against CURRENT`: what a reform would change on the whole caseload. Writes nothing there."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jalons.facts.engines import DuckDBExecutor, Executor, PostgresExecutor
from jalons.kernel import clock
from jalons.kernel.database import ensure_running
from jalons.rulebooks.queries import adopted
from jalons.todos.comparison import tables, words
from jalons.todos.comparison.caseload import Question, changes, organisation_names, read_only
from jalons.todos.comparison.exits import exit_changes
from jalons.todos.comparison.finding import version_named, versions_named
from jalons.todos.comparison.money import Totals
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
    question, counted, tried = found.question, found.counted, found.question.reform
    lines = [f"Simulation : {words.title(question)}"]
    lines += [f"  {words.version(one)} : {' ; '.join(one.framework.citation)}" for one in (*tried.before, tried.new)]
    lines += [
        "",
        f"{words.touched(counted.persons)} sur {number(counted.asked)} ; rien n’a été écrit.",
    ]
    if tried.gone_actions:
        gone = ", ".join(tried.action_label(code) for code in tried.gone_actions)
        lines.append(f"Actions que le nouveau cadre ne décrit plus : {gone}")
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    tables = (
        _obligations(found),
        _transitions(found),
        _organisations(found, names),
        _exits(found),
        _amounts(found),
        _goals(found),
    )
    for table in tables:
        console.print()
        console.print(
            table if table.row_count else f"{table.title} : rien ne change.",
            highlight=False,
            soft_wrap=not table.row_count,
        )


def _table(title: str, *columns: str, text: int = 1) -> Table:
    """Return an empty table whose first ``text`` columns are words, the others numbers."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for rank, column in enumerate(columns):
        table.add_column(column, justify="left" if rank < text else "right")
    return table


def _obligations(found: Simulation) -> Table:
    tried = found.question.reform
    table = _table("Obligations", "Obligation", "Demandé", "Échéances", "En retard", "Déplacement", "Dossiers", text=2)
    moving = [(pair, row) for pair, row in found.by_obligation().items() if row.changed]
    shown = moving[:SHOWN]
    if len(moving) > SHOWN:
        table.caption = f"et {len(moving) - SHOWN} autre(s), moins touchée(s) : --csv les donne toutes"
    for action in dict.fromkeys(action for (action, _), _ in shown):
        table.add_row(f"[bold]{escape(tried.action_label(action))}[/bold]")
        for (of_action, code), row in shown:
            if of_action != action:
                continue
            table.add_row(
                f"  {escape(tried.label(action, code))}",
                _change(*words.rule(tried, action, code)),
                _change(number(row.answers_before), number(row.answers_after)),
                _change(number(row.late_before), number(row.late_after)),
                words.moved(row.mean_move),
                number(found.counted.persons_by_obligation.get((action, code), 0)),
            )
    return table


def _change(before: str, after: str) -> str:
    return escape(before if before == after else f"{before} → {after}")


def _transitions(found: Simulation) -> Table:
    table = _table("Changements d’état", "Avant", "Après", "Échéances", text=2)
    for (before, after), count in found.transitions().items():
        table.add_row(words.state(before), words.state(after), number(count))
    return table


def _organisations(found: Simulation, names: dict[int, str]) -> Table:
    table = _table("Organismes", "Organisme", "En retard", "Dossiers touchés")
    for pk, row in list(found.by_organisation().items())[:SHOWN]:
        if row.changed:
            late = _change(number(row.late_before), number(row.late_after))
            table.add_row(
                escape(names.get(pk, str(pk))), late, number(found.counted.persons_by_organisation.get(pk, 0))
            )
    return table


def _exits(found: Simulation) -> Table:
    table = _table("Sorties qui changent de classe", "Action", "Avant", "Après", "Sorties", text=3)
    for (action, before, after), count in found.exits.items():
        table.add_row(
            found.question.reform.action_label(action), before or words.NO_CLASS, after or words.NO_CLASS, number(count)
        )
    return table


def _amounts(found: Simulation) -> Table:
    table = _table(f"Forfaits de l’année {found.question.as_of.year}", "Action", "Lignes", "Avant", "Après", "Écart")
    for action, total in found.amounts_by_action().items():
        lines = total.lines + total.without_formula
        sums = _three(total) if total.lines else ("sans formule", "", "")
        table.add_row(found.question.reform.action_label(action), number(lines), *sums)
    if found.amounts.lines:
        table.add_section()
        table.add_row("Total", number(len(found.lines)), *_three(found.amounts))
    if found.amounts.without_formula:
        table.caption = f"{found.amounts.without_formula} ligne(s) sans formule d’un côté au moins, hors du total"
    return table


def _three(total: Totals) -> tuple[str, str, str]:
    return tuple(f"{number(one, 2)} €" for one in (total.before, total.after, total.after - total.before))  # type: ignore[return-value]


def _goals(found: Simulation) -> Table:
    tried = found.question.reform
    table = _table("Résultats attendus", "Résultat", "Avant", "Après", "Valeur", text=3)
    for action in dict.fromkeys(one.action_code for one in found.goals):
        table.add_row(f"[bold]{escape(tried.action_label(action))}[/bold]")
        for one in found.goals:
            if one.action_code == action:
                sides = [words.goal(side, one.reached(side)) for side in (one.before, one.after)]
                table.add_row(f"  {escape(one.target.label)}", *sides, words.value(one.value, computed=one.computed))
    return table


def _write(folder: Path, found: Simulation, engine: Executor, names: dict[int, str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Export] = {
        "obligations": tables.obligations(found),
        "organismes": tables.organisations(found, names),
        "etats": tables.states(found),
        "echeances": tables.deadlines(found.question, changes(found.question, engine), names),
        "sorties": tables.exits(found.question, exit_changes(found.question, engine), names),
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
