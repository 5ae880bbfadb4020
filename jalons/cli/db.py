"""État et arrêt de la base embarquée : jalons db status, jalons db stop."""

from __future__ import annotations

import argparse

from jalons.kernel.database import status, stop

NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The action to do."""
    parser.add_argument("action", choices=("status", "stop"), help="status : dire où est la base ; stop : l’arrêter")


def run(args: argparse.Namespace) -> int:
    """Describe or stop the database; stopping is refused while another process uses it."""
    if args.action == "status":
        now = status()
        kind = "embarquée" if now.embedded else "donnée par DATABASE_URL"
        state = "en marche" if now.running else "arrêtée"
        print(f"Base {kind}, PostgreSQL {now.version or 'pas encore créée'}, {state} : {now.place}")
        return 0
    if stop():
        print("La base embarquée est arrêtée.")
        return 0
    print("La base reste en marche : un autre processus l’utilise, ou elle est donnée par DATABASE_URL.")
    return 1
