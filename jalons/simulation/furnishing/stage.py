"""Who plays the examples, and for whom: the accounts of the demonstration, and the persons its référent accompanies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jalons.network.models import Authority, Membership, Organisation, RoleCode, User
from jalons.pathways.models import Enrolment, Mandate
from jalons.simulation.cast import Cast

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Stage:
    """The day, the house of the référent, who works there and for the authority. ``own``: whom the référent accompanies."""

    on: date
    authority: Authority
    house: Organisation
    referent: User
    colleague: User | None
    head: User
    officer: User
    director: User
    data: User
    cast: Cast
    own: Sequence[Enrolment]

    def some(self, first: int, count: int) -> Sequence[Enrolment]:
        """Return ``count`` accompaniments from the rank ``first``: the examples are spread, not all on one person."""
        return self.own[first : first + count]

    def day(self, days: int) -> date:
        """Return the working day that comes so many days after today (before, when negative)."""
        day = self.on + timedelta(days=days)
        off = max(day.weekday() - 4, 0)
        return day + timedelta(days=-off if days < 0 else (7 - day.weekday() if off else 0))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant, in the time of Paris."""
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS)


def stage_of(authority: Authority, cast: Cast, *, on: date) -> Stage:
    """Read the stage from what was lived."""
    referent = User.objects.get(username="referent")
    house = Organisation.objects.get(memberships__user=referent)
    held = Mandate.objects.filter(caseworker=referent, organisation=house, end_on__isnull=True)
    running = Enrolment.objects.filter(
        person__in=held.values("person"), organisation=house, end_on__isnull=True, start_on__lt=on
    )
    colleagues = Membership.objects.filter(organisation=house, role=RoleCode.CASEWORKER).exclude(user=referent)
    colleague = colleagues.select_related("user").order_by("pk").first()
    return Stage(
        on=on,
        authority=authority,
        house=house,
        referent=referent,
        colleague=colleague.user if colleague else None,
        head=cast.heads[house.pk],
        officer=User.objects.get(username="orientation"),
        director=User.objects.get(username="direction"),
        data=User.objects.get(username="echanges"),
        cast=cast,
        own=list(running.select_related("person").order_by("start_on", "pk")),
    )
