"""The pages of orientation under one entry: the links between them, with what waits in each; since when one waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from jalons.network.models import Authority, User
from jalons.pathways.queries.delay_starts import DelayStart, delay_starts, starts_between
from jalons.pathways.queries.reorientations import requests_to_decide
from jalons.rulebooks.french.words import BASIS

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


@dataclass(frozen=True, slots=True)
class Counted:
    """Since when delays are counted, in words, with where it is read."""

    words: str
    citation: str


def counted_from(
    authorities: Sequence[Authority], *, first: date, last: date, starts: Sequence[DelayStart] | None = None
) -> list[Counted]:
    """Return since when the orientations of these authorities are counted between two days (R-036).

    ``starts``: what their rulebooks say, when it has been read.
    """
    said = delay_starts(authorities) if starts is None else starts
    rows = starts_between(said, [one.pk for one in authorities], first=first, last=last)
    return [
        Counted(one.words, f"{BASIS[one.basis]} ; {' ; '.join(one.citation)}{f' – {one.note}' if one.note else ''}")
        for one in rows
    ]
