"""« Suivi des actions » on screen: figures and meetings for the authority and the houses that carry the action (R-066)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.pathways.models import FollowUpMeeting
from tests.worlds import World

pytestmark = [pytest.mark.req("R-066"), pytest.mark.usefixtures("rulebooks")]
INNOVANT = "lyon_emploi_innovant_2020"
PAGE = "/pilotage/equipes/suivi-des-actions/"
SENT = {"body": "follow_up_committee", "held_on": "14/10/2020", "conclusions": "Étendre l’offre au territoire ouest."}


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_the_steering_officer_notes_a_meeting_and_the_house_reads_it(client: Client, world: World) -> None:
    line = world.place(action_code=INNOVANT, places=12)
    world.enrolled(world.person("Zwarteveen"), line=line, caseworker=world.caseworker)
    client.force_login(world.steering_officer)
    page = shown(client.get(PAGE))
    assert "Itinéraires emploi innovants" in page
    assert "Aucune réunion notée" in page
    form = shown(client.get(f"{PAGE}{INNOVANT}/noter/"))
    assert "Groupe de suivi technique" in form
    assert "001 Fiche action 14 l.90" in form
    assert "choix valide" in shown(client.post(f"{PAGE}{INNOVANT}/noter/", SENT | {"body": "itt"})).lower()
    page = shown(client.post(f"{PAGE}{INNOVANT}/noter/", SENT, follow=True))
    assert "Personnes : 1, places : 12, entrées sans analyse : 1, équipes incomplètes : 1" in page
    assert "Zwarteveen".upper() not in page.upper()
    assert "déjà notée" in shown(client.post(f"{PAGE}{INNOVANT}/noter/", SENT))
    assert FollowUpMeeting.objects.count() == 1
    client.force_login(world.head)
    read = shown(client.get(PAGE))
    assert "Étendre l’offre au territoire ouest." in read
    assert "Noter une réunion" not in read
    client.force_login(world.neighbour_head)  # carries no such action
    assert "Étendre l’offre" not in shown(client.get(PAGE))
    client.force_login(world.foreign_officer)
    assert "Étendre l’offre" not in shown(client.get(PAGE))


def test_an_action_no_body_follows_says_so(client: Client, world: World) -> None:
    client.force_login(world.steering_officer)
    page = shown(client.get(f"{PAGE}lyon_emploi_diversifie_2020/noter/", follow=True))
    assert "ne nomme aucune instance de suivi" in page
    assert "Aucune action suivie" in page


def test_the_cost_is_constant(client: Client, world: World) -> None:
    line = world.place(action_code=INNOVANT, places=30)
    client.force_login(world.steering_officer)
    counts = []
    for _ in range(3):
        for _ in range(3):
            world.enrolled(line=line, caseworker=world.caseworker)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 25
