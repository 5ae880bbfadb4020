"""Since when an orientation is counted (R-036): the event the authority's rulebook names, and its day for each row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, DateField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable

from jalons.indicators.definitions import catalogue
from jalons.network.models import Authority
from jalons.people.models import RightState, RsaRight
from jalons.rulebooks.french.words import DELAY_STARTS
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Rulebook

FIRST_RIGHT = "first_right"


@dataclass(frozen=True, slots=True)
class DelayStart:
    """The event one authority counts from between two days; ``basis`` and ``citation`` are those of the rule."""

    authority_id: int
    event: str
    first: date
    last: date | None
    basis: str
    citation: tuple[str, ...]
    note: str = ""

    @property
    def words(self) -> str:
        """« l’entrée dans les droits et devoirs »."""
        return DELAY_STARTS[self.event]


def default_start() -> DelayStart:
    """Return what the figure counts from where no rulebook says it: the parameter of its definition (S-08)."""
    parameter = catalogue().families["decisions"].parameters["delay_starts"]
    return DelayStart(0, str(parameter.value), date.min, None, parameter.basis, (parameter.citation,))


def delay_starts(
    authorities: Collection[Authority], *, rulebooks: Sequence[Rulebook] | None = None
) -> list[DelayStart]:
    """Return what the adopted rulebooks of these authorities say, in the order in which they win; one query at most.

    ``rulebooks``: the adopted versions, when they have been read.
    """
    found = []
    by_code = {one.code: one.pk for one in authorities}
    known = adopted() if rulebooks is None else rulebooks
    for rulebook in known:
        if rulebook.authority.code not in by_code:
            continue
        blocks = (rulebook.action(action.code).orientation_delay for action in rulebook.actions)
        said = next((block for block in blocks if block is not None), None)
        if said is not None:
            head = rulebook.framework
            place = by_code[rulebook.authority.code]
            found.append(
                DelayStart(
                    place, said.starts_from, head.valid_from, head.valid_to, said.basis, said.citation, said.note or ""
                )
            )
    return found


def start_on(starts: Sequence[DelayStart], authority_id: int, *, on: date) -> DelayStart:
    """Return what counts for one authority on a day; see ``delay_starts``."""
    return next((one for one in starts if one.authority_id == authority_id and _in_force(one, on)), default_start())


def starts_between(
    starts: Sequence[DelayStart], authority_ids: Collection[int], *, first: date, last: date
) -> list[DelayStart]:
    """Return what counted for these authorities on the first and on the last day, each event and source once."""
    found: dict[tuple[str, tuple[str, ...]], DelayStart] = {}
    for authority_id in authority_ids:
        for day in (first, last):
            one = start_on(starts, authority_id, on=day)
            found.setdefault((one.event, one.citation), one)
    return list(found.values())


def began(starts: Sequence[DelayStart], *, subject: str, person: str, authority: str, day: str | date) -> Combinable:
    """Return the day each row is counted from, None when it is not known.

    ``subject``, ``person`` and ``authority`` name the columns with the start of droits et devoirs, the person and the authority;
    ``day`` the column of the decision, or the day asked.
    """
    said = [one for one in starts if isinstance(day, str) or _in_force(one, day)]
    fallback = default_start().event
    if FIRST_RIGHT not in {fallback, *(one.event for one in said)}:
        return F(subject)
    until = OuterRef(day) if isinstance(day, str) else day
    rights = RsaRight.objects.filter(person=OuterRef(person), start_on__lte=until).exclude(state=RightState.CLOSED)
    days = {FIRST_RIGHT: Subquery(rights.order_by("start_on").values("start_on")[:1], output_field=DateField())}
    cases = [
        When(Q(**{authority: one.authority_id}) & _at(one, day), then=days.get(one.event, F(subject))) for one in said
    ]
    return Case(
        When(**{f"{subject}__isnull": True}, then=Value(None)),
        *cases,
        default=days.get(fallback, F(subject)),
        output_field=DateField(),
    )


def _in_force(one: DelayStart, on: date) -> bool:
    return one.first <= on and (one.last is None or on <= one.last)


def _at(one: DelayStart, day: str | date) -> Q:
    if isinstance(day, date):
        return Q()
    return Q(**{f"{day}__gte": one.first}) & (Q(**{f"{day}__lte": one.last}) if one.last else Q())
