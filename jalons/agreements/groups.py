"""What a group and its members hold: places, persons and amounts, for the group and per member (R-008)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.agreements.models import Agreement, AgreementLine
from jalons.agreements.queries import capacities
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import GroupMember, Organisation, OrganisationGroup, User
from jalons.network.permissions import Permission, require


@operation
def answer_with_group(*, actor: User, on: date, agreement_id: int, group_id: int | None) -> Agreement:
    """Say that an organisation answers an agreement with a group (None: alone); it must be a member of it."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement_id)
    require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=agreement.authority_id)
    if group_id is not None and not _member(agreement, group_id):
        raise Refusal(
            "L’organisme de cette convention n’est pas membre du groupement à ses dates.", code="agreement_not_member"
        )
    agreement.group_id = group_id
    agreement.save(update_fields=["group"])
    return agreement


def _member(agreement: Agreement, group_id: int) -> bool:
    rows = GroupMember.objects.filter(
        group=group_id, organisation=agreement.organisation_id, start_on__lte=agreement.end_on
    )
    return rows.exclude(end_on__lt=agreement.start_on).exists()


@dataclass(frozen=True, slots=True)
class Held:
    """What an organisation, or a group, holds on a day; ``amount`` in euros, None when nothing has a price."""

    label: str
    places: int
    occupied: int
    followed: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class GroupReport:
    """The group as a whole, the part each member uses of it, and all a member holds, its own places included.

    The last is None for a member whose own places are not the reader's business.
    """

    whole: Held
    parts: tuple[tuple[Organisation, Held, Held | None], ...]


def report_of(
    group: OrganisationGroup, *, on: date, whole_of: Callable[[Organisation], bool] = lambda _: True
) -> GroupReport:
    """Return the report of a group on a day; five queries whatever the number of members.

    ``whole_of`` says of which members the reader may know all the places; of the others, the part of the group only.
    """
    lines = AgreementLine.objects.filter(start_on__lte=on, end_on__gte=on).select_related("agreement")
    organisations = list(Organisation.objects.filter(groups__group=group).distinct().order_by("name"))
    rows = [
        (one.line, one.occupied, one.followed)
        for one in capacities(lines.filter(agreement__organisation__in=organisations), on=on)
    ]
    of_group = [row for row in rows if row[0].agreement.group_id == group.pk]
    parts = tuple(
        (
            one,
            _held("dans le groupement", [row for row in of_group if row[0].agreement.organisation_id == one.pk]),
            _held(one.name, [row for row in rows if row[0].agreement.organisation_id == one.pk])
            if whole_of(one)
            else None,
        )
        for one in organisations
    )
    return GroupReport(_held(group.name, of_group), parts)


def _held(label: str, rows: Iterable[tuple[AgreementLine, int, int]]) -> Held:
    found = list(rows)
    amounts = [line.amount for line, _, _ in found if line.amount is not None]
    return Held(
        label,
        sum(line.places for line, _, _ in found),
        sum(occupied for _, occupied, _ in found),
        sum(followed for _, _, followed in found),
        sum(amounts, Decimal()) if amounts else None,
    )
