"""The codes of the format and its rules about rights, read once from ``content/vrsb0801.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content" / "vrsb0801.yaml"


@dataclass(frozen=True, slots=True)
class CodeBook:
    """What the file's codes mean: ``labels[tag][code]`` in French, and which codes open or close a right."""

    labels: dict[str, dict[str, str]]
    roles: dict[str, str]
    right_states: dict[str, str]
    states_with_rights: frozenset[str]
    payment_suspension_state: str
    payment_reasons_with_rights: frozenset[str]
    basic_rsa: frozenset[str]
    own: dict[str, str]

    def knows(self, tag: str, code: str) -> bool:
        """Tell whether ``code`` is listed for ``tag``; an unlisted tag knows every code."""
        return tag not in self.labels or code in self.labels[tag]

    def with_rights(self, state: str, reason: str) -> bool:
        """Tell whether a household in ``state`` for ``reason`` counts as « with rights » (before TOPPERSDRODEVORSA)."""
        if state == self.payment_suspension_state:
            return reason in self.payment_reasons_with_rights
        return state in self.states_with_rights


@cache
def code_book() -> CodeBook:
    """Return the codes of VRSB0801."""
    content: dict[str, Any] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    rule = content["with_rights"]
    return CodeBook(
        labels=content["codes"],
        roles=content["roles"]["values"],
        right_states=content["right_states"]["values"],
        states_with_rights=frozenset(rule["states"]),
        payment_suspension_state=rule["payment_suspension_state"],
        payment_reasons_with_rights=frozenset(rule["payment_suspension_reasons"]),
        basic_rsa=frozenset(content["basic_rsa"]["values"]),
        own={name: entry["code"] for name, entry in content["own_codes"].items()},
    )
