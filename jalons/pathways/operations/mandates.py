"""Name the référent unique: one per person at any date, the former mandate closed on the eve (R-046)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import Membership, Organisation, User
from jalons.network.permissions import Permission, require
from jalons.pathways.models import Mandate
from jalons.pathways.operations._door import open_persons
from jalons.people.access import close_grants
from jalons.people.models import AccessReason, DossierAccess, Person


@dataclass(frozen=True, slots=True)
class Naming:
    """A référent to name: who, for whom, in which organisation, from which day."""

    person_id: int
    caseworker_id: int
    organisation_id: int
    start_on: date


@dataclass(frozen=True, slots=True)
class Named:
    """The mandates written, and the persons left out with the sentence that says why."""

    mandates: list[Mandate]
    refused: list[tuple[int, Refusal]]


@operation
def name_many(*, actor: User, on: date, namings: Collection[Naming], reason: str = "") -> Named:
    """Name référents as a set; who cannot be given one is reported, the others are named."""
    wanted = {naming.person_id: naming for naming in namings}
    if len(wanted) != len(namings):
        raise Refusal("Une même personne ne peut pas recevoir deux référents à la fois.", code="named_twice")
    persons = open_persons(actor, wanted, on=on, permission=Permission.MANDATE_NAME)
    _require_all(actor, persons.values(), wanted, on=on)
    require_works_there({(one.caseworker_id, one.organisation_id, one.start_on) for one in namings})
    refused = [(pk, refusal) for pk, refusal in _obstacles(wanted).items()]
    kept = [wanted[pk] for pk in sorted(set(wanted) - {pk for pk, _ in refused})]
    _close_former(kept)
    rows = [
        Mandate(
            person_id=naming.person_id,
            caseworker_id=naming.caseworker_id,
            organisation_id=naming.organisation_id,
            start_on=naming.start_on,
            named_by=actor,
            reason=reason.strip(),
        )
        for naming in kept
    ]
    mandates = Mandate.objects.bulk_create(rows, batch_size=2000)
    DossierAccess.objects.bulk_create(
        [
            DossierAccess(
                person_id=one.person_id,
                user_id=one.caseworker_id,
                reason=AccessReason.MANDATE,
                source_id=one.pk,
                start_on=one.start_on,
            )
            for one in mandates
        ],
        batch_size=2000,
    )
    touch(days={one.start_on for one in mandates})
    return Named(mandates, refused)


def _require_all(actor: User, persons: Iterable[Person], wanted: dict[int, Naming], *, on: date) -> None:
    organisations = Organisation.objects.in_bulk({naming.organisation_id for naming in wanted.values()})
    for organisation_id, territory_id in {(wanted[one.pk].organisation_id, one.territory_id) for one in persons}:
        require(
            actor,
            Permission.MANDATE_NAME,
            on=on,
            organisation_id=organisation_id,
            authority_id=organisations[organisation_id].authority_id,
            territory_id=territory_id,
        )


def require_works_there(asked: Collection[tuple[int, int, date]]) -> None:
    """Refuse unless each professional works in the organisation on the first day: (user, organisation, day)."""
    stays = list(
        Membership.objects.filter(user_id__in={worker for worker, _, _ in asked}).values_list(
            "user_id", "organisation_id", "start_on", "end_on"
        )
    )
    for worker, place, day in asked:
        if not any((u, o) == (worker, place) and s <= day and (e is None or day <= e) for u, o, s, e in stays):
            raise Refusal("Ce professionnel n’exerce pas dans cet organisme à cette date.", code="caseworker_elsewhere")


def _obstacles(wanted: dict[int, Naming]) -> dict[int, Refusal]:
    """Say, for each person who cannot be given the référent asked, why; two queries."""
    found: dict[int, Refusal] = {}
    grants = DossierAccess.objects.filter(
        person__in=wanted,
        organisation__in={one.organisation_id for one in wanted.values()},
        reason__in=(AccessReason.ORIENTATION, AccessReason.ENROLMENT),
    ).values_list("person_id", "organisation_id", "start_on", "end_on")
    followed = {
        person_id
        for person_id, organisation_id, start_on, end_on in grants
        if organisation_id == wanted[person_id].organisation_id
        and start_on <= wanted[person_id].start_on
        and (end_on is None or wanted[person_id].start_on <= end_on)
    }
    for person_id in set(wanted) - followed:
        found[person_id] = Refusal(
            "Cette personne n’est ni orientée vers cet organisme ni accompagnée par lui à cette date.",
            code="mandate_not_followed",
        )
    for mandate in Mandate.objects.filter(person__in=wanted).order_by("start_on"):
        naming = wanted[mandate.person_id]
        if mandate.end_on is not None and mandate.end_on < naming.start_on:
            continue
        refusal = _against(mandate, naming)
        if refusal is not None:
            found.setdefault(mandate.person_id, refusal)
    return found


def _against(mandate: Mandate, naming: Naming) -> Refusal | None:
    """Why ``naming`` cannot follow ``mandate``, which runs on its first day or begins later."""
    if mandate.start_on >= naming.start_on:
        return Refusal(
            f"Un référent unique est déjà nommé pour cette personne à compter du {mandate.start_on:%d/%m/%Y} :"
            " rechargez la page, puis choisissez une date postérieure.",
            code="mandate_already_named",
        )
    if (mandate.caseworker_id, mandate.organisation_id) == (
        naming.caseworker_id,
        naming.organisation_id,
    ) and mandate.end_on is None:
        return Refusal(
            "Ce professionnel est déjà le référent unique de cette personne.", code="mandate_same_caseworker"
        )
    return None


def _close_former(namings: Collection[Naming]) -> None:
    """End on the eve the mandates that run on the first day of the new ones."""
    by_day: dict[date, set[int]] = {}
    for naming in namings:
        by_day.setdefault(naming.start_on, set()).add(naming.person_id)
    for day, person_ids in by_day.items():
        eve = day - timedelta(days=1)
        rows = Mandate.objects.filter(person__in=person_ids, start_on__lt=day).filter(
            Q(end_on__isnull=True) | Q(end_on__gte=day)
        )
        ids = list(rows.values_list("pk", flat=True))
        Mandate.objects.filter(pk__in=ids).update(end_on=eve)
        close_grants(reason=AccessReason.MANDATE, source_ids=ids, end_on=eve)


def running_mandates(person_ids: Iterable[int], *, on: date) -> dict[int, Mandate]:
    """Return person → the mandate that runs on that day; those without any are left out."""
    rows = Mandate.objects.filter(person__in=list(person_ids), start_on__lte=on).select_related("caseworker")
    return {one.person_id: one for one in rows.filter(Q(end_on__isnull=True) | Q(end_on__gte=on))}


def end_mandates(person_ids: Iterable[int], organisation_id: int, *, last_day: date) -> None:
    """End the mandates of these persons held in an organisation that stops accompanying them.

    One that begins after that day keeps its first day, as a trace of who was named: a period is never empty.
    """
    rows = Mandate.objects.filter(person__in=list(person_ids), organisation_id=organisation_id).filter(
        Q(end_on__isnull=True) | Q(end_on__gt=last_day)
    )
    ids = list(rows.values_list("pk", flat=True))
    Mandate.objects.filter(pk__in=ids).update(end_on=Greatest(Value(last_day), F("start_on")))
    close_grants(reason=AccessReason.MANDATE, source_ids=ids, end_on=last_day)


def reopen_mandate(person_id: int, organisation_id: int, *, ended_on: date, on: date) -> None:
    """Let the last mandate that ended with an enrolment, or after it, run again: the house may have held another stay then.

    Not when another mandate came since, nor when the professional left. Called inside an operation, the person locked.
    """
    mandates = Mandate.objects.filter(person=person_id)
    former = mandates.filter(organisation=organisation_id, end_on__gte=ended_on).order_by("start_on").last()
    if former is None or mandates.filter(start_on__gt=former.start_on).exists():
        return
    works_there = Membership.objects.filter(
        user=former.caseworker_id, organisation=organisation_id, user__is_active=True, start_on__lte=on
    ).exclude(end_on__lt=on)
    if works_there.exists():
        former.end_on = None
        former.save(update_fields=["end_on"])
        DossierAccess.objects.filter(reason=AccessReason.MANDATE, source_id=former.pk).update(end_on=None)
