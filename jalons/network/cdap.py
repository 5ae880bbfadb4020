"""Who holds an individual access to CDAP, the CAF's portal for its partners (R-044): the writes and the reads."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import CdapAccess, Membership, Organisation, RoleCode, User
from jalons.network.permissions import ROLES, Permission, memberships, require


def running(on: date) -> Q:
    """The condition « held on that day »."""
    return Q(start_on__lte=on) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


@operation
def open_access(*, actor: User, on: date, user_id: int, organisation_id: int, start_on: date) -> CdapAccess:
    """Note that a professional of an organisation holds a CDAP access since ``start_on``, a day not to come.

    Refused: they do not work in the organisation that day, an access of theirs already covers it.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    _require(actor, organisation, on=on)
    user = User.objects.select_for_update().get(pk=user_id)
    if start_on > on:
        raise Refusal("Notez l’accès une fois qu’il est ouvert par la CAF.", code="cdap_access_to_come")
    works = Membership.objects.filter(running(start_on), user=user, organisation=organisation).exists()
    if not user.is_active or not works:
        raise Refusal(
            f"{user} ne travaille pas dans cet organisme à cette date : l’accès CDAP se note pour un de ses professionnels.",
            code="cdap_access_of_another_house",
        )
    return CdapAccess.objects.create(user=user, organisation=organisation, start_on=start_on, recorded_by=actor)


@operation
def end_access(*, actor: User, on: date, access_id: int, last_day: date) -> CdapAccess:
    """Note that an access was closed; ``last_day``, a day not to come, is the last one it was held."""
    access = CdapAccess.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=access_id)
    _require(actor, access.organisation, on=on)
    if access.end_on is not None and access.end_on < on:
        raise Refusal(f"Cet accès est déjà terminé, le {access.end_on:%d/%m/%Y}.", code="cdap_access_ended")
    if last_day > on:
        raise Refusal("Notez la fin de l’accès une fois qu’il est fermé.", code="cdap_access_end_to_come")
    if last_day < access.start_on:
        raise Refusal(
            f"Cet accès a commencé le {access.start_on:%d/%m/%Y} : il ne peut pas finir avant.",
            code="cdap_access_dates_ordered",
        )
    access.end_on, access.ended_by = last_day, actor
    access.save(update_fields=["end_on", "ended_by"])
    return access


def close_with_post(*, actor: User, user_id: int, last_day: date, organisation_id: int | None = None) -> int:
    """End the accesses that outlive the last post of a user in an organisation (in all when left out); return how many.

    Part of the operation that ends the post. An access goes with the post: who works there no more holds none.
    """
    rows = CdapAccess.objects.filter(Q(end_on=None) | Q(end_on__gt=last_day), user_id=user_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    after = Membership.objects.filter(running(last_day + timedelta(days=1)), user_id=user_id)
    rows = rows.exclude(organisation__in=after.exclude(organisation=None).values("organisation_id"))
    closed = 0
    for access in rows:
        access.end_on, access.ended_by = max(last_day, access.start_on), actor
        access.save(update_fields=["end_on", "ended_by"])
        closed += 1
    return closed


def holds_access(user: User, *, on: date) -> bool:
    """Say whether a user holds a CDAP access on that day, for whatever organisation; one query."""
    return CdapAccess.objects.filter(running(on), user_id=user.pk).exists()


def managed_organisations(user: User, *, on: date) -> QuerySet[Organisation]:
    """Return the organisations whose accesses ``user`` manages, by name: the house of a head, those of an administrator."""
    if user.is_system:
        return Organisation.objects.order_by("name")
    posts = [one for one in memberships(user, on=on) if Permission.CDAP_MANAGE in ROLES[RoleCode(one.role)].permissions]
    houses = [one.organisation_id for one in posts if one.organisation_id is not None]
    authorities = [one.authority_id for one in posts if one.authority_id is not None]
    return Organisation.objects.filter(Q(pk__in=houses) | Q(authority__in=authorities)).order_by("name")


def accesses(user: User, *, on: date) -> QuerySet[CdapAccess]:
    """Return the accesses that ``user`` manages, those under way first, by name of the holder."""
    return (
        CdapAccess.objects.filter(organisation__in=managed_organisations(user, on=on))
        .select_related("user", "organisation", "recorded_by", "ended_by")
        .order_by("organisation__name", "user__last_name", "user__first_name", "-start_on", "pk")
    )


def posted(user: User, *, on: date) -> QuerySet[Membership]:
    """Return the posts of that day in the organisations ``user`` manages: those an access may be noted for."""
    return (
        Membership.objects.filter(
            running(on), organisation__in=managed_organisations(user, on=on), user__is_active=True
        )
        .select_related("user", "organisation")
        .order_by("organisation__name", "user__last_name", "user__first_name", "pk")
    )


def _require(actor: User, organisation: Organisation, *, on: date) -> None:
    require(
        actor, Permission.CDAP_MANAGE, on=on, organisation_id=organisation.pk, authority_id=organisation.authority_id
    )
