"""The left rail: one entry per job, shown to those who may use it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from jalons.network.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A job: its label, the route it opens, the permissions of which one is enough, the routes it stands for."""

    label: str
    route: str
    needs: frozenset[Permission]
    icon: str
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as shown on a page."""

    label: str
    href: str
    icon: str
    current: bool


P = Permission
# The first entry somebody may use is where sign-in leads.
ENTRIES = (
    Entry("Aujourd’hui", "desk:today", frozenset({P.APPOINTMENT_WRITE}), "today"),
    Entry("Mes personnes", "desk:persons", frozenset({P.PERSON_OPEN}), "people", ("desk:person", "desk:add")),
    Entry("Échéances", "desk:todos", frozenset({P.APPOINTMENT_WRITE}), "clock", ("desk:todos",)),
    Entry(
        "Agenda",
        "desk:agenda",
        frozenset({P.APPOINTMENT_WRITE}),
        "calendar",
        ("desk:session", "desk:add_session", "desk:edit_session", "desk:sheet", "desk:time_sheet"),
    ),
    Entry(
        "À orienter",
        "steering:to_orient",
        frozenset({P.ORIENTATION_DECIDE}),
        "signpost",
        ("steering:orient_", "steering:session", "steering:reorientation", "steering:delays", "steering:notice"),
    ),
    Entry("À inscrire", "steering:to_enrol", frozenset({P.ENROLMENT_MANAGE}), "plus", ("steering:enrol",)),
    Entry("À valider", "steering:to_validate", frozenset({P.CONTRACT_VALIDATE}), "document", ("steering:contract",)),
    Entry("Fins de droits", "steering:closures", frozenset({P.CLOSURE_DECIDE}), "exit", ("steering:closure",)),
    Entry(
        "Pilotage", "steering:figures", frozenset({P.FIGURE_READ}), "chart", ("steering:figure", "steering:expected")
    ),
    Entry(
        "Échéances",
        "steering:todos",
        frozenset({P.ORIENTATION_DECIDE, P.AGREEMENT_MANAGE}),
        "clock",
        ("steering:todos", "desk:todos"),
    ),
    Entry(
        "Conventions",
        "steering:agreements",
        frozenset({P.AGREEMENT_READ}),
        "inbox",
        ("steering:agreement", "steering:places", "steering:presence"),
    ),
    Entry("Courriers", "steering:letters", frozenset({P.LETTER_WRITE}), "document", ("steering:letter",)),
    Entry(
        "Équipes",
        "steering:load",
        frozenset({P.AGREEMENT_READ, P.HANDOVER}),
        "people",
        (
            "steering:load",
            "steering:working",
            "steering:handover",
            "steering:review",
            "steering:group",
            "steering:cdap",
            "steering:follow",
            "steering:note_follow",
        ),
    ),
    Entry(
        "Échanges",
        "steering:imports",
        frozenset({P.IMPORT_READ}),
        "exchange",
        ("steering:import", "steering:moving", "steering:identit", "steering:message", "steering:reminder"),
    ),
    Entry(
        "Réglages",
        "settings",
        frozenset({P.USER_MANAGE, P.RULEBOOK_READ}),
        "gear",
        ("settings", "steering:orientation_grid", "steering:rulebook", "steering:simulate"),
    ),
)


def links(permissions: frozenset[Permission], view_name: str) -> list[Link]:
    """Return the entries ``permissions`` open, the one of ``view_name`` marked as current."""
    found = []
    for entry in usable(permissions):
        current = view_name == entry.route or any(view_name.startswith(prefix) for prefix in entry.prefixes)
        found.append(Link(entry.label, reverse(entry.route), entry.icon, current))
    return found


def home(permissions: frozenset[Permission]) -> str | None:
    """Return the address of the first entry, None for somebody without any."""
    first = next(iter(usable(permissions)), None)
    return reverse(first.route) if first else None


def usable(permissions: frozenset[Permission]) -> Iterable[Entry]:
    """Yield the entries that ``permissions`` open and whose face is installed."""
    for entry in ENTRIES:
        if entry.needs & permissions and _installed(entry.route):
            yield entry


def _installed(route: str) -> bool:
    try:
        reverse(route)
    except NoReverseMatch:
        return False
    return True
