"""What was set aside is read again, by decision of a human: after a correction, or once it is known who is who."""

from __future__ import annotations

from datetime import date

from django.db import connection

from jalons.exchange.caf.batches import batch_of
from jalons.exchange.caf.models import (
    IdentityConflict,
    IdentityDecision,
    ImportRun,
    RecordState,
    RefusedRecord,
    RunState,
)
from jalons.exchange.caf.operations.integrating import (
    IDENTITY,
    fill_decisions,
    keep_conflicts,
    remember_decided,
    source_of,
)
from jalons.exchange.caf.order import COMPLETE, previous_complete_on
from jalons.exchange.caf.presence import compare_with_previous
from jalons.exchange.caf.staging import fill_incoming_from
from jalons.exchange.caf.stream import read_household_extract
from jalons.kernel import clock
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.operations import system_user
from jalons.network.permissions import Permission, require
from jalons.people.merge import MergeResult, create_tables, hold_merges, merge_incoming


@operation
def replay_record(*, actor: User, on: date, record_id: int, raw: bytes | None = None) -> RefusedRecord:
    """Read a household set aside again, with ``raw`` instead of what was kept when it was corrected.

    Returns the record: ``replayed``, ``superseded`` when a newer file has spoken since, or still ``pending`` with its reason.
    """
    authority_id = RefusedRecord.objects.values_list("run__authority_id", flat=True).get(pk=record_id)
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    hold_merges(authority_id)
    record = _pending(record_id)
    if raw is not None:
        record.raw = raw
    return _replay(record, actor=actor, on=on)


def _replay(record: RefusedRecord, *, actor: User, on: date) -> RefusedRecord:
    """``actor`` decided it; the merge itself is the work of the system, which alone imports for everybody."""
    run, system = record.run, system_user()
    batch = batch_of([read_household_extract(bytes(record.raw), record.position)], record.position)
    if batch.refusals:
        refusal = batch.refusals[0]
        return _still(record, refusal.reason, refusal.message, refusal.request_number)
    with connection.cursor() as cursor:
        create_tables(cursor)
        fill_incoming_from(cursor, batch)
        fill_decisions(run.authority_id)
    previous = previous_complete_on(run)
    result = merge_incoming(actor=system, on=on, source=source_of(run, previous, replayed=True))
    if result.conflicts:
        keep_conflicts(record, run.authority_id, result.conflicts)
        return _still(
            record, IDENTITY, "Une personne de ce foyer attend encore une décision d’identité.", record.request_number
        )
    remember_decided(result)
    return _done(record, result, actor=actor, on=on)


def _still(record: RefusedRecord, reason: str, message: str, request_number: str | None) -> RefusedRecord:
    record.reason, record.message, record.request_number = reason, message, request_number or ""
    record.save()
    return record


def _done(record: RefusedRecord, result: MergeResult, *, actor: User, on: date) -> RefusedRecord:
    record.state = RecordState.SUPERSEDED if result.older else RecordState.REPLAYED
    record.decided_by, record.decided_at, record.raw = actor, clock.now(), b""
    record.save()
    run = record.run
    if run.kind == COMPLETE and _is_last_monthly(run):
        first = previous_complete_on(run) is None
        moved = compare_with_previous(run, actor=system_user(), on=on, first=first)
        if moved is not None:
            run.entrants, run.leavers = (run.entrants or 0) + moved[0], (run.leavers or 0) + moved[1]
            run.save()
    return record


def _is_last_monthly(run: ImportRun) -> bool:
    return not ImportRun.objects.filter(
        authority_id=run.authority_id,
        paying_body=run.paying_body,
        paying_body_number=run.paying_body_number,
        kind=COMPLETE,
        state=RunState.DONE,
        reference_on__gt=run.reference_on,
    ).exists()


def replay_run(*, actor: User, on: date, run_id: int) -> dict[str, int]:
    """Replay every pending household of a run, each on its own; return how many came out in each state."""
    counts: dict[str, int] = {}
    for record_id in RefusedRecord.objects.filter(run_id=run_id, state=RecordState.PENDING).values_list(
        "pk", flat=True
    ):
        state = replay_record(actor=actor, on=on, record_id=record_id).state
        counts[state] = counts.get(state, 0) + 1
    return counts


@operation
def drop_record(*, actor: User, on: date, record_id: int) -> RefusedRecord:
    """Give up a household set aside: it will come back with the next file."""
    record = _pending(record_id)
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=record.run.authority_id)
    record.state, record.decided_by, record.decided_at = RecordState.DROPPED, actor, clock.now()
    record.raw = b""
    record.save()
    return record


@operation
def resolve_conflict(
    *, actor: User, on: date, conflict_id: int, decision: IdentityDecision, person_id: int | None = None
) -> IdentityConflict:
    """Say who the person is: one of the candidates (``same`` and ``person_id``), or somebody else (``other``).

    When the household has no other open conflict it is replayed at once. The decision serves for the files to come.
    """
    authority_id = IdentityConflict.objects.values_list("authority_id", flat=True).get(pk=conflict_id)
    require(actor, Permission.IDENTITY_RESOLVE, on=on, authority_id=authority_id)
    # Merges, then the household's record, then its conflicts: the order of every import and replay.
    hold_merges(authority_id)
    record_id = IdentityConflict.objects.values_list("record_id", flat=True).get(pk=conflict_id)
    record = RefusedRecord.objects.select_for_update().get(pk=record_id)
    conflict = IdentityConflict.objects.select_for_update().get(pk=conflict_id)
    if conflict.state != "open":
        raise Refusal("Ce conflit est déjà décidé.", code="caf_conflict_resolved")
    if decision == IdentityDecision.SAME and person_id not in conflict.candidates:
        raise Refusal("Choisissez l’une des personnes proposées.", code="caf_conflict_candidate")
    conflict.state, conflict.decision = "resolved", decision
    conflict.person_id = person_id if decision == IdentityDecision.SAME else None
    conflict.decided_by, conflict.decided_at = actor, clock.now()
    conflict.save()
    if record.state == RecordState.PENDING and not record.conflicts.filter(state="open").exists():
        _replay(_pending(record.pk), actor=actor, on=on)
    conflict.refresh_from_db()
    return conflict


def _pending(record_id: int) -> RefusedRecord:
    record = RefusedRecord.objects.select_for_update(of=("self",)).select_related("run").get(pk=record_id)
    if record.state != RecordState.PENDING:
        raise Refusal(f"Ce foyer n’attend plus : {record.get_state_display().lower()}.", code="caf_record_not_pending")
    return record
