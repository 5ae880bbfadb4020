"""What the engine refuses, and how a figure that leaves the house is masked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalons.facts.engines import DuckDBExecutor
from jalons.indicators.definitions import DefinitionError
from jalons.indicators.engine import Result, compute
from jalons.indicators.masking import mask
from tests.facts.given import complete

MAY = date(2020, 5, 1)
STAYS = complete({"enrolment": [{"repeat": 3, "person_id": "@", "organisation_id": "@", "start_on": date(2020, 2, 1)}]})


def test_a_level_without_meaning_is_refused_with_those_possible() -> None:
    with pytest.raises(DefinitionError, match=r"ne se calcule pas par « organisation ».*territory"):
        compute(["orientation_rate"], DuckDBExecutor(), first=MAY, last=MAY, level="organisation")


def test_an_interval_without_meaning_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"ne se calcule pas par « month »\. Possibles : year"):
        compute(["group_time_reach_rate"], DuckDBExecutor(), first=MAY, last=MAY, interval="month")


def test_a_filter_the_source_does_not_have_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"On ne peut pas filtrer « stays » par « dataset »"):
        compute(
            ["entered_beneficiaries_count"], DuckDBExecutor(), first=MAY, last=MAY, level="whole",
            filters={"dataset": ["annexe2_2020"]},
        )  # fmt: skip


@pytest.mark.req("R-200", "R-133")
def test_totals_of_a_dataset_are_filtered_to_it() -> None:
    rows = complete({
        "agreement_line": [
            {"places": 100, "persons_to_follow": 130, "dataset": "annexe2_2020"},
            {"line_id": 2, "places": 40, "persons_to_follow": 50},
            {"line_id": 3, "places": 40, "kind": "in_house", "dataset": "annexe2_2020"},
        ]
    })  # fmt: skip
    with DuckDBExecutor.over_rows(rows) as executor:
        found = compute(
            ["agreed_places_count", "agreed_followed_persons_count"], executor, first=date(2020, 12, 1),
            last=date(2020, 12, 31), level="whole", interval="year", filters={"dataset": ["annexe2_2020"]},
        )  # fmt: skip
    assert [result.value for result in found] == [100, 130]


def test_a_year_not_over_is_counted_up_to_the_month_asked() -> None:
    with DuckDBExecutor.over_rows(STAYS) as executor:
        [result] = compute(
            ["mean_occupied_places"],
            executor,
            first=date(2020, 3, 1),
            last=date(2020, 3, 31),
            level="whole",
            interval="year",
        )
    assert (result.month, result.value) == (date(2020, 3, 1), Decimal(2))  # 0, 3, 3


@pytest.mark.req("R-101")
def test_counts_since_january_start_again_each_year() -> None:
    rows = complete({
        "enrolment": [
            {"person_id": 1, "start_on": date(2019, 2, 1), "end_on": date(2019, 6, 30)},
            {"person_id": 2, "start_on": date(2019, 2, 1), "end_on": date(2020, 1, 15)},
            {"person_id": 3, "start_on": date(2020, 2, 1)},
        ]
    })  # fmt: skip
    with DuckDBExecutor.over_rows(rows) as executor:
        found = compute(
            ["participants_supported_count"], executor, first=date(2019, 12, 1), last=date(2020, 2, 1), level="whole"
        )
    assert [(r.month.month, r.value) for r in found] == [(12, 2), (1, 1), (2, 2)]


def test_filters_keep_the_groups_asked() -> None:
    with DuckDBExecutor.over_rows(STAYS) as executor:
        found = compute(
            ["supported_beneficiaries_count"], executor, first=MAY, last=MAY, filters={"organisation_id": [2, 3]}
        )
    assert [(r.keys["organisation_id"], r.value) for r in found] == [(2, 1), (3, 1)]


def _figures(
    *numerators: int, denominator: int | None = None, code: str = "exited_beneficiaries_count"
) -> list[Result]:
    below = None if denominator is None else Decimal(denominator)
    return [
        Result(code, "month", MAY, {"organisation_id": rank}, Decimal(n), below, Decimal(n))
        for rank, n in enumerate(numerators)
    ]


def _shown(results: list[Result], threshold: int = 5) -> list[int | None]:
    return [None if figure.masked else int(figure.result.numerator) for figure in mask(results, threshold)]


@pytest.mark.req("R-166")
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ([12, 20, 0], [12, 20, 0]),
        ([12, 3, 2], [12, None, None]),
        ([12, 3, 20], [None, None, 20]),  # one alone could be found again from the total: the next smallest goes too
        ([3, 0, 0], [None, 0, 0]),
        ([5, 4], [None, None]),
    ],
)
def test_small_counts_are_masked_and_cannot_be_found_from_the_total(given: list[int], shown: list[int | None]) -> None:
    assert _shown(_figures(*given)) == shown


@pytest.mark.req("R-166")
def test_a_rate_that_leaves_a_small_rest_is_masked() -> None:
    assert _shown(_figures(18, denominator=20, code="dynamic_exit_rate")) == [None]
    assert _shown(_figures(14, denominator=20, code="dynamic_exit_rate")) == [14]


@pytest.mark.req("R-166")
def test_the_threshold_is_a_parameter_and_places_are_not_persons() -> None:
    assert _shown(_figures(3, 30, 40), threshold=3) == [3, 30, 40]
    assert _shown(_figures(2, 30, code="agreed_places_count")) == [2, 30]
