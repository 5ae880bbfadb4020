"""Fill the grid of criteria for a person, keep the grid of an authority, and what the CAF suggests (R-029, R-031)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from jalons.agenda.models import GroupSession
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.grids import Criterion, checked, filled, fingerprint, proposal, stored
from jalons.pathways.models import Evaluation, OrientationGrid, Preflag, SavedQuery
from jalons.pathways.operations._door import open_persons
from jalons.pathways.queries.evaluations import grid_of
from jalons.people.access import lock_persons


@operation
def adopt_grid(*, actor: User, on: date, authority_id: int, criteria: Sequence[Criterion]) -> OrientationGrid:
    """Give an authority its grid from today on; the evaluations already made keep the answers of theirs."""
    require(actor, Permission.RULEBOOK_ADOPT, on=on, authority_id=authority_id)
    values = {"criteria": stored(checked(criteria)), "adopted_by": actor}
    grid, _ = OrientationGrid.objects.update_or_create(authority_id=authority_id, start_on=on, defaults=values)
    return grid


@operation
def evaluate(
    *,
    actor: User,
    on: date,
    person_id: int,
    chosen: Sequence[int | None],
    session_id: int | None = None,
    grid: str | None = None,
) -> Evaluation:
    """Keep the answers of a person to the grid of the day: ``chosen`` has the number of an answer per question, or None.

    ``session_id``: the information session at the end of which she was received (R-035); she must have been invited.
    ``grid``: the fingerprint of the grid that was shown; refused when another one is in use since.
    """
    person = open_persons(actor, [person_id], on=on, permission=Permission.ORIENTATION_DECIDE)[person_id]
    if (
        session_id is not None
        and not GroupSession.objects.filter(pk=session_id, appointments__person_id=person_id).exists()
    ):
        raise Refusal("Cette personne n’est pas invitée à cette information collective.", code="session_not_invited")
    criteria = grid_of(person.authority_id, on=on)
    if grid is not None and grid != fingerprint(criteria):
        raise Refusal(
            "La grille a changé pendant la saisie : relisez les questions, puis enregistrez à nouveau.",
            code="grid_changed",
        )
    answers = filled(criteria, chosen)
    return Evaluation.objects.create(
        person_id=person_id,
        authority_id=person.authority_id,
        answers=answers,
        proposed_type=proposal(answers),
        made_on=on,
        made_by=actor,
        session_id=session_id,
    )


@dataclass(frozen=True, slots=True)
class NewPreflag:
    """What the CAF suggests for a person, and when the house received it."""

    person_id: int
    value: str
    received_on: date


@operation
def record_preflags(*, actor: User, on: date, preflags: Collection[NewPreflag]) -> list[Preflag]:
    """Keep suggestions of the CAF as a set; those already known that day are left as they are. Returns the new ones."""
    persons = _importable(actor, {one.person_id for one in preflags}, on=on)
    known = set(Preflag.objects.filter(person__in=persons).values_list("person_id", "received_on"))
    new = {}
    for one in preflags:
        key = (one.person_id, one.received_on)
        if one.received_on > on:
            raise Refusal("Un pré-fléchage ne peut pas arriver demain.", code="preflag_to_come")
        if one.value.strip() and key not in known:
            new[key] = Preflag(
                person_id=one.person_id, value=one.value.strip(), received_on=one.received_on, recorded_by=actor
            )
    return Preflag.objects.bulk_create(list(new.values()), batch_size=2000)


def _importable(actor: User, person_ids: Collection[int], *, on: date) -> set[int]:
    """Check that ``actor`` may import for the authorities of these persons; files need not be within their reach."""
    persons = lock_persons(person_ids)
    for authority_id in {one.authority_id for one in persons}:
        require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    return {one.pk for one in persons}


@operation
def save_query(*, actor: User, on: date, authority_id: int, name: str, query: str) -> SavedQuery:
    """Keep the filters of a search under a name, for the whole authority; the same name is written again (R-030)."""
    require(actor, Permission.ORIENTATION_BULK, on=on, authority_id=authority_id)
    if not name.strip():
        raise Refusal("Donnez un nom à cette requête.", code="saved_query_name")
    values = {"query": query, "saved_by": actor}
    row, _ = SavedQuery.objects.update_or_create(authority_id=authority_id, name=name.strip(), defaults=values)
    return row


@operation
def forget_query(*, actor: User, on: date, query_id: int) -> None:
    """Forget a search kept under a name; nothing rests on it."""
    row = SavedQuery.objects.get(pk=query_id)
    require(actor, Permission.ORIENTATION_BULK, on=on, authority_id=row.authority_id)
    row.delete()
