"""The team of a person: who holds which role of the rulebook, and which required one is missing (R-056, R-065, R-066)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jalons.pathways.models import Enrolment, EnrolmentProfessional, Mandate
from jalons.pathways.queries.handovers import running
from jalons.pathways.rulebook import Shelf
from jalons.rulebooks.schema.accompaniment import Team, TeamRole


@dataclass(frozen=True, slots=True)
class Seat:
    """A role and who holds it; nobody: ``names`` is empty."""

    role: TeamRole
    names: tuple[str, ...]

    @property
    def missing(self) -> bool:
        """Tell whether the rulebook expects somebody and nobody is there."""
        return self.role.required and not self.names


@dataclass(frozen=True, slots=True)
class Gathered:
    """The team of one accompaniment."""

    enrolment: Enrolment
    team: Team
    seats: tuple[Seat, ...]

    @property
    def complete(self) -> bool:
        """Tell whether every expected role is held."""
        return not any(seat.missing for seat in self.seats)

    @property
    def sensitive(self) -> bool:
        """Tell whether a role touches health: the file then recalls that it says nothing of it (R-163)."""
        return any(seat.role.sensitive for seat in self.seats)


def teams_of(enrolments: Iterable[Enrolment], *, on: date, shelf: Shelf | None = None) -> list[Gathered]:
    """Return the teams of the accompaniments whose rulebook has one; two queries whatever their number."""
    shelf = shelf or Shelf()
    rules = {one.pk: (one, shelf.rules_of(one.action_code, on=on).team) for one in enrolments}
    asked = {pk: (one, team) for pk, (one, team) in rules.items() if team is not None}
    if not asked:
        return []
    held: dict[tuple[int, str], list[str]] = {}
    rows = EnrolmentProfessional.objects.filter(running(on), enrolment__in=asked).select_related("user")
    for row in rows.order_by("start_on", "pk"):
        held.setdefault((row.enrolment_id, row.role), []).append(str(row.user))
    leads = Mandate.objects.filter(running(on), person__in={one.person_id for one, _ in asked.values()})
    named = {(one.person_id, one.organisation_id): str(one.caseworker) for one in leads.select_related("caseworker")}
    return [
        Gathered(one, team, tuple(_seat(role, one, pk, held, named) for role in team.roles))
        for pk, (one, team) in asked.items()
    ]


def _seat(
    role: TeamRole,
    enrolment: Enrolment,
    pk: int,
    held: dict[tuple[int, str], list[str]],
    leads: dict[tuple[int, int], str],
) -> Seat:
    names = list(held.get((pk, role.code), ()))
    lead = leads.get((enrolment.person_id, enrolment.organisation_id))
    if role.lead and lead is not None:
        names.insert(0, lead)
    return Seat(role, tuple(dict.fromkeys(names)))
