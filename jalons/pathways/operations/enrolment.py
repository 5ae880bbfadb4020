"""Enter and leave the places of a line; the file opens to the organisation with the enrolment (R-121, R-133)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, ProtectedError, Q, Value
from django.db.models.functions import Greatest

from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation, touch
from jalons.kernel.periods import add_months
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.guards import obstacle, standings
from jalons.pathways.models import EndReason, Enrolment, Mandate, Orientation, Pause
from jalons.pathways.operations._door import open_enrolment, open_persons
from jalons.pathways.operations.mandates import Naming, end_mandates, name_many
from jalons.pathways.operations.teams import end_professionals_of
from jalons.pathways.preconditions import Entry, unmet
from jalons.pathways.rulebook import Shelf
from jalons.people.access import close_grants
from jalons.people.models import AccessReason, DossierAccess, Person


@dataclass(frozen=True, slots=True)
class NewEnrolment:
    """A stay to open. Without ``orientation_id``, the orientation in force to the line's organisation is taken.

    ``positioned``: an action beside the orientation in force, which goes on (R-039, R-058); by who may orient.
    """

    person_id: int
    line_id: int
    start_on: date
    orientation_id: int | None = None
    caseworker_id: int | None = None
    positioned: bool = False


@operation
def enrol_many(*, actor: User, on: date, entries: Collection[NewEnrolment]) -> list[Enrolment]:
    """Enrol as a set; one refusal and nobody is enrolled. Référents given are named from the first day."""
    persons = open_persons(actor, {one.person_id for one in entries}, on=on, permission=Permission.ENROLMENT_MANAGE)
    lines = AgreementLine.objects.select_related("agreement").in_bulk({one.line_id for one in entries})
    _require_all(actor, entries, persons, lines, on=on)
    _require_positioning(actor, entries, persons, lines, on=on)
    orientations = _orientations(entries, lines)
    _require_entry(entries, lines, orientations)
    rows = Enrolment.objects.bulk_create(
        [_row(one, lines[one.line_id], orientations) for one in entries], batch_size=2000
    )
    DossierAccess.objects.bulk_create([_grant(row, on) for row in rows], batch_size=2000)
    namings = [
        Naming(one.person_id, one.caseworker_id, lines[one.line_id].agreement.organisation_id, one.start_on)
        for one in entries
        if one.caseworker_id is not None
    ]
    if namings:
        refused = name_many(actor=actor, on=on, namings=namings).refused
        if refused:
            raise refused[0][1]
    touch(days={row.start_on for row in rows}, lines=True)
    return rows


@operation
def enrol(
    *,
    actor: User,
    on: date,
    person_id: int,
    line_id: int,
    start_on: date,
    orientation_id: int | None = None,
    caseworker_id: int | None = None,
) -> Enrolment:
    """Enrol one person in the places of a line, and name the référent when given."""
    entry = NewEnrolment(person_id, line_id, start_on, orientation_id, caseworker_id)
    return enrol_many(actor=actor, on=on, entries=[entry])[0]


def _require_all(
    actor: User,
    entries: Iterable[NewEnrolment],
    persons: Mapping[int, Person],
    lines: Mapping[int, AgreementLine],
    *,
    on: date,
) -> None:
    places = {
        (line.agreement.organisation_id, line.agreement.authority_id, persons[one.person_id].territory_id)
        for one in entries
        for line in [lines[one.line_id]]
    }
    for organisation_id, authority_id, territory_id in places:
        require(
            actor,
            Permission.ENROLMENT_MANAGE,
            on=on,
            organisation_id=organisation_id,
            authority_id=authority_id,
            territory_id=territory_id,
        )


def _require_positioning(
    actor: User,
    entries: Iterable[NewEnrolment],
    persons: Mapping[int, Person],
    lines: Mapping[int, AgreementLine],
    *,
    on: date,
) -> None:
    """Only who orients there positions beside an orientation (R-039)."""
    places = {
        (lines[one.line_id].agreement.authority_id, persons[one.person_id].territory_id)
        for one in entries
        if one.positioned
    }
    for authority_id, territory_id in places:
        require(actor, Permission.ORIENTATION_DECIDE, on=on, authority_id=authority_id, territory_id=territory_id)


def _orientations(
    entries: Collection[NewEnrolment], lines: Mapping[int, AgreementLine]
) -> dict[tuple[int, int], Orientation]:
    """Return (person, line) → the orientation each entry follows, in one query."""
    found: dict[tuple[int, int], Orientation] = {}
    by_person: dict[int, list[Orientation]] = {}
    for orientation in Orientation.objects.filter(person__in={one.person_id for one in entries}).order_by(
        "decided_on", "pk"
    ):
        by_person.setdefault(orientation.person_id, []).append(orientation)
    for one in entries:
        organisation_id = lines[one.line_id].agreement.organisation_id
        for orientation in by_person.get(one.person_id, ()):
            if one.orientation_id is not None:
                if orientation.pk == one.orientation_id:
                    found[one.person_id, one.line_id] = orientation
            elif one.positioned:
                same = orientation.authority_id == lines[one.line_id].agreement.authority_id
                if same and _in_force(orientation, one.start_on):
                    found[one.person_id, one.line_id] = orientation
            elif orientation.organisation_id == organisation_id and _in_force(orientation, one.start_on):
                found[one.person_id, one.line_id] = orientation
        if one.orientation_id is not None and (one.person_id, one.line_id) not in found:
            raise Refusal("Cette orientation concerne une autre personne.", code="orientation_of_another")
    return found


def _in_force(orientation: Orientation, day: date) -> bool:
    return orientation.decided_on <= day and (orientation.closed_on is None or day <= orientation.closed_on)


def _require_entry(
    entries: Iterable[NewEnrolment],
    lines: Mapping[int, AgreementLine],
    orientations: Mapping[tuple[int, int], Orientation],
) -> None:
    """Hold the conditions of the rulebook on the first day: rights, domicile, orientation (R-017), then R-040's."""
    shelf = Shelf()
    by_day: dict[date, set[int]] = {}
    for one in entries:
        by_day.setdefault(one.start_on, set()).add(one.person_id)
    known = {day: standings(ids, on=day) for day, ids in by_day.items()}
    for one in entries:
        line = lines[one.line_id]
        conditions = shelf.entry_rules_of(line.action_code, on=one.start_on).conditions
        refusal = obstacle(known[one.start_on][one.person_id], conditions, authority_id=line.agreement.authority_id)
        if refusal is not None:
            raise refusal
        if "orientation" in conditions:
            if one.positioned and (one.person_id, one.line_id) in orientations:
                continue
            _require_orientation(orientations.get((one.person_id, one.line_id)), line, one.start_on)
    asked = [
        Entry(
            one.person_id, lines[one.line_id].action_code, one.start_on, orientations.get((one.person_id, one.line_id))
        )
        for one in entries
    ]
    for _, condition in unmet(asked, shelf):
        if not condition.warns:
            raise Refusal(condition.refusal, code=condition.code)


def _require_orientation(orientation: Orientation | None, line: AgreementLine, day: date) -> None:
    if (
        orientation is None
        or not _in_force(orientation, day)
        or orientation.organisation_id != line.agreement.organisation_id
        or orientation.action_code != line.action_code
    ):
        raise Refusal(
            "Cette personne n’a pas d’orientation en cours vers cet organisme et cette action : l’orientation vient d’abord.",
            code="orientation",
        )


def _row(one: NewEnrolment, line: AgreementLine, orientations: Mapping[tuple[int, int], Orientation]) -> Enrolment:
    return Enrolment(
        person_id=one.person_id,
        line=line,
        organisation_id=line.agreement.organisation_id,
        authority_id=line.agreement.authority_id,
        action_code=line.action_code,
        orientation=orientations.get((one.person_id, one.line_id)),
        start_on=one.start_on,
    )


def _grant(row: Enrolment, on: date) -> DossierAccess:
    return DossierAccess(
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        reason=AccessReason.ENROLMENT,
        source_id=row.pk,
        start_on=min(row.start_on, on),  # an entry to come is prepared before its first day
    )


@operation
def end_enrolment(*, actor: User, on: date, enrolment_id: int, last_day: date, reason: EndReason) -> Enrolment:
    """End an enrolment on ``last_day``, included. An exit with its class goes through ``propose_exit``."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.ENROLMENT_MANAGE)
    if enrolment.end_on is not None:
        raise Refusal(f"Cette inscription est déjà terminée, le {enrolment.end_on:%d/%m/%Y}.", code="enrolment_ended")
    if last_day < enrolment.start_on:
        raise Refusal("Une inscription ne peut pas finir avant d’avoir commencé.", code="enrolment_dates_ordered")
    close_enrolments(actor, [enrolment], last_days={enrolment.pk: last_day}, reason=reason)
    return enrolment


def close_enrolments(
    actor: User,
    enrolments: Collection[Enrolment],
    *,
    last_days: Mapping[int, date],
    reason: EndReason,
    keep_mandates: bool = False,
    lead_until: date | None = None,
) -> None:
    """End running enrolments (persons locked by the caller): pauses and professionals end too, the file closes later.

    The organisation keeps the file open for the months set by its authority, for follow-up and accounts. A référent of
    an organisation with no other running enrolment of the person ends with it (R-121), or on ``lead_until``.
    """
    for enrolment in enrolments:
        enrolment.end_on, enrolment.end_reason, enrolment.ended_by = last_days[enrolment.pk], reason, actor
    months = dict(Enrolment.objects.filter(pk__in=last_days).values_list("pk", F("authority__file_months_after_end")))
    groups: dict[tuple[date, int, int], list[Enrolment]] = {}
    for enrolment in enrolments:
        groups.setdefault((last_days[enrolment.pk], months[enrolment.pk], enrolment.organisation_id), []).append(
            enrolment
        )
    for (last_day, kept, organisation_id), rows in groups.items():
        ids = [row.pk for row in rows]
        Enrolment.objects.filter(pk__in=ids).update(end_on=last_day, end_reason=reason, ended_by=actor)
        # One that begins after keeps its first day: a period is never empty.
        last = Greatest(Value(last_day), F("start_on"))
        Pause.objects.filter(Q(end_on__isnull=True) | Q(end_on__gt=last_day), enrolment__in=ids).update(end_on=last)
        end_professionals_of(ids, last_day=last_day)
        until = add_months(last_day, kept)
        close_grants(reason=AccessReason.ENROLMENT, source_ids=ids, end_on=until)
        # The orientation stays a decision in force, but no longer a reason to open the file.
        # What was opened beside it does not end it.
        its_own = Enrolment.objects.filter(pk__in=ids, orientation__action_code=F("action_code"))
        close_grants(
            reason=AccessReason.ORIENTATION, source_ids=its_own.values_list("orientation_id", flat=True), end_on=until
        )
        if not keep_mandates:
            end_leads({row.person_id for row in rows}, organisation_id, last_day=last_day, lead_until=lead_until)
    touch(days={*last_days.values(), *(one.start_on for one in enrolments)}, lines=True)


def end_leads(person_ids: set[int], organisation_id: int, *, last_day: date, lead_until: date | None = None) -> None:
    """End the référents of an organisation that accompanies these persons no more after ``last_day`` (or ``lead_until``)."""
    left = person_ids - _still_there(person_ids, organisation_id, after=max(last_day, lead_until or last_day))
    end_mandates(left, organisation_id, last_day=lead_until or last_day)


def drop_leads_to_come(person_id: int, organisation_id: int, *, after: date) -> None:
    """Remove the référents named for later in an organisation the person does not go to any more."""
    if _still_there({person_id}, organisation_id, after=after):
        return
    for mandate in Mandate.objects.filter(person=person_id, organisation=organisation_id, start_on__gt=after):
        if (pk := _deleted(mandate)) is not None:
            DossierAccess.objects.filter(reason=AccessReason.MANDATE, source_id=pk).delete()


def _still_there(person_ids: set[int], organisation_id: int, *, after: date) -> set[int]:
    rows = Enrolment.objects.filter(person__in=person_ids, organisation_id=organisation_id)
    return set(rows.exclude(end_on__lte=after).values_list("person_id", flat=True))


def within_line(enrolment: Enrolment, day: date) -> date:
    """Return ``day``, or the last day of the line when it comes first: nobody is enrolled in a line that is over."""
    return max(min(day, enrolment.line.end_on), enrolment.start_on)


def led_until(enrolment: Enrolment, last_day: date, on: date) -> date | None:
    """Return ``on`` when the stay ends with a line already over: somebody followed the person until the decision."""
    return on if enrolment.line.end_on <= last_day < on else None


def drop_unbegun(enrolment: Enrolment) -> bool:
    """Remove an entry that was planned, with its access; False when something rests on it. History keeps it."""
    pk = _deleted(enrolment)
    if pk is None:
        return False
    DossierAccess.objects.filter(reason=AccessReason.ENROLMENT, source_id=pk).delete()
    touch(persons={enrolment.person_id}, days={enrolment.start_on}, lines=True)
    return True


def _deleted(row: Enrolment | Mandate) -> int | None:
    """Delete a row and return the key it had; None: another rests on it, and it stays."""
    pk = row.pk
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return None
    return pk


def reopen_enrolment(enrolment: Enrolment) -> None:
    """Let an enrolment run again after its exit was reversed; the file is open again."""
    former = enrolment.end_on
    enrolment.end_on, enrolment.end_reason, enrolment.ended_by = None, "", None
    enrolment.save(update_fields=["end_on", "end_reason", "ended_by"])
    gave = Q(reason=AccessReason.ENROLMENT, source_id=enrolment.pk)
    decided = enrolment.orientation
    if decided is not None and decided.closed_on is None and decided.action_code == enrolment.action_code:
        gave |= Q(reason=AccessReason.ORIENTATION, source_id=decided.pk)
    DossierAccess.objects.filter(gave, person_id=enrolment.person_id, organisation__isnull=False).update(end_on=None)
    touch(persons={enrolment.person_id}, days={former or enrolment.start_on, enrolment.start_on}, lines=True)
