"""Recalcule les échéances de tout le monde pour le jour, là où le calcul s’est arrêté ; dit où il en est."""

from __future__ import annotations

import argparse

from jalons.kernel import clock
from jalons.todos.models import Round
from jalons.todos.operations import go_round


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No option: the day is that of the installation."""


def run(args: argparse.Namespace) -> int:
    """Go round once; 1 while another process does it."""
    done = go_round(as_of=clock.today(), tell=_tell)
    if done is None:
        print("Un autre processus recalcule déjà les échéances : rien n’a été lancé.")
        return 1
    print(f"Échéances du {done.day:%d/%m/%Y} : {done.done} personnes, {done.written} écrites, {done.deleted} effacées.")
    return 0


def _tell(current: Round) -> None:
    print(f"  {current.done} personnes sur {current.total}", flush=True)
