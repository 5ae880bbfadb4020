"""Groups of organisations (« groupements ») and their members (R-008): the writes and the reads."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import GroupMember, Organisation, OrganisationGroup, User
from jalons.network.permissions import Permission, require


@operation
def create_group(*, actor: User, on: date, authority_id: int, name: str) -> OrganisationGroup:
    """Open a group; its members come next."""
    require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=authority_id)
    words = name.strip()
    if not words:
        raise Refusal("Un groupement porte un nom.", code="group_without_name")
    return OrganisationGroup.objects.create(authority_id=authority_id, name=words)


@operation
def add_member(*, actor: User, on: date, group_id: int, organisation_id: int, start_on: date) -> GroupMember:
    """Make an organisation of the same authority a member from ``start_on``."""
    group = OrganisationGroup.objects.select_for_update().get(pk=group_id)
    require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=group.authority_id)
    if not Organisation.objects.filter(pk=organisation_id, authority=group.authority_id).exists():
        raise Refusal("Cet organisme n’est pas de la même autorité que le groupement.", code="member_elsewhere")
    return GroupMember.objects.create(group=group, organisation_id=organisation_id, start_on=start_on)


@operation
def end_member(*, actor: User, on: date, member_id: int, last_day: date) -> GroupMember:
    """A member leaves the group; ``last_day`` is its last one."""
    member = GroupMember.objects.select_related("group").get(pk=member_id)
    OrganisationGroup.objects.select_for_update().get(pk=member.group_id)
    require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=member.group.authority_id)
    if last_day < member.start_on:
        raise Refusal(
            "Un membre ne peut pas quitter le groupement avant d’y entrer.", code="group_member_dates_ordered"
        )
    member.end_on = last_day
    member.save(update_fields=["end_on"])
    return member


def running(on: date) -> Q:
    """The condition « member on that day »."""
    return Q(start_on__lte=on) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


def groups_of(authority_ids: list[int], *, on: date) -> QuerySet[OrganisationGroup]:
    """Return the groups of these authorities with ``present``, their number of members on that day."""
    present = Count("members", filter=Q(members__start_on__lte=on) & ~Q(members__end_on__lt=on))
    return OrganisationGroup.objects.filter(authority__in=authority_ids).annotate(present=present).order_by("name")


def with_members(rows: QuerySet[OrganisationGroup]) -> QuerySet[OrganisationGroup]:
    """Read the members of groups with them, by name; one more query."""
    members = GroupMember.objects.select_related("organisation").order_by("organisation__name", "start_on")
    return rows.prefetch_related(Prefetch("members", queryset=members))
