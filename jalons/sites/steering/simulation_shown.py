"""A simulation as the page shows it: rows in words, small counts hidden, its chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jalons.indicators.masking import MASKED_SIGN, is_small
from jalons.todos.comparison import words
from jalons.todos.comparison.masking import hidden_counts, hidden_rows
from jalons.todos.comparison.simulation import Row, Simulation
from jalons.todos.comparison.words import Source
from jalons.ui.charts import ACCENT, SECOND, Chart, chart
from jalons.ui.french import number
from jalons.ui.tables import Column

OBLIGATIONS = (
    Column("Obligation"),
    Column("Demandé avant"),
    Column("Demandé après"),
    Column("Échéances", "num"),
    Column("En retard", "num"),
    Column("Déplacement"),
    Column("Dossiers", "num"),
)
ORGANISATIONS = (Column("Organisme"), Column("Échéances", "num"), Column("En retard", "num"), Column("Dossiers", "num"))
STATES = (Column("Avant"), Column("Après"), Column("Échéances", "num"))
EXITS = (Column("Action"), Column("Classe avant"), Column("Classe après"), Column("Sorties", "num"))
AMOUNTS = (
    Column("Action"),
    Column("Lignes", "num"),
    Column("Avant", "num"),
    Column("Après", "num"),
    Column("Écart", "num"),
)
LINES = (
    Column("Organisme"),
    Column("Action"),
    Column("Places", "num"),
    Column("Avant", "num"),
    Column("Après", "num"),
    Column("Calcul après"),
)
GOALS = (Column("Action"), Column("Résultat"), Column("Avant"), Column("Après"), Column("Valeur", "num"))
LINES_SHOWN = 200  # the export has them all


@dataclass(frozen=True, slots=True)
class Shown:
    """One obligation or organisation: its counts in words, or the sign of what is hidden."""

    key: Any
    label: str
    group: str
    asked: tuple[str, str]
    sources: tuple[Source | None, Source | None]
    answers: str
    late: str
    move: str
    persons: str
    hidden: bool


def context(found: Simulation, threshold: int, names: Mapping[int, str]) -> dict[str, Any]:
    """Return what the result part of the page shows; counts under ``threshold`` are hidden (0 hides none)."""
    transitions, exits = found.transitions(), found.exits
    unseen, unseen_exits = hidden_counts(transitions, threshold), hidden_counts(exits, threshold)
    persons = found.counted.persons
    obligations = _obligations(found, threshold)
    return {
        "persons": f"Dossiers touchés : {MASKED_SIGN}" if is_small(Decimal(persons), threshold) else words.touched(persons),
        "asked_about": number(found.counted.asked),
        "obligations": obligations,
        "unchanged": len(found.by_obligation()) - len(obligations),
        "organisations": _organisations(found, threshold, names),
        "states": [
            (words.state(pair[0]), words.state(pair[1]), MASKED_SIGN if pair in unseen else number(count))
            for pair, count in transitions.items()
        ],
        "exits": [
            (found.question.reform.action_label(key[0]), key[1] or words.NO_CLASS, key[2] or words.NO_CLASS,
             MASKED_SIGN if key in unseen_exits else number(count))
            for key, count in exits.items()
        ],
        "amounts": {found.question.reform.action_label(code): total for code, total in found.amounts_by_action().items()},
        "total": found.amounts,
        "year": found.question.as_of.year,
        "lines": found.lines[:LINES_SHOWN],
        "lines_left": max(0, len(found.lines) - LINES_SHOWN),
        "goals": found.goals,
        "chart": states_chart(found, threshold),
        "words": words,
        "tried": found.question.reform,
        "columns": {"obligations": OBLIGATIONS, "organisations": ORGANISATIONS, "states": STATES, "exits": EXITS,
                    "amounts": AMOUNTS, "lines": LINES, "goals": GOALS},
    }  # fmt: skip


def _obligations(found: Simulation, threshold: int) -> list[Shown]:
    tried, persons = found.question.reform, found.counted.persons_by_obligation
    rows = found.by_obligation()
    hidden = hidden_rows(rows, persons, threshold)
    shown = []
    for pair, row in rows.items():
        if row.changed:
            texts = _texts(row, persons.get(pair, 0), hide=pair in hidden)
            labels = (
                tried.label(*pair),
                tried.action_label(pair[0]),
                words.rule(tried, *pair),
                words.sources(tried, *pair),
            )
            shown.append(Shown(pair, *labels, *texts, pair in hidden))
    return shown


def _organisations(found: Simulation, threshold: int, names: Mapping[int, str]) -> list[Shown]:
    rows, persons = found.by_organisation(), found.counted.persons_by_organisation
    hidden = hidden_rows(rows, persons, threshold)
    return [
        Shown(pk, names.get(pk, str(pk)), "", ("", ""), (None, None), *_texts(row, persons.get(pk, 0), hide=pk in hidden),
              pk in hidden)
        for pk, row in rows.items() if row.changed
    ]  # fmt: skip


def _texts(row: Row, persons: int, *, hide: bool) -> tuple[str, str, str, str]:
    if hide:
        return MASKED_SIGN, MASKED_SIGN, "", MASKED_SIGN
    return (
        _change(row.answers_before, row.answers_after),
        _change(row.late_before, row.late_after),
        words.moved(row.mean_move),
        number(persons),
    )


def _change(before: int, after: int) -> str:
    return number(before) if before == after else f"{number(before)} → {number(after)}"


def states_chart(found: Simulation, threshold: int) -> Chart | None:
    """Draw the answers by state, before and after; None when there is none. A hidden count leaves a gap."""
    states = {code: found.states()[code] for code in words.STATES if code in found.states()}
    if not states:
        return None
    data = [
        {"s": words.state(code).capitalize(), "c": side, "v": None if is_small(Decimal(count), threshold) else count}
        for code, counts in states.items()
        for side, count in zip(("Avant", "Après"), counts, strict=True)
    ]
    rows = [
        [words.state(code).capitalize(), *(_count(count, threshold) for count in counts)]
        for code, counts in states.items()
    ]
    late = [sum(states.get(code, (0, 0))[side] for code in ("late", "breached")) for side in (0, 1)]
    masked = any(is_small(Decimal(count), threshold) for count in late)
    message = "Échéances par état, avant et après" if masked else f"Échéances manquées : {_change(*late)}"
    return chart(
        _bars(data, list(dict.fromkeys(str(one["s"]) for one in data))),
        title=message,
        description="Deux barres par état : le nombre d’échéances avec le cadre actuel, puis avec la proposition.",
        columns=("État", "Avant", "Après"),
        rows=rows,
    )


def _count(count: int, threshold: int) -> str:
    return MASKED_SIGN if is_small(Decimal(count), threshold) else number(count)


def _bars(data: list[dict[str, Any]], states: list[str]) -> dict[str, Any]:
    x = {"field": "s", "type": "nominal", "sort": states, "title": None, "axis": {"labelAngle": 0, "labelLimit": 110}}
    y = {"field": "v", "type": "quantitative", "title": "échéances", "axis": {"tickCount": 4}}
    sides = ["Avant", "Après"]
    colour = {"field": "c", "type": "nominal", "scale": {"domain": sides, "range": [SECOND, ACCENT]}}
    return {
        "width": 640,
        "height": 220,
        "data": {"values": data},
        "encoding": {"x": x, "y": y, "xOffset": {"field": "c", "sort": sides}},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"color": colour}},
            {
                "mark": {"type": "text", "dy": -7},
                "encoding": {"text": {"field": "v", "type": "quantitative", "format": ",.0f"}},
            },
        ],
    }
