"""The words of rulebooks for the codes that rows keep: actions, steps, classes. A code without words shows as it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from jalons.pathways.models import Enrolment
from jalons.pathways.rulebook import ActionRules, rules_of


class Labels:
    """Labels on a day, each action's rules read once per page."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self._actions: dict[str, ActionRules] = {}

    def rules(self, action_code: str) -> ActionRules:
        """Return the rules of an action, kept for the page."""
        if action_code not in self._actions:
            self._actions[action_code] = rules_of(action_code, on=self.on)
        return self._actions[action_code]

    def action(self, code: str) -> str:
        """Return the label of an action."""
        return self.rules(code).label or code

    def step(self, kind: str) -> str:
        """Return the label of a kind of step, searched in the actions already met on the page."""
        for rules in self._actions.values():
            if kind in rules.steps:
                return rules.steps[kind].label
        return kind.replace("_", " ").capitalize()

    def step_choices(self, enrolments: Iterable[Enrolment]) -> list[tuple[str, Any]]:
        """Return the kinds of steps of these accompaniments, grouped by family, for a drop-down."""
        families: dict[str, dict[str, str]] = {}
        for one in enrolments:
            for code, kind in self.rules(one.action_code).steps.items():
                families.setdefault(kind.family, {})[code] = kind.label
        return [(FAMILIES.get(family, family), list(kinds.items())) for family, kinds in families.items()] or list(
            FREE_KINDS
        )

    def exit_class(self, code: str, action_code: str = "") -> str:
        """Return the words of a class of exit."""
        return code.replace("_", " ").capitalize() if code else "Sans classe"


FAMILIES = {
    "employment_training": "Emploi et formation",
    "employment_access": "Accès à l’emploi",
    "mobilisation": "Mobilisation",
}
# An action no rulebook describes accepts any kind: one is offered, told by its label.
FREE_KINDS = (("other", "Étape"),)
