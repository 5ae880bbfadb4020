"""The words of rulebooks for the codes that rows keep: actions, steps, classes, documents. A code without words shows as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from jalons.pathways.models import Contract, ContractState, Enrolment, InformationKind
from jalons.pathways.reference import bodies
from jalons.pathways.rulebook import ActionRules, Shelf
from jalons.pathways.rules import IN_FORCE, OWNED_PIECES
from jalons.rulebooks.schema.entering import ToldItem
from jalons.rulebooks.schema.shapes import PresenceOfPiece


class Labels:
    """Labels on a day: the adopted rulebooks are read once per page, and only when a page needs them."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self._met: dict[str, ActionRules] = {}
        self._classes: dict[str, dict[str, str]] = {}

    @cached_property
    def shelf(self) -> Shelf:
        """The adopted rulebooks, read once for the page."""
        return Shelf()

    def rules(self, action_code: str) -> ActionRules:
        """Return the rules of an action."""
        rules = self.shelf.rules_of(action_code, on=self.on)
        self._met[action_code] = rules
        return rules

    def action(self, code: str) -> str:
        """Return the label of an action."""
        return self.rules(code).label or code

    def step(self, kind: str) -> str:
        """Return the label of a kind of step, searched in the actions already met on the page."""
        for rules in self._met.values():
            if kind in rules.steps:
                return rules.steps[kind].label
        return _plain(kind)

    def step_choices(self, enrolments: Iterable[Enrolment]) -> list[tuple[str, Any]]:
        """Return the kinds of steps of these accompaniments, grouped by family, for a drop-down."""
        families: dict[str, dict[str, str]] = {}
        for one in enrolments:
            for code, kind in self.rules(one.action_code).steps.items():
                families.setdefault(kind.family, {})[code] = kind.label
        grouped = [(FAMILIES.get(family, family), list(kinds.items())) for family, kinds in families.items()]
        return grouped or list(FREE_KINDS)

    def contract_state(self, contract: Contract) -> tuple[str, str, str]:
        """Return the word, the look and the icon of a contract's state: one in force whose last day is past reads « Échu »."""
        if contract.state in IN_FORCE:
            over = contract.end_on < self.on
            return ("Échu", "", "clock") if over else (contract.get_state_display(), "done", "check")
        returned = contract.state == ContractState.RETURNED
        return contract.get_state_display(), *(("soon", "warning") if returned else ("", "document"))

    def obstacle(self, domain: str, action_code: str) -> str:
        """Return the label of a domain of obstacles, by the rulebook of the action or the reference list."""
        known = self.rules(action_code).obstacles.get(domain)
        return known.label if known else _plain(domain)

    def obstacle_choices(self, enrolments: Iterable[Enrolment]) -> list[tuple[str, str]]:
        """Return the domains of obstacles of these accompaniments, in the order of their lists."""
        found: dict[str, str] = {}
        for one in enrolments:
            found |= {code: domain.label for code, domain in self.rules(one.action_code).obstacles.items()}
        return list(found.items())

    def information(self, code: str, action_code: str) -> str:
        """Return the label of an information given: one everybody is told, or one of the rulebook of the action (R-020)."""
        if code in InformationKind.values:
            return str(InformationKind(code).label)
        listed = self.rules(action_code).contract.told
        return next((one.label for one in (listed.items if listed else ()) if one.code == code), _plain(code))

    def adhesion(self, enrolments: Iterable[Enrolment]) -> dict[str, ToldItem]:
        """Return what the rulebooks of these accompaniments ask to say before the person adheres (R-020), by code."""
        told = (self.rules(one.action_code).contract.told for one in enrolments)
        return {item.code: item for listed in told if listed is not None for item in listed.items}

    @staticmethod
    def body(code: str) -> str:
        """Return the label of a body that gives opinions."""
        return bodies().get(code, _plain(code))

    def exit_class(self, code: str, action_code: str) -> str:
        """Return the words of a class of exit in an action."""
        if not code:
            return "Sans classe"
        if action_code not in self._classes:
            self._classes[action_code] = self.shelf.exit_classes(action_code, on=self.on)
        return self._classes[action_code].get(code, _plain(code))

    def pieces(self, action_code: str, kinds: Mapping[str, str]) -> dict[str, str]:
        """Name kinds of documents as the action's rulebook does, else by the label given for each."""
        known = self.rules(action_code).documents
        return {kind: known.get(kind) or f"{label} – {_plain(kind).lower()}" for kind, label in kinds.items()}

    def piece_choices(self, enrolments: Iterable[Enrolment], *, in_number: bool = False) -> list[tuple[str, str]]:
        """Return the documents the rulebooks of these accompaniments speak of, without those written by their own acts.

        ``in_number``: without those that one of these rulebooks has noted person by person.
        """
        found: dict[str, str] = {}
        alone: set[str] = set()
        for code in dict.fromkeys(one.action_code for one in enrolments):
            rulebook = self.shelf.rulebook_of(code, on=self.on)
            if rulebook is None:
                continue
            for obligation in rulebook.obligations_of(code):
                if isinstance(obligation, PresenceOfPiece):
                    found |= {
                        kind: f"{piece.label} – {_plain(kind).lower()}"
                        for piece in obligation.pieces
                        for kind in piece.any_of
                    }
            documents = rulebook.action(code).documents
            found |= {document.kind: document.label for document in documents}
            alone |= {document.kind for document in documents if document.one_by_one}
        offered = found.items() or {("other", "Document")}
        return sorted(
            (choice for choice in offered if choice[0] not in OWNED_PIECES and not (in_number and choice[0] in alone)),
            key=lambda choice: choice[1],
        )


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()


FAMILIES = {
    "employment_training": "Emploi et formation",
    "employment_access": "Accès à l’emploi",
    "mobilisation": "Mobilisation",
}
# An action no rulebook describes accepts any kind: one is offered, told by its label.
FREE_KINDS = (("other", "Étape"),)
