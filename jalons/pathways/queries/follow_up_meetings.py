"""Actions that a body follows as a whole: the figures of a day, and what its meetings retained (R-066)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from jalons.agreements.models import AgreementLine
from jalons.pathways.models import Enrolment, FollowUpMeeting
from jalons.pathways.preconditions import flags_of
from jalons.pathways.queries.teams import teams_of
from jalons.pathways.rulebook import Shelf
from jalons.rulebooks.schema.accompaniment import FollowUpBody


@dataclass(frozen=True, slots=True)
class ActionFigures:
    """An action on a day: places of its lines in force, persons accompanied, entries and teams that lack something.

    ``unanalysed``: running accompaniments that entered without a condition of entry their rulebook flags (the analysis of an
    ITT or of a mediation body); ``incomplete_teams``: those whose team lacks an expected role.
    """

    action_code: str
    bodies: tuple[FollowUpBody, ...]
    places: int
    accompanied: int
    unanalysed: int
    incomplete_teams: int


def followed_actions(
    lines: QuerySet[AgreementLine], *, authority_id: int, on: date, shelf: Shelf
) -> list[ActionFigures]:
    """Return the actions of these lines that a body follows, with the figures of the whole authority; eight queries."""
    known = lines.filter(agreement__authority=authority_id)
    codes = sorted(set(known.order_by().values_list("action_code", flat=True)))
    bodies = {code: shelf.rules_of(code, on=on).follow_up_bodies for code in codes}
    return figures_of({code: found for code, found in bodies.items() if found}, authority_id, on=on, shelf=shelf)


def figures_of(
    bodies: dict[str, tuple[FollowUpBody, ...]], authority_id: int, *, on: date, shelf: Shelf
) -> list[ActionFigures]:
    """Return the figures of these actions in an authority on a day; seven queries whatever their number."""
    if not bodies:
        return []
    rows = Enrolment.objects.filter(authority=authority_id, action_code__in=bodies, start_on__lte=on)
    stays = list(rows.filter(Q(end_on__isnull=True) | Q(end_on__gte=on)).select_related("orientation"))
    code_of = {one.pk: one.action_code for one in stays}
    flagged = Counter(code_of[pk] for pk in flags_of(stays, shelf=shelf))
    lacking = Counter(one.enrolment.action_code for one in teams_of(stays, on=on, shelf=shelf) if not one.complete)
    persons: dict[str, set[int]] = {}
    for one in stays:
        persons.setdefault(one.action_code, set()).add(one.person_id)
    places = _places(bodies, authority_id, on=on)
    return [
        ActionFigures(code, found, places[code], len(persons.get(code, ())), flagged[code], lacking[code])
        for code, found in bodies.items()
    ]


def meetings_of(authority_id: int, action_codes: Collection[str]) -> QuerySet[FollowUpMeeting]:
    """Return what the bodies of these actions retained, the last meeting first."""
    rows = FollowUpMeeting.objects.filter(authority=authority_id, action_code__in=list(action_codes))
    return rows.select_related("recorded_by").order_by("-held_on", "-pk")


def _places(codes: Collection[str], authority_id: int, *, on: date) -> Counter[str]:
    lines = AgreementLine.objects.filter(
        agreement__authority=authority_id, action_code__in=list(codes), start_on__lte=on, end_on__gte=on
    )
    found: Counter[str] = Counter()
    for code, places in lines.values_list("action_code", "places"):
        found[code] += places
    return found
