"""Liste les indicateurs, montre une définition, ou calcule des chiffres : --month 2020-09, --snapshot, --recount, --verify."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from jalons.facts.engines import DuckDBExecutor, Executor, PostgresExecutor
from jalons.indicators.definitions import LEVELS, DefinitionError, Indicator, catalogue
from jalons.indicators.engine import compute
from jalons.indicators.operations import refresh_cube, verify_cube
from jalons.indicators.targets import Target, targets
from jalons.kernel import clock
from jalons.kernel.periods import last_of_month
from jalons.ui.french import number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which indicators, for when, at which level, on which engine."""
    parser.add_argument("codes", nargs="*", metavar="CODE", help="codes d’indicateurs ; sans code, la liste")
    parser.add_argument("--month", type=_month, help="calcule pour ce mois (AAAA-MM)")
    parser.add_argument("--level", choices=sorted(LEVELS), default="whole", help="niveau (whole)")
    parser.add_argument("--interval", choices=("month", "year"), help="le mois, ou depuis janvier")
    parser.add_argument("--snapshot", type=Path, metavar="DOSSIER", help="calcule sur un instantané Parquet")
    parser.add_argument("--recount", action="store_true", help="recompte entièrement le cube mensuel des écrans")
    parser.add_argument("--verify", action="store_true", help="compare le cube mensuel à un comptage complet")


def run(args: argparse.Namespace) -> int:
    """List, explain, compute, recount or verify."""
    try:
        if args.recount:
            print(f"{refresh_cube(until=clock.today(), whole=True)} mesures écrites.")
        if args.verify:
            return _verified()
        if args.recount:
            return 0
        chosen = [catalogue().indicator(code) for code in args.codes] or list(catalogue().indicators.values())
        if args.month is None:
            print("\n".join(_told(one) if args.codes else f"{one.code:<42}{one.label}" for one in chosen))
            return 0
        engine = DuckDBExecutor.over_snapshot(args.snapshot) if args.snapshot else PostgresExecutor()
        Console().print(_figures(chosen, engine, args))
    except (DefinitionError, FileNotFoundError) as error:
        print(f"jalons indicators : {error}", file=sys.stderr)
        return 1
    return 0


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas un mois : écrivez par exemple 2020-09") from error


def _verified() -> int:
    found = verify_cube()
    for one in found:
        print(f"{one.measure} {one.month:%Y-%m} {one.level} {one.group} : gardé {one.stored}, compté {one.counted}")
    print(f"{len(found)} écart(s) entre le cube et un comptage complet.")
    return 1 if found else 0


def _told(indicator: Indicator) -> str:
    lines = [f"{indicator.label} ({indicator.code}, version {indicator.version})", f"  {indicator.numerator.meaning}"]
    if indicator.denominator:
        lines.append(f"  sur : {indicator.denominator.meaning}")
    lines.append(f"  sources : {' ; '.join(indicator.citation)}")
    return "\n".join(lines + ([f"  note : {indicator.note}"] if indicator.note else []))


def _figures(chosen: list[Indicator], engine: Executor, args: argparse.Namespace) -> Table:
    table = Table("Indicateur", *LEVELS[args.level], "Numérateur", "Dénominateur", "Valeur", "Objectif")
    goals = {(one.action_code, one.indicator): one for one in targets(engine, on=last_of_month(args.month))}
    for indicator in chosen:
        if args.level not in indicator.levels or args.interval not in (None, *indicator.intervals):
            continue
        interval = args.interval or indicator.intervals[0]
        asked = {"first": args.month, "last": args.month, "level": args.level, "interval": interval}
        for result in compute([indicator.code], engine, **asked):
            value = "non calculable" if result.value is None else number(result.value, indicator.decimals)
            below = "" if result.denominator is None else number(result.denominator, 0)
            keys = [str(key if key is not None else "") for key in result.keys.values()]
            goal = goals.get((str(result.keys.get("action_code")), indicator.code))
            table.add_row(indicator.label, *keys, number(result.numerator, 0), below, value, _goal(goal, result.value))
    return table


def _goal(goal: Target | None, value: Decimal | None) -> str:
    if goal is None:
        return ""
    said = {"at_least": "au moins", "at_most": "au plus", "about": "environ"}[goal.comparison]
    verdict = {True: "\u202f: atteint", False: "\u202f: non atteint", None: ""}[goal.reached(value)]
    return f"{said} {number(goal.threshold)}{verdict}"
