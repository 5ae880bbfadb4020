"""Typesets a paper as a PDF that lasts and that everybody can read: PDF/A-2a and PDF/UA-1, the same bytes for the same paper.

The fonts are those of the package, never the machine's. An inaccessible template (no title, no alternative text) does not
compile.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst

from jalons.documents.paper import Paper
from jalons.ui.french import date_long

TEMPLATES = Path(__file__).parent / "content" / "typst"
TEMPLATE = TEMPLATES / "paper.typ"
BUNDLE = TEMPLATES / "bundle.typ"
PDF = "application/pdf"
_PAGE_TREE = re.compile(rb"<</Type/Pages/Count (\d+)/Kids\[")
# One compiler a thread: it keeps fonts and templates ready (20 ms the first page, 5 ms the next), and is not shared.
_local = threading.local()


def render(paper: Paper) -> bytes:
    """Return the PDF of ``paper``. Raises ``typst.TypstError`` for a template that does not hold, never for a text."""
    return _compiled(TEMPLATE, "paper", _data(paper), paper.day)


def render_bundle(title: str, author: str, day: date, papers: Sequence[Paper], pages: Sequence[int]) -> bytes:
    """Return one PDF of many papers, each on its own pages with its own page numbers: what goes to the printer.

    ``pages`` says how many pages each has (``page_count`` of its own PDF). The same papers give the same bytes.
    """
    data = {
        "title": title,
        "author": author,
        "day": [day.year, day.month, day.day],
        "papers": [_data(paper) for paper in papers],
        "pages": list(pages),
    }
    return _compiled(BUNDLE, "bundle", data, day)


def page_count(raw: bytes) -> int:
    """Return the number of pages of a PDF made here: its page tree is written plainly. ValueError for another file."""
    found = _PAGE_TREE.search(raw)
    if found is None:
        raise ValueError("not a paper of ours")
    return int(found[1])


def _data(paper: Paper) -> dict[str, Any]:
    return paper.as_data() | {"day_in_words": date_long(paper.day)}


def _compiled(template: Path, name: str, data: dict[str, Any], day: date) -> bytes:
    made = _compiler().compile(
        input=str(template),
        format="pdf",
        sys_inputs={name: json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def _compiler() -> typst.Compiler:
    compiler = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = _local.compiler = typst.Compiler(root=str(TEMPLATES), ignore_system_fonts=True)
    return compiler
