"""The professionals beside the référent unique: roles of the rulebook, also from elsewhere (R-056, R-065, R-066).

Whoever works elsewhere reaches the file by name, for the time of the role and of their post; the others by their
organisation.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import GroupMember, Membership, Organisation, User
from jalons.network.permissions import Permission
from jalons.pathways.models import Enrolment, EnrolmentProfessional
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.mandates import require_works_there
from jalons.pathways.rulebook import rules_of
from jalons.people.access import close_grants, grant
from jalons.people.models import AccessReason
from jalons.rulebooks.schema.accompaniment import TeamRole


@operation
def add_professional(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    user_id: int,
    role: str,
    start_on: date,
    organisation_id: int | None = None,
) -> EnrolmentProfessional:
    """Put another professional on an enrolment beside the référent unique (R-056).

    ``role`` is a code of the team of the rulebook, or words when it has no team. ``organisation_id``: where they work,
    when it is elsewhere; the rulebook says which roles admit it, and in which kinds of organisation.
    """
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.MANDATE_NAME)
    place = organisation_id or enrolment.organisation_id
    require_works_there({(user_id, place, start_on)})
    if enrolment.end_on is not None and start_on > enrolment.end_on:
        raise Refusal("Cet accompagnement est terminé à cette date.", code="professional_after_end")
    elsewhere = place != enrolment.organisation_id
    _require_admitted(enrolment, place, role_of(enrolment, role, on=start_on), on=start_on)
    row = EnrolmentProfessional.objects.create(
        enrolment=enrolment,
        user_id=user_id,
        organisation_id=place if elsewhere else None,
        role=role,
        start_on=start_on,
        end_on=enrolment.end_on,
    )
    if elsewhere:
        opened = grant(
            person_id=enrolment.person_id,
            reason=AccessReason.TEAM,
            source_id=row.pk,
            start_on=min(start_on, on),
            user_id=user_id,
        )
        opened.end_on = _last_day(row, user_id, place, on=start_on)
        opened.save(update_fields=["end_on"])
    return row


@operation
def end_professional(*, actor: User, on: date, professional_id: int, last_day: date) -> EnrolmentProfessional:
    """End the part of a professional in the team on ``last_day``; the file closes to them if they work elsewhere."""
    enrolment_id = EnrolmentProfessional.objects.values_list("enrolment_id", flat=True).get(pk=professional_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.MANDATE_NAME)
    row = EnrolmentProfessional.objects.get(pk=professional_id)
    if row.end_on is not None and row.end_on <= on:
        raise Refusal(f"Ce professionnel n’intervient plus depuis le {row.end_on:%d/%m/%Y}.", code="professional_ended")
    if last_day < row.start_on:
        raise Refusal("La fin ne peut pas précéder le début.", code="professional_dates_ordered")
    row.end_on = last_day
    row.save(update_fields=["end_on"])
    close_grants(reason=AccessReason.TEAM, source_ids=[row.pk], end_on=last_day)
    return row


def end_professionals_of(enrolment_ids: Collection[int], *, last_day: date) -> None:
    """End the teams of enrolments that end, inside their operation; also a part that begins after that day."""
    _end(EnrolmentProfessional.objects.filter(enrolment__in=enrolment_ids), last_day=last_day)


@operation
def leave_teams(*, actor: User, on: date, user_id: int, organisation_id: int, last_day: date) -> int:
    """Close the files a professional reached by name, when the last post that gave it ends; returns how many parts ended.

    Another post in the same organisation keeps them open, until its own end when it is known.
    """
    posts = _posts(user_id, organisation_id, on=last_day + timedelta(days=1))
    if None in posts:
        return 0
    last_day = max([last_day, *(day for day in posts if day is not None)])
    rows = EnrolmentProfessional.objects.filter(user=user_id, organisation=organisation_id)
    return _end(rows, last_day=last_day)


def _end(rows: QuerySet[EnrolmentProfessional], *, last_day: date) -> int:
    """End the parts that go beyond a day, and close the files they opened; one to come keeps its first day."""
    ids = list(rows.filter(Q(end_on__isnull=True) | Q(end_on__gt=last_day)).values_list("pk", flat=True))
    EnrolmentProfessional.objects.filter(pk__in=ids).update(end_on=Greatest(Value(last_day), F("start_on")))
    close_grants(reason=AccessReason.TEAM, source_ids=ids, end_on=last_day)
    return len(ids)


def role_of(enrolment: Enrolment, role: str, *, on: date) -> TeamRole | None:
    """Return the role of the rulebook's team, None when the action has no team; an unknown code is refused."""
    team = rules_of(enrolment.action_code, on=on).team
    if team is None:
        return None
    for one in team.roles:
        if one.code == role:
            return one
    known = ", ".join(f"« {one.label} »" for one in team.roles)
    raise Refusal(f"Ce rôle n’est pas dans l’équipe de cette action : {known}.", code="role_unknown")


def _require_admitted(enrolment: Enrolment, place: int, role: TeamRole | None, *, on: date) -> None:
    if role is not None and role.carriers:
        kind = Organisation.objects.values_list("kind", flat=True).get(pk=place)
        if kind not in role.carriers:
            raise Refusal(f"Le rôle « {role.label} » est tenu par un autre type d’organisme.", code="role_carrier")
    if place == enrolment.organisation_id:
        return
    seat = role.seat if role is not None else "organisation"
    if seat == "anywhere" or (seat == "group" and place in partners(enrolment, on=on)):
        return
    raise Refusal(
        "Ce professionnel n’exerce pas dans cet organisme à cette date, et ce rôle n’est pas ouvert à un autre organisme.",
        code="caseworker_elsewhere",
    )


def partners(enrolment: Enrolment, *, on: date) -> set[int]:
    """Return the other organisations of the group whose agreement gives the place, on that day (R-008)."""
    members = GroupMember.objects.filter(group__agreements__lines=enrolment.line_id, start_on__lte=on)
    found = set(members.exclude(end_on__lt=on).values_list("organisation_id", flat=True))
    return found - {enrolment.organisation_id}


def _last_day(row: EnrolmentProfessional, user_id: int, place: int, *, on: date) -> date | None:
    """The day the file closes: the end of the part, or of the post when it is known and comes first."""
    ends = _posts(user_id, place, on=on)
    post = None if not ends or None in ends else max(day for day in ends if day is not None)
    return min((day for day in (row.end_on, post) if day is not None), default=None)


def _posts(user_id: int, organisation_id: int, *, on: date) -> list[date | None]:
    """Return the last days of the posts a professional holds in an organisation on that day."""
    posts = Membership.objects.filter(user=user_id, organisation=organisation_id, start_on__lte=on)
    return list(posts.exclude(end_on__lt=on).values_list("end_on", flat=True))
