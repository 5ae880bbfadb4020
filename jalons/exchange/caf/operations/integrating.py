"""From a staged file to people and rights, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import connection

from jalons.exchange.caf import staging
from jalons.exchange.caf.codes import code_book
from jalons.exchange.caf.extracts import extracts
from jalons.exchange.caf.models import (
    IdentityConflict,
    IdentityDecision,
    ImportRun,
    RefusedRecord,
    RunState,
)
from jalons.exchange.caf.order import COMPLETE, check_order, previous_complete_on
from jalons.exchange.caf.presence import compare_with_previous
from jalons.kernel import clock
from jalons.kernel.operation import operation
from jalons.network.models import User
from jalons.people.merge import Conflict, MergeResult, Source, create_tables, hold_merges, merge_incoming

IDENTITY = "identity"
_FORMER_NUMBER = re.compile(rb"<(?:\w+:)?NUMDEMRSAPRECE>\s*(\w{1,11})\s*<", re.ASCII)
_WAITS = "Une personne de ce foyer ressemble à une personne connue : décidez qui elle est, le foyer sera alors importé."


@operation
def integrate(*, actor: User, on: date, run: ImportRun, path: Path) -> ImportRun:
    """Merge the staged rows of ``run`` and close it: all of it, or nothing if anything fails.

    The order of the files is checked under the lock: two imports started together never both find themselves the newest.
    """
    hold_merges(run.authority_id)
    if run.paying_body:
        check_order(run, path)
    previous = previous_complete_on(run)
    with connection.cursor() as cursor:
        create_tables(cursor)
        run.repeated = staging.fill_incoming(cursor, run.pk)
        fill_decisions(run.authority_id)
    source = source_of(run, previous)
    result = merge_incoming(actor=actor, on=on, source=source)
    _keep_conflicts(run, path, result.conflicts)
    remember_decided(result)
    _supersede(run, sorted(result.spared) if source.complete else None)
    if run.kind == COMPLETE and run.paying_body:
        moved = compare_with_previous(run, actor=actor, on=on, first=previous is None)
        run.entrants, run.leavers = moved if moved is not None else (None, None)
    _close(run, result)
    staging.clear(run.pk)
    return run


def source_of(run: ImportRun, previous: date | None, *, replayed: bool = False) -> Source:
    """Return what the merge must know of the file; a household replayed alone says nothing of the absent ones."""
    assert run.reference_on is not None
    own = code_book().own
    refused = list(run.records.values_list("request_number", "raw"))
    unreadable = any(
        not number for number, _ in refused
    )  # a household without a number may be any of those that look absent
    bodies = staging.paying_bodies(run.pk)
    return Source(
        authority_id=run.authority_id,
        paying_body=run.paying_body,
        paying_body_number=run.paying_body_number,
        as_of=run.reference_on,
        complete=run.kind == COMPLETE and not replayed and not unreadable and len(bodies) == 1,
        previous_complete_on=previous,
        absent_reason=own["absent"],
        left_reason=own["left"],
        spared=frozenset(number for own_number, raw in refused for number in (own_number, *_replaced(bytes(raw)))),
    )


def _replaced(raw: bytes) -> list[str]:
    """Return the former numbers of a dossier refused, read from its extract as far as it can be."""
    return [number.decode() for number in _FORMER_NUMBER.findall(raw)]


def fill_decisions(authority_id: int) -> None:
    """Give the merge the human decisions taken so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO incoming_decision (decision_id, request_number, identity, nir_match, person_id)
               SELECT id, request_number, identity, nir_match, person_id FROM caf_identityconflict
               WHERE authority_id = %s AND state = 'resolved'""",
            [authority_id],
        )


def remember_decided(result: MergeResult) -> None:
    """« Somebody else » becomes that person, so that the next file finds them."""
    for conflict_id, person_id in result.decided.items():
        IdentityConflict.objects.filter(pk=conflict_id, decision=IdentityDecision.OTHER, person__isnull=True).update(
            person_id=person_id
        )


def _keep_conflicts(run: ImportRun, path: Path, conflicts: Sequence[Conflict]) -> None:
    raw = extracts(path, {conflict.position for conflict in conflicts})
    for position, content in raw.items():
        mine = [conflict for conflict in conflicts if conflict.position == position]
        record, _ = RefusedRecord.objects.get_or_create(
            run=run,
            position=position,
            defaults={"request_number": mine[0].request_number, "reason": IDENTITY, "message": _WAITS, "raw": content},
        )
        keep_conflicts(record, run.authority_id, mine)


def keep_conflicts(record: RefusedRecord, authority_id: int, conflicts: Sequence[Conflict]) -> None:
    """Write the conflicts of a household set aside; one already open is only tied to this newer extract."""
    for conflict in conflicts:
        IdentityConflict.objects.update_or_create(
            authority_id=authority_id,
            request_number=conflict.request_number,
            identity=conflict.identity,
            nir_match=conflict.nir_match,
            defaults={"record": record, "candidates": conflict.candidates, "reason": conflict.reason},
            create_defaults={
                "record": record,
                "candidates": conflict.candidates,
                "reason": conflict.reason,
                "role": conflict.role,
                "last_name": conflict.last_name,
                "birth_name": conflict.birth_name,
                "first_name": conflict.first_name,
                "born_on": conflict.born_on,
                "birth_rank": conflict.birth_rank,
            },
        )


_SUPERSEDE = """
    UPDATE caf_refusedrecord r SET state = 'superseded', raw = ''
    FROM caf_importrun o
    WHERE o.id = r.run_id AND r.state = 'pending' AND r.run_id <> %(run)s AND o.authority_id = %(authority)s
      AND o.reference_on <= %(as_of)s
      AND ((r.request_number <> ''
            AND (r.request_number IN (SELECT request_number FROM caf_staged_household WHERE run_id = %(run)s)
                 OR r.request_number IN (SELECT request_number FROM caf_refusedrecord WHERE run_id = %(run)s)))
           OR (%(complete)s AND o.paying_body = %(body)s AND o.paying_body_number = %(number)s
               AND r.request_number <> ALL (%(spared)s)))
"""


def _supersede(run: ImportRun, spared: list[str] | None) -> None:
    """What waited for an older statement of a household waits no more: this file states it anew.

    A complete file (``spared`` is given) also speaks of those it does not carry: they are no longer with rights.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SUPERSEDE,
            {
                "run": run.pk,
                "authority": run.authority_id,
                "as_of": run.reference_on,
                "complete": spared is not None,
                "body": run.paying_body,
                "number": run.paying_body_number,
                "spared": spared or [],
            },
        )


def _close(run: ImportRun, result: MergeResult) -> None:
    run.new, run.changed, run.unchanged, run.older = result.new, result.changed, result.unchanged, result.older
    run.absent, run.ended = result.absent, len(result.ended)
    run.refused = run.records.exclude(reason=IDENTITY).count()
    run.waiting = run.records.filter(reason=IDENTITY).count()
    run.state, run.finished_at = RunState.DONE, clock.now()
    run.save()
