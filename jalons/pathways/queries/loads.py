"""Load of posts: persons in the active caseload for one full-time post, by organisation and by référent (R-053…R-055)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Exists, OuterRef

from jalons.agreements.models import AgreementLine
from jalons.agreements.queries import capacities
from jalons.network.models import Membership, Organisation, RoleCode, User
from jalons.pathways.models import Enrolment, EnrolmentProfessional, Mandate, Pause
from jalons.pathways.queries.handovers import running
from jalons.pathways.rulebook import PostLoad, Shelf

TENTH = Decimal("0.1")
FULL_TIME = Decimal(1)


@dataclass(frozen=True, slots=True)
class ActionLoad:
    """What an organisation carries of one action: persons at once and over the year, posts announced, what is expected."""

    organisation: Organisation
    action_code: str
    active: int
    followed: int
    fte: Decimal | None
    rules: PostLoad

    @property
    def per_fte(self) -> Decimal | None:
        """Persons for one full-time post, to a tenth; None when no post is announced."""
        return (self.active / self.fte).quantize(TENTH, ROUND_HALF_UP) if self.fte else None

    @property
    def expected_month(self) -> Decimal | None:
        """Persons at once that these posts accompany by the rulebook."""
        rate = self.rules.per_month or self.rules.at_most
        return _whole(rate * self.fte) if rate is not None and self.fte else None

    @property
    def expected_year(self) -> Decimal | None:
        """Different persons over a year that these posts accompany by the rulebook."""
        return _whole(self.rules.per_year * self.fte) if self.rules.per_year is not None and self.fte else None

    @property
    def over(self) -> bool:
        """Tell whether more persons are carried than the posts announced may."""
        return self.fte is not None and self.rules.at_most is not None and self.active > self.rules.at_most * self.fte


@dataclass(frozen=True, slots=True)
class WorkerLoad:
    """A professional's portfolio: persons by action, « veille » left out, and the posts it would take."""

    membership: Membership
    persons: int
    by_action: tuple[tuple[str, int], ...]
    needed: Decimal | None  # full-time posts by the rulebooks; None when none says a number

    @property
    def user(self) -> User:
        """Who it is."""
        return self.membership.user

    @property
    def fte(self) -> Decimal:
        """The working time, a full-time post when it is not said."""
        return self.membership.fte or FULL_TIME

    @property
    def over(self) -> bool:
        """Tell whether the portfolio asks for more than the working time: 36 for a coach at 35, not 35."""
        return self.needed is not None and self.needed > self.fte

    @property
    def part(self) -> int | None:
        """The load in percent of the working time, rounded; None when no rulebook says a number."""
        return None if self.needed is None else int((100 * self.needed / self.fte).to_integral_value(ROUND_HALF_UP))


def action_loads(organisations: Iterable[int], *, on: date, shelf: Shelf | None = None) -> list[ActionLoad]:
    """Return what these organisations carry on a day, by name and action; five queries whatever their number."""
    shelf = shelf or Shelf()
    lines = AgreementLine.objects.filter(
        agreement__organisation__in=list(organisations), start_on__lte=on, end_on__gte=on
    ).select_related("agreement__organisation")
    sums: dict[tuple[int, str], list[tuple[int, int, Decimal | None]]] = defaultdict(list)
    named: dict[int, Organisation] = {}
    for one in capacities(lines, on=on):
        place = one.line.agreement.organisation
        named[place.pk] = place
        sums[place.pk, one.line.action_code].append((one.occupied, one.followed, one.line.fte))
    return [
        ActionLoad(
            named[pk],
            code,
            sum(active for active, _, _ in rows),
            sum(followed for _, followed, _ in rows),
            sum((fte for _, _, fte in rows if fte is not None), Decimal()) or None,
            shelf.post_load_of(code, on=on),
        )
        for (pk, code), rows in sorted(sums.items(), key=lambda item: (named[item[0][0]].name, item[0][1]))
    ]


def worker_loads(organisation_id: int, *, on: date, shelf: Shelf | None = None) -> list[WorkerLoad]:
    """Return the load of each professional of an organisation, by name; five queries whatever their number."""
    shelf = shelf or Shelf()
    paused = Pause.objects.filter(running(on), enrolment=OuterRef("pk"))
    rows = Enrolment.objects.filter(running(on), organisation=organisation_id).exclude(Exists(paused))
    stays = {pk: (person, code) for pk, person, code in rows.values_list("pk", "person", "action_code")}
    held: dict[int, set[tuple[int, str]]] = defaultdict(set)
    leads = Mandate.objects.filter(running(on), organisation=organisation_id)
    lead_of = dict(leads.values_list("person", "caseworker"))
    for person, code in stays.values():
        if person in lead_of:
            held[lead_of[person]].add((person, code))
    beside = EnrolmentProfessional.objects.filter(running(on), enrolment__in=rows, organisation=None)
    for enrolment, user in beside.values_list("enrolment", "user"):
        held[user].add(stays[enrolment])
    posts = Membership.objects.filter(running(on), organisation=organisation_id, user__is_active=True)
    posts = posts.filter(role__in=(RoleCode.CASEWORKER, RoleCode.ORGANISATION_HEAD)).select_related("user")
    found: dict[int, WorkerLoad] = {}
    for post in posts.order_by("user__last_name", "user__first_name", "pk"):
        if post.role == RoleCode.CASEWORKER or held.get(post.user_id):
            found.setdefault(post.user_id, _load(post, held.get(post.user_id, set()), shelf, on))
    return list(found.values())


def _load(post: Membership, cases: set[tuple[int, str]], shelf: Shelf, on: date) -> WorkerLoad:
    counts = Counter(code for _, code in cases)
    needed: Decimal | None = None
    for code, number in counts.items():
        limit = shelf.post_load_of(code, on=on).at_most
        if limit is not None:
            needed = (needed or Decimal()) + number / limit
    return WorkerLoad(post, len({person for person, _ in cases}), tuple(sorted(counts.items())), needed)


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
