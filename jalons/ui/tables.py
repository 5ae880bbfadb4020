"""Tables: columns with their alignment and sorting address, and the page asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``css`` is « num » (right-aligned figures), « cut » (one line, cut with an ellipsis) or nothing."""

    label: str
    css: str = ""
    href: str = ""
    sorted: str = ""  # ascending or descending


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], *, size: int = PAGE_SIZE, named: str = "page"
) -> Page[Any]:
    """Return the page of ``rows`` the address asks for; the nearest one when the number is wrong.

    ``named``: the parameter of the address, for the second table of a screen.
    """
    return Paginator(rows, size).get_page(request.GET.get(named))
