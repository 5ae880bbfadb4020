"""The day the person agreed to a step is noted from its page (R-109)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from jalons.kernel import clock
from jalons.pathways.operations import propose_step
from tests.worlds import World


@pytest.mark.req("R-109")
def test_the_agreement_is_noted_from_the_page_of_the_step(client: Client, world: World) -> None:
    enrolment = world.enrolled()
    step = propose_step(actor=world.caseworker, on=clock.today(), enrolment_id=enrolment.pk, kind="qualifying_training")
    client.force_login(world.caseworker)
    at = reverse("desk:step_act", args=(enrolment.person.key, step.pk, "accord"))
    assert client.post(at, {"agreed_on": f"{clock.today():%d/%m/%Y}"}).status_code == 302
    step.refresh_from_db()
    assert step.agreed_on == clock.today()
