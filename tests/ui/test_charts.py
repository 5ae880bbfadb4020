"""A chart is an image with a name and a description, in the page's colours, with its figures beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from lxml import etree

from jalons.ui import charts
from jalons.ui.charts import Chart, accessible, chart, columns_by_month, lines_by_month

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawn() -> Chart:
    spec = columns_by_month(["janv.", "févr.", "mars"], [120, None, 1500], unit="personnes")
    return chart(
        spec,
        title="Entrées en hausse <mars>",
        description="Trois mois.",
        columns=("Mois", "Entrées"),
        rows=[("janv.", "120")],
    )


def test_the_root_says_what_it_shows(drawn: Chart) -> None:
    root = etree.fromstring(str(drawn.svg).encode())
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "Entrées en hausse <mars>"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_nothing_inside_speaks_and_nothing_is_styled_inline(drawn: Chart) -> None:
    root = etree.fromstring(str(drawn.svg).encode())
    inside = [node for node in root.iter() if node is not root]
    assert not [node for node in inside if node.get("role") or node.get("style")]
    assert root.findall(f"{SVG}g")[0].get("aria-hidden") == "true"


def test_colours_follow_the_page(drawn: Chart) -> None:
    text = str(drawn.svg)
    assert "var(--jl-accent)" in text
    assert "currentColor" in text
    assert "#0102" not in text


def test_numbers_are_french(drawn: Chart) -> None:
    assert "1\u202f500" in str(drawn.svg) or "1\u00a0500" in str(drawn.svg)


def test_a_chart_has_few_series() -> None:
    with pytest.raises(ValueError, match="at most 3 series"):
        lines_by_month(["janv."], {name: [1] for name in "abcd"}, unit="%")


def test_lines_are_named_at_their_end() -> None:
    spec = lines_by_month(["janv.", "févr."], {"Est": [1, 2], "Ouest": [2, 1]}, unit="%")
    made = chart(spec, title="Deux territoires", description="", columns=("Mois",), rows=[])
    assert "Ouest" in str(made.svg)


def test_what_is_not_svg_is_refused() -> None:
    with pytest.raises(ValueError, match="no <svg>"):
        accessible("rien", title="", description="")


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names each drawing asked of the engine; no test finds the drawings of another."""
    asked: list[str] = []

    def draw(spec: dict[str, Any]) -> str:
        asked.append(spec["data"]["values"][0]["m"])
        return "<svg></svg>"

    monkeypatch.setattr(charts, "_draw", draw)
    charts._svg.cache_clear()
    yield asked
    charts._svg.cache_clear()


def _shown(month: str, value: float, title: str = "Entrées") -> Chart:
    spec = columns_by_month([month], [value], unit="personnes")
    return chart(spec, title=title, description="Un mois.", columns=("Mois",), rows=[])


def test_the_same_chart_is_drawn_once_without_a_query(drawings: list[str]) -> None:
    first, again = _shown("janv.", 12), _shown("janv.", 12)
    assert drawings == ["janv."]
    assert first == again


def test_another_figure_or_another_title_is_another_drawing(drawings: list[str]) -> None:
    _shown("janv.", 12)
    _shown("janv.", 13)
    assert "Sorties" in _shown("janv.", 13, title="Sorties").svg
    assert len(drawings) == 3


@pytest.mark.django_db
def test_a_page_that_only_reads_draws_once_whatever_the_cache_holds(drawings: list[str]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        _shown("mars", 5)
        _shown("mars", 5)
        with CaptureQueriesContext(connection) as queries:
            _shown("mars", 5)
    assert drawings == ["mars"]
    assert not len(queries)
