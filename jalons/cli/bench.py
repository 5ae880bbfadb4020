"""Mesure les chemins critiques contre une référence du même passage (dépôt seulement) : --small, --only caf."""

from __future__ import annotations

import argparse
import subprocess
import sys

from jalons.kernel.database.places import PROJECT

NEEDS_DATABASE = False  # the benches make their own and remove it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Passed on as they are; ``python -m bench --help`` describes them."""
    parser.add_argument("--small", action="store_true", help="petites tailles, pour l’intégration continue")
    parser.add_argument("--medium", action="store_true", help="un cinquième des grandes tailles")
    parser.add_argument("--tiny", action="store_true", help="tailles minuscules : montre seulement que tout tourne")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NOM",
        help="un seul banc : caf, obligations, scaling, simulating, indicators, pages",
    )


def run(args: argparse.Namespace) -> int:
    """Run the benches in a process of their own: the database they use is not this one's."""
    if not (PROJECT / "bench").is_dir():
        print(
            "jalons bench : les bancs d’essai sont dans le dépôt du projet, pas dans le paquet installé.",
            file=sys.stderr,
        )
        return 1
    flags = [f"--{name}" for name in ("small", "medium", "tiny") if getattr(args, name)]
    flags += [f"--only={name}" for name in args.only or ()]
    return subprocess.run([sys.executable, "-m", "bench", *flags], cwd=PROJECT, check=False).returncode
