"""What must never be false is refused by the database itself, each with a sentence users can read."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from jalons.kernel.refusals import constraint_sentence
from jalons.pathways.models import EnrolmentProfessional, Job, Mandate, Orientation
from jalons.pathways.operations import add_professional, record_job
from tests.worlds import World

ROOMS = ("pathways", "agenda")


def test_every_constraint_of_these_rooms_has_a_french_sentence():
    constraints = [
        c for room in ROOMS for model in apps.get_app_config(room).get_models() for c in model._meta.constraints
    ]
    assert len(constraints) > 30
    without = {c.name for c in constraints if constraint_sentence(c.name) is None}
    assert without == set()


def refused(model: type[models.Model], pk: int, constraint: str, **change: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model._default_manager.filter(pk=pk).update(**change)


def test_a_closed_orientation_says_when_and_by_whom(world: World):
    refused(Orientation, world.oriented().pk, "orientation_closed_when_and_by_whom", closed_on=date(2020, 3, 1))


def test_a_person_has_one_orientation_in_force(world: World):
    one = world.oriented()
    with pytest.raises(IntegrityError, match="orientation_one_in_force"), transaction.atomic():
        Orientation.objects.create(
            person=one.person,
            authority=one.authority,
            organisation=world.neighbour,
            line=world.neighbour_line,
            action_code=world.neighbour_line.action_code,
            decided_on=date(2020, 3, 1),
            decided_by=world.orientation_officer,
            reason="Autre",
        )


def test_a_mandate_does_not_end_before_it_starts(world: World):
    enrolment = world.enrolled(caseworker=world.caseworker)
    mandate = Mandate.objects.get(person_id=enrolment.person_id)
    refused(Mandate, mandate.pk, "mandate_dates_ordered", end_on=date(2020, 1, 1))


def test_a_professional_and_a_job_do_not_end_before_they_start(world: World):
    enrolment = world.enrolled()
    on = date(2020, 3, 2)
    joined = add_professional(
        actor=world.head, on=on, enrolment_id=enrolment.pk, user_id=world.colleague.pk, role="Coach", start_on=on
    )
    refused(EnrolmentProfessional, joined.pk, "professional_dates_ordered", end_on=date(2020, 1, 1))
    job = record_job(actor=world.caseworker, on=on, enrolment_id=enrolment.pk, contract_kind="cdi", start_on=on)
    refused(Job, job.pk, "job_dates_ordered", end_on=date(2020, 1, 1))
