"""Fait vivre un département fictif, du fichier CAF aux chiffres du mois, puis sert l’application."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jalons.cli import migrate, serve
from jalons.kernel import clock
from jalons.simulation.run import OtherDemo, Plan, Step
from jalons.simulation.run import run as live
from jalons.simulation.setting import ACCOUNTS
from jalons.simulation.summary import summary

# The agreements are of 2020: the demonstration's clock stands in that year, and every page says so.
ENVIRONMENT = {
    "JALONS_TODAY": "2020-10-15",
    "JALONS_FICTITIOUS": "1",
    "JALONS_DEMO_PASSWORD": "jalons-demo-2020",
    "JALONS_CDAP_URL": "https://cdap.example.org/",  # a domain reserved for examples: leads nowhere
}
PEOPLE, SEED = 1_000, 69


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Size, seed, and whether to serve."""
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"personnes de la population fictive ({PEOPLE})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"graine du hasard ({SEED})")
    parser.add_argument("--no-serve", action="store_true", help="s’arrêter après le résumé")
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port (8000)")


def run(args: argparse.Namespace) -> int:
    """Migrate, live the year, print the summary, serve."""
    if args.people < 1:
        print("jalons demo : --people demande un nombre de personnes, au moins 1.", file=sys.stderr)
        return 2
    migrate.run(argparse.Namespace(quiet=True))
    plan = Plan(people=args.people, seed=args.seed, today=clock.today(), folder=_folder(args))
    try:
        with _bars() as tell:
            live(plan, tell)
    except OtherDemo as other:
        print(f"jalons demo : {other}", file=sys.stderr)
        return 1
    console = Console()
    console.print(summary(on=plan.today), highlight=False, soft_wrap=True)
    if args.no_serve:
        return 0
    console.print(_accounts(), highlight=False, soft_wrap=True)
    return serve.serve(host=args.host, port=args.port)


def _folder(args: argparse.Namespace) -> Path:
    """Where the CAF files of this size and seed are kept."""
    folder = Path(settings.DATA_DIR) / "caf" / f"{args.people}-{args.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _bars() -> Iterator[Step]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        tasks: dict[str, int] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        yield tell


def _accounts() -> str:
    lines = [
        f"  {account.username:<16}{account.role.label}" + (f" ({account.house})" if account.house else "")
        for account in ACCOUNTS
    ]
    return f"Comptes de démonstration (mot de passe : {settings.JALONS_DEMO_PASSWORD})\n" + "\n".join(lines)
