"""Reads of the room: figures from the cube for the screens, frozen figures and their later corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.facts.engines import Executor, PostgresExecutor
from jalons.indicators.cells import Cells
from jalons.indicators.definitions import LEVELS, DefinitionError, Interval, Level, catalogue
from jalons.indicators.drilldown import Row, drilldown
from jalons.indicators.engine import Result, check_asked, compute, evaluate
from jalons.indicators.models import FrozenFigure, MonthlyCube, StaleMonth
from jalons.kernel.periods import first_of_month
from jalons.kernel.sealing import match_key

STORED_LEVELS: tuple[Level, ...] = ("whole", "authority", "territory", "organisation", "action", "organisation_action")
KEPT_HEX = 24  # 96 bits of the keyed hash: two rows never share it, nobody can be found from it


def figures(
    codes: Iterable[str],
    *,
    first: date,
    last: date,
    level: Level = "organisation",
    interval: Interval | None = None,
    keys: Mapping[str, Sequence[int | str]] | None = None,
) -> list[Result]:
    """Return figures read from the cube, like ``engine.compute``. ``keys`` keeps some groups of the level.

    A group without any counted row has no figure: show « non calculable » or 0 as the indicator asks.
    """
    wanted = [catalogue().indicator(code) for code in codes]
    for indicator in wanted:
        check_asked(indicator, level, interval)
    _known_keys(level, keys or {})
    names = {term.measure for indicator in wanted for term in indicator.terms()}
    start = date(first.year, 1, 1)
    cells = _stored_cells(names, start, last, level, keys or {})
    return evaluate(wanted, cells, first=first, last=last, level=level, interval=interval)


def _known_keys(level: Level, keys: Mapping[str, object]) -> None:
    if unknown := [name for name in keys if name not in LEVELS[level]]:
        raise DefinitionError(
            f"Le niveau « {level} » ne se filtre pas par {', '.join(unknown)}. Possibles : {', '.join(LEVELS[level]) or 'aucun'}."
        )


def _stored_cells(
    names: Iterable[str], first: date, last: date, level: Level, keys: Mapping[str, Sequence[int | str]]
) -> Cells:
    rows = MonthlyCube.objects.filter(level=level, measure__in=names, month__gte=first, month__lte=last)
    rows = rows.filter(**{f"{name}__in": list(values) for name, values in keys.items()})
    cells: Cells = defaultdict(lambda: defaultdict(dict))
    for measure, month, value, *group in rows.values_list("measure", "month", "value", *LEVELS[level]):
        cells[measure][tuple(group)][month] = value
    return cells


def is_stale(*, last: date) -> bool:
    """Tell whether figures up to the month of ``last`` changed since they were counted (the screen then says so)."""
    return StaleMonth.objects.filter(month__lte=last).exists()


def rows_behind(
    code: str,
    *,
    month: date,
    interval: Interval | None = None,
    filters: Mapping[str, Sequence[int | str]] | None = None,
    executor: Executor | None = None,
) -> list[Row]:
    """Return the rows that a figure counts, read live. The caller checks who may open them and leaves a read trace."""
    return drilldown(code, executor or PostgresExecutor(), month=month, interval=interval, filters=filters)


def pseudonym(row: Row) -> str:
    """Return a key of the counted row that names nobody: equal for the same row, useless without the sealing key."""
    clear = ";".join(f"{name}={value}" for name, value in row.key)
    return match_key(f"frozen:{row.rows}:{clear}").hex()[:KEPT_HEX]


def keyed_rows(rows: Iterable[Row]) -> dict[str, dict[str, str]]:
    """Return part → pseudonymous key → share, as frozen figures keep them."""
    kept: dict[str, dict[str, Decimal]] = {"numerator": {}, "denominator": {}}
    for row in rows:
        part = kept[row.part]
        key = pseudonym(row)
        part[key] = part.get(key, Decimal(0)) + row.value
    return {
        part: {key: str(share.normalize()) for key, share in sorted(shares.items())} for part, shares in kept.items()
    }


@dataclass(frozen=True, slots=True)
class Correction:
    """A frozen figure against the same figure counted today: the published value stays, the difference is shown (R-218)."""

    frozen: FrozenFigure
    numerator: Decimal
    denominator: Decimal | None
    value: Decimal | None
    difference: Decimal | None
    added: dict[str, int]  # part → rows counted today that were not
    removed: dict[str, int]
    same_definition: bool

    @property
    def changed(self) -> bool:
        """True when today's count or its rows differ from what was published."""
        return (
            self.frozen.value != self.value
            or self.frozen.numerator != self.numerator
            or any(self.added.values())
            or any(self.removed.values())
        )


def correction_of(frozen: FrozenFigure, *, executor: Executor | None = None) -> Correction:
    """Count a frozen figure again with today's facts and definition, and compare."""
    engine = executor or PostgresExecutor()
    interval: Interval = "year" if frozen.interval == "year" else "month"
    now = one_figure(frozen.indicator, engine, month=frozen.month, interval=interval, filters=frozen.filters)
    rows = keyed_rows(
        drilldown(frozen.indicator, engine, month=frozen.month, interval=interval, filters=frozen.filters)
    )
    exact = Decimal(1).scaleb(-8)
    value = now.value.quantize(exact) if now.value is not None else None
    return Correction(
        frozen=frozen,
        numerator=now.numerator.quantize(exact),
        denominator=now.denominator,
        value=value,
        difference=value - frozen.value if value is not None and frozen.value is not None else None,
        added={part: len(set(rows[part]) - set(frozen.rows.get(part, ()))) for part in rows},
        removed={part: len(set(frozen.rows.get(part, ())) - set(rows[part])) for part in rows},
        same_definition=catalogue().indicator(frozen.indicator).version == frozen.definition_version,
    )


def one_figure(
    code: str, executor: Executor, *, month: date, interval: Interval, filters: Mapping[str, Sequence[int | str]]
) -> Result:
    """Compute one figure live for the groups in ``filters`` taken together."""
    [result] = compute(
        [code], executor, first=first_of_month(month), last=month, level="whole", interval=interval, filters=filters
    )
    return result
