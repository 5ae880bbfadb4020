"""The facts a to-do rests on, in words, each with the address of its record for those who may open it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Model, Value
from django.db.models.functions import JSONObject
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
    InformationKind,
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
    """How one kind of fact is read: its model and fields, its sentence, and its page (with who may open it).

    ``fields`` become attributes of a row; ``related`` are paths to values of other tables, in the row's ``told``.
    """

    model: type[Model]
    words: Callable[[Any], str]
    fields: tuple[str, ...]
    href: Callable[[Any], str] | None = None
    needs: Permission = P.PERSON_OPEN
    related: tuple[str, ...] = ()


def facts_of(todos: Iterable[Todo], *, may: frozenset[Permission]) -> dict[str, Fact]:
    """Return reference (« appointment:12 ») → fact, for the facts these to-dos rest on; one query for all kinds."""
    wanted: dict[str, set[int]] = {}
    for todo in todos:
        for reference in todo.evidence:
            kind, _, pk = str(reference).partition(":")
            if kind in KINDS and pk.isdigit():
                wanted.setdefault(kind, set()).add(int(pk))
    parts = [_part(kind, ids) for kind, ids in wanted.items()]
    rows = parts[0].union(*parts[1:], all=True) if parts else ()
    return {f"{kind}:{pk}": _fact(KINDS[kind], pk, values, may) for kind, pk, values in rows}


def _part(name: str, ids: set[int]) -> Any:  # rows of values
    kind = KINDS[name]
    values = JSONObject(**{path: F(path) for path in (*kind.fields, *kind.related)})
    rows: Any = kind.model._default_manager.filter(pk__in=ids).order_by()
    told = {"fact_kind": Value(name, CharField()), "fact_pk": F("pk"), "fact_values": values}
    return rows.annotate(**told).values_list(*told)


def _fact(kind: _Kind, pk: int, values: dict[str, Any], may: frozenset[Permission]) -> Fact:
    one: Any = kind.model(pk=pk)
    for name in kind.fields:
        setattr(one, name, one._meta.get_field(name).to_python(values[name]))
    one.told = values
    href = kind.href(one) if kind.href is not None and kind.needs in may else ""
    return Fact(kind.words(one), href)


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


def _information(kind: str) -> str:
    return dict(InformationKind.choices).get(kind) or kind.replace("_", " ")


def _registration(one: JobSeekerRegistration) -> str:
    end = f" au {date_short(one.end_on)}" if one.end_on else ""
    return f"Inscription à Pôle emploi du {date_short(one.start_on)}{end}"


def _duties(one: RightsAndDuties) -> str:
    return f"Droits et devoirs depuis le {date_short(one.start_on)}"


def _orientation(one: Orientation) -> str:
    opinion = f", avis du {date_short(one.opinion_on)}" if one.opinion_on else ""
    return f"Orientation du {date_short(one.decided_on)}{opinion}"


def _of_person(route: str) -> Callable[[Any], str]:
    return lambda one: reverse(route, args=[one.told["person__key"], one.pk])


KINDS: dict[str, _Kind] = {
    "appointment": _Kind(
        Appointment,
        _appointment,
        ("kind", "on_date", "outcome"),
        _of_person("desk:note"),
        P.NOTE_READ,
        ("person__key",),
    ),
    "contract": _Kind(
        Contract,
        _contract,
        ("kind", "rank", "start_on", "end_on", "state", "key"),
        lambda one: reverse("desk:contract", args=[one.told["enrolment__person__key"], one.key]),
        P.CONTRACT_WRITE,
        ("enrolment__person__key",),
    ),
    "step": _Kind(
        Step,
        lambda one: f"Étape {one.label or one.kind.replace('_', ' ')} : {one.get_state_display().lower()}",
        ("label", "kind", "state"),
        _of_person("desk:step"),
        P.STEP_WRITE,
        ("person__key",),
    ),
    "job": _Kind(
        Job,
        lambda one: f"{one.get_contract_kind_display()} depuis le {date_short(one.start_on)}",
        ("contract_kind", "start_on"),
    ),
    "exit": _Kind(
        Exit,
        lambda one: f"Sortie du {date_short(one.exited_on)} : {one.get_destination_display()}",
        ("exited_on", "destination"),
        _of_person("desk:exit"),
        P.EXIT_WRITE,
        ("person__key",),
    ),
    "piece": _Kind(
        Piece,
        lambda one: f"Document du {date_short(one.dated_on)} : {one.kind.replace('_', ' ')}",
        ("dated_on", "kind"),
    ),
    "registration": _Kind(JobSeekerRegistration, _registration, ("start_on", "end_on")),
    "assessment": _Kind(
        Assessment, lambda one: f"{one.get_kind_display()} du {date_short(one.made_on)}", ("kind", "made_on")
    ),
    "obstacle": _Kind(Obstacle, _obstacle, ("domain", "opened_on", "lifted_on")),
    "information": _Kind(
        Information,
        lambda one: f"Information « {_information(one.kind)} » du {date_short(one.given_on)}",
        ("kind", "given_on"),
    ),
    "orientation": _Kind(Orientation, _orientation, ("decided_on", "opinion_on")),
    "opinion": _Kind(Orientation, _orientation, ("decided_on", "opinion_on")),
    "rights_and_duties": _Kind(RightsAndDuties, _duties, ("start_on",)),
    "maintenance": _Kind(
        ClosureProposal, lambda one: f"Maintien décidé le {date_short(one.decided_on)}", ("decided_on",)
    ),
    "enrolment": _Kind(Enrolment, lambda one: f"Accompagnement commencé le {date_short(one.start_on)}", ("start_on",)),
    "report": _Kind(
        Report,
        lambda one: f"{one.get_kind_display()} de {one.period_start:%m/%Y} reçu le {date_short(one.received_on)}",
        ("kind", "period_start", "received_on"),
        lambda one: reverse("steering:agreement", args=[one.told["line__agreement_id"]]),
        P.AGREEMENT_READ,
        ("line__agreement_id",),
    ),
    "agreement_line": _Kind(
        AgreementLine,
        lambda one: f"Ligne {one.rank} de la convention {one.told['agreement__reference']}",
        ("rank",),
        lambda one: reverse("steering:agreement", args=[one.told["agreement_id"]]),
        P.AGREEMENT_READ,
        ("agreement_id", "agreement__reference"),
    ),
}
