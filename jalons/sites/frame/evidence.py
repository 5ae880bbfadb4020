"""The facts a to-do rests on, in words, each with the address of its record for those who may open it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

from jalons.agenda.models import Appointment
from jalons.agreements.models import AgreementLine, Report
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    Assessment,
    ClosureProposal,
    Contract,
    Enrolment,
    Exit,
    Information,
    Job,
    Obstacle,
    Orientation,
    Piece,
    Step,
)
from jalons.pathways.reference import domains
from jalons.people.models import JobSeekerRegistration, RightsAndDuties
from jalons.todos.models import Todo
from jalons.ui.french import date_short

P = Permission


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in words; ``href`` is empty when its record has no page, or not for this reader."""

    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of fact is read: its model, its sentence, and its page (with who may open it)."""

    model: type[Model]
    words: Callable[[Any], str]
    href: Callable[[Any], str] | None = None
    needs: Permission = P.PERSON_OPEN
    related: tuple[str, ...] = ()


def facts_of(todos: Iterable[Todo], *, may: frozenset[Permission]) -> dict[str, Fact]:
    """Return reference (« appointment:12 ») → fact, for the facts these to-dos rest on; one query per kind of fact."""
    wanted: dict[str, set[int]] = {}
    for todo in todos:
        for reference in todo.evidence:
            kind, _, pk = str(reference).partition(":")
            if kind in KINDS and pk.isdigit():
                wanted.setdefault(kind, set()).add(int(pk))
    return {f"{kind}:{pk}": fact for kind, ids in wanted.items() for pk, fact in _read(KINDS[kind], ids, may)}


def _read(kind: _Kind, ids: set[int], may: frozenset[Permission]) -> Iterator[tuple[int, Fact]]:
    rows: Any = (
        kind.model._default_manager.select_related(*kind.related) if kind.related else kind.model._default_manager
    )
    for pk, row in rows.in_bulk(ids).items():
        href = kind.href(row) if kind.href is not None and kind.needs in may else ""
        yield pk, Fact(kind.words(row), href)


def _appointment(one: Appointment) -> str:
    return f"{one.get_kind_display()} du {date_short(one.on_date)} : {one.get_outcome_display().lower()}"


def _contract(one: Contract) -> str:
    span = f"du {date_short(one.start_on)} au {date_short(one.end_on)}"
    return f"{one.get_kind_display()} n° {one.rank}, {span} : {one.get_state_display().lower()}"


def _obstacle(one: Obstacle) -> str:
    lifted = f", levé le {date_short(one.lifted_on)}" if one.lifted_on else ""
    known = domains().get(one.domain)
    name = known.label if known else one.domain.replace("_", " ")
    return f"Frein « {name} » repéré le {date_short(one.opened_on)}{lifted}"


def _registration(one: JobSeekerRegistration) -> str:
    end = f" au {date_short(one.end_on)}" if one.end_on else ""
    return f"Inscription à Pôle emploi du {date_short(one.start_on)}{end}"


def _duties(one: RightsAndDuties) -> str:
    return f"Droits et devoirs depuis le {date_short(one.start_on)}"


def _orientation(one: Orientation) -> str:
    opinion = f", avis du {date_short(one.opinion_on)}" if one.opinion_on else ""
    return f"Orientation du {date_short(one.decided_on)}{opinion}"


def _of_person(route: str) -> Callable[[Any], str]:
    return lambda one: reverse(route, args=[one.person.key, one.pk])


KINDS: dict[str, _Kind] = {
    "appointment": _Kind(Appointment, _appointment, _of_person("desk:note"), P.NOTE_READ, ("person",)),
    "contract": _Kind(
        Contract,
        _contract,
        lambda one: reverse("desk:contract", args=[one.enrolment.person.key, one.key]),
        P.CONTRACT_WRITE,
        ("enrolment__person",),
    ),
    "step": _Kind(
        Step,
        lambda one: f"Étape {one.label or one.kind.replace('_', ' ')} : {one.get_state_display().lower()}",
        _of_person("desk:step"),
        P.STEP_WRITE,
        ("person",),
    ),
    "job": _Kind(Job, lambda one: f"{one.get_contract_kind_display()} depuis le {date_short(one.start_on)}"),
    "exit": _Kind(
        Exit,
        lambda one: f"Sortie du {date_short(one.exited_on)} : {one.get_destination_display()}",
        _of_person("desk:exit"),
        P.EXIT_WRITE,
        ("person",),
    ),
    "piece": _Kind(Piece, lambda one: f"Document du {date_short(one.dated_on)} : {one.kind.replace('_', ' ')}"),
    "registration": _Kind(JobSeekerRegistration, _registration),
    "assessment": _Kind(Assessment, lambda one: f"{one.get_kind_display()} du {date_short(one.made_on)}"),
    "obstacle": _Kind(Obstacle, _obstacle),
    "information": _Kind(
        Information, lambda one: f"Information « {one.get_kind_display()} » du {date_short(one.given_on)}"
    ),
    "orientation": _Kind(Orientation, _orientation),
    "opinion": _Kind(Orientation, _orientation),
    "rights_and_duties": _Kind(RightsAndDuties, _duties),
    "maintenance": _Kind(ClosureProposal, lambda one: f"Maintien décidé le {date_short(one.decided_on)}"),
    "enrolment": _Kind(Enrolment, lambda one: f"Accompagnement commencé le {date_short(one.start_on)}"),
    "report": _Kind(
        Report,
        lambda one: f"{one.get_kind_display()} de {one.period_start:%m/%Y} reçu le {date_short(one.received_on)}",
        lambda one: reverse("steering:agreement", args=[one.line.agreement_id]),
        P.AGREEMENT_READ,
        ("line",),
    ),
    "agreement_line": _Kind(
        AgreementLine,
        lambda one: f"Ligne {one.rank} de la convention {one.agreement.reference}",
        lambda one: reverse("steering:agreement", args=[one.agreement_id]),
        P.AGREEMENT_READ,
        ("agreement",),
    ),
}
