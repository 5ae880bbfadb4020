"""What serves needs nothing of the developers': each package the code imports is in the lock of who only runs it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OURS = {"jalons", "config", "bench", "tests"}


def _imported(path: Path) -> Iterator[str]:
    """Yield the first words of what a file imports when it runs: not what only types ask for."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting += ast.iter_child_nodes(node)


def _locked() -> set[str]:
    text = (PROJECT / "requirements" / "run.txt").read_text(encoding="utf-8")
    return {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def test_whoever_runs_has_every_package_that_is_imported() -> None:
    files = [path for room in ("jalons", "config") for path in sorted((PROJECT / room).rglob("*.py"))]
    wanted = {name for path in files for name in _imported(path)} - set(sys.stdlib_module_names) - OURS
    owners, locked = packages_distributions(), _locked()
    assert "django" in wanted
    missing = {
        name: sorted(set(owners.get(name, [])))
        for name in wanted
        if not {one.lower().replace("_", "-") for one in owners.get(name, [])} & locked
    }
    assert missing == {}
