"""Orientations in number: shared among places, one decision per person, one batch to undo (R-030)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db.models import ProtectedError

from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.models import Channel, Enrolment, Mandate, Orientation, ReorientationRequest
from jalons.pathways.operations._door import open_persons
from jalons.pathways.operations.orientation import Choice, decide
from jalons.pathways.queries.places import place
from jalons.people.access import lock_persons
from jalons.people.models import AccessReason, DossierAccess


@dataclass(frozen=True, slots=True)
class BulkOrientation:
    """The receipt: ``batch`` undoes it, ``not_placed`` says who was left out and why."""

    batch: UUID
    orientations: list[Orientation]
    not_placed: list[tuple[int, str]]


@operation
def orient_in_bulk(
    *, actor: User, on: date, person_ids: Sequence[int], line_ids: Sequence[int], reason: str
) -> BulkOrientation:
    """Orient persons to the first line, in the order given, that has a free place and may take them.

    Places are counted again here, under lock: what the preview showed may have gone since.
    """
    lock_persons(person_ids)
    # Persons first, then lines by id: two decisions in number on the same places wait for each other.
    list(AgreementLine.objects.select_for_update(no_key=True).filter(pk__in=line_ids).order_by("pk"))
    placement = place(person_ids, line_ids, on=on)
    choices = [Choice(person_id, line_id) for person_id, line_id in placement.choices]
    return _write(actor, choices, on=on, reason=reason, not_placed=list(placement.not_placed))


@operation
def orient_choices(*, actor: User, on: date, choices: Collection[Choice], reason: str) -> BulkOrientation:
    """Orient each person where the choice says, places full or not; who cannot be oriented is reported."""
    return _write(actor, choices, on=on, reason=reason, not_placed=[])


def _write(
    actor: User, choices: Collection[Choice], *, on: date, reason: str, not_placed: list[tuple[int, str]]
) -> BulkOrientation:
    batch = uuid4()
    decided = decide(
        actor,
        choices,
        on=on,
        reason=reason,
        channel=Channel.BULK,
        permission=Permission.ORIENTATION_BULK,
        batch=batch,
    )
    refused = [(person_id, refusal.sentence) for person_id, refusal in decided.refused]
    return BulkOrientation(batch, decided.orientations, not_placed + refused)


@operation
def withdraw_batch(*, actor: User, on: date, batch: UUID) -> int:
    """Undo a decision in number while nothing rests on it; history keeps what was written. Returns how many.

    An enrolment, a référent named or a re-orientation asked since forbids it for the whole batch.
    """
    rows = list(Orientation.objects.filter(batch=batch).select_related("person"))
    if not rows:
        raise Refusal("Cette décision en nombre n’existe pas, ou elle est déjà annulée.", code="batch_unknown")
    open_persons(actor, {row.person_id for row in rows}, on=on, permission=Permission.ORIENTATION_BULK)
    for authority_id, territory_id in {(row.authority_id, row.person.territory_id) for row in rows}:
        require(actor, Permission.ORIENTATION_BULK, on=on, authority_id=authority_id, territory_id=territory_id)
    ids = [row.pk for row in rows]
    # Read after the lock: an enrolment of one of these persons waits for it too.
    resting = Enrolment.objects.filter(orientation__in=ids).exists() or any(row.closed_on is not None for row in rows)
    resting = (
        resting
        or Mandate.objects.filter(
            person__in={row.person_id for row in rows},
            organisation__in={row.organisation_id for row in rows},
            start_on__gte=min(row.decided_on for row in rows),
        ).exists()
        or ReorientationRequest.objects.filter(orientation__in=ids).exists()
    )
    if resting:
        raise _in_use()
    DossierAccess.objects.filter(reason=AccessReason.ORIENTATION, source_id__in=ids).delete()
    try:
        Orientation.objects.filter(pk__in=ids).delete()
    except ProtectedError as error:  # whatever else was written on one of these orientations
        raise _in_use() from error
    touch(days={row.decided_on for row in rows})
    return len(rows)


def _in_use() -> Refusal:
    return Refusal(
        "Des inscriptions, des référents ou une réorientation reposent déjà sur cette décision : réorientez une à une.",
        code="batch_in_use",
    )
