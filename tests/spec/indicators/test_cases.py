"""The table of cases: the acceptance lines of the catalogue, on every engine and for the reference that judges them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from jalons.facts.engines import DuckDBExecutor, Executor
from jalons.indicators.drilldown import drilldown
from jalons.indicators.engine import compute
from jalons.indicators.reference import judge
from tests.facts.given import Rows, complete, on_postgres

CASES: list[dict[str, Any]] = [
    case
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def _marked(case: dict[str, Any]) -> Any:
    return pytest.param(case, id=case["title"], marks=pytest.mark.req(*case["req"]))


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Any:
    if request.param == "postgres":
        request.getfixturevalue("db_of_owner")
        return on_postgres
    return DuckDBExecutor.over_rows


@pytest.fixture
def db_of_owner(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        yield


def _agrees(case: dict[str, Any], expected: dict[str, Any], given: tuple[Any, Any, Any]) -> None:
    for name, value in zip(("numerator", "denominator", "value"), given, strict=True):
        if name not in expected:
            continue
        wanted = expected[name]
        if wanted is None or value is None:
            assert value is wanted, f"{case['title']}: {expected}: {name} is {value}"
        else:
            exact = Decimal(str(wanted))
            assert value.quantize(exact) == exact, f"{case['title']}: {expected}: {name} is {value}"


def _figure(case: dict[str, Any], expected: dict[str, Any], executor: Executor) -> tuple[Any, Any, Any]:
    keys = expected.get("keys", {})
    [found] = [
        r
        for r in compute(
            [expected["indicator"]],
            executor,
            first=expected["month"],
            last=expected["month"],
            level=expected.get("level", "whole"),
            interval=expected["interval"],
            parameters=case.get("parameters"),
        )
        if keys.items() <= r.keys.items()
    ]
    return found.numerator, found.denominator, found.value


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_engine_gives_the_expected_figures_and_opens_them(case: dict[str, Any], engine: Any) -> None:
    rows: Rows = complete(case["facts"])
    with engine(rows) as executor:
        for expected in case["expect"]:
            figures = _figure(case, expected, executor)
            _agrees(case, expected, figures)
            opened = drilldown(
                expected["indicator"],
                executor,
                month=expected["month"],
                interval=expected["interval"],
                filters={column: [value] for column, value in expected.get("keys", {}).items()},
                parameters=case.get("parameters"),
            )
            for part, total in zip(("numerator", "denominator"), figures, strict=False):
                counted = sum((row.value for row in opened if row.part == part), Decimal(0))
                assert abs(counted - (total or 0)) < Decimal("1e-9"), (
                    f"{expected}: the rows of the {part} add up to {counted}"
                )


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_reference_gives_the_expected_figures(case: dict[str, Any]) -> None:
    rows = complete(case["facts"])
    for expected in case["expect"]:
        given = judge(
            expected["indicator"],
            rows,
            month=expected["month"],
            interval=expected["interval"],
            group=expected.get("keys", {}),
            parameters=case.get("parameters"),
        )
        _agrees(case, expected, given)
