"""The facts an obligation counts or expects, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jalons.rulebooks.french import words
from jalons.rulebooks.french.words import either, plain
from jalons.rulebooks.schema import Action
from jalons.rulebooks.schema import events as event
from jalons.rulebooks.schema.shapes import PresenceOfPiece


@dataclass(frozen=True, slots=True)
class Labels:
    """The words an action gives to its codes: kinds of steps, documents, domains of obstacles, exit classes, parameters…"""

    steps: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    informations: Mapping[str, str] = field(default_factory=dict)  # those listed before the adhesion


def labels_of(action: Action, pieces: Sequence[PresenceOfPiece] = ()) -> Labels:
    """Return the words of an action; ``pieces`` are its obligations that ask for documents."""
    families = action.steps.families if action.steps else ()
    told = action.contract.told if action.contract else None
    asked = {
        kind: piece.label for one in pieces for piece in one.pieces if len(piece.any_of) == 1 for kind in piece.any_of
    }
    return Labels(
        steps={kind.code: kind.label for family in families for kind in family.kinds},
        pieces=words.PIECES | asked | {document.kind: document.label for document in action.documents},
        domains={one.code: one.label for one in action.obstacles.domains} if action.obstacles else {},
        classes={one.code: one.label for one in action.exits.classes} if action.exits else {},
        parameters={one.code: one.label for one in action.parameters},
        informations={one.code: f"sur « {one.label} »" for one in told.items} if told else {},
    )


def told_events(events: Sequence[event.Event], labels: Labels) -> str:
    """« rendez-vous individuel en face à face, tenu ou absence justifiée »; several events are told one after the other."""
    return " ; ou ".join(told_event(one, labels) for one in events)


def told_event(one: event.Event, labels: Labels) -> str:
    """Return one event in words."""
    if isinstance(one, event.Appointment):
        return _appointment(one)
    if isinstance(one, event.Contract):
        kinds = either([words.CONTRACTS[kind] for kind in one.kinds])
        where = f" ({words.CONTRACT_OF['person']})" if one.of == "person" else ""
        return f"{kinds} {words.CONTRACT_MILESTONES[one.milestone]}{where}"
    if isinstance(one, event.Step):
        return f"étape{_step(one, labels)} {words.STEP_MILESTONES[one.milestone]}"
    if isinstance(one, event.Piece):
        return f"document du dossier : {_named(one.kinds, labels.pieces)}"
    if isinstance(one, event.Obstacle):
        domains = f" ({_named(one.domains, labels.domains)})" if one.domains else ""
        return f"frein{domains} {words.OBSTACLE_MILESTONES[one.milestone]}"
    if isinstance(one, event.Assessment):
        return either([words.ASSESSMENTS[kind] for kind in one.kinds]) if one.kinds else "bilan, quel qu'il soit"
    if isinstance(one, event.Information):
        named = {**words.INFORMATION, **labels.informations}
        about = either([named.get(kind, plain(kind)) for kind in one.kinds]) if one.kinds else "quelle qu'elle soit"
        return f"information donnée {about}"
    if isinstance(one, event.Opinion):
        bodies = either([words.BODIES.get(body, plain(body)) for body in one.bodies]) if one.bodies else "une instance"
        return f"avis rendu par {bodies} sur l'orientation"
    if isinstance(one, event.Report):
        return f"{either([words.REPORTS[kind] for kind in one.kinds])} reçu"
    return words.FACTS[one.event]


def _appointment(one: event.Appointment) -> str:
    kinds = f" {either([words.APPOINTMENTS[kind] for kind in one.kinds])}" if one.kinds else ""
    modes = f" {either([words.MEETINGS[mode] for mode in one.modes])}" if one.modes else ""
    after = ", même après la fin de l'accompagnement" if one.even_after_end else ""
    return f"rendez-vous{kinds}{modes}, {either([words.OUTCOMES[outcome] for outcome in one.outcomes])}{after}"


def _step(one: event.Step, labels: Labels) -> str:
    if one.kinds:
        return f" « {either([labels.steps.get(kind, plain(kind)) for kind in one.kinds])} »"
    return f" {either([words.FAMILIES[family] for family in one.families])}" if one.families else ""


def _named(codes: Sequence[str], labels: Mapping[str, str]) -> str:
    return either([labels.get(code, plain(code)) for code in codes])
