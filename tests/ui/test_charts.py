"""A chart is an image with a name and a description, in the page's colours, with its figures beside it."""

from __future__ import annotations

import pytest
from lxml import etree

from jalons.ui.charts import Chart, accessible, chart, columns_by_month, lines_by_month

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawn(db: None) -> Chart:
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


def test_lines_are_named_at_their_end(db: None) -> None:
    spec = lines_by_month(["janv.", "févr."], {"Est": [1, 2], "Ouest": [2, 1]}, unit="%")
    made = chart(spec, title="Deux territoires", description="", columns=("Mois",), rows=[])
    assert "Ouest" in str(made.svg)


def test_what_is_not_svg_is_refused() -> None:
    with pytest.raises(ValueError, match="no <svg>"):
        accessible("rien", title="", description="")
