"""Screens around an accompaniment: the note for who comes next, an entry announced, a mission or an exemption taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jalons.kernel.refusals import Refusal
from jalons.pathways.models import HandoverNote, IntegrationNotice, MissionDone, SessionExemption
from jalons.pathways.operations import ask_review, exempt_from_session, reorient, write_handover_note
from jalons.people.models import Person
from jalons.sites.desk.views import missions
from tests.worlds import World


@pytest.fixture
def person(world: World, rulebooks: None) -> Person:
    return world.enrolled(caseworker=world.caseworker).person


def body(response: Any) -> str:
    text = response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(text.replace("&#39;", "'").split())


@pytest.mark.req("R-046")
def test_two_who_write_one_note_see_both_texts(client: Client, world: World, person: Person) -> None:
    write_handover_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Voir l’atelier.")
    address = f"/personnes/{person.key}/referent/note/"
    client.force_login(world.head)
    assert "Voir l’atelier." in body(client.get(address))
    write_handover_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Voir l’atelier le 12.")
    answer = client.post(address, {"text": "Voir l’atelier bois.", "seen": "Voir l’atelier."})
    assert answer.status_code == 409
    assert "le 12." in body(answer)
    assert "bois." in body(answer)
    assert HandoverNote.objects.get().text == "Voir l’atelier le 12."
    client.post(address, {"text": "Voir l’atelier bois le 12.", "seen": "Voir l’atelier le 12."})
    assert HandoverNote.objects.get().text == "Voir l’atelier bois le 12."


@pytest.mark.req("R-046", "R-168")
def test_a_note_under_way_is_shown_to_its_writers_only(client: Client, world: World, person: Person) -> None:
    address = f"/personnes/{person.key}/referent/note/"
    write_handover_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Voir l’atelier.")
    client.force_login(world.colleague)
    assert client.get(address).status_code == 403
    reorient(
        actor=world.orientation_officer,
        on=world.day,
        person_id=person.pk,
        line_id=world.neighbour_line.pk,
        reason="Oui",
    )
    client.force_login(world.neighbour_head)
    answer = client.get(address)
    assert "Voir l’atelier." not in body(answer)
    assert answer.status_code == 403


@pytest.mark.req("R-041")
def test_the_referent_unique_reads_on_the_desk_that_the_person_has_entered(
    client: Client, world: World, person: Person
) -> None:
    stay = person.enrolments.get()
    notice = IntegrationNotice.objects.create(
        enrolment=stay, recipient=world.caseworker, sent_on=world.day, sent_by=world.stranger
    )
    client.force_login(world.caseworker)
    page = body(client.get("/aujourdhui/"))
    assert "Entrées annoncées" in page
    assert person.full_name in page
    answer = client.post(f"/entrees-annoncees/{notice.pk}/lu/", follow=True)
    assert "Entrées annoncées" not in body(answer)
    notice.refresh_from_db()
    assert notice.seen_on == world.day


@pytest.mark.req("R-057")
def test_a_mission_noted_by_mistake_is_taken_back(client: Client, world: World, rulebooks: None) -> None:
    line = world.place(world.house, action_code="lyon_emploi_innovant_2020")
    stay = world.enrolled(line=line, caseworker=world.caseworker)
    client.force_login(world.caseworker)
    address = f"/personnes/{stay.person.key}/missions/"
    client.post(address, {"enrolment": stay.pk, "codes": ["employment_demand"], "done_on": "15/10/2020"})
    mission = MissionDone.objects.get()
    assert "Retirer" in body(client.get(address))
    answer = client.post(f"{address}{mission.pk}/retirer/", follow=True)
    assert "Mission retirée" in body(answer)
    assert not MissionDone.objects.exists()


@pytest.mark.req("R-033")
def test_an_exemption_is_taken_back_on_the_page_where_it_was_given(client: Client, world: World) -> None:
    person = world.person()
    exempt_from_session(actor=world.social_head, on=world.day, person_id=person.pk, reason="working")
    client.force_login(world.social_head)
    address = f"/pilotage/a-orienter/{person.key}/dispense/"
    assert "Annuler la dispense" in body(client.get(address))
    answer = client.post(f"{address}annuler/", follow=True)
    assert "à convoquer" in body(answer)
    assert not SessionExemption.objects.exists()


def test_a_request_the_body_may_no_longer_lose_is_refused_in_words(
    client: Client, world: World, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body decides between the page and the click."""
    stay = person.enrolments.get()
    asked = ask_review(
        actor=world.caseworker, on=world.day, enrolment_id=stay.pk, kind="long_accompaniment", reason="Sans issue"
    )

    def decided(**_: object) -> None:
        raise Refusal("Cette demande a déjà sa réponse.", code="review_decided")

    monkeypatch.setattr(missions, "withdraw_review", decided)
    client.force_login(world.caseworker)
    answer = client.post(f"/personnes/{person.key}/examens/{asked.pk}/retirer/", follow=True)
    assert "déjà sa réponse" in body(answer)
