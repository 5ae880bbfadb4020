"""Eight shapes carry every obligation: a ninth would be rules in code. Each has its SQL and is told to who writes a rulebook."""

from __future__ import annotations

from pathlib import Path

from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.obligations.shapes import LINE_WRITERS, WRITERS
from jalons.rulebooks.schema import SHAPES, ObligationBase

README = (CONTENT / "README.md").read_text(encoding="utf-8")
FOLDER = Path(WRITERS[0].__file__ or "").parent


def _name(shape: type[ObligationBase]) -> str:
    """The name a rulebook gives to the shape."""
    return str(shape.model_fields["shape"].annotation.__args__[0])  # type: ignore[union-attr]


def test_there_are_at_most_eight_shapes() -> None:
    assert len(SHAPES) <= 8
    assert len({_name(shape) for shape in SHAPES}) == len(SHAPES)


def test_each_shape_has_its_sql_text_and_no_text_is_without_shape() -> None:
    written = {writer.SHAPE for writer in (*WRITERS, *LINE_WRITERS)}
    assert written == set(SHAPES)
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "common"}
    assert modules == {(writer.__file__ or "").rsplit("/", 1)[-1][:-3] for writer in (*WRITERS, *LINE_WRITERS)}


def test_each_shape_is_told_to_who_writes_a_rulebook() -> None:
    assert [_name(shape) for shape in SHAPES if f"`{_name(shape)}`" not in README] == []
