"""The one command, `jalons`. Each sub-command is a module of this package.

A sub-command `jalons/cli/<name>.py` (a trailing `_` is dropped, other `_` read as `-`) has a docstring whose first line is its
help, `add_arguments(parser)` and `run(args) -> int`. It may also say, as literals read before anything is imported:

- `ENVIRONMENT = {"NAME": "value"}`: variables set unless the user gave them, before the settings are read;
- `NEEDS_DATABASE = False`: do not start the database.
"""

from __future__ import annotations

import argparse
import ast
import os
import pkgutil
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django

from jalons.kernel.database import DatabaseError, ensure_running
from jalons.kernel.refusals import Refusal


def main(argv: list[str] | None = None) -> int:
    """Run one sub-command and return its exit code: 0 done, 1 refused with a sentence, 2 bad arguments."""
    arguments = sys.argv[1:] if argv is None else argv
    modules = commands()
    if not arguments or arguments[0] not in modules:
        return _usage(arguments, modules)
    name = arguments[0]
    try:
        return _run(name, modules[name], arguments[1:])
    except (DatabaseError, Refusal) as error:
        print(f"jalons : {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def commands() -> dict[str, str]:
    """Return each sub-command and the module that holds it."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            found[module.name.rstrip("_").replace("_", "-")] = f"{__name__}.{module.name}"
    return found


def _run(name: str, module_name: str, arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for key, value in _literal(module_name, "ENVIRONMENT", {}).items():
        os.environ.setdefault(key, value)
    django.setup()
    module: Any = import_module(module_name)
    parser = argparse.ArgumentParser(prog=f"jalons {name}", description=module.__doc__)
    module.add_arguments(parser)
    args = parser.parse_args(arguments)
    if _literal(module_name, "NEEDS_DATABASE", True):
        ensure_running()
    return int(module.run(args) or 0)


def _usage(arguments: list[str], modules: dict[str, str]) -> int:
    wants_help = not arguments or arguments[0] in {"-h", "--help", "help"}
    output = sys.stdout if wants_help else sys.stderr
    if not wants_help:
        print(f"jalons : la commande « {arguments[0]} » n’existe pas.", file=output)
    print("Utilisation : jalons COMMANDE [options]\n\nCommandes :", file=output)
    for name, module_name in sorted(modules.items()):
        help_line = (ast.get_docstring(_tree(module_name)) or "").split("\n")[0]
        print(f"  {name:<14}{help_line}", file=output)
    print("\n« jalons COMMANDE --help » décrit chaque commande.", file=output)
    return 0 if wants_help else 2


def _literal(module_name: str, variable: str, default: Any) -> Any:
    """Read a constant of a module without importing it: settings must not be read before the environment is set."""
    for node in _tree(module_name).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = getattr(node, "value", None)
        if value is not None and any(isinstance(target, ast.Name) and target.id == variable for target in targets):
            return ast.literal_eval(value)
    return default


def _tree(module_name: str) -> ast.Module:
    spec = find_spec(module_name)
    assert spec is not None
    assert spec.origin is not None
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
