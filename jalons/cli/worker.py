"""Exécute les tâches de la file (lancé par « jalons serve »)."""

from __future__ import annotations

import argparse

from jalons.kernel.jobs import run_worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many jobs at once, and whether to wait for new ones."""
    parser.add_argument("--concurrency", type=int, default=2, help="nombre de tâches menées de front")
    parser.add_argument("--once", action="store_true", help="s’arrête quand la file est vide")


def run(args: argparse.Namespace) -> int:
    """Do jobs until stopped."""
    run_worker(concurrency=args.concurrency, wait=not args.once)
    return 0
