"""Targets come from the rulebooks and are set against the figures (R-112, R-123)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalons.facts.engines import DuckDBExecutor
from jalons.indicators.targets import Target, targets
from tests.facts.given import complete

END = date(2020, 12, 31)


def _rule(path: str, value: str, number: int | None = None, **more: object) -> dict[str, object]:
    return {
        "action_code": "lyon_emploi_a",
        "path": path,
        "value": value,
        "number": number,
        "citation": "000 l.79",
        **more,
    }


ROWS = complete(
    {
        "rule_value": [
            _rule("targets.employment_training_mobilisation_rate.comparison", "at_least"),
            _rule("targets.employment_training_mobilisation_rate.threshold", "60", 60),
            _rule("targets.durable_employment_access_rate.threshold", "25", 25),
            _rule("targets.durable_employment_access_rate.comparison", "at_least"),
            _rule("targets.active_caseload_per_fte.threshold", "100", 100),
            _rule("targets.active_caseload_per_fte.comparison", "about"),
            _rule("targets.place_occupancy_rate.label", "sans seuil"),
            _rule("targets.durable_exit_rate.threshold", "30", 30, valid_to=date(2019, 12, 31)),
        ]
    }
)


@pytest.mark.req("R-112")
def test_thresholds_in_force_are_read_from_the_rulebook() -> None:
    with DuckDBExecutor.over_rows(ROWS) as executor:
        found = {target.indicator: target for target in targets(executor, on=END)}
    assert {code: int(target.threshold) for code, target in found.items()} == {
        "employment_training_mobilisation_rate": 60,
        "durable_employment_access_rate": 25,
        "active_caseload_per_fte": 100,
    }
    assert found["durable_employment_access_rate"].reached(Decimal(25))
    assert not found["employment_training_mobilisation_rate"].reached(Decimal("59.9"))
    assert found["active_caseload_per_fte"].reached(Decimal(104)) is None


def test_a_figure_not_calculable_neither_reaches_nor_misses() -> None:
    target = Target("a", "durable_exit_rate", Decimal(30), "at_most", "r 1", "stated", "003")
    assert target.reached(None) is None
    assert target.reached(Decimal(31)) is False
