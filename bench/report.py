"""One line per measure: what, how much, how long, against what, the ratio, its goal, and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEAD = ("mesure", "taille", "valeur", "référence", "rapport", "but", "")
WIDTHS = (58, 26, 12, 42, 9, 10, 8)


@dataclass(frozen=True, slots=True)
class Line:
    """``ratio`` is the value over the baseline (``at most`` goals) or the baseline over the value (``at least``)."""

    name: str
    size: str
    value: str
    baseline: str = ""
    ratio: float | None = None
    goal: float | None = None
    sense: Literal["at most", "at least"] = "at most"

    @property
    def verdict(self) -> str:
        """« atteint » or « manqué »; empty when no goal is set."""
        if self.ratio is None or self.goal is None:
            return ""
        met = self.ratio <= self.goal if self.sense == "at most" else self.ratio >= self.goal
        return "atteint" if met else "manqué"

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the line, in the order of ``HEAD``."""
        sign = "≤" if self.sense == "at most" else "≥"
        ratio = f"{_number(self.ratio)} ×" if self.ratio is not None else ""
        goal = f"{sign} {_number(self.goal)} ×" if self.goal is not None else ""
        return (self.name, self.size, self.value, self.baseline, ratio, goal, self.verdict)


def head() -> None:
    """Print the names of the columns."""
    _print(HEAD)


def tell(*lines: Line) -> None:
    """Print lines as soon as they are known."""
    for line in lines:
        _print(line.cells())


def seconds(value: float) -> str:
    """Return a duration: « 12,3 s », « 4,56 ms »."""
    return f"{_number(value)} s" if value >= 1 else f"{_number(value * 1000)} ms"


def count(value: int, what: str) -> str:
    """Return « 100 000 foyers »."""
    return f"{value:,} {what}".replace(",", "\u202f").strip()


def megabytes(value: int) -> str:
    """Return bytes as « 87 Mo »."""
    return f"{value / 1e6:.0f} Mo"


def _number(value: float) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f}".replace(".", ",")


def _print(cells: tuple[str, ...]) -> None:
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip(), flush=True)
