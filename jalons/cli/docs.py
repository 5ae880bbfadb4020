"""Écrit les pages de documentation tirées du code ; avec --check, dit seulement si elles sont à jour."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable
from pathlib import Path

from jalons.cli._docs import data_model, facts, frameworks, indicators

NEEDS_DATABASE = False
FOLDER = Path(__file__).resolve().parents[2] / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "facts.md": facts.text,
    "data-model.md": data_model.text,
    "indicators.md": indicators.text,
}
DIFFERENCE_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One option: check instead of writing."""
    parser.add_argument("--check", action="store_true", help="n’écrit rien ; échoue si une page n’est plus à jour")


def run(args: argparse.Namespace) -> int:
    """Write or check every page; return 1 when a check fails."""
    pages = PAGES | frameworks.pages()
    late = [name for name, text in pages.items() if not _done(FOLDER / name, text().rstrip() + "\n", check=args.check)]
    forgotten = [
        path for path in (FOLDER / frameworks.FOLDER).glob("*.md") if f"{frameworks.FOLDER}/{path.name}" not in pages
    ]
    for path in forgotten:
        if args.check:
            late.append(f"{frameworks.FOLDER}/{path.name} (en trop)")
        else:
            path.unlink()
    if late:
        print(f"À refaire avec « jalons docs » : {', '.join(late)}.", file=sys.stderr)
    return 1 if late else 0


def _done(path: Path, text: str, *, check: bool) -> bool:
    """Write the page, or tell whether it already says this (and show the first lines that differ)."""
    if not check:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return True
    present = path.read_text(encoding="utf-8") if path.exists() else ""
    if present == text:
        return True
    lines = list(difflib.unified_diff(present.splitlines(), text.splitlines(), path.name, "code", lineterm="", n=0))
    print("\n".join(lines[:DIFFERENCE_SHOWN]), file=sys.stderr)
    return False
