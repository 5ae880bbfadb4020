"""Lit un fichier de partenaire ou un tableau : « jalons import caf … », « jalons import agreements … »."""

from __future__ import annotations

import argparse
import pkgutil
from importlib import import_module
from typing import Any

from jalons.cli import _imports


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per module of ``jalons.cli._imports``: docstring, ``add_arguments(parser)``, ``run(args)``."""
    kinds = parser.add_subparsers(metavar="QUOI", required=True)
    for info in pkgutil.iter_modules(_imports.__path__):
        module: Any = import_module(f"{_imports.__name__}.{info.name}")
        name = info.name.rstrip("_").replace("_", "-")
        kind = kinds.add_parser(name, help=(module.__doc__ or "").split("\n")[0], description=module.__doc__)
        module.add_arguments(kind)
        kind.set_defaults(run_import=module.run)


def run(args: argparse.Namespace) -> int:
    """Run the import that was asked for."""
    return int(args.run_import(args) or 0)
