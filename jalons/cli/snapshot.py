"""Écrit les tables de faits en fichiers Parquet : seulement ce qui a changé depuis la dernière fois."""

from __future__ import annotations

import argparse
from pathlib import Path

from jalons.facts.snapshot import take_snapshot
from jalons.kernel.clock import now
from jalons.kernel.database.places import data_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the snapshot goes."""
    parser.add_argument("--out", type=Path, default=None, help="dossier (par défaut : snapshot/ dans les données)")


def run(args: argparse.Namespace) -> int:
    """Take the snapshot and say what was written."""
    folder: Path = args.out or data_folder() / "snapshot"
    taken = take_snapshot(folder, at=now())
    print(
        f"Instantané : {taken.rows} lignes dans {taken.folder}"
        f" ({taken.written} fichiers écrits, {taken.kept} inchangés)"
    )
    return 0
