"""Facts of a person written by professionals: registration at Pôle emploi, qualities that some actions ask for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.access import lock_persons
from jalons.people.contacts import on_the_network
from jalons.people.models import Contact, ContactKind, JobSeekerRegistration, Person, RegistrationEnd
from jalons.people.permissions import require_reach_all


@dataclass(frozen=True, slots=True)
class NewRegistration:
    """A period of registration at Pôle emploi; without ``end_on`` it still runs."""

    person_id: int
    start_on: date
    end_on: date | None = None
    end_reason: RegistrationEnd = RegistrationEnd.LAPSED


@operation
def record_registrations(
    *, actor: User, on: date, registrations: Collection[NewRegistration]
) -> list[JobSeekerRegistration]:
    """Write many periods of registration at once (R-062); two periods of one person never overlap."""
    _open(actor, {one.person_id for one in registrations}, on=on)
    for one in registrations:
        _check(one.start_on, one.end_on, on=on)
    rows = JobSeekerRegistration.objects.bulk_create(
        [
            JobSeekerRegistration(
                person_id=one.person_id,
                start_on=one.start_on,
                end_on=one.end_on,
                end_reason=one.end_reason if one.end_on else "",
                recorded_by=actor,
            )
            for one in registrations
        ],
        batch_size=2000,
    )
    touch(days={day for one in registrations for day in (one.start_on, one.end_on) if day is not None})
    return rows


@operation
def open_registration(
    *,
    actor: User,
    on: date,
    person_id: int,
    start_on: date,
    end_on: date | None = None,
    end_reason: RegistrationEnd = RegistrationEnd.LAPSED,
) -> JobSeekerRegistration:
    """Say that a person is registered since a day, or was until another."""
    new = NewRegistration(person_id, start_on, end_on, end_reason)
    return record_registrations(actor=actor, on=on, registrations=[new])[0]


@operation
def close_registration(
    *, actor: User, on: date, registration_id: int, end_on: date, reason: RegistrationEnd
) -> JobSeekerRegistration:
    """Say that the registration ended, on its last day, and why."""
    row = _row(actor, registration_id, on=on)
    if row.end_on is not None:
        raise Refusal(
            f"Cette inscription à Pôle emploi est déjà terminée, le {row.end_on:%d/%m/%Y} : corrigez-la plutôt.",
            code="registration_ended",
        )
    return _rewrite(row, start_on=row.start_on, end_on=end_on, reason=reason, on=on)


@operation
def correct_registration(
    *,
    actor: User,
    on: date,
    registration_id: int,
    start_on: date,
    end_on: date | None = None,
    reason: RegistrationEnd = RegistrationEnd.LAPSED,
) -> JobSeekerRegistration:
    """Write a period again with its right dates; without ``end_on`` it runs again. The history keeps what was written."""
    row = _row(actor, registration_id, on=on)
    return _rewrite(row, start_on=start_on, end_on=end_on, reason=reason, on=on)


@operation
def withdraw_registration(*, actor: User, on: date, registration_id: int) -> None:
    """Take back a period written by mistake; the history keeps it."""
    row = _row(actor, registration_id, on=on)
    touch(days={row.start_on, row.end_on or on})
    row.delete()


@operation
def describe_person(
    *, actor: User, on: date, person_id: int, disabled_worker: bool | None, self_employed: bool | None
) -> Person:
    """Say whether a person is a recognised disabled worker (R-141) and self-employed (R-040); None is « not known »."""
    person = _open(actor, {person_id}, on=on)[0]
    person.disabled_worker, person.self_employed = disabled_worker, self_employed
    person.save(update_fields=["disabled_worker", "self_employed"])
    return person


@operation
def locate_in_neighbourhood(*, actor: User, on: date, person_id: int, priority: bool | None) -> Person:
    """Say whether a person lives in a priority neighbourhood: « QPV », « CUCS » (R-024); None is « not known »."""
    person = _open(actor, {person_id}, on=on)[0]
    person.priority_neighbourhood = priority
    person.save(update_fields=["priority_neighbourhood"])
    return person


@operation
def agree_to_messages(
    *, actor: User, on: date, person_id: int, kind: ContactKind, value: str, agreed_on: date
) -> Contact:
    """Note where a person agrees to receive messages, since a day; a former address of the same kind ends that day."""
    _open(actor, {person_id}, on=on)
    address = on_the_network(kind, value)
    if agreed_on > on:
        raise Refusal("L’accord est daté d’un jour qui n’est pas encore arrivé.", code="date_to_come")
    former = Contact.objects.filter(person_id=person_id, kind=kind, withdrawn_on__isnull=True).first()
    if former is not None:
        if former.value == address:
            raise Refusal("Cette coordonnée est déjà notée.", code="contact_same")
        former.withdrawn_on = max(former.agreed_on, agreed_on)
        former.save(update_fields=["withdrawn_on"])
    return Contact.objects.create(person_id=person_id, kind=kind, value=address, agreed_on=agreed_on, recorded_by=actor)


@operation
def withdraw_from_messages(*, actor: User, on: date, contact_id: int) -> Contact:
    """Note that a person does not want messages there any more, from today on: what waits will not leave."""
    person_id = Contact.objects.values_list("person_id", flat=True).get(pk=contact_id)
    _open(actor, {person_id}, on=on)
    contact = Contact.objects.get(pk=contact_id)
    if contact.withdrawn_on is not None:
        raise Refusal("Cet accord est déjà retiré.", code="contact_withdrawn")
    contact.withdrawn_on = on
    contact.save(update_fields=["withdrawn_on"])
    return contact


def _open(actor: User, person_ids: Collection[int], *, on: date) -> list[Person]:
    persons = lock_persons(person_ids)
    require_reach_all(actor, {person.pk for person in persons}, on=on, permission=Permission.SITUATION_WRITE)
    touch(persons=set(person_ids))
    return persons


def _row(actor: User, registration_id: int, *, on: date) -> JobSeekerRegistration:
    person_id = JobSeekerRegistration.objects.values_list("person_id", flat=True).get(pk=registration_id)
    _open(actor, {person_id}, on=on)
    return JobSeekerRegistration.objects.get(pk=registration_id)


def _rewrite(
    row: JobSeekerRegistration, *, start_on: date, end_on: date | None, reason: RegistrationEnd, on: date
) -> JobSeekerRegistration:
    _check(start_on, end_on, on=on)
    touch(days={row.start_on, row.end_on or on, start_on, end_on or on})
    row.start_on, row.end_on, row.end_reason = start_on, end_on, reason if end_on else ""
    row.save(update_fields=["start_on", "end_on", "end_reason"])
    return row


def _check(start_on: date, end_on: date | None, *, on: date) -> None:
    for day, what in ((start_on, "Le début"), (end_on, "La fin")):
        if day is not None and day > on:
            raise Refusal(
                f"{what} de l’inscription à Pôle emploi est daté du {day:%d/%m/%Y}, qui n’est pas encore arrivé.",
                code="date_to_come",
            )
    if end_on is not None and end_on < start_on:
        raise Refusal(
            "Une inscription à Pôle emploi ne peut pas finir avant de commencer.", code="registration_dates_ordered"
        )
