"""An attendance belongs to a dated appointment with start < end; an outcome says when and by whom."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jalons.agenda.models import Appointment, GroupSession, Outcome
from tests.worlds import World, at

DAY = date(2020, 10, 12)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"ends_at": at(DAY, 9)}, "appointment_ends_after_start"),
        ({"outcome": Outcome.HELD}, "appointment_outcome_when_and_by_whom"),
        ({"real_start": at(DAY, 9), "real_end": at(DAY, 10)}, "appointment_attendance_times"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused(world: World, change, constraint):
    appointment = Appointment.objects.create(
        person=world.person(),
        organisation=world.house,
        kind="individual",
        starts_at=at(DAY, 9),
        ends_at=at(DAY, 10),
        on_date=DAY,
    )
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Appointment.objects.filter(pk=appointment.pk).update(**change)


def test_a_session_ends_after_its_start(world: World):
    with pytest.raises(IntegrityError, match="session_ends_after_start"), transaction.atomic():
        GroupSession.objects.create(organisation=world.house, theme="CV", starts_at=at(DAY, 9), ends_at=at(DAY, 9))
