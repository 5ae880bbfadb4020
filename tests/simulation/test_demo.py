"""The demonstration: the whole chain in one run, the same again when run twice, never another one on top."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from jalons.agenda.models import Appointment
from jalons.agreements.models import AgreementLine
from jalons.exchange.caf.models import ImportRun
from jalons.pathways.models import (
    Assessment,
    Contract,
    Enrolment,
    Exit,
    Information,
    Mandate,
    Obstacle,
    Orientation,
    Piece,
    Step,
)
from jalons.people.models import DossierAccess, JobSeekerRegistration, Person
from jalons.simulation.run import OtherDemo, Plan, run
from jalons.simulation.summary import summary
from jalons.todos.models import Todo

PEOPLE, TODAY = 150, date(2020, 4, 15)
TABLES: tuple[Any, ...] = (
    Person,
    Orientation,
    Enrolment,
    Mandate,
    Contract,
    Appointment,
    Step,
    Assessment,
    Obstacle,
    Information,
    JobSeekerRegistration,
    Piece,
    Exit,
    Todo,
    ImportRun,
    DossierAccess,
)


def _plan(folder: Path, people: int = PEOPLE) -> Plan:
    return Plan(people=people, seed=7, today=TODAY, folder=folder)


def _silent(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total, what


def _counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


@pytest.mark.req("R-200")
@pytest.mark.django_db
def test_the_chain_runs_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    run(_plan(tmp_path), _silent)

    counts = _counts()
    assert all(count > 0 for name, count in counts.items() if name != "Exit"), counts
    annexe = AgreementLine.objects.filter(agreement__dataset="annexe2_2020")
    assert annexe.aggregate(p=Sum("places"), s=Sum("persons_to_follow"), m=Sum("amount")) == {
        "p": 11_067,
        "s": 15_068,
        "m": Decimal("6519855.53"),
    }
    assert Enrolment.objects.exclude(person__mandates__isnull=False).count() == 0, "somebody has no référent"
    shown = summary(on=TODAY)
    assert "fictifs" in shown
    assert "6\u202f519\u202f855,53" in shown
    assert "Taux d" in shown

    run(_plan(tmp_path), _silent)
    assert _counts() == counts


@pytest.mark.django_db
def test_another_size_is_refused_rather_than_mixed(tmp_path: Path) -> None:
    from jalons.simulation.models import DemoState

    DemoState.objects.create(people=10, seed=7, finished=True)
    with pytest.raises(OtherDemo, match="10 personnes"):
        run(_plan(tmp_path), _silent)
