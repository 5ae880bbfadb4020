"""Expected results of the rulebooks, set against the figures: thresholds are read as facts, never written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jalons.facts.engines import Executor

VALUES = """
  select v.rulebook_code, v.version, v.action_code, v.path, v.value, v.number, v.basis, v.citation
  from facts.rule_value as v
  where v.path like 'targets.%' and v.valid_from <= $on and (v.valid_to is null or v.valid_to >= $on)
  order by v.action_code, v.path, v.rulebook_code, v.version
"""


@dataclass(frozen=True, slots=True)
class Target:
    """An expected result of one action: ``comparison`` is at_least, at_most or about."""

    action_code: str
    indicator: str
    threshold: Decimal
    comparison: str
    rulebook: str  # code and version
    basis: str
    citation: str

    def reached(self, value: Decimal | None) -> bool | None:
        """Tell whether ``value`` reaches the threshold; None when « non calculable » or when the target is only « about »."""
        return reaches(value, self.threshold, self.comparison)


def reaches(value: Decimal | None, threshold: Decimal | None, comparison: str) -> bool | None:
    """Set a figure against a threshold; None when « non calculable », without a threshold, or when it only says « about »."""
    if value is None or threshold is None or comparison == "about":
        return None
    return value >= threshold if comparison == "at_least" else value <= threshold


def targets(executor: Executor, *, on: date) -> list[Target]:
    """Return the targets with a threshold in force on that day, by action."""
    blocks: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
    for row in executor.run(VALUES, {"on": on}).dicts():
        _, indicator, field, *again = row["path"].split(".")
        key = (row["action_code"], indicator, f"{row['rulebook_code']} {row['version']}", *again)
        blocks.setdefault(key, {})[field] = row
    return [
        Target(
            action_code=action,
            indicator=indicator,
            threshold=fields["threshold"]["number"],
            comparison=fields["comparison"]["value"] if "comparison" in fields else "at_least",
            rulebook=rulebook,
            basis=fields["threshold"]["basis"],
            citation=fields["threshold"]["citation"],
        )
        for (action, indicator, rulebook, *_), fields in blocks.items()
        if "threshold" in fields and fields["threshold"]["number"] is not None
    ]
