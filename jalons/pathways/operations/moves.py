"""Hand persons over to another organisation, in number: one decision that re-orients, enrols and may be undone (R-042, R-046).

Each person keeps her accompaniment: the former organisation ends on the eve, the new one starts on the day of the decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, ProtectedError, QuerySet

from jalons.agenda.models import Appointment
from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.guards import obstacle, standings
from jalons.pathways.models import (
    Channel,
    EndReason,
    Enrolment,
    HandedOver,
    Handover,
    Mandate,
    Orientation,
    ReorientationRequest,
    RequestState,
)
from jalons.pathways.operations._door import open_persons
from jalons.pathways.operations._ends import moved_since, put_back, read_ends
from jalons.pathways.operations.enrolment import NewEnrolment, close_enrolments, enrol_many, within_line
from jalons.pathways.operations.handovers import Passed, close_handover, forget_undone
from jalons.pathways.operations.mandates import running_mandates
from jalons.pathways.operations.orientation import Choice, answer_requests, decide
from jalons.pathways.rulebook import Shelf
from jalons.people.access import close_grants
from jalons.people.models import AccessReason, DossierAccess, Person


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What a person leaves: the orientation in force, the enrolment it is about, her référent there."""

    orientation: Orientation
    enrolment: Enrolment
    mandate: Mandate | None


@operation
def move_to_organisation(
    *,
    actor: User,
    on: date,
    person_ids: Collection[int],
    line_id: int,
    reason: str,
    caseworker_id: int | None = None,
) -> Passed:
    """Give these persons to the organisation of ``line_id`` from ``on``; who cannot go is reported, the others go.

    With ``caseworker_id``, who decides must be allowed to name référents there. Full places warn before, never block.
    """
    if not reason.strip():
        raise Refusal("Une passation demande un motif.", code="handover_says_why")
    persons = open_persons(actor, set(person_ids), on=on, permission=Permission.ORIENTATION_BULK)
    line = AgreementLine.objects.select_related("agreement__organisation").get(pk=line_id)
    leaving, refused = _sorted(persons.values(), line, on=on)
    if not leaving:
        raise refused[0][1] if refused else Refusal("Choisissez au moins une personne.", code="nobody")
    handover = Handover.objects.create(
        to_caseworker_id=caseworker_id,
        to_organisation=line.agreement.organisation,
        to_line=line,
        effective_on=on,
        reason=reason.strip(),
        decided_on=on,
        decided_by=actor,
    )
    before = read_ends(leaving, after=min(_last_days((one.enrolment for one in leaving.values()), on=on).values()))
    _leave(actor, leaving.values(), on=on, reason=reason)
    entered = _enter(actor, leaving, line, handover, on=on, reason=reason, caseworker_id=caseworker_id)
    kept = moved_since(before)
    named = {pk: one for pk, one in running_mandates(leaving, on=on).items() if one.pk not in before["mandates"]}
    HandedOver.objects.bulk_create(
        [
            HandedOver(
                handover=handover,
                person_id=pk,
                from_organisation_id=left.enrolment.organisation_id,
                from_mandate=left.mandate,
                to_mandate=named.get(pk),
                from_enrolment=left.enrolment,
                to_enrolment=entered[pk],
                kept=kept.get(pk, {}),
            )
            for pk, left in leaving.items()
        ],
        batch_size=2000,
    )
    return Passed(handover, refused)


def _sorted(
    persons: Iterable[Person], line: AgreementLine, *, on: date
) -> tuple[dict[int, _Leaving], list[tuple[int, Refusal]]]:
    """Say who may go, and why the others may not; six queries whatever their number."""
    ids = [one.pk for one in persons]
    oriented = Orientation.objects.filter(person__in=ids, authority_id=line.agreement.authority_id, closed_on=None)
    by_person = {one.person_id: one for one in oriented}
    enrolled = {one.person_id: one for one in _main([one.pk for one in by_person.values()]).order_by("start_on")}
    mandates = running_mandates(ids, on=on)
    known = standings(ids, on=on)
    conditions = Shelf().entry_rules_of(line.action_code, on=on).conditions
    leaving: dict[int, _Leaving] = {}
    refused: list[tuple[int, Refusal]] = []
    for pk in ids:
        orientation, enrolment = by_person.get(pk), enrolled.get(pk)
        why = _against(orientation, enrolment, line, on=on)
        why = why or obstacle(known[pk], conditions, authority_id=line.agreement.authority_id)
        if why is not None or orientation is None or enrolment is None:
            assert why is not None
            refused.append((pk, why))
        else:
            leaving[pk] = _Leaving(orientation, enrolment, mandates.get(pk))
    return leaving, refused


def _main(orientation_ids: Collection[int]) -> QuerySet[Enrolment]:
    """The running accompaniments these orientations decided; what was opened beside them goes on, as in ``reorient`` (R-058)."""
    rows = Enrolment.objects.filter(orientation__in=orientation_ids, end_on=None).select_related("line")
    return rows.filter(action_code=F("orientation__action_code"))


def _last_days(enrolments: Iterable[Enrolment], *, on: date) -> dict[int, date]:
    return {one.pk: within_line(one, on - timedelta(days=1)) for one in enrolments}


def _against(
    orientation: Orientation | None, enrolment: Enrolment | None, line: AgreementLine, *, on: date
) -> Refusal | None:
    if orientation is None or enrolment is None:
        return Refusal("Cette personne n’est pas accompagnée : orientez-la, puis inscrivez-la.", code="not_followed")
    if enrolment.organisation_id == line.agreement.organisation_id:
        return Refusal("Cette personne est déjà accompagnée par cet organisme.", code="same_organisation")
    if not line.start_on <= on <= line.end_on:
        return Refusal(
            f"Cette offre est ouverte du {line.start_on:%d/%m/%Y} au {line.end_on:%d/%m/%Y}.", code="line_closed"
        )
    if on <= max(orientation.decided_on, enrolment.start_on):
        return Refusal("Cette personne vient d’entrer : elle ne peut pas partir le même jour.", code="just_entered")
    return None


def _leave(actor: User, leaving: Iterable[_Leaving], *, on: date, reason: str) -> None:
    rows = list(leaving)
    eve = on - timedelta(days=1)
    ids = [one.orientation.pk for one in rows]
    Orientation.objects.filter(pk__in=ids).update(closed_on=eve, closed_by=actor, closed_reason=reason.strip())
    running = list(_main(ids))
    last_days = _last_days(running, on=on)
    close_enrolments(actor, running, last_days=last_days, reason=EndReason.REORIENTATION, lead_until=eve)
    close_grants(reason=AccessReason.ORIENTATION, source_ids=ids, end_on=eve)
    touch(days={eve})


def _enter(
    actor: User,
    leaving: dict[int, _Leaving],
    line: AgreementLine,
    handover: Handover,
    *,
    on: date,
    reason: str,
    caseworker_id: int | None,
) -> dict[int, Enrolment]:
    decided = decide(
        actor,
        [Choice(pk, line.pk) for pk in leaving],
        on=on,
        reason=reason,
        channel=Channel.BULK,
        permission=Permission.ORIENTATION_BULK,
        batch=handover.key,
    )
    if decided.refused:  # looked at before under the same locks: nothing else can have changed
        raise decided.refused[0][1]
    for one in decided.orientations:
        one.replaces = leaving[one.person_id].orientation
    Orientation.objects.bulk_update(decided.orientations, ["replaces"], batch_size=2000)
    replaced = {one.replaces.pk: one for one in decided.orientations if one.replaces is not None}
    answer_requests(actor, replaced, on=on, reason=reason)
    entries = [NewEnrolment(one.person_id, line.pk, on, one.pk, caseworker_id) for one in decided.orientations]
    return {one.person_id: one for one in enrol_many(actor=actor, on=on, entries=entries)}


@operation
def undo_move(*, actor: User, on: date, handover_id: int) -> int:
    """Take back a handover to another organisation while nothing was written there; returns how many go back."""
    handover = Handover.objects.select_related("to_line__agreement").get(pk=handover_id)
    items = list(handover.items.select_related("from_enrolment", "to_enrolment", "from_mandate"))
    persons = open_persons(actor, {one.person_id for one in items}, on=on, permission=Permission.ORIENTATION_BULK)
    assert handover.to_line is not None
    for territory_id in {one.territory_id for one in persons.values()}:
        place = {"authority_id": handover.to_line.agreement.authority_id, "territory_id": territory_id}
        require(actor, Permission.ORIENTATION_BULK, on=on, **place)
    if Handover.objects.get(pk=handover_id).undone_on is not None:
        raise Refusal("Cette passation est déjà annulée.", code="handover_undone")
    _require_untouched(handover, items)
    _remove(handover, items)
    _restore(items)
    close_handover(handover, actor, on=on)
    touch(days={handover.effective_on, handover.effective_on - timedelta(days=1)}, lines=True)
    return len(items)


def _require_untouched(handover: Handover, items: Collection[HandedOver]) -> None:
    person_ids = [one.person_id for one in items]
    made = [one.to_enrolment_id for one in items if one.to_enrolment_id is not None]
    written = Appointment.objects.filter(
        person__in=person_ids, organisation=handover.to_organisation_id, on_date__gte=handover.effective_on
    )
    ended = any(one.to_enrolment is None or one.to_enrolment.end_on is not None for one in items)
    named = Mandate.objects.filter(person__in=person_ids, start_on__gte=handover.effective_on)
    known = {int(pk) for one in items for pk in one.kept.get("mandates", {})}  # named before, for later
    named = named.exclude(pk__in=known | {one.to_mandate_id for one in items if one.to_mandate_id})
    later = Enrolment.objects.filter(person__in=person_ids, start_on__gt=handover.effective_on).exclude(pk__in=made)
    if ended or written.exists() or named.exists() or later.exists():
        raise _in_use()


def _in_use() -> Refusal:
    return Refusal(
        "Le nouvel organisme a déjà écrit dans un de ces dossiers : réorientez une à une les personnes à rendre.",
        code="handover_in_use",
    )


def _remove(handover: Handover, items: Collection[HandedOver]) -> None:
    """Take away what the handover made, with the accesses it gave."""
    mandates = [one.to_mandate_id for one in items if one.to_mandate_id is not None]
    enrolments = [one.to_enrolment_id for one in items if one.to_enrolment_id is not None]
    orientations = list(Orientation.objects.filter(batch=handover.key).values_list("pk", flat=True))
    for reason, ids in (
        (AccessReason.MANDATE, mandates),
        (AccessReason.ENROLMENT, enrolments),
        (AccessReason.ORIENTATION, orientations),
    ):
        DossierAccess.objects.filter(reason=reason, source_id__in=ids).delete()
    for request in ReorientationRequest.objects.filter(result__in=orientations):  # it waits again
        request.state, request.result, request.decision_reason = RequestState.OPEN, None, ""
        request.decided_on, request.decided_by = None, None
        request.save()
    forget_undone(mandate_ids=mandates, enrolment_ids=enrolments)
    try:
        Mandate.objects.filter(pk__in=mandates).delete()
        Enrolment.objects.filter(pk__in=enrolments).delete()
        Orientation.objects.filter(pk__in=orientations).delete()
    except ProtectedError as error:  # a contract, a step… rests on what would go
        raise _in_use() from error


def _restore(items: Collection[HandedOver]) -> None:
    """Let run again what ended on the eve: orientation, enrolment, pauses, team, référent, and the accesses they gave."""
    enrolments = [one.from_enrolment for one in items if one.from_enrolment is not None]
    orientations = [one.orientation_id for one in enrolments if one.orientation_id is not None]
    Orientation.objects.filter(pk__in=orientations).update(closed_on=None, closed_by=None, closed_reason="")
    put_back(one.kept for one in items)
