"""What the frame shows around each page of a signed-in user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest

from jalons.kernel import clock
from jalons.network.models import Authority, RoleCode, User
from jalons.network.permissions import Permission, memberships, permissions_of
from jalons.network.queries import authorities_of
from jalons.people.models import Household
from jalons.sites.frame.kept_forms import form_inputs
from jalons.sites.frame.navigation import Link, links

DEFAULT_COLOUR = "#1f5a99"


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame: day, banner, place and rights of the user."""

    today: date
    moved: bool
    fictitious: bool
    colour: str
    authority: Authority | None = None
    data_as_of: date | None = None
    place: str = ""
    roles: str = ""
    links: tuple[Link, ...] = ()
    may: frozenset[Permission] = frozenset()

    @property
    def can_search(self) -> bool:
        """Whether the search box has somewhere to lead."""
        return Permission.PERSON_OPEN in self.may


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame`` for every page, ``Permission`` to ask ``Permission.X in frame.may``.

    ``csrf_input`` is Django's with our stamp: a form sent once the sign-in has ended is kept for its sender.
    """
    return {"frame": build(request), "Permission": Permission, "csrf_input": form_inputs(request)}


def build(request: HttpRequest) -> Frame:
    """Return the frame of a request, kept on it: three queries once, none for a visitor."""
    kept: Frame | None = getattr(request, "jalons_frame", None)
    if kept is None:
        kept = _build(request)
        request.jalons_frame = kept  # type: ignore[attr-defined]
    return kept


def _build(request: HttpRequest) -> Frame:
    on = clock.today()
    bare: dict[str, Any] = {"today": on, "moved": clock.is_moved(), "fictitious": settings.JALONS_FICTITIOUS}
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return Frame(**bare, colour=DEFAULT_COLOUR)
    rows = memberships(user, on=on)
    allowed = permissions_of(user, on=on)
    received = Household.objects.filter(authority=OuterRef("pk")).order_by("-as_of").values("as_of")[:1]
    authority = authorities_of(user, on=on).annotate(received=Subquery(received)).first()
    match = request.resolver_match
    return Frame(
        **bare,
        colour=authority.accent_colour if authority else DEFAULT_COLOUR,
        authority=authority,
        data_as_of=authority.received if authority else None,
        place=", ".join(dict.fromkeys(str(row.organisation or row.territory or row.authority) for row in rows)),
        roles=", ".join(dict.fromkeys(RoleCode(row.role).label for row in rows)),
        links=tuple(links(allowed, match.view_name if match else "")),
        may=allowed,
    )
