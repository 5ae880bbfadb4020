"""Who may be handed over, to whom, and what the next one has to know (R-046)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from jalons.agenda.models import Appointment, Outcome
from jalons.network.models import Membership, User
from jalons.network.permissions import Permission, may
from jalons.pathways.models import (
    Contract,
    ContractState,
    Enrolment,
    HandedOver,
    Handover,
    HandoverNote,
    Mandate,
    Step,
    StepState,
)
from jalons.pathways.rules import IN_FORCE
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons


def running(on: date) -> Q:
    """The condition « runs on that day »."""
    return Q(start_on__lte=on) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


def mandates_of(organisation_id: int, *, on: date, caseworker_id: int | None = None) -> QuerySet[Mandate]:
    """Return the mandates an organisation holds on that day, by person; of one référent when asked."""
    rows = Mandate.objects.filter(running(on), organisation=organisation_id)
    if caseworker_id is not None:
        rows = rows.filter(caseworker=caseworker_id)
    return rows.select_related("person", "caseworker").order_by("person__folded", "pk")


def followed_at(organisation_id: int, *, on: date) -> QuerySet[Person]:
    """Return the persons an organisation accompanies on that day, by name."""
    return Person.objects.filter(enrolments__in=_enrolments(organisation_id, on)).distinct().order_by("folded", "pk")


def without_lead(organisation_id: int, *, on: date) -> QuerySet[Person]:
    """Return the persons an organisation accompanies whom nobody follows that day: no référent, or one who left."""
    led = Mandate.objects.filter(running(on)).exclude(left_post(on))
    return followed_at(organisation_id, on=on).exclude(pk__in=led.values("person"))


def left_post(on: date) -> Q:
    """The condition, on a mandate, « its holder works no more in its organisation »."""
    posts = Membership.objects.filter(running(on), user=OuterRef("caseworker"), organisation=OuterRef("organisation"))
    return Q(caseworker__is_active=False) | ~Q(Exists(posts))


def leads_on(mandates: QuerySet[Mandate], *, on: date) -> list[tuple[Mandate, bool]]:
    """Return those of these mandates that run on a day, each with whether its holder left; one query."""
    gone = ExpressionWrapper(left_post(on), output_field=BooleanField())
    rows = mandates.filter(running(on)).select_related("caseworker").annotate(gone=gone)
    return [(one, bool(one.gone)) for one in rows]


def holders(organisation_id: int, *, on: date) -> list[tuple[User, bool]]:
    """Return who holds mandates of an organisation on that day, by name, and whether they left it; one query."""
    held = (
        Mandate.objects.filter(organisation=organisation_id).order_by("caseworker_id", "pk").distinct("caseworker_id")
    )
    found = [(one.caseworker, left) for one, left in leads_on(held, on=on)]
    return sorted(found, key=lambda one: (one[0].last_name, one[0].first_name, one[0].pk))


def _enrolments(organisation_id: int, on: date) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(running(on), organisation=organisation_id)


def portfolios(organisation_id: int, *, on: date) -> dict[int, int]:
    """Return référent → persons they follow for an organisation on that day; those in « veille » included."""
    rows = Mandate.objects.filter(running(on), organisation=organisation_id)
    return dict(rows.values_list("caseworker").annotate(persons=Count("person", distinct=True)))


def share(person_ids: Iterable[int], caseworkers: Collection[int], loads: dict[int, int]) -> dict[int, int]:
    """Share persons among référents: in their order, each goes to the one with the fewest; a tie to the first listed."""
    counts = {pk: loads.get(pk, 0) for pk in caseworkers}
    found = {}
    for person_id in person_ids:
        chosen = min(counts, key=lambda pk: counts[pk])
        counts[chosen] += 1
        found[person_id] = chosen
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """What is under way: contract in force until, one to validate, steps, appointments to come, the note for who comes."""

    contract_until: date | None
    steps: int
    appointments: int
    note: bool
    to_validate: bool


def known_of(person_ids: Collection[int], *, on: date) -> dict[int, Known]:
    """Return what the next référent finds for each person; one query whatever their number."""
    of_person = {"person": OuterRef("pk")}
    contracts = Contract.objects.filter(running(on), state__in=IN_FORCE, **of_person).order_by("-end_on")
    sent = Contract.objects.filter(state=ContractState.SUBMITTED, **of_person)
    steps = Step.objects.filter(state=StepState.STARTED, **of_person)
    planned = Appointment.objects.filter(outcome=Outcome.PLANNED, on_date__gte=on, **of_person)
    notes = HandoverNote.objects.filter(mandate__in=Mandate.objects.filter(running(on)), **of_person)
    rows = Person.objects.filter(pk__in=list(person_ids)).annotate(
        contract_until=Subquery(contracts.values("end_on")[:1]),
        steps_started=_count(steps),
        planned=_count(planned),
        noted=Exists(notes),
        sent=Exists(sent),
    )
    values = rows.values_list("pk", "contract_until", "steps_started", "planned", "noted", "sent")
    return {
        pk: Known(until, started or 0, coming or 0, noted, waits) for pk, until, started, coming, noted, waits in values
    }


def _count(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().values("person").annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())


def handovers_of(user: User, *, on: date) -> QuerySet[Handover]:
    """Return the handovers about at least one person ``user`` may hand over, the latest first."""
    reached = reachable_persons(user, on=on, permission=Permission.HANDOVER)
    items = HandedOver.objects.filter(person__in=reached).values("handover")
    rows = Handover.objects.filter(pk__in=items).select_related("to_organisation", "to_caseworker", "decided_by")
    return rows.annotate(persons=Count("items")).order_by("-decided_on", "-pk")


def note_for(lead: Mandate, *, reader: User, on: date) -> HandoverNote | None:
    """Return the note left to the holder of a mandate by the référent before, if ``reader`` may read it.

    Its writer is told that it opens to who comes next: besides the two, only the heads of the two organisations read it.
    """
    notes = HandoverNote.objects.filter(person=lead.person_id, mandate__start_on__lt=lead.start_on)
    note = notes.select_related("written_by", "read_by", "mandate").order_by("-mandate__start_on").first()
    if note is None or reader.pk in (lead.caseworker_id, note.written_by_id, note.mandate.caseworker_id):
        return note
    houses = (note.mandate.organisation_id, lead.organisation_id)
    heads = any(may(reader, Permission.MANDATE_NAME, on=on, organisation_id=pk) for pk in houses)
    return note if heads else None


def note_of(person_id: int, *, on: date) -> HandoverNote | None:
    """Return the note written under the mandate of that day, for the next référent."""
    mandate = Mandate.objects.filter(person=person_id, start_on__lte=on).order_by("start_on").last()
    return HandoverNote.objects.filter(mandate=mandate).first() if mandate is not None else None


def may_write_note(user: User, person_id: int, *, on: date) -> bool:
    """Tell whether ``user`` writes the note for who comes next: the last référent unique, or who names référents there."""
    mandate = Mandate.objects.filter(person=person_id, start_on__lte=on).order_by("start_on").last()
    if mandate is None:
        return False
    heads = may(user, Permission.MANDATE_NAME, on=on, organisation_id=mandate.organisation_id)
    return heads or mandate.caseworker_id == user.pk


def notes_to_read(user: User, *, on: date) -> QuerySet[HandoverNote]:
    """Return the notes left to ``user`` and not read yet, of the persons they reach, the oldest first."""
    mine = Mandate.objects.filter(running(on), caseworker=user)
    reached = reachable_persons(user, on=on, permission=Permission.PERSON_LIST)
    return (
        HandoverNote.objects.filter(read_on=None, person__in=mine.values("person"))
        .filter(person__in=reached)
        .exclude(mandate__in=mine)
        .filter(mandate__end_on__lte=on)
        .select_related("person", "written_by")
        .order_by("mandate__end_on", "pk")
    )


def leads_of(person_id: int) -> list[Mandate]:
    """Return the référents of a person, the latest first, with the reason of each change (R-046)."""
    rows = Mandate.objects.filter(person=person_id).select_related("caseworker", "organisation", "named_by")
    return list(rows.order_by("-start_on"))
