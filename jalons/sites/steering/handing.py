"""What the screens of handovers read: the organisations and persons one may hand over, and who may take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from jalons.agreements.queries import open_lines
from jalons.network.models import Organisation, RoleCode, User
from jalons.network.permissions import ROLES, Permission, memberships
from jalons.network.queries import members
from jalons.pathways.models import Mandate
from jalons.pathways.queries.handovers import (
    Known,
    followed_at,
    holders,
    known_of,
    leads_on,
    mandates_of,
    without_lead,
)
from jalons.pathways.queries.places import Offer, offers
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.ui.filters import Choice, Option

MOST = 500  # persons in one decision: a whole portfolio, several times over
NOBODY = "sans"


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the list or of the preview: her référent, what goes with her, who would take over."""

    person: Person
    lead: str
    known: Known | None = None
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """A référent who may take persons, with those they follow now and those they would."""

    user: User
    persons: int
    more: int = 0

    @property
    def after(self) -> int:
        """Persons after the handover."""
        return self.persons + self.more


def organisations_of(user: User, *, on: date, permission: Permission = Permission.HANDOVER) -> QuerySet[Organisation]:
    """Return the organisations where ``user`` has a permission: their own, or all those of their authority."""
    places, authorities = set(), set()
    for one in memberships(user, on=on):
        if permission in ROLES[RoleCode(one.role)].permissions:
            if one.organisation_id is not None:
                places.add(one.organisation_id)
            else:
                authorities.add(one.authority_id)
    rows = Organisation.objects.filter(pk__in=places) | Organisation.objects.filter(authority__in=authorities)
    return rows.order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class Asked:
    """The organisation and the référent of the address, among those the user may choose.

    ``workers`` may take persons; ``others`` only hold some, each with whether they left the organisation.
    """

    organisations: list[Organisation]
    organisation: Organisation | None
    workers: list[User]
    others: list[tuple[User, bool]]
    lead: str

    @classmethod
    def of(cls, query: QueryDict, user: User, *, on: date) -> Asked:
        """Read an address; without an organisation, the only one or the first."""
        places = list(organisations_of(user, on=on))
        wanted = query.get("organisme", "")
        place = next((one for one in places if str(one.pk) == wanted), places[0] if places else None)
        workers = list(members(place, on=on, role=RoleCode.CASEWORKER)) if place else []
        here = {one.pk for one in workers}
        others = [(one, left) for one, left in holders(place.pk, on=on) if one.pk not in here] if place else []
        known = {NOBODY, *(str(pk) for pk in here), *(str(one.pk) for one, _ in others)}
        lead = query.get("referent", "")
        return cls(places, place, workers, others, lead if lead in known else "")

    def choices(self, loads: dict[int, int]) -> list[Choice]:
        """The filters of the page."""
        found = []
        if len(self.organisations) > 1:
            options = [Option(str(one.pk), one.name) for one in self.organisations]
            found.append(
                Choice("organisme", "Organisme", options, str(self.organisation.pk) if self.organisation else "")
            )
        named = [(one, False) for one in self.workers] + self.others
        leads = [Option(str(one.pk), _named(one, left), loads.get(one.pk, 0)) for one, left in named]
        found.append(Choice("referent", "Tous les référents", [*leads, Option(NOBODY, "Sans référent")], self.lead))
        return found

    def persons(self, user: User, *, on: date) -> QuerySet[Person]:
        """The persons of the list: accompanied there, and within reach."""
        assert self.organisation is not None
        place = self.organisation.pk
        reached = reachable_persons(user, on=on, permission=Permission.HANDOVER)
        if self.lead == NOBODY:
            return without_lead(place, on=on).filter(pk__in=reached)
        rows = followed_at(place, on=on).filter(pk__in=reached)
        if self.lead:
            held = mandates_of(place, on=on, caseworker_id=int(self.lead)).values("person")
            rows = rows.filter(pk__in=held)
        return rows


def rows_of(persons: list[Person], *, on: date, chosen: dict[int, Any] | None = None) -> list[Row]:
    """Return the rows of these persons; two queries whatever their number."""
    ids = [one.pk for one in persons]
    mandates = leads_on(Mandate.objects.filter(person__in=ids), on=on)
    leads = {one.person_id: _named(one.caseworker, left) for one, left in mandates}
    known = known_of(ids, on=on)
    return [Row(one, leads.get(one.pk, ""), known[one.pk], (chosen or {}).get(one.pk)) for one in persons]


def _named(user: User, left: bool) -> str:
    return f"{user} (n’exerce plus ici)" if left else str(user)


def receivers_of(asked: Asked, loads: dict[int, int], *, more: dict[int, int] | None = None) -> list[Receiver]:
    """Return the référents of the organisation with what they follow (``loads``), and would."""
    return [Receiver(one, loads.get(one.pk, 0), (more or {}).get(one.pk, 0)) for one in asked.workers]


def offers_elsewhere(asked: Asked, *, on: date) -> list[Offer]:
    """Return the offers of the other organisations of the authority, with their places."""
    assert asked.organisation is not None
    lines = open_lines(asked.organisation.authority_id, on=on).exclude(agreement__organisation=asked.organisation)
    return offers(lines, on=on)
