"""Lives of one framework: the same rules followed by others, at once or after some days without a version."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jalons.rulebooks.loader import load
from jalons.rulebooks.schema import Rulebook

SECOND = date(2020, 7, 1)
# What the second version asks otherwise; what is not named here stays as it was.
REFORM = {
    "every: {count: 30, unit: days}": "every: {count: 20, unit: days}",
    "at_least: 3, window": "at_least: 2, window",
    "at_most: {count: 2, unit: months}": "at_most: {count: 3, unit: months}",
    "after: {count: 0, unit: days}": "after: {count: 5, unit: days}",
    "delay: {count: 10, unit: days}": "delay: {count: 20, unit: days}",
    "number: 2": "number: 3",
    "per: fte, at_most: 2": "per: fte, at_most: 1",
}


def successions(file: Path) -> tuple[tuple[Rulebook, ...], ...]:
    """Return lives of two versions, without and with a gap between them, given in any order."""
    text = file.read_text(encoding="utf-8")
    second = text.replace('version: "1"', 'version: "2"').replace("valid_from: 2020-01-01", f"valid_from: {SECOND}")
    for before, after in REFORM.items():
        assert before in second, before
        second = second.replace(before, after)
    kept = [line for line in second.splitlines() if "code: lapse_in_months" not in line]
    return (
        (_closed(text, "2020-06-30"), _read("\n".join(kept))),
        (_read("\n".join(kept)), _closed(text, "2020-05-20")),
    )


def _closed(text: str, last_day: str) -> Rulebook:
    return _read(text.replace("valid_to: 2020-12-31", f"valid_to: {last_day}"))


def _read(text: str) -> Rulebook:
    return load(text.encode(), file="version")
