"""The benches, one process each, on a database of its own made for it."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

from bench import databases, report
from bench.sizes import SIZES

BENCHES = {
    "caf": "import d’un fichier CAF",
    "obligations": "toutes les obligations",
    "scaling": "toutes les obligations, sur une file dix et cent fois plus grande",
    "simulating": "une réforme sur tous les dossiers",
    "indicators": "indicateurs, 12 mois",
    "pages": "« Mes personnes »",
    "letters": "un envoi de courriers, son travailleur tué au milieu",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the benches asked for; 1 when one of them could not run (a missed goal is not an error)."""
    args = _parser().parse_args(arguments)
    size = next((name for name in ("tiny", "small", "medium") if getattr(args, name)), "full")
    print(f"Jalons, bancs d’essai ({size}), {datetime.now(UTC):%d/%m/%Y %H:%M} UTC, {_machine()}", flush=True)
    report.head()
    failed = []
    with databases.throw_away() as template:
        for name in args.only or BENCHES:
            database = databases.copy(template, f"{template}_{name}")
            environment = {**os.environ, "JALONS_DATABASE_NAME": database}
            child = subprocess.run([sys.executable, "-m", f"bench.{name}", size], env=environment, check=False)
            if child.returncode:
                failed.append(name)
            databases.drop(database)
    if failed:
        print(f"Bancs qui n’ont pas pu finir : {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jalons bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="petites tailles, pour l’intégration continue")
    parser.add_argument("--medium", action="store_true", help="un cinquième des grandes tailles")
    parser.add_argument("--tiny", action="store_true", help="tailles minuscules : montre seulement que tout tourne")
    names = " ; ".join(f"{name} : {what}" for name, what in BENCHES.items())
    parser.add_argument("--only", action="append", choices=sorted(BENCHES), help=f"un seul banc ({names})")
    return parser


def _machine() -> str:
    return f"{os.cpu_count()} cœurs, Python {platform.python_version()}"


def size_asked() -> str:
    """Return the size given to the process of one bench."""
    name = sys.argv[1] if len(sys.argv) > 1 else "small"
    return name if name in SIZES else "small"
