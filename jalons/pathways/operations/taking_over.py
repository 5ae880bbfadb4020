"""What an organisation did before it came: past orientations, stays that ended; and how all of a table is taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.guards import standings
from jalons.pathways.models import (
    Channel,
    EndReason,
    Enrolment,
    Exit,
    Job,
    Mandate,
    Orientation,
    Step,
    StepState,
)
from jalons.pathways.operations._door import open_enrolments, open_persons
from jalons.pathways.operations._ends import moved_since, put_back, read_ends
from jalons.pathways.operations.enrolment import close_enrolments, reopen_enrolment
from jalons.pathways.rulebook import Shelf
from jalons.pathways.rules import require_not_after
from jalons.people.access import lock_persons
from jalons.people.models import AccessReason, DossierAccess


@dataclass(frozen=True, slots=True)
class PastOrientation:
    """An orientation decided before Jalons, on its own day."""

    person_id: int
    line_id: int
    decided_on: date


Moved = dict[str, dict[str, str | None]]  # table → row → the last day it had, as JSON keeps it


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What a table wrote in pathways, by primary key; the four last give back what it had changed.

    ``moved`` is what ``close_past_enrolments`` returned for these persons.
    """

    exits: Collection[int] = ()
    jobs: Collection[int] = ()
    steps: Collection[int] = ()
    mandates: Collection[int] = ()
    enrolments: Collection[int] = ()
    orientations: Collection[int] = ()
    closed_enrolments: Collection[int] = ()
    closed_mandates: Collection[int] = ()
    ended_steps: Mapping[int, dict[str, str]] = field(default_factory=dict)
    moved: Collection[Moved] = ()


@operation
def record_past_orientations(
    *, actor: User, on: date, orientations: Collection[PastOrientation], reason: str
) -> list[Orientation]:
    """Write as a set orientations decided elsewhere before; they run, so that what follows rests on them (R-027)."""
    if not reason.strip():
        raise Refusal("Une orientation demande un motif.", code="orientation_without_reason")
    people = {one.person_id for one in orientations}
    persons = open_persons(actor, people, on=on, permission=Permission.ORIENTATION_BULK)
    lines = AgreementLine.objects.select_related("agreement").in_bulk({one.line_id for one in orientations})
    for authority_id, territory_id in {
        (lines[one.line_id].agreement.authority_id, persons[one.person_id].territory_id) for one in orientations
    }:
        require(actor, Permission.ORIENTATION_BULK, on=on, authority_id=authority_id, territory_id=territory_id)
    for one in orientations:
        require_not_after(one.decided_on, on=on, what="L’orientation")
    shelf, known = Shelf(), standings(people, on=on)
    rows = Orientation.objects.bulk_create(
        [
            Orientation(
                person_id=one.person_id,
                authority_id=line.agreement.authority_id,
                organisation_id=line.agreement.organisation_id,
                line=line,
                action_code=line.action_code,
                accompaniment_type=shelf.entry_rules_of(line.action_code, on=one.decided_on).accompaniment_type,
                channel=Channel.BULK,
                decided_on=one.decided_on,
                decided_by=actor,
                reason=reason.strip(),
                subject_since=_since(known[one.person_id].subject_since, one.decided_on),
            )
            for one in orientations
            for line in [lines[one.line_id]]
        ],
        batch_size=2000,
    )
    DossierAccess.objects.bulk_create(
        [
            DossierAccess(
                person_id=row.person_id,
                organisation_id=row.organisation_id,
                reason=AccessReason.ORIENTATION,
                source_id=row.pk,
                start_on=row.decided_on,
            )
            for row in rows
        ],
        batch_size=2000,
    )
    touch(days={row.decided_on for row in rows})
    return rows


def _since(since: date | None, decided_on: date) -> date | None:
    return since if since is not None and since <= decided_on else None


@operation
def close_past_enrolments(*, actor: User, on: date, last_days: Mapping[int, date]) -> dict[int, Moved]:
    """End stays that ended before Jalons (enrolment → last day); their exits wait for somebody to confirm them.

    Returns, by person, the former last days of all that ends with the stays: référent, team, pauses, accesses.
    """
    rows = open_enrolments(actor, list(last_days), on=on, permission=Permission.ENROLMENT_MANAGE)
    for day in last_days.values():
        require_not_after(day, on=on, what="La sortie")
    before = read_ends({row.person_id for row in rows.values()}, after=min(last_days.values()))
    close_enrolments(actor, list(rows.values()), last_days=last_days, reason=EndReason.EXIT)
    return moved_since(before)


@operation
def withdraw_taken_over(*, actor: User, on: date, authority_id: int, what: TakenOver) -> None:
    """Take back what a table wrote, the last things first; what rests on them was looked at by the caller.

    History keeps every row. Reserved to who runs imports: rows written one by one have their own way back.
    """
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    rows = _persons_and_days(what)
    lock_persons({person_id for person_id, _ in rows})
    touch(persons={pk for pk, _ in rows}, days={day for _, day in rows}, lines=True)
    Exit.objects.filter(pk__in=what.exits).delete()
    Job.objects.filter(pk__in=what.jobs).delete()
    Step.objects.filter(pk__in=what.steps).delete()
    for step_id, before in what.ended_steps.items():
        Step.objects.filter(pk=step_id).update(state=StepState(before["state"]), ended_on=None, end_reason="")
    for enrolment in Enrolment.objects.filter(pk__in=what.closed_enrolments).select_related("orientation"):
        reopen_enrolment(enrolment)
    _delete(Mandate, AccessReason.MANDATE, what.mandates)
    _delete(Enrolment, AccessReason.ENROLMENT, what.enrolments)
    _delete(Orientation, AccessReason.ORIENTATION, what.orientations)
    # Last: the rows that the table itself wrote are gone, the others get their own last day again.
    put_back([_open_again(what.closed_mandates), *what.moved])


def _open_again(mandate_ids: Collection[int]) -> Moved:
    """These mandates with their accesses, as ``put_back`` reads them: they had no last day."""
    accesses = DossierAccess.objects.filter(reason=AccessReason.MANDATE, source_id__in=mandate_ids)
    rows = {"mandates": mandate_ids, "accesses": accesses.values_list("pk", flat=True)}
    return {name: {str(pk): None for pk in ids} for name, ids in rows.items()}


def _delete(model: type[Mandate | Enrolment | Orientation], reason: AccessReason, ids: Collection[int]) -> None:
    DossierAccess.objects.filter(reason=reason, source_id__in=ids).delete()
    model._default_manager.filter(pk__in=ids).delete()


def _persons_and_days(what: TakenOver) -> set[tuple[int, date]]:
    found: set[tuple[int, date]] = set()
    found |= set(Exit.objects.filter(pk__in=what.exits).values_list("person_id", "exited_on"))
    found |= set(Job.objects.filter(pk__in=what.jobs).values_list("person_id", "start_on"))
    found |= set(Step.objects.filter(pk__in=[*what.steps, *what.ended_steps]).values_list("person_id", "proposed_on"))
    found |= set(
        Mandate.objects.filter(pk__in=[*what.mandates, *what.closed_mandates]).values_list("person_id", "start_on")
    )
    found |= set(
        Enrolment.objects.filter(pk__in=[*what.enrolments, *what.closed_enrolments]).values_list(
            "person_id", "start_on"
        )
    )
    found |= set(Orientation.objects.filter(pk__in=what.orientations).values_list("person_id", "decided_on"))
    return found
