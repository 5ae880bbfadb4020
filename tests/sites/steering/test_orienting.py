"""Orienting from the screens: who waits, the places left, one or many, the receipt and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.pathways.models import Channel, EndReason, Enrolment, Orientation
from jalons.pathways.operations import end_enrolment
from jalons.people.models import Person
from jalons.sites.steering.views import bulk_orienting, orienting
from tests.worlds import World

MOST_QUERIES = 25


@pytest.fixture
def officer(client: Client, world: World) -> Client:
    client.force_login(world.orientation_officer)
    return client


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def send(
    client: Client, persons: list[Person], lines: list[int], reason: str = "Recherche d’emploi", **moved: str
) -> Any:
    """Preview, then confirm what the preview proposes; ``moved`` overrides fields."""
    page = client.post("/pilotage/a-orienter/apercu/", {"chosen": [one.pk for one in persons], "line": lines})
    fields = hidden_fields(page.content.decode())
    return client.post("/pilotage/a-orienter/decider/", {**fields, "reason": reason, **moved})


def hidden_fields(page: str) -> dict[str, Any]:
    """What a browser would send of the preview's form."""
    from html.parser import HTMLParser

    found: dict[str, list[str]] = {}

    class Reader(HTMLParser):
        name = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "input" and given.get("type") == "hidden" and given["name"] != "csrfmiddlewaretoken":
                found.setdefault(str(given["name"]), []).append(given.get("value") or "")
            if tag == "select":
                self.name = str(given["name"])
            if tag == "option" and "selected" in given and self.name:
                found[self.name] = [given.get("value") or ""]

    Reader().feed(page)
    return dict(found)


def test_who_waits_longest_comes_first(officer: Client, world: World) -> None:
    world.person("Recente", subject_since=date(2020, 10, 1))
    world.person("Ancienne", subject_since=date(2020, 2, 3))
    world.person("Sansdroits", subject_since=None)
    world.oriented(world.person("Deja"))
    page = body(officer.get("/pilotage/a-orienter/"))
    assert page.index("ANCIENNE") < page.index("RECENTE")
    assert "SANSDROITS" not in page
    assert "DEJA" not in page


def test_filters_keep_a_territory_and_a_wait(officer: Client, world: World) -> None:
    world.person("Recente", subject_since=date(2020, 10, 1))
    world.person("Ancienne", subject_since=date(2020, 2, 3), territory=world.west)
    assert "RECENTE" not in body(officer.get("/pilotage/a-orienter/?attente=30"))
    east = body(officer.get(f"/pilotage/a-orienter/?territoire={world.east.pk}"))
    assert "ANCIENNE" not in east
    assert "RECENTE" in east
    assert "RECENTE" in body(officer.get("/pilotage/a-orienter/?territoire=zz&attente=²"))


def test_full_offers_come_last(officer: Client, world: World) -> None:
    world.person("Une")
    full = world.place(world.organisation("Aaa complet"), places=1)
    world.oriented(line=full)
    page = body(officer.get("/pilotage/a-orienter/"))
    assert page.index("Maison des parcours") < page.index("Aaa complet")


@pytest.mark.req("R-030")
def test_the_preview_writes_nothing_and_shows_places(officer: Client, world: World) -> None:
    persons = world.persons(3)
    line = world.place(world.organisation("Deux places"), places=2)
    response = officer.post("/pilotage/a-orienter/apercu/", {"chosen": [one.pk for one in persons], "line": [line.pk]})
    page = body(response)
    assert "1 personne sans place" in page
    assert "Plus de place libre dans les offres choisies." in page
    assert not Orientation.objects.exists()


@pytest.mark.req("R-030")
def test_many_at_once_then_undone(officer: Client, world: World) -> None:
    persons = world.persons(3)
    response = send(officer, persons, [world.line.pk])
    assert Orientation.objects.filter(channel=Channel.BULK, line=world.line).count() == 3
    receipt = body(officer.get(response["Location"]))
    assert "3 personnes orientées" in receipt
    officer.post(response["Location"] + "annuler/")
    assert not Orientation.objects.exists()
    assert officer.get(response["Location"]).status_code == 404


def test_who_was_left_out_is_told_with_the_reason(officer: Client, world: World) -> None:
    persons = world.persons(2)
    line = world.place(world.organisation("Une place"), places=1)
    response = send(officer, persons, [line.pk])
    receipt = body(officer.get(response["Location"]))
    assert "Non orientées" in receipt
    assert "Plus de place libre" in receipt


def test_a_choice_by_hand_is_followed(officer: Client, world: World) -> None:
    one, other = world.persons(2)
    moved = {f"to-{other.pk}": str(world.neighbour_line.pk)}
    send(officer, [one, other], [world.line.pk, world.neighbour_line.pk], **moved)
    assert Orientation.objects.get(person=one).line == world.line
    assert Orientation.objects.get(person=other).line == world.neighbour_line


def test_everyone_of_the_filter(officer: Client, world: World) -> None:
    world.line.places = 100
    world.line.save()
    world.persons(60)
    page = officer.post("/pilotage/a-orienter/apercu/", {"everyone": "1", "line": [world.line.pk]})
    assert len(hidden_fields(page.content.decode())["person"]) == 60


def test_more_than_one_decision_takes_is_said(officer: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (orienting, bulk_orienting):
        monkeypatch.setattr(room, "MOST", 52)
    world.line.places = 100
    world.line.save()
    world.persons(55)
    assert "Prendre les 52 premières personnes sur 55" in body(officer.get("/pilotage/a-orienter/"))
    page = officer.post("/pilotage/a-orienter/apercu/", {"everyone": "1", "line": [world.line.pk]})
    assert "Seules les 52 premières personnes sur 55 sont prises" in body(page)
    sent = {**hidden_fields(page.content.decode()), "reason": "Recherche d’emploi"}
    receipt = officer.post("/pilotage/a-orienter/decider/", sent, follow=True)
    assert "La décision porte sur les 52 premières personnes sur 55" in body(receipt)


def test_without_a_reason_the_choices_stay(officer: Client, world: World) -> None:
    response = send(officer, world.persons(2), [world.line.pk], reason="  ")
    assert response.status_code == 200
    assert "Ce champ est à remplir." in body(response)
    assert len(hidden_fields(response.content.decode())["person"]) == 2
    assert not Orientation.objects.exists()


def test_nothing_chosen_leads_back(officer: Client, world: World) -> None:
    response = officer.post("/pilotage/a-orienter/apercu/", {"line": [world.line.pk]}, follow=True)
    assert "Choisissez au moins une personne et une offre." in body(response)


def test_a_batch_somebody_rests_on_is_not_undone(officer: Client, world: World) -> None:
    person = world.person()
    response = send(officer, [person], [world.line.pk])
    orientation = Orientation.objects.get()
    officer.post(f"/pilotage/a-inscrire/{orientation.pk}/", {"start_on": "15/10/2020"})
    assert Enrolment.objects.count() == 1
    page = officer.post(response["Location"] + "annuler/", follow=True)
    assert "reposent déjà sur cette décision" in body(page)
    assert Orientation.objects.exists()


def test_a_person_of_another_authority_is_refused(client: Client, world: World) -> None:
    person = world.person()
    client.force_login(world.foreign_officer)
    page = body(client.post("/pilotage/a-orienter/apercu/", {"chosen": [person.pk], "line": [world.line.pk]}))
    assert "MARTIN" not in page
    fields = {"person": person.pk, "line": world.line.pk, f"to-{person.pk}": world.line.pk, "reason": "x"}
    assert client.post("/pilotage/a-orienter/decider/", fields).status_code == 403
    assert not Orientation.objects.exists()


@pytest.mark.req("R-027")
def test_one_by_one_with_reason_and_channel(officer: Client, world: World) -> None:
    person = world.person()
    address = f"/pilotage/a-orienter/{person.key}/"
    missing = officer.post(address, {"line": world.line.pk, "reason": "", "channel": "individual"})
    assert "Ce champ est à remplir." in body(missing)
    fields = {"line": world.line.pk, "reason": "Projet clair", "channel": "information_session"}
    assert officer.post(address, fields).status_code == 302
    written = Orientation.objects.get()
    assert (written.line, written.reason, written.channel, written.decided_by) == (
        world.line, "Projet clair", Channel.INFORMATION_SESSION, world.orientation_officer,
    )  # fmt: skip


@pytest.mark.req("R-042")
def test_reorienting_closes_the_former(officer: Client, world: World) -> None:
    person = world.person()
    former = world.oriented(person)
    fields = {"line": world.neighbour_line.pk, "reason": "Déménagement", "channel": "individual"}
    officer.post(f"/pilotage/a-orienter/{person.key}/", fields)
    former.refresh_from_db()
    assert former.closed_on == date(2020, 10, 14)
    assert Orientation.objects.get(closed_on=None).line == world.neighbour_line


def test_the_refusal_is_beside_the_form(officer: Client, world: World) -> None:
    person = world.person(right=None, subject_since=date(2020, 10, 1))
    closed = world.place(world.organisation("Bientôt fermé"), start_on=date(2020, 1, 1), end_on=date(2020, 10, 14))
    response = officer.post(
        f"/pilotage/a-orienter/{person.key}/", {"line": closed.pk, "reason": "x", "channel": "individual"}
    )
    assert response.status_code == 200
    assert 'class="field-error"' in body(response)
    assert not Orientation.objects.exists()


@pytest.mark.req("R-046")
def test_the_head_enrols_and_names(client: Client, world: World) -> None:
    orientation = world.oriented()
    client.force_login(world.head)
    assert "MARTIN" in body(client.get("/pilotage/a-inscrire/"))
    fields = {"start_on": "15/10/2020", "caseworker": world.caseworker.pk}
    assert client.post(f"/pilotage/a-inscrire/{orientation.pk}/", fields).status_code == 302
    assert Enrolment.objects.get().start_on == world.day
    assert orientation.person.mandates.get().caseworker == world.caseworker
    assert "MARTIN" not in body(client.get("/pilotage/a-inscrire/"))


@pytest.mark.req("R-037")
def test_who_left_is_found_in_a_filter_and_enrolled_again(client: Client, world: World) -> None:
    enrolment = world.enrolled()
    given = {"actor": world.head, "on": world.day, "enrolment_id": enrolment.pk}
    end_enrolment(**given, last_day=date(2020, 10, 1), reason=EndReason.EXIT)
    client.force_login(world.head)
    assert "MARTIN" not in body(client.get("/pilotage/a-inscrire/"))
    page = body(client.get("/pilotage/a-inscrire/?etat=sorties"))
    assert "MARTIN" in page
    assert "sortie le 01/10/2020" in page
    where = f"/pilotage/a-inscrire/{enrolment.orientation_id}/"
    assert where in body(client.get(f"/personnes/{enrolment.person.key}/accompagnement/"))
    assert client.post(where, {"start_on": "15/10/2020"}).status_code == 302
    assert Enrolment.objects.filter(end_on=None).get().start_on == world.day
    assert "MARTIN" not in body(client.get("/pilotage/a-inscrire/?etat=sorties"))
    assert client.get(where).status_code == 404


@pytest.mark.req("R-042")
def test_who_left_may_be_reoriented_from_the_file(client: Client, world: World) -> None:
    enrolment = world.enrolled()
    given = {"actor": world.head, "on": world.day, "enrolment_id": enrolment.pk}
    end_enrolment(**given, last_day=date(2020, 10, 1), reason=EndReason.EXIT)
    client.force_login(world.social_head)
    page = body(client.get(f"/personnes/{enrolment.person.key}/accompagnement/"))
    assert f"/pilotage/a-orienter/{enrolment.person.key}/" in page


def test_a_bad_first_day_is_said_beside(client: Client, world: World) -> None:
    orientation = world.oriented()
    client.force_login(world.head)
    response = client.post(f"/pilotage/a-inscrire/{orientation.pk}/", {"start_on": "01/01/2019"})
    assert response.status_code == 200
    assert 'role="alert"' in body(response)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("address", ["/pilotage/a-orienter/", "/pilotage/a-inscrire/"])
def test_the_number_of_queries_is_constant(officer: Client, world: World, address: str) -> None:
    more(world, 10)
    few = count(officer, address)
    more(world, 190)
    assert count(officer, address) == few <= MOST_QUERIES


def more(world: World, how_many: int) -> None:
    for person in world.persons(how_many):
        world.oriented(person)
    world.persons(how_many)


def count(client: Client, address: str) -> int:
    client.get(address)  # what is read once per process is read now
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
