"""The pages of orientation under one entry: the links between them, with what waits in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from jalons.network.models import User
from jalons.pathways.queries.reorientations import requests_to_decide

PAGES = (
    ("steering:to_orient", "À orienter"),
    ("steering:sessions", "Informations collectives"),
    ("steering:reorientations", "Réorientations demandées"),
    ("steering:delays", "Délais"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A link: its words, where it leads, whether it is the page shown, how many wait there (None: not said)."""

    label: str
    href: str
    current: bool
    count: int | None = None


def tabs(user: User, current: str, *, on: date) -> list[Tab]:
    """Return the links, that of the route ``current`` marked."""
    waiting = requests_to_decide(user, on=on).count()
    return [
        Tab(label, reverse(route), route == current, waiting if route == "steering:reorientations" else None)
        for route, label in PAGES
    ]
