"""Load of posts: persons in the active caseload for one full-time post, by organisation and by référent (R-053…R-055)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Exists, OuterRef, Q

from jalons.agreements.models import AgreementLine
from jalons.agreements.queries import capacities
from jalons.network.models import Membership, Organisation, RoleCode, User
from jalons.pathways.models import Enrolment, EnrolmentProfessional, Mandate, Pause, Step, StepState
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
    """A professional's portfolio: persons by action, « veille » with no step left out, and the posts it would take."""

    membership: Membership
    persons: int
    by_action: tuple[tuple[str, int], ...]
    needed: Decimal | None  # full-time posts by the rulebooks; None when none says a number
    left: bool = False  # works there no more: these persons wait for another référent

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
    """Return the load of each professional of an organisation, by name; six queries whatever their number.

    Also of who works there no more, while persons are still theirs.
    """
    shelf = shelf or Shelf()
    rows = Enrolment.objects.filter(running(on), organisation=organisation_id).exclude(on_hold(on))
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
    posts = Membership.objects.filter(organisation=organisation_id).select_related("user")
    here = posts.filter(running(on), user__is_active=True)
    former = posts.filter(user__in=held).exclude(user__in=here.values("user")).order_by("user", "-start_on")
    found: dict[int, WorkerLoad] = {}
    for post in here.filter(role__in=(RoleCode.CASEWORKER, RoleCode.ORGANISATION_HEAD)).order_by("pk"):
        if post.role == RoleCode.CASEWORKER or held.get(post.user_id):
            found.setdefault(post.user_id, _load(post, held.get(post.user_id, set()), shelf, on))
    for post in former:
        found.setdefault(post.user_id, _load(post, held[post.user_id], shelf, on, left=True))
    return sorted(found.values(), key=lambda one: (one.user.last_name, one.user.first_name, one.user.pk))


def on_hold(on: date) -> Exists:
    """The condition, on an enrolment, « en veille and no step under way »: the same as for the places (R-142)."""
    begun = Step.objects.filter(enrolment=OuterRef("enrolment"), started_on__lte=on).exclude(state=StepState.CANCELLED)
    under_way = begun.filter(Q(ended_on__isnull=True, state=StepState.STARTED) | Q(ended_on__gte=on))
    return Exists(Pause.objects.filter(running(on), ~Exists(under_way), enrolment=OuterRef("pk")))


def _load(post: Membership, cases: set[tuple[int, str]], shelf: Shelf, on: date, *, left: bool = False) -> WorkerLoad:
    counts = Counter(code for _, code in cases)
    needed: Decimal | None = None
    for code, number in counts.items():
        limit = shelf.post_load_of(code, on=on).at_most
        if limit is not None:
            needed = (needed or Decimal()) + number / limit
    return WorkerLoad(post, len({person for person, _ in cases}), tuple(sorted(counts.items())), needed, left)


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
