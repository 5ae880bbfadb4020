"""Reports received from operators: noted once per line, kind and period, corrected with their history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jalons.agreements.models import Report, ReportKind
from jalons.agreements.operations import correct_report, record_report, remove_report
from jalons.kernel.refusals import NotAllowed, Refusal
from tests.worlds import DAY, World

MAY = date(2020, 5, 1)


def received(world: World, **changes: Any) -> Report:
    given: dict[str, Any] = {
        "actor": world.steering_officer,
        "on": DAY,
        "line_id": world.line.pk,
        "kind": ReportKind.MONTHLY,
        "period": date(2020, 5, 20),
        "received_on": date(2020, 6, 9),
    }
    return record_report(**given | changes)


@pytest.mark.req("R-201")
def test_a_monthly_report_speaks_of_its_month(world: World) -> None:
    report = received(world)
    assert (report.period_start, report.received_on) == (MAY, date(2020, 6, 9))
    assert report.recorded_by == world.steering_officer


@pytest.mark.req("R-203", "R-204")
@pytest.mark.parametrize("kind", [ReportKind.ANNUAL, ReportKind.FINANCIAL])
def test_a_yearly_report_speaks_of_its_civil_year(world: World, kind: str) -> None:
    assert received(world, kind=kind).period_start == date(2020, 1, 1)


def test_a_report_is_received_today_unless_said_otherwise(world: World) -> None:
    assert received(world, received_on=None).received_on == DAY


def test_a_report_is_noted_once(world: World) -> None:
    received(world)
    with pytest.raises(Refusal, match="déjà noté"):
        received(world, period=date(2020, 5, 2), received_on=DAY)
    received(world, period=date(2020, 6, 1), received_on=DAY)
    received(world, kind=ReportKind.ANNUAL)
    assert Report.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"received_on": date(2020, 10, 16)}, "dans le futur"),
        ({"received_on": date(2020, 4, 30)}, "avant le début de la période"),
        ({"period": date(2019, 12, 1), "received_on": date(2020, 1, 8)}, "autre période"),
    ],
)
def test_a_report_that_cannot_be_is_refused(world: World, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        received(world, **changes)
    assert not Report.objects.exists()


def test_its_day_is_corrected_and_the_first_one_kept_in_history(world: World) -> None:
    report = received(world)
    correct_report(actor=world.steering_officer, on=DAY, report_id=report.pk, received_on=date(2020, 6, 11))
    kept: Any = Report.pgh_event_model  # type: ignore[attr-defined]
    days = kept.objects.filter(pgh_obj_id=report.pk).order_by("pgh_id").values_list("received_on", flat=True)
    assert list(days) == [date(2020, 6, 9), date(2020, 6, 11)]


def test_one_noted_by_mistake_is_taken_back(world: World) -> None:
    remove_report(actor=world.steering_officer, on=DAY, report_id=received(world).pk)
    assert not Report.objects.exists()
    received(world)


def test_only_the_authority_notes_reports(world: World) -> None:
    report = received(world)
    for actor in (world.head, world.caseworker, world.orientation_officer, world.foreign_officer):
        with pytest.raises(NotAllowed):
            received(world, actor=actor, period=date(2020, 6, 1), received_on=DAY)
        with pytest.raises(NotAllowed):
            correct_report(actor=actor, on=DAY, report_id=report.pk, received_on=DAY)
        with pytest.raises(NotAllowed):
            remove_report(actor=actor, on=DAY, report_id=report.pk)
