"""Takes back a table, person by person: only what is still as the table wrote it, and on which nothing else rests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CASCADE, PROTECT, SET_NULL, Model

from jalons.agenda.models import SignIn
from jalons.agenda.operations.withdrawal import withdraw_appointments, withdraw_outcomes
from jalons.documents.models import LetterKind
from jalons.exchange.spreadsheets.models import FactKind, Move, MoveFact, MoveState, OwnNumber
from jalons.exchange.spreadsheets.moving.fingerprints import MODELS, fingerprints
from jalons.exchange.spreadsheets.moving.operations import locked
from jalons.kernel import clock
from jalons.kernel.operation import operation
from jalons.kernel.outbox.models import Message, State
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.operations import system_user
from jalons.pathways.models import Enrolment, Mandate, ReportedAbsence, ReportState
from jalons.pathways.operations.taking_over import TakenOver, withdraw_taken_over
from jalons.people.access import lock_persons
from jalons.people.models import Person
from jalons.people.newcomers import complete_persons, forget_persons

PERSONS_AT_ONCE = 500
CHANGED = "Modifié depuis l’import."
# Written again from the facts, or by the table itself: they go with what they are about.
DERIVED = frozenset(
    {"people.DossierAccess", "spreadsheets.MoveRow", "spreadsheets.OwnNumber", "todos.Reminder", "todos.Todo"}
)
# The letter that tells of a fact.
LETTERS: dict[str, str] = {FactKind.APPOINTMENT: LetterKind.CONVOCATION, FactKind.ORIENTATION: LetterKind.ORIENTATION}
RESTED_ON = "Autre chose a été noté depuis, qui repose sur ce que l’import a écrit."


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """Who can be taken back, and who is kept with the reason."""

    free: frozenset[int]
    kept: dict[int, str]


def plan_undo(move: Move, person_ids: Collection[int] | None = None) -> UndoPlan:
    """Say what an undo would do, in a fixed number of queries."""
    facts = MoveFact.objects.filter(move=move, undone=False)
    if person_ids is not None:
        facts = facts.filter(person_id__in=person_ids)
    rows = list(facts)
    now = fingerprints((one.kind, one.object_id) for one in rows)
    kept: dict[int, str] = {}
    for one in rows:
        if now.get((one.kind, one.object_id)) != bytes(one.fingerprint):
            kept[one.person_id] = CHANGED
    made: dict[str, dict[int, int]] = defaultdict(dict)
    for one in rows:
        if one.before is None:
            made[one.kind][one.object_id] = one.person_id
    for person_id in _rested_on(made) | _relied_on(rows) | _followed(rows):
        kept.setdefault(person_id, RESTED_ON)
    return UndoPlan(frozenset({one.person_id for one in rows} - kept.keys()), kept)


def _rested_on(made: dict[str, dict[int, int]]) -> set[int]:
    """Return the persons of rows that something the table did not write points to."""
    mine = {(MODELS[kind], pk) for kind, objects in made.items() for pk in objects}
    found: set[int] = set()
    for kind, objects in made.items():
        for model, name, attname in _pointing_to(MODELS[kind]):
            rows = model._base_manager.filter(**{f"{name}__in": list(objects)}).values_list("pk", attname)
            found |= {objects[target] for pk, target in rows if (model, pk) not in mine}
        found |= {objects[pk] for pk in _told(kind, list(objects))}
    return found


def _relied_on(facts: Collection[MoveFact]) -> set[int]:
    """Return the persons of appointments whose outcome the table noted, then cited by a report or signed for."""
    noted = {
        one.object_id: one.person_id for one in facts if one.kind == FactKind.APPOINTMENT and one.before is not None
    }
    cited = ReportedAbsence.objects.filter(appointment__in=noted, report__state=ReportState.WRITTEN)
    signed = SignIn.objects.filter(appointment__in=noted, voided_at__isnull=True)
    both = (*cited.values_list("appointment", flat=True), *signed.values_list("appointment", flat=True))
    return {noted[pk] for pk in both}


def _told(kind: str, object_ids: list[int]) -> set[int]:
    """Return the objects that a letter or a message tells the person about: they hold a plain number, no relation."""
    mail = Message.objects.filter(subject_kind=kind, subject_id__in=object_ids).exclude(state=State.CANCELLED)
    found = set(mail.values_list("subject_id", flat=True))
    for model, _, _ in _pointing_to(Person):
        if {"kind", "subject_id"} <= {one.name for one in model._meta.fields}:
            rows = model._base_manager.filter(kind=LETTERS.get(kind, kind), subject_id__in=object_ids)
            found |= set(rows.values_list("subject_id", flat=True))
    return found


def _followed(facts: Collection[MoveFact]) -> set[int]:
    """Return the persons who got another référent, or came back, since the table ended the former: it stays ended."""
    found: set[int] = set()
    for model, kind in ((Mandate, FactKind.MANDATE), (Enrolment, FactKind.ENROLMENT)):
        mine = {one.object_id for one in facts if one.kind == kind}
        ended = [one for one in facts if one.kind == kind and one.before is not None]
        days = dict(model._default_manager.filter(pk__in=[one.object_id for one in ended]).values_list("pk", "end_on"))
        later = model._default_manager.filter(person__in={one.person_id for one in ended}).exclude(pk__in=mine)
        starts: dict[int, date] = dict(later.order_by("start_on").values_list("person", "start_on"))  # the last wins
        for one in ended:
            day, start = days.get(one.object_id), starts.get(one.person_id)
            if day is not None and start is not None and start > day:
                found.add(one.person_id)
    return found


def _pointing_to(target: type[Model]) -> Iterable[tuple[type[Model], str, str]]:
    """Yield the relations that keep a row from being deleted, and those that would be lost with it."""
    for relation in target._meta.get_fields(include_hidden=True):
        if getattr(relation, "on_delete", None) not in (PROTECT, CASCADE, SET_NULL) or not relation.auto_created:
            continue
        if not relation.concrete and relation.related_model._meta.label not in DERIVED:  # type: ignore[union-attr]
            yield relation.related_model, relation.field.name, relation.field.attname  # type: ignore[union-attr, misc]


def people_left(move: Move) -> int:
    """Count the persons of whom something that the table wrote is still there."""
    return MoveFact.objects.filter(move=move, undone=False).values("person_id").distinct().count()


def plan_of_page(move: Move) -> UndoPlan | None:
    """Return what an undo would do, None when there are too many persons to look at while somebody waits."""
    return plan_undo(move) if people_left(move) <= PERSONS_AT_ONCE else None


@operation
def undo_batch(*, actor: User, on: date, move_id: int, after: int = 0) -> int:
    """Take back the next persons after one, and return the last looked at; 0 when the undo is finished.

    Who cannot be taken back keeps all that the table wrote. Stopped half-way, it is asked again from the start.
    """
    move = locked(actor, move_id, on=on)
    if move.state not in (MoveState.DONE, MoveState.UNDONE):
        raise Refusal("Seul un tableau importé s’annule : attendez la fin de l’import.", code="moving_not_done")
    waiting = MoveFact.objects.filter(move=move, undone=False, person_id__gt=after).order_by("person_id")
    people = list(waiting.values_list("person_id", flat=True).distinct()[:PERSONS_AT_ONCE])
    if move.undone_at is None:
        move.state, move.undone_at, move.undone_by = MoveState.UNDONE, clock.now(), actor
        move.save(update_fields=["state", "undone_at", "undone_by"])
    if not people:
        return 0
    lock_persons(people)  # before looking: nobody writes in these files between the look and the taking back
    plan = plan_undo(move, people)
    facts = list(MoveFact.objects.filter(move=move, undone=False, person_id__in=plan.free))
    _take_back(on, move, facts)
    MoveFact.objects.filter(pk__in=[one.pk for one in facts]).update(undone=True)
    return max(people)


def _take_back(on: date, move: Move, facts: list[MoveFact]) -> None:
    made: dict[str, list[int]] = defaultdict(list)
    changed: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for one in facts:
        if one.before is None:
            made[one.kind].append(one.object_id)
        else:
            changed[one.kind][one.object_id] = one.before
    enrolments = changed[FactKind.ENROLMENT]
    common: dict[str, Any] = {"actor": system_user(), "on": on}
    authority_id = move.authority_id
    withdraw_taken_over(
        **common,
        authority_id=authority_id,
        what=TakenOver(
            exits=made[FactKind.EXIT],
            jobs=made[FactKind.JOB],
            steps=made[FactKind.STEP],
            mandates=made[FactKind.MANDATE],
            enrolments=made[FactKind.ENROLMENT],
            orientations=made[FactKind.ORIENTATION],
            closed_enrolments=[pk for pk, before in enrolments.items() if "end_on" in before],
            closed_mandates=[pk for pk, before in changed[FactKind.MANDATE].items() if "end_on" in before],
            ended_steps=changed[FactKind.STEP],
            moved=[before["moved"] for before in enrolments.values() if "moved" in before],
        ),
    )
    withdraw_appointments(**common, appointment_ids=made[FactKind.APPOINTMENT])
    withdraw_outcomes(**common, appointment_ids=list(changed[FactKind.APPOINTMENT]))
    complete_persons(**common, authority_id=authority_id, values=changed[FactKind.PERSON], overwrite=True)
    OwnNumber.objects.filter(move=move, person__in={one.person_id for one in facts}).delete()
    forget_persons(**common, authority_id=authority_id, person_ids=made[FactKind.PERSON])
