"""Places of the lines one may orient to: held, expected, free, and who is followed (R-038)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from jalons.agreements.models import AgreementLine
from jalons.agreements.queries import Capacity, capacities, open_lines
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.guards import obstacle, standings
from jalons.pathways.models import Enrolment, Orientation
from jalons.pathways.rulebook import Shelf
from jalons.people.permissions import reachable_persons


@dataclass(frozen=True, slots=True)
class Offer:
    """A line with its places on a day. ``expected`` counts persons oriented there and not enrolled yet."""

    capacity: Capacity
    expected: int

    @property
    def line(self) -> AgreementLine:
        """The line, with its agreement, organisation and territory."""
        return self.capacity.line

    @property
    def free(self) -> int:
        """Places neither held nor expected; negative when more persons are oriented than places were bought."""
        return self.capacity.free - self.expected

    @property
    def full(self) -> bool:
        """Tell whether the screen should warn; it never blocks (R-038)."""
        return self.free <= 0


def expected(line_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """Return line → persons with an orientation in force on that day and never enrolled in its action."""
    enrolled = Enrolment.objects.filter(orientation=OuterRef("pk"), action_code=OuterRef("action_code"))
    rows = (
        Orientation.objects.filter(line__in=list(line_ids), decided_on__lte=on)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on))
        .exclude(Exists(enrolled))
        .values_list("line_id")
        .annotate(persons=Count("pk"))
    )
    return dict(rows)


def offers(lines: Iterable[AgreementLine], *, on: date) -> list[Offer]:
    """Return the offers of these lines, in their order; three queries."""
    rows = capacities(lines, on=on)
    waiting = expected([row.line.pk for row in rows], on=on)
    return [Offer(row, waiting.get(row.line.pk, 0)) for row in rows]


def open_offers(authority_id: int, *, on: date, action_code: str | None = None) -> list[Offer]:
    """Return what an authority may orient to on that day, by organisation."""
    return offers(open_lines(authority_id, on=on, action_code=action_code), on=on)


@dataclass(frozen=True, slots=True)
class Placement:
    """Who would go where: ``choices`` (person, line), persons not placed with a sentence, places left after."""

    choices: tuple[tuple[int, int], ...]
    not_placed: tuple[tuple[int, str], ...]
    free_after: Mapping[int, int]


NO_PLACE = "Plus de place libre dans les offres choisies."


def place(person_ids: Sequence[int], line_ids: Sequence[int], *, on: date) -> Placement:
    """Share persons among lines: in their order, each goes to the first line with a free place that may take them."""
    by_id = AgreementLine.objects.select_related("agreement").in_bulk(list(line_ids))
    lines = [by_id[pk] for pk in dict.fromkeys(line_ids)]
    free = {offer.line.pk: max(offer.free, 0) for offer in offers(lines, on=on)}
    shelf = Shelf()
    known = standings(person_ids, on=on)
    oriented = set(
        Orientation.objects.filter(person__in=known, closed_on__isnull=True).values_list("person_id", "authority_id")
    )
    choices: list[tuple[int, int]] = []
    not_placed: list[tuple[int, str]] = []
    for person_id in dict.fromkeys(person_ids):
        reason = NO_PLACE
        for line in lines:
            authority_id = line.agreement.authority_id
            refusal = obstacle(
                known[person_id], shelf.entry_rules_of(line.action_code, on=on).conditions, authority_id=authority_id
            )
            if refusal is not None:
                reason = refusal.sentence
            elif (person_id, authority_id) in oriented:
                reason = "Cette personne a déjà une orientation en cours."
            elif free[line.pk] > 0 and line.start_on <= on <= line.end_on:
                free[line.pk] -= 1
                choices.append((person_id, line.pk))
                break
        else:
            not_placed.append((person_id, reason))
    return Placement(tuple(choices), tuple(not_placed), free)


def preview_bulk(user: User, *, on: date, person_ids: Sequence[int], line_ids: Sequence[int]) -> Placement:
    """Show what a decision in number would do, without writing; persons out of reach are left out (R-030)."""
    reached = set(
        reachable_persons(user, on=on, permission=Permission.ORIENTATION_BULK)
        .filter(pk__in=person_ids)
        .values_list("pk", flat=True)
    )
    return place([pk for pk in person_ids if pk in reached], line_ids, on=on)
