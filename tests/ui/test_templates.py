"""The house's templates: French typography, no inline script or style, every icon drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import QueryDict
from lxml import etree

from jalons.ui.jinja import query_with

ROOT = Path(__file__).resolve().parents[2] / "jalons"
TEMPLATES = sorted(ROOT.glob("**/jinja2/**/*.html"))
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", re.DOTALL)
_PLAIN_SPACE = re.compile(r"\S [;:!?»]|« ")
ICONS = {node.get("id") for node in etree.parse(str(ROOT / "ui/static/ui/icons.svg")).getroot()}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_plain_space_before_double_signs(path: Path) -> None:
    text = _CODE.sub("\x00", path.read_text(encoding="utf-8"))
    assert _PLAIN_SPACE.findall(text) == [], "type a narrow no-break space (U+202F)"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\bsrc=)', text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_exists(path: Path) -> None:
    named = set(re.findall(r'ui\.icon\("([a-z]+)"\)', path.read_text(encoding="utf-8")))
    assert named <= ICONS


def test_an_address_keeps_its_other_filters_and_goes_back_to_the_first_page() -> None:
    query = QueryDict("situation=retard&page=3&qui=toutes")
    assert query_with(query, situation=None) == "?qui=toutes"
    assert query_with(query, tri="nom") == "?qui=toutes&situation=retard&tri=nom"
    assert query_with(query, page=2) == "?page=2&qui=toutes&situation=retard"
