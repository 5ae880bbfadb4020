"""Acts done for several persons at once from what is due: a fact is noted, a to-do is never ticked off by hand.

Each act goes through the operations of the rooms: all together first; when one is refused, one by one, so that the others
are done and each refusal is told with its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from jalons.agenda.models import AppointmentKind, Mode
from jalons.agenda.operations import NewAppointment, cancel, enrol_in_session, plan_session, record_appointments
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Enrolment, InformationKind, Mandate
from jalons.pathways.operations import (
    NewInformation,
    assign_in_bulk,
    record_informations,
    undo_pass_on,
    withdraw_information,
    withdraw_piece,
)
from jalons.pathways.operations.pauses import NewPiece, record_pieces
from jalons.todos.models import Todo
from jalons.todos.operations import forget_reminders, remind

W = TypeVar("W")
NO_ENROLMENT = "Cette personne n’a pas d’accompagnement en cours dans cette action."
OF_A_LINE = "Cette échéance est celle d’une convention : elle n’a pas de personne."


@dataclass(frozen=True, slots=True)
class Target:
    """A to-do chosen, with the accompaniment it speaks of (None: ended, or an agreement line)."""

    todo: Todo
    enrolment: Enrolment | None

    @property
    def person_id(self) -> int:
        """The person; 0 for a line."""
        return self.todo.person_id or 0


@dataclass(slots=True)
class Done:
    """What an act did: who it was done for, who was left out and why, and what undoes it. Keys and sentences, no name."""

    persons: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    undo: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Act:
    """An act: its words, who may do it, whether it needs an accompaniment under way, how it is done and undone."""

    label: str
    submit: str
    done: str
    needs: Permission
    do: Callable[[User, date, Sequence[Target], dict[str, Any]], Done]
    undo: Callable[[User, date, list[int]], None] | None = None
    of_enrolments: bool = True


def targets_of(rows: QuerySet[Todo], *, on: date) -> list[Target]:
    """Return the to-dos with the accompaniment under way they speak of; two queries."""
    todos = list(rows.select_related("person"))
    running = Q(end_on__isnull=True) | Q(end_on__gte=on)
    persons = {one.person_id for one in todos if one.person_id is not None}
    found = Enrolment.objects.filter(running, person__in=persons, start_on__lte=on).select_related("organisation")
    by_place = {(one.person_id, one.action_code, one.organisation_id): one for one in found.order_by("start_on", "pk")}
    return [Target(one, by_place.get((one.person_id or 0, one.action_code, one.organisation_id))) for one in todos]


def split(act: Act, targets: Sequence[Target]) -> tuple[list[Target], list[tuple[Target, str]]]:
    """Return those the act can be done for, once per accompaniment, and those left out with the reason."""
    if not act.of_enrolments:
        return list(targets), []
    kept: dict[int, Target] = {}
    left: list[tuple[Target, str]] = []
    for one in targets:
        if one.enrolment is None:
            left.append((one, OF_A_LINE if one.todo.person_id is None else NO_ENROLMENT))
        else:
            kept.setdefault(one.enrolment.pk, one)
    return list(kept.values()), left


def _each(targets: Sequence[Target], news: Sequence[W], write: Callable[[Sequence[W]], Sequence[Any]]) -> Done:
    """Write all; when one is refused, each alone. ``news`` are given in the order of ``targets``."""
    done = Done()
    try:
        with transaction.atomic():
            done.undo = [row.pk for row in write(news)]
            done.persons = [one.person_id for one in targets]
            return done
    except Refusal:
        if len(targets) == 1:
            raise
    for target, new in zip(targets, news, strict=True):
        try:
            with transaction.atomic():
                done.undo += [row.pk for row in write([new])]
        except Refusal as refusal:
            done.refused.append((target.person_id, refusal.sentence))
        else:
            done.persons.append(target.person_id)
    return done


def _running(target: Target) -> Enrolment:
    assert target.enrolment is not None
    return target.enrolment


def _remind(user: User, on: date, targets: Sequence[Target], data: dict[str, Any]) -> Done:
    ids = [one.todo.pk for one in targets]
    remind(actor=user, on=on, todo_ids=ids, remind_on=data["remind_on"])
    return Done(list(dict.fromkeys(one.person_id for one in targets)), undo=ids)


def _forget(user: User, on: date, ids: list[int]) -> None:
    forget_reminders(actor=user, on=on, todo_ids=ids)


def _documents(user: User, on: date, targets: Sequence[Target], data: dict[str, Any]) -> Done:
    news = [NewPiece(_running(one).pk, data["kind"], data["dated_on"]) for one in targets]
    return _each(targets, news, lambda some: record_pieces(actor=user, on=on, pieces=some))


def _withdraw_documents(user: User, on: date, ids: list[int]) -> None:
    for pk in ids:
        withdraw_piece(actor=user, on=on, piece_id=pk)


def _informations(user: User, on: date, targets: Sequence[Target], data: dict[str, Any]) -> Done:
    kind = InformationKind(data["kind"])
    news = [NewInformation(_running(one).pk, kind, data["given_on"], data["documents"]) for one in targets]
    return _each(targets, news, lambda some: record_informations(actor=user, on=on, informations=some))


def _withdraw(user: User, on: date, ids: list[int]) -> None:
    for pk in ids:
        withdraw_information(actor=user, on=on, information_id=pk)


def _appointments(user: User, on: date, targets: Sequence[Target], data: dict[str, Any]) -> Done:
    if data["together"]:
        return _session(user, on, targets, data)
    workers = _workers(targets, on)
    length: timedelta = data["ends_at"] - data["starts_at"]
    news = [
        NewAppointment(
            person_id=one.person_id,
            organisation_id=_running(one).organisation_id,
            kind=AppointmentKind.INDIVIDUAL,
            mode=Mode(data["mode"]),
            caseworker_id=workers.get((one.person_id, _running(one).organisation_id)),
            place=data["place"],
            starts_at=data["starts_at"] + length * rank,
            ends_at=data["ends_at"] + length * rank,
        )
        for rank, one in enumerate(targets)
    ]
    return _each(targets, news, lambda some: record_appointments(actor=user, on=on, appointments=some))


def _session(user: User, on: date, targets: Sequence[Target], data: dict[str, Any]) -> Done:
    """One group time for all."""
    organisation = same_organisation(targets)
    if organisation is None:
        raise Refusal(
            "Un temps collectif réunit les personnes d’un même organisme : filtrez par organisme.", code="places"
        )
    session = plan_session(
        actor=user,
        on=on,
        organisation_id=organisation,
        theme=data["theme"] or "Temps collectif",
        place=data["place"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
    )
    ids = list(dict.fromkeys(one.person_id for one in targets))
    rows = enrol_in_session(actor=user, on=on, session_id=session.pk, person_ids=ids)
    return Done(ids, undo=[row.pk for row in rows])


def _cancel(user: User, on: date, ids: list[int]) -> None:
    for pk in ids:
        cancel(actor=user, on=on, appointment_id=pk)


def _workers(targets: Sequence[Target], on: date) -> dict[tuple[int, int], int]:
    """The référent of each person in each organisation: the appointment goes in their agenda."""
    rows = Mandate.objects.filter(person__in={one.person_id for one in targets}, start_on__lte=on).exclude(
        end_on__lt=on
    )
    return {(one.person_id, one.organisation_id): one.caseworker_id for one in rows}


def same_organisation(targets: Sequence[Target]) -> int | None:
    """Return the organisation all these accompaniments belong to, None when there are several."""
    found = {_running(one).organisation_id for one in targets if one.enrolment is not None}
    return found.pop() if len(found) == 1 else None


def _name(user: User, on: date, targets: Sequence[Target], data: dict[str, Any]) -> Done:
    organisation = same_organisation(targets)
    if organisation is None:
        raise Refusal("Ces personnes sont suivies par plusieurs organismes : filtrez par organisme.", code="places")
    ids = list(dict.fromkeys(one.person_id for one in targets))
    named = assign_in_bulk(
        actor=user,
        on=on,
        person_ids=ids,
        caseworker_id=data["caseworker"],
        organisation_id=organisation,
        start_on=data["start_on"],
        reason=data["reason"],
    )
    undo = [named.handover.pk] if named.handover is not None else []
    return Done([one.person_id for one in named.mandates], [(pk, why.sentence) for pk, why in named.refused], undo)


def _give_back(user: User, on: date, ids: list[int]) -> None:
    for pk in ids:
        undo_pass_on(actor=user, on=on, handover_id=pk)


ACTS: dict[str, Act] = {
    "rendez-vous": Act(
        "Prévoir un rendez-vous", "Prévoir ces rendez-vous", "Rendez-vous prévus", Permission.APPOINTMENT_WRITE,
        _appointments, _cancel,
    ),
    "document": Act(
        "Noter un document reçu", "Noter ce document", "Document noté", Permission.STEP_WRITE,
        _documents, _withdraw_documents,
    ),
    "information": Act(
        "Noter une information donnée", "Noter cette information", "Information notée", Permission.SITUATION_WRITE,
        _informations, _withdraw,
    ),
    "referent": Act(
        "Changer de référent", "Nommer ce référent", "Référent nommé", Permission.MANDATE_NAME, _name,
        _give_back,
    ),
    "rappel": Act(
        "Me le rappeler plus tard", "Mettre de côté", "Mises de côté", Permission.TODO_READ, _remind, _forget,
        of_enrolments=False,
    ),
}  # fmt: skip


def acts_for(may: frozenset[Permission], *, of_persons: bool) -> dict[str, Act]:
    """Return the acts a user may do, on persons or on agreements."""
    return {code: act for code, act in ACTS.items() if act.needs in may and (of_persons or not act.of_enrolments)}
