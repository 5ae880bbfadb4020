"""« Comparer »: two rulebooks or two actions side by side, adopted or under study, and their export."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.rulebooks.compare import STATES, Pair, compared, differences, exported, rows
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering.rulebook_shelf import Book, books, pick
from jalons.ui.exports import csv_response, xlsx_response
from jalons.ui.filters import Choice, Option

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}


@dataclass(frozen=True, slots=True)
class Compared:
    """Two rulebooks, or an action of each, and what they say."""

    left: str
    right: str
    pair: Pair
    differing: int


def _asked(request: HttpRequest, shelf: list[Book]) -> Compared | None:
    """Return what the address asks to compare; None while a side is missing or unknown, or has no such action."""
    left, right = (pick(shelf, request.GET.get(side, "")) for side in ("a", "b"))
    if left is None or right is None:
        return None
    one, two = left[1] or right[1], right[1] or left[1]
    sides = ((left[0], one), (right[0], two))
    if any(action and all(action != own.code for own in book.rulebook.actions) for book, action in sides):
        return None
    pair = compared(left[0].rulebook, right[0].rulebook, left_action=one, right_action=two)
    differing = sum(found.state in ("changed", "left", "right") for found in rows(pair))
    shown = differences(pair) if request.GET.get("ecarts") == "1" else pair
    return Compared(_title(*sides[0]), _title(*sides[1]), shown, differing)


def _title(book: Book, action: str) -> str:
    label = f" : {book.rulebook.action(action).label}" if action else ""
    return f"{book.title}{label}"


@screen(permission=Permission.RULEBOOK_READ)
def compare(request: HttpRequest) -> HttpResponse:
    """Choose both sides, then read them line by line."""
    shelf = books(user_of(request), on=clock.today())
    found = _asked(request, shelf)
    only = "1" if request.GET.get("ecarts") == "1" else ""
    options = [Option("1", "Différences seulement", found.differing if found else None)]
    context = {
        "shelf": shelf,
        "a": request.GET.get("a", ""),
        "b": request.GET.get("b", ""),
        "found": found,
        "states": STATES,
        "filter": Choice("ecarts", "Règles montrées", options, only),
    }
    return render(request, "steering/rulebook_compare.html", context)


@screen(permission=Permission.RULEBOOK_READ)
def compare_export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send the comparison, with the filter of the page."""
    found = _asked(request, books(user_of(request), on=clock.today()))
    if found is None or layout not in FORMATS:
        raise Http404(layout)
    filters = [("Règles", "différences seulement")] if request.GET.get("ecarts") == "1" else []
    return FORMATS[layout](exported(found.pair, found.left, found.right, filters))
