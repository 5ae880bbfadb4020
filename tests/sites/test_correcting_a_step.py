"""A step noted wrong is put right from its page (R-109)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jalons.kernel import clock
from jalons.pathways.models import Step, StepState
from jalons.pathways.operations import complete_step, propose_step, start_step
from tests.worlds import World


@pytest.fixture
def world(world: World, rulebooks: None) -> World:
    return world


def done(world: World, kind: str = "qualifying_training") -> Step:
    given = {"actor": world.caseworker, "on": clock.today()}
    step = propose_step(**given, enrolment_id=world.enrolled().pk, kind=kind)
    start_step(**given, step_id=step.pk, day=clock.today() - timedelta(days=9))
    return complete_step(**given, step_id=step.pk, day=clock.today())


def at(step: Step, act: str) -> str:
    return reverse("desk:step_act", args=(step.person.key, step.pk, act))


@pytest.mark.req("R-109")
def test_the_end_noted_too_early_is_taken_back_and_the_start_put_right(client: Client, world: World) -> None:
    step, start = done(world), clock.today() - timedelta(days=3)
    client.force_login(world.caseworker)
    page = client.get(reverse("desk:step", args=(step.person.key, step.pk))).content.decode()
    assert at(step, "corriger") in page
    form = client.get(at(step, "corriger")).content.decode()
    assert "Terminée le" in form
    assert "Prescrite le" not in form  # it never was
    answer = client.post(at(step, "corriger"), {"started_on": f"{start:%d/%m/%Y}", "ended_on": "", "weekly_hours": "7"})
    assert answer.status_code == 302
    step.refresh_from_db()
    assert (step.state, step.started_on, step.ended_on, step.weekly_hours) == (StepState.STARTED, start, None, 7)


@pytest.mark.req("R-106", "R-109")
def test_a_step_noted_for_another_is_withdrawn_with_a_reason_and_one_about_health_without(
    client: Client, world: World
) -> None:
    client.force_login(world.caseworker)
    step, health = done(world), done(world, "health_access")
    assert client.post(at(step, "retirer"), {"reason": ""}).status_code == 200  # asked again
    client.post(at(step, "retirer"), {"reason": "Notée pour sa sœur"})
    assert 'name="reason"' not in client.get(at(health, "retirer")).content.decode()
    client.post(at(health, "retirer"), {})
    for one in (step, health):
        one.refresh_from_db()
        assert (one.state, one.started_on) == (StepState.CANCELLED, None)
        assert "Notée par erreur" in client.get(reverse("desk:step", args=(one.person.key, one.pk))).content.decode()
