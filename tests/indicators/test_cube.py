"""The monthly cube: the same figures as a live count, only the months that changed, and a nightly check that sees a fault."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jalons.facts.engines import DuckDBExecutor
from jalons.indicators.definitions import DefinitionError, catalogue
from jalons.indicators.engine import compute
from jalons.indicators.models import MonthlyCube, StaleMonth
from jalons.indicators.operations import mark_months, refresh_cube, verify_cube
from jalons.indicators.queries import figures, is_stale
from tests.facts.given import complete
from tests.indicators.reading import figure

pytestmark = pytest.mark.django_db

UNTIL = date(2020, 10, 15)


def _facts(**more: Any) -> dict[str, Any]:
    return complete(
        {
            "person": [{"repeat": 30, "person_id": "@", "territory_id": 1}],
            "rights_and_duties": [{"repeat": 30, "person_id": "@", "start_on": date(2019, 5, 1)}],
            "orientation": [{"repeat": 20, "person_id": "@", "decided_on": date(2019, 12, 2)}],
            "agreement_line": [{"places": 25, "territory_id": 1, "start_on": date(2020, 1, 1), "end_on": date(2020, 12, 31)}],
            "enrolment": [
                {"repeat": 20, "person_id": "@", "territory_id": 1, "start_on": date(2020, 1, 6)},
                {
                    "enrolment_id": 21, "person_id": 1, "organisation_id": 2, "territory_id": 1,
                    "start_on": date(2020, 3, 2), "action_code": "b",
                },
            ],
            "appointment": [{"repeat": 12, "person_id": "@", "on_date": date(2020, 3, 9)}],
            **more,
        }
    )  # fmt: skip


@pytest.mark.req("R-207")
def test_screens_read_from_the_cube_what_a_live_count_gives() -> None:
    with DuckDBExecutor.over_rows(_facts()) as executor:
        assert refresh_cube(until=UNTIL, executor=executor) > 0
        for level in ("whole", "authority", "territory", "organisation", "action"):
            codes = [code for code, i in catalogue().indicators.items() if level in i.levels]
            asked: dict[str, Any] = {"first": date(2020, 3, 1), "last": date(2020, 4, 30), "level": level}
            live = [r for r in compute(codes, executor, **asked) if r.numerator or r.denominator]
            stored = [r for r in figures(codes, **asked) if r.numerator or r.denominator]
            assert stored == live, level


def test_one_figure_of_one_group() -> None:
    with DuckDBExecutor.over_rows(_facts()) as executor:
        refresh_cube(until=UNTIL, executor=executor)
    found = figure(
        "place_occupancy_rate", month=date(2020, 3, 1), level="organisation", interval="month",
        keys={"authority_id": 1, "organisation_id": 1},
    )  # fmt: skip
    assert found is not None
    assert (found.numerator, found.denominator, found.value) == (20, 25, 80)
    assert (
        figure("place_occupancy_rate", month=date(2020, 3, 1), level="organisation", keys={"organisation_id": 9})
        is None
    )


def test_persons_of_two_organisations_count_once_for_the_authority() -> None:
    with DuckDBExecutor.over_rows(_facts()) as executor:
        refresh_cube(until=UNTIL, executor=executor)
    asked: dict[str, Any] = {"first": UNTIL, "last": UNTIL}
    per_organisation = [r.value for r in figures(["participants_supported_count"], level="organisation", **asked)]
    [whole] = figures(["participants_supported_count"], level="authority", **asked)
    assert (per_organisation, whole.value) == ([20, 1], 20)


@pytest.mark.req("R-207")
def test_only_the_months_marked_and_those_after_are_counted_again() -> None:
    with DuckDBExecutor.over_rows(_facts()) as executor:
        refresh_cube(until=UNTIL, executor=executor)
        before = set(MonthlyCube.objects.filter(month__lt=date(2020, 3, 1)).values_list("pk", flat=True))
        after = set(MonthlyCube.objects.filter(month__gte=date(2020, 3, 1)).values_list("pk", flat=True))
        assert refresh_cube(until=UNTIL, executor=executor) == 0
        mark_months(months=[date(2020, 3, 9), date(2020, 3, 30)])
        assert is_stale(last=UNTIL)
        refresh_cube(until=UNTIL, executor=executor)
    kept = set(MonthlyCube.objects.values_list("pk", flat=True))
    assert before <= kept
    assert not after & kept
    assert not is_stale(last=UNTIL)
    assert not StaleMonth.objects.exists()


def test_a_write_during_the_counting_keeps_its_mark() -> None:
    class Slow(DuckDBExecutor):
        """An engine on which somebody else writes while it counts."""

        def run(self, sql: str, params: Any = None, *, bulk: bool = False) -> Any:
            if not StaleMonth.objects.exists():
                mark_months(months=[date(2020, 6, 1)])
            return super().run(sql, params, bulk=bulk)

    with Slow.over_rows(_facts()) as executor:
        mark_months(months=[date(2020, 5, 1)])
        refresh_cube(until=UNTIL, executor=executor)
    assert list(StaleMonth.objects.values_list("month", flat=True)) == [date(2020, 6, 1)]


def test_a_later_write_reaches_the_months_after_it() -> None:
    with DuckDBExecutor.over_rows(_facts()) as executor:
        refresh_cube(until=UNTIL, executor=executor)
    more = _facts(pause=[{"enrolment_id": 1, "person_id": 1, "start_on": date(2020, 5, 1)}])
    mark_months(months=[date(2020, 5, 1)])
    with DuckDBExecutor.over_rows(more) as executor:
        refresh_cube(until=UNTIL, executor=executor)
        found = figures(
            ["occupied_places"], first=date(2020, 4, 1), last=date(2020, 6, 1), level="whole", interval="month"
        )
        assert [int(r.value or 0) for r in found] == [21, 20, 20]
        assert verify_cube(executor=executor) == []


@pytest.mark.req("R-208")
def test_the_nightly_check_sees_a_wrong_and_a_missing_cell() -> None:
    with DuckDBExecutor.over_rows(_facts()) as executor:
        refresh_cube(until=UNTIL, executor=executor)
        assert verify_cube(executor=executor) == []
        cell = MonthlyCube.objects.filter(measure="present", level="whole", month=date(2020, 3, 1))
        cell.update(value=99)
        MonthlyCube.objects.filter(measure="individual_held", level="whole").delete()
        found = {(d.measure, d.stored, d.counted) for d in verify_cube(executor=executor)}
        assert found == {("present", 99, 21), ("individual_held", 0, 12)}
        mark_months(months=[date(2020, 2, 1)])
        assert verify_cube(executor=executor) == []  # these months are waiting to be counted
        refresh_cube(until=UNTIL, executor=executor)
        assert verify_cube(executor=executor) == []


def test_a_cell_is_stored_once() -> None:
    from django.db import IntegrityError

    MonthlyCube.objects.create(measure="present", month=UNTIL.replace(day=1), level="whole", value=1)
    with pytest.raises(IntegrityError, match="cube_cell_once"):
        MonthlyCube.objects.create(measure="present", month=UNTIL.replace(day=1), level="whole", value=2)


def test_a_level_is_filtered_by_its_own_keys() -> None:
    with pytest.raises(DefinitionError, match="ne se filtre pas par territory_id"):
        figures(["occupied_places"], first=UNTIL, last=UNTIL, level="organisation", keys={"territory_id": [1]})


def test_an_empty_base_has_an_empty_cube() -> None:
    with DuckDBExecutor.over_rows({}) as executor:
        assert refresh_cube(until=UNTIL, executor=executor) == 0
        assert verify_cube(executor=executor) == []
