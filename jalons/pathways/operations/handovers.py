"""Hand persons over to other référents of the organisation, in number too, and undo it (R-046)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import ProtectedError

from jalons.agenda.operations.handing_over import give_back, reassign
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, require
from jalons.pathways.models import HandedOver, Handover, HandoverNote, Mandate
from jalons.pathways.operations._door import open_persons
from jalons.pathways.operations._ends import moved_since, put_back, read_ends
from jalons.pathways.operations.mandates import Naming, name_many, running_mandates
from jalons.people.models import AccessReason, DossierAccess, Person


@dataclass(frozen=True, slots=True)
class Passing:
    """A person and the référent who takes over."""

    person_id: int
    caseworker_id: int


@dataclass(frozen=True, slots=True)
class Passed:
    """The receipt: the handover with its items, and who was left out with the sentence that says why."""

    handover: Handover
    refused: list[tuple[int, Refusal]]


@dataclass(frozen=True, slots=True)
class Assigned:
    """The mandates written, the handover they are of when somebody had a référent, and who was left out and why."""

    handover: Handover | None
    mandates: list[Mandate]
    refused: list[tuple[int, Refusal]]


@operation
def pass_on(
    *, actor: User, on: date, organisation_id: int, passings: Collection[Passing], effective_on: date, reason: str
) -> Passed:
    """Give each person the référent said, from ``effective_on``; who cannot be given one is reported, the others pass.

    The appointments still planned with the former référent from that day go to the new one.
    """
    passed = _hand_over(
        actor, on=on, organisation_id=organisation_id, passings=passings, effective_on=effective_on, reason=reason
    )
    if passed.handover is None:
        raise passed.refused[0][1] if passed.refused else Refusal("Choisissez au moins une personne.", code="nobody")
    return Passed(passed.handover, passed.refused)


@operation
def assign_in_bulk(
    *,
    actor: User,
    on: date,
    person_ids: Iterable[int],
    caseworker_id: int,
    organisation_id: int,
    start_on: date,
    reason: str = "",
) -> Assigned:
    """Give many persons the same référent from the same day; who cannot be is reported with a sentence.

    A first référent is named; a change is a handover, as ``pass_on`` writes it, and says why.
    """
    ids = list(dict.fromkeys(person_ids))
    open_persons(actor, ids, on=on, permission=Permission.MANDATE_NAME)
    if any(one.start_on < start_on for one in running_mandates(ids, on=start_on).values()):
        passings = [Passing(pk, caseworker_id) for pk in ids]
        return _hand_over(
            actor, on=on, organisation_id=organisation_id, passings=passings, effective_on=start_on, reason=reason
        )
    namings = [Naming(pk, caseworker_id, organisation_id, start_on) for pk in ids]
    named = name_many(actor=actor, on=on, namings=namings, reason=reason)
    return Assigned(None, named.mandates, named.refused)


@operation
def name_lead_caseworker(
    *, actor: User, on: date, person_id: int, caseworker_id: int, organisation_id: int, start_on: date, reason: str = ""
) -> Mandate:
    """Name the référent unique of a person from ``start_on``; the former mandate ends on the eve (R-046)."""
    assigned = assign_in_bulk(
        actor=actor,
        on=on,
        person_ids=[person_id],
        caseworker_id=caseworker_id,
        organisation_id=organisation_id,
        start_on=start_on,
        reason=reason,
    )
    if assigned.refused:
        raise assigned.refused[0][1]
    return assigned.mandates[0]


def _hand_over(
    actor: User, *, on: date, organisation_id: int, passings: Collection[Passing], effective_on: date, reason: str
) -> Assigned:
    if not reason.strip():
        raise Refusal("Une passation demande un motif.", code="handover_says_why")
    person_ids = {one.person_id for one in passings}
    open_persons(actor, person_ids, on=on, permission=Permission.MANDATE_NAME)
    former = running_mandates(person_ids, on=effective_on)
    before = read_ends(person_ids, after=effective_on - timedelta(days=1))
    namings = [Naming(one.person_id, one.caseworker_id, organisation_id, effective_on) for one in passings]
    named = name_many(actor=actor, on=on, namings=namings, reason=reason)
    if not named.mandates:
        return Assigned(None, [], named.refused)
    receivers = {one.caseworker_id for one in named.mandates}
    handover = Handover.objects.create(
        to_caseworker_id=receivers.pop() if len(receivers) == 1 else None,
        to_organisation_id=organisation_id,
        effective_on=effective_on,
        reason=reason.strip(),
        decided_on=on,
        decided_by=actor,
    )
    kept, appointments = moved_since(before), _move_agenda(named.mandates, former, on=effective_on)
    HandedOver.objects.bulk_create(
        [
            HandedOver(
                handover=handover,
                person_id=one.person_id,
                from_organisation_id=left.organisation_id if (left := former.get(one.person_id)) else organisation_id,
                from_mandate=left,
                to_mandate=one,
                kept=kept.get(one.person_id, {}) | {"appointments": appointments.get(one.person_id, [])},
            )
            for one in named.mandates
        ],
        batch_size=2000,
    )
    return Assigned(handover, named.mandates, named.refused)


def _move_agenda(mandates: Iterable[Mandate], former: dict[int, Mandate], *, on: date) -> dict[int, list[int]]:
    """Give the new référents the appointments to come; returns person → those that moved."""
    moves: dict[tuple[int, int, int], set[int]] = {}
    for one in mandates:
        left = former.get(one.person_id)
        if left is not None:
            moves.setdefault((one.organisation_id, left.caseworker_id, one.caseworker_id), set()).add(one.person_id)
    found: dict[int, list[int]] = {}
    for (organisation_id, from_id, to_id), person_ids in moves.items():
        found |= reassign(person_ids, organisation_id=organisation_id, from_id=from_id, to_id=to_id, on=on)
    return found


@operation
def undo_pass_on(*, actor: User, on: date, handover_id: int) -> int:
    """Take back a handover inside an organisation while nothing rests on it; returns how many persons go back."""
    handover = _undoable(handover_id)
    items = list(handover.items.select_related("from_mandate", "to_mandate"))
    persons = open_persons(actor, {one.person_id for one in items}, on=on, permission=Permission.MANDATE_NAME)
    _require_all(actor, persons.values(), handover.to_organisation, on=on)
    if Handover.objects.get(pk=handover_id).undone_on is not None:  # read again under the locks of the persons
        raise _gone()
    made = [one.to_mandate for one in items if one.to_mandate is not None]
    _require_nothing_since(handover, made)
    DossierAccess.objects.filter(reason=AccessReason.MANDATE, source_id__in=[one.pk for one in made]).delete()
    forget_undone(mandate_ids=[one.pk for one in made])
    try:
        Mandate.objects.filter(pk__in=[one.pk for one in made]).delete()
    except ProtectedError as error:  # another handover in force leaves from one of these mandates
        raise _in_use() from error
    put_back(one.kept for one in items)
    _give_agenda_back(items, on=on)
    close_handover(handover, actor, on=on)
    touch(days={handover.effective_on})
    return len(items)


def _give_agenda_back(items: Iterable[HandedOver], *, on: date) -> None:
    """Give the appointments that moved to the former référents again; who left since takes none back."""
    former = Mandate.objects.in_bulk([one.from_mandate_id for one in items if one.from_mandate_id is not None])
    for one in items:
        left = former.get(one.from_mandate_id or 0)
        if left is not None and one.to_mandate is not None and (left.end_on is None or left.end_on >= on):
            moved = one.kept.get("appointments", ())
            give_back(moved, from_id=one.to_mandate.caseworker_id, to_id=left.caseworker_id)


def forget_undone(*, mandate_ids: Collection[int], enrolment_ids: Collection[int] = ()) -> None:
    """Let go of the rows about to be removed the handovers already undone that left from them: they hold nothing now."""
    undone = HandedOver.objects.filter(handover__undone_on__isnull=False)
    undone.filter(from_mandate__in=mandate_ids).update(from_mandate=None)
    undone.filter(from_enrolment__in=enrolment_ids).update(from_enrolment=None)


def _undoable(handover_id: int) -> Handover:
    handover = Handover.objects.select_related("to_organisation").get(pk=handover_id)
    if handover.undone_on is not None:
        raise _gone()
    return handover


def _gone() -> Refusal:
    return Refusal("Cette passation est déjà annulée.", code="handover_undone")


def close_handover(handover: Handover, actor: User, *, on: date) -> None:
    """Say that a handover was undone."""
    handover.undone_on, handover.undone_by = on, actor
    handover.save(update_fields=["undone_on", "undone_by"])


def _require_all(actor: User, persons: Iterable[Person], organisation: Organisation, *, on: date) -> None:
    for territory_id in {one.territory_id for one in persons}:
        require(
            actor,
            Permission.MANDATE_NAME,
            on=on,
            organisation_id=organisation.pk,
            authority_id=organisation.authority_id,
            territory_id=territory_id,
        )


def _require_nothing_since(handover: Handover, made: Collection[Mandate]) -> None:
    ids = [one.pk for one in made]
    later = Mandate.objects.filter(person__in=[one.person_id for one in made], start_on__gte=handover.effective_on)
    ended = any(one.end_on is not None for one in made)
    if ended or later.exclude(pk__in=ids).exists() or HandoverNote.objects.filter(mandate__in=ids).exists():
        raise _in_use()


def _in_use() -> Refusal:
    return Refusal(
        "Un autre référent a été nommé depuis, ou une note a été écrite : faites une nouvelle passation.",
        code="handover_in_use",
    )
