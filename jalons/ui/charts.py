"""Charts: a Vega-Lite specification becomes accessible inline SVG with its table of figures beside it.

The root says what the image shows (`role=img`, title, description); its inner roles are hidden, since fifty of them are
noise to a screen reader. Colours follow the page (light, dark, authority) through CSS variables.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Colours only this module writes: they stand for the page's own in the finished SVG.
INK, LINE, ACCENT, SECOND, THIRD = "#010203", "#010204", "#010205", "#010206", "#010207"
_PAGE_COLOURS = {
    INK: "currentColor",
    LINE: "var(--jl-line)",
    ACCENT: "var(--jl-accent)",
    SECOND: "var(--jl-soon)",
    THIRD: "var(--jl-done)",
}
SERIES = (ACCENT, SECOND, THIRD)
KEPT = 256  # drawings of some 20 kB
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
_CONFIG = {
    "background": None,
    "font": "Liberation Sans",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK, "titleColor": INK, "gridColor": LINE, "domainColor": INK, "tickColor": LINE,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
    },
    "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "orient": "top", "title": None},
    "text": {"color": INK, "fontSize": 12},
    "mark": {"color": ACCENT},
    "bar": {"color": ACCENT},
    "line": {"color": ACCENT, "strokeWidth": 2.5},
    "point": {"color": ACCENT, "filled": True, "size": 40},
    "range": {"category": list(SERIES)},
}  # fmt: skip
_INNER_ROLES = re.compile(r'\s(?:role|aria-[a-z]+)="[^"]*"')
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_ROOT = re.compile(r"<svg\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Chart:
    """What the `chart` component shows: the image, its message, and the figures as a table (first column: headings)."""

    title: str
    svg: SafeString
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def chart(
    spec: dict[str, Any], *, title: str, description: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> Chart:
    """Draw ``spec`` (Vega-Lite 5, data inside). ``title`` says the message, ``description`` what is seen.

    The same chart is drawn once per process: the engine takes ~60 ms, and a page that only reads can write no shared cache.
    """
    full = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        **spec,
        "config": {**_CONFIG, **spec.get("config", {})},
    }
    text = json.dumps(full, sort_keys=True, ensure_ascii=False, default=str)
    svg = _svg(text, title, description)
    return Chart(title=title, svg=mark_safe(svg), columns=columns, rows=rows)  # noqa: S308 - escaped below


@lru_cache(maxsize=KEPT)
def _svg(text: str, title: str, description: str) -> str:
    return accessible(_draw(json.loads(text)), title=title, description=description)


def _draw(spec: dict[str, Any]) -> str:
    drawn: str = vl_convert.vegalite_to_svg(spec, format_locale="fr-FR", time_format_locale="fr-FR")
    return drawn


def accessible(svg: str, *, title: str, description: str) -> str:
    """Return the SVG with one role, title and description on its root, no inline style, and the page's colours."""
    svg = _INNER_ROLES.sub("", svg)
    svg = _STYLE.sub(lambda match: " " + _as_attributes(match.group(1)), svg)
    for drawn, page in _PAGE_COLOURS.items():
        svg = re.sub(re.escape(drawn) + r"|" + re.escape(_rgb(drawn)), page, svg, flags=re.IGNORECASE)
    svg = svg.replace('font-family="Liberation Sans"', f'font-family="{_FONT}"')
    name = "c" + hashlib.sha256(title.encode()).hexdigest()[:10]
    root = _ROOT.search(svg)
    if root is None:
        raise ValueError("the chart engine returned no <svg> element")
    opened = root.group(0)[:-1] + f' role="img" aria-labelledby="{name}-t {name}-d">'
    head = f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc><g aria-hidden="true">'
    return opened + head + svg[root.end() :].replace("</svg>", "</g></svg>")


def _as_attributes(style: str) -> str:
    pairs = [part.split(":", 1) for part in style.split(";") if ":" in part]
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in pairs)


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red},{green},{blue})"


def columns_by_month(
    months: Sequence[str], values: Sequence[float | None], *, unit: str, width: int = 640, height: int = 200
) -> dict[str, Any]:
    """Return the specification of one bar a month with its value above it; a missing value leaves a gap."""
    data = [{"m": month, "v": value} for month, value in zip(months, values, strict=True)]
    x = {"field": "m", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0, "grid": False}}
    y = {"field": "v", "type": "quantitative", "title": unit, "axis": {"tickCount": 4}}
    return {
        "width": width,
        "height": height,
        "data": {"values": data},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar", "width": {"band": 0.6}}},
            {
                "mark": {"type": "text", "dy": -7},
                "encoding": {"text": {"field": "v", "type": "quantitative", "format": ",.0f"}},
            },
        ],
    }


def lines_by_month(
    months: Sequence[str], series: dict[str, Sequence[float | None]], *, unit: str, width: int = 640, height: int = 220
) -> dict[str, Any]:
    """Return the specification of at most three lines, each named at its end rather than in a legend."""
    if len(series) > len(SERIES):
        raise ValueError(f"a chart shows at most {len(SERIES)} series, {len(series)} were given")
    data = [{"m": m, "v": v, "s": name} for name, values in series.items() for m, v in zip(months, values, strict=True)]
    x = {"field": "m", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0, "grid": False}}
    y = {"field": "v", "type": "quantitative", "title": unit, "axis": {"tickCount": 4}}
    colour = {
        "field": "s",
        "type": "nominal",
        "scale": {"domain": list(series), "range": list(SERIES[: len(series)])},
        "legend": None,
    }
    label = {
        "mark": {"type": "text", "align": "left", "dx": 8},
        "transform": [{"filter": {"field": "m", "equal": months[-1]}}],
    }
    return {
        "width": width,
        "height": height,
        "data": {"values": data},
        "encoding": {"x": x, "y": y, "color": colour},
        "layer": [{"mark": {"type": "line", "point": True}}, {**label, "encoding": {"text": {"field": "s"}}}],
    }
