"""Read traces stay twelve months to the day, then go; nobody can make them go sooner."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.db import DatabaseError, connection, transaction

from jalons.kernel import clock
from jalons.kernel.periods import add_months
from jalons.kernel.refusals import NotAllowed
from jalons.network.erasing import erase_traces
from jalons.network.models import ReadTrace
from jalons.network.operations import system_user
from jalons.network.retention import PARIS, Kept, periods
from jalons.network.tasks import erase_old_traces
from jalons.network.traces import ReadKind, trace_read
from tests.worlds import DAY, World

MONTHS = periods()["read_traces"].months


def read(world: World, at: datetime) -> ReadTrace:
    with mock.patch("jalons.kernel.clock.now", return_value=at):
        return trace_read(world.caseworker, ReadKind.LIST, "desk:persons", count=3)


def ago(months: int, **less: int) -> datetime:
    now = clock.now()
    return now.replace(**_day(add_months(now.date(), -months))) + timedelta(**less)


def _day(day: object) -> dict[str, int]:
    return {name: getattr(day, name) for name in ("year", "month", "day")}


def test_a_trace_is_erased_once_twelve_months_old_and_not_a_day_sooner(world: World) -> None:
    old = [read(world, ago(MONTHS, days=-1)), read(world, ago(2 * MONTHS))]
    young = [read(world, ago(MONTHS, days=1)), read(world, clock.now())]
    erase_old_traces(timestamp=0)
    left = set(ReadTrace.objects.values_list("pk", flat=True))
    assert left >= {one.pk for one in young}
    assert left.isdisjoint({one.pk for one in old})


def test_a_long_history_goes_by_chunks(world: World) -> None:
    for _ in range(5):
        read(world, ago(MONTHS + 1))
    counts = [erase_traces(actor=system_user(), on=DAY, limit=2) for _ in range(4)]
    assert counts == [2, 2, 1, 0]


def test_the_database_lets_no_younger_trace_go_whatever_asks(world: World) -> None:
    trace = read(world, ago(MONTHS, days=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{network_readtrace}', true)")
        cursor.execute("DELETE FROM network_readtrace")
        assert cursor.rowcount == 0
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ReadTrace.objects.filter(pk=trace.pk).update(count=0)
    assert ReadTrace.objects.get(pk=trace.pk).count == 3


def test_only_the_work_of_the_night_erases(world: World) -> None:
    with pytest.raises(NotAllowed):
        erase_traces(actor=world.data_officer, on=DAY)


def test_every_period_has_its_reason() -> None:
    assert periods()
    assert all(len(one.reason) > 40 for one in periods().values())
    with pytest.raises(ValueError, match="reason"):
        Kept(months=3, reason="", basis="chosen")


def test_the_page_of_the_documentation_says_the_same_periods() -> None:
    page = (Path(__file__).parents[2] / "docs" / "conservation.md").read_text(encoding="utf-8")
    for one in periods().values():
        assert f"{one.months} mois" in page
        assert one.reason in page
        assert (one.citation or one.ref) in page


@pytest.mark.parametrize("since", ["2020-11-30", "2021-02-28", "2020-08-31", "2021-03-31"])
def test_what_is_erased_and_the_last_day_told_agree(since: str) -> None:
    """Months end at different days: the page never promises a day the night does not keep."""
    kept = Kept(months=3, reason="Le temps de corriger.", basis="chosen")
    instant = datetime.fromisoformat(since).replace(hour=15, tzinfo=PARIS)
    last = kept.last_day(instant)
    assert instant >= kept.erased_before(last), "kept on its last day"
    assert instant < kept.erased_before(last + timedelta(days=1)), "and erased on the next"
