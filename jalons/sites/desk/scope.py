"""« Mes personnes » or everybody's: what a professional sees first depends on the work, not on a setting."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict

from jalons.network.models import RoleCode, User
from jalons.network.permissions import memberships
from jalons.ui.filters import Choice, Option, chosen

MINE, ALL = "miennes", "toutes"


def whose(query: QueryDict, user: User, *, on: date) -> str:
    """Return whose persons the address asks for; a caseworker sees her own first, a head everybody's."""
    asked = chosen(query, "qui", (MINE, ALL))
    if asked:
        return asked
    return MINE if any(row.role == RoleCode.CASEWORKER for row in memberships(user, on=on)) else ALL


def choice(value: str, user: User, *, on: date, mine: str = "Mes personnes") -> Choice:
    """Return the filter as shown."""
    inside = any(row.organisation_id is not None for row in memberships(user, on=on))
    everybody = "Tout l’organisme" if inside else "Tout le territoire"
    return Choice("qui", "De qui", [Option(MINE, mine), Option(ALL, everybody)], value, required=True)
