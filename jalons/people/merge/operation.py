"""The merge itself: one transaction, everything or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from jalons.kernel.operation import Actor, operation, touch
from jalons.people.merge.households import classify, merge_households, merge_stays
from jalons.people.merge.matching import Conflict, conflicts, match_identities, set_aside_conflicts
from jalons.people.merge.persons import merge_access, merge_persons
from jalons.people.merge.ports import RightsEnd, rights_ended, rights_restored
from jalons.people.merge.rights import merge_rights, vouched
from jalons.people.merge.tables import Source, analyse


@dataclass(frozen=True, slots=True)
class MergeResult:
    """Households by what they changed, and what waits or ended. ``decided`` gives the person of each decision used.

    ``spared`` are the request numbers that the file speaks of without stating them: they are not absent.
    """

    new: int
    changed: int
    unchanged: int
    older: int
    absent: int
    conflicts: list[Conflict]
    ended: list[RightsEnd]
    persons: int
    decided: dict[int, int]
    spared: frozenset[str]


def hold_merges(authority_id: int) -> None:
    """Keep the other merges of an authority waiting until the end of this transaction; asked again, it changes nothing.

    Who reads or locks rows of the journal before merging asks it first: the lock comes before every row, in every import.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jalons.people.merge'), %s)", [authority_id])


@operation
def merge_incoming(*, actor: Actor, on: date, source: Source) -> MergeResult:
    """Merge the incoming tables into households, persons, addresses, stays, rights, « droits et devoirs » and accesses.

    Two merges of one authority never run together. The same rows twice write nothing the second time.
    """
    with connection.cursor() as cursor:
        hold_merges(source.authority_id)
        analyse(cursor, "incoming_household", "incoming_person", "incoming_address", "incoming_decision")
        classes = classify(cursor, source)
        match_identities(cursor, source)
        set_aside_conflicts(cursor)
        merge_persons(cursor, source)
        found = list(conflicts(cursor, source))
        waiting = {conflict.position for conflict in found}
        cursor.execute("SELECT position, class FROM incoming_class WHERE position = ANY(%s)", [sorted(waiting)])
        held = [row[1] for row in cursor.fetchall()]
        merge_households(cursor, source)
        merge_stays(cursor, source)
        merge_access(cursor, source)
        spared = source._replace(spared=source.spared | vouched(cursor))
        rights = merge_rights(cursor, spared)
        cursor.execute("SELECT person_id FROM incoming_resolved UNION SELECT person_id FROM incoming_change")
        persons = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT decision_id, person_id FROM incoming_resolved WHERE decision_id IS NOT NULL")
        decided = dict(cursor.fetchall())
    touch(persons=persons, days={source.as_of})
    if rights.restored:
        rights_restored(actor=actor, on=on, person_ids=rights.restored)
    if rights.ended:
        rights_ended(actor=actor, on=on, ended=rights.ended)
    return MergeResult(
        new=classes.new - held.count("new"),
        changed=classes.changed - held.count("changed"),
        unchanged=classes.unchanged,
        older=classes.older,
        absent=rights.absent,
        conflicts=found,
        ended=rights.ended,
        persons=len(persons),
        decided=decided,
        spared=spared.spared,
    )
