"""The demonstration: the whole chain in one run, the same again when run twice, never another one on top."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from jalons.agenda.models import Appointment, AttendanceSheet, GroupSession, Rhythm, SignIn
from jalons.agreements.models import AgreementLine
from jalons.casefile.models import FiledDocument, Note, NoteDraft
from jalons.documents.models import LetterModel, Signature
from jalons.exchange.caf.models import ImportRun
from jalons.exchange.letters.models import LetterBatch
from jalons.exchange.messages.models import ReminderRule
from jalons.exchange.spreadsheets.models import KeptLayout, MoveRow
from jalons.network.models import OrganisationGroup
from jalons.pathways.models import (
    AssessedDomain,
    Assessment,
    CaseReview,
    Contract,
    Enrolment,
    EnrolmentProfessional,
    Evaluation,
    Exit,
    FollowUpContact,
    Handover,
    HandoverNote,
    Immersion,
    Information,
    Mandate,
    Obstacle,
    ObstacleAction,
    Orientation,
    Piece,
    Preflag,
    Project,
    ReorientationRequest,
    Step,
    StepOffer,
)
from jalons.people.models import Contact, DossierAccess, JobSeekerRegistration, Person
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
# What a newcomer finds on the screens of the référent, beside what was lived month after month.
FURNISHED: tuple[Any, ...] = (
    Note,
    NoteDraft,
    FiledDocument,
    Contact,
    ReminderRule,
    GroupSession,
    SignIn,
    AttendanceSheet,
    Rhythm,
    StepOffer,
    Immersion,
    FollowUpContact,
    AssessedDomain,
    ObstacleAction,
    Project,
    Signature,
    Handover,
    HandoverNote,
    EnrolmentProfessional,
    CaseReview,
    OrganisationGroup,
    Evaluation,
    Preflag,
    ReorientationRequest,
    KeptLayout,
    MoveRow,
    LetterModel,
    LetterBatch,
)


def _plan(folder: Path, people: int = PEOPLE) -> Plan:
    return Plan(people=people, seed=7, today=TODAY, folder=folder)


def _silent(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total, what


def _counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES + FURNISHED}


@pytest.mark.req("R-200")
@pytest.mark.django_db
def test_the_chain_runs_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    run(_plan(tmp_path), _silent)

    counts = _counts()
    assert [name for name, count in counts.items() if count == 0 and name != "Exit"] == []
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
