"""`jalons rulebook compare A B`: two rulebooks or two actions, rule by rule."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jalons.rulebooks.compare import STATES, Pair, compared, exported, rows
from jalons.rulebooks.french import Told
from jalons.rulebooks.loader import load, load_content
from jalons.rulebooks.proposals import shipped
from jalons.rulebooks.schema import Rulebook
from jalons.ui.exports import csv_blocks

Side = tuple[Rulebook, str]  # the action is empty for a whole rulebook


def add_parser(commands: Any) -> None:
    """Declare the sub-command."""
    parser: argparse.ArgumentParser = commands.add_parser("compare", help="comparer deux cadres ou deux actions")
    for side, metavar in (("left", "A"), ("right", "B")):
        parser.add_argument(
            side,
            metavar=metavar,
            help="code d'une action ou d'un cadre livré (CODE@VERSION), ou fichier (FICHIER:ACTION)",
        )
    parser.add_argument("--all", action="store_true", help="montrer aussi ce qui est identique")
    parser.add_argument("--csv", type=Path, metavar="FICHIER", help="écrire la comparaison dans un tableau")


def run(args: argparse.Namespace) -> int:
    """Print the comparison; 1 when a side is unknown."""
    sides = [_side(args.left), _side(args.right)]
    for name, side in zip((args.left, args.right), sides, strict=True):
        if side is None:
            print(f"Cadre, action ou fichier inconnu : {name}. Codes connus : {', '.join(_known())}.", file=sys.stderr)
            return 1
    (left, one), (right, two) = (side for side in sides if side)
    try:
        pair = compared(left, right, left_action=one, right_action=two)
    except KeyError:
        print("L'autre cadre n'a pas cette action : donnez une action de chaque côté.", file=sys.stderr)
        return 1
    titles = (_title(left, one), _title(right, two))
    print(f"− {titles[0]}\n+ {titles[1]}\n")
    for line in _lines(pair, everything=args.all):
        print(line)
    if args.csv:
        with args.csv.open("wb") as file:
            file.writelines(csv_blocks(exported(pair, *titles)))
    return 0


def _side(name: str) -> Side | None:
    file, _, action = name.partition(":")
    path = Path(file)
    if path.is_file():
        book = load(path.read_bytes(), file=path.name)
        return (book, action) if not action or any(one.code == action for one in book.actions) else None
    code, _, version = name.partition("@")
    for book in _books():
        if version in ("", book.version):
            if code == book.code:
                return book, ""
            if any(code == one.code for one in book.actions):
                return book, code
    return None


def _books() -> list[Rulebook]:
    return [one.rulebook for one in load_content()] + [one.rulebook for one in shipped()]


def _known() -> list[str]:
    books = _books()
    versions = [f"{book.code}@{book.version}" for book in books]
    return sorted({*versions, *(action.code for book in books for action in book.actions)})


def _title(book: Rulebook, action: str) -> str:
    label = f", {book.action(action).label}" if action else ""
    return f"{book.framework.label} ({book.code}, version {book.version}){label}"


def _lines(pair: Pair, *, everything: bool) -> Iterator[str]:
    shown = 0
    alone: tuple[str, ...] | None = None  # what only one side has is told by its first line
    for one in rows(pair):
        if alone and one.path[: len(alone)] == alone and not everything:
            continue
        alone = one.path if one.state in ("left", "right") else None
        if not everything and one.state in ("same", "source"):
            continue
        shown += 1
        yield f"{' / '.join(one.path[1:])} : {STATES[one.state]}"
        if one.state == "same":
            yield f"    {_text(one.left)}"
            continue
        yield from (f"  {sign} {_text(side)}" for sign, side in (("−", one.left), ("+", one.right)) if side)
    yield f"{shown} ligne(s)." if shown else "Aucune différence."


def _text(told: Told | None) -> str:
    return told.text if told else ""
