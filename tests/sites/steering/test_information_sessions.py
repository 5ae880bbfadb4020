"""Information sessions from the screens: plan, convene, sign in, evaluate, orient and name the référent the same day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agenda.models import Appointment, GroupSession, Outcome
from jalons.pathways.grids import Answer, Criterion
from jalons.pathways.models import Channel, Enrolment, Evaluation, Orientation, SavedQuery, SessionExemption
from jalons.pathways.operations import adopt_grid
from tests.worlds import World

MOST_QUERIES = 25


@pytest.fixture
def head(client: Client, world: World) -> Client:
    client.force_login(world.social_head)
    return client


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def shown(client: Client, address: str) -> str:
    """The grid that the page carries along with the answers."""
    found = re.search('name="grid" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def plan(client: Client, world: World, **changes: Any) -> GroupSession:
    fields = {
        "organisation": world.house.pk, "place": "Mairie annexe", "day": "15/10/2020", "start": "9h", "end": "11h",
        "capacity": 2,
    } | changes  # fmt: skip
    assert client.post("/pilotage/informations-collectives/nouvelle/", fields).status_code == 302
    return GroupSession.objects.get()


@pytest.mark.req("R-033", "R-035")
def test_from_the_convocation_to_the_referent_in_one_day(head: Client, world: World) -> None:
    assert world.caseworker.pk  # to name
    came, absent, _ = world.persons(3)
    session = plan(head, world)
    address = f"/pilotage/informations-collectives/{session.pk}/"
    page = body(head.get(address + "convoquer/"))
    assert "PERSONNE 003" in page
    assert "2 places libres" in page
    head.post(address + "convoquer/", {"fill": "1"})
    assert set(Appointment.objects.values_list("person_id", flat=True)) == {came.pk, absent.pk}
    head.post(address, {f"presence_{came.pk}": "held", f"presence_{absent.pk}": "unjustified_absence"})
    assert Appointment.objects.get(person=absent).outcome == Outcome.UNJUSTIFIED_ABSENCE
    assert "Évaluer et orienter" in body(head.get(address))

    fill = f"/pilotage/a-orienter/{came.key}/evaluer/?seance={session.pk}"
    head.post(fill, {"q0": "1", "q1": "1", "grid": shown(head, fill)})
    decide = f"/pilotage/a-orienter/{came.key}/?seance={session.pk}"
    page = body(head.get(decide))
    assert "La grille propose : Itinéraire emploi" in page
    assert "Anne Roux" in page
    fields = {
        "line": world.line.pk, "reason": "Vers l’emploi", "channel": "information_session",
        "caseworker": world.caseworker.pk,
    }  # fmt: skip
    assert head.post(decide, fields)["Location"] == address
    decision = Orientation.objects.get()
    assert (decision.channel, decision.evaluation) == (Channel.INFORMATION_SESSION, Evaluation.objects.get())
    assert Enrolment.objects.get().start_on == world.day
    assert "référent nommé le jour même" in body(head.get(address))


def test_a_caseworker_of_another_house_is_refused_and_nothing_is_written(head: Client, world: World) -> None:
    person = world.person()
    assert world.stranger.pk
    world.oriented(world.person("Autre"), line=world.neighbour_line)
    fields = {
        "line": world.line.pk, "reason": "Vers l’emploi", "channel": "individual", "caseworker": world.stranger.pk,
    }  # fmt: skip
    page = body(head.post(f"/pilotage/a-orienter/{person.key}/", fields))
    assert 'role="alert"' in page
    assert not Orientation.objects.filter(person=person).exists()


def test_full_sessions_and_nobody_chosen_are_said(head: Client, world: World) -> None:
    persons = world.persons(3)
    session = plan(head, world)
    address = f"/pilotage/informations-collectives/{session.pk}/convoquer/"
    assert "Choisissez au moins une personne" in body(head.post(address, {}, follow=True))
    page = body(head.post(address, {"chosen": [one.pk for one in persons]}, follow=True))
    assert "il reste 2 places" in page
    assert not Appointment.objects.exists()


def test_a_neighbour_sees_neither_the_session_nor_its_persons(client: Client, world: World) -> None:
    client.force_login(world.social_head)
    person = world.person("Secrète")
    session = plan(client, world)
    client.post(f"/pilotage/informations-collectives/{session.pk}/convoquer/", {"chosen": [person.pk]})
    for user in (world.west_social_head, world.foreign_officer):
        client.force_login(user)
        assert client.get(f"/pilotage/informations-collectives/{session.pk}/").status_code == 404
        assert "Mairie annexe" not in body(client.get("/pilotage/informations-collectives/"))


@pytest.mark.req("R-034")
def test_two_officers_note_together_and_a_person_not_noted_stays_so(head: Client, world: World) -> None:
    one, two, three = world.persons(3)
    session = plan(head, world, capacity=5)
    address = f"/pilotage/informations-collectives/{session.pk}/"
    head.post(address + "convoquer/", {"chosen": [one.pk, two.pk, three.pk]})
    head.post(address, {f"presence_{one.pk}": "held", f"presence_{two.pk}": "", f"presence_{three.pk}": ""})
    # The second officer opened the page before: the first person still reads « Pas notée » there.
    head.post(address, {f"presence_{one.pk}": "", f"presence_{two.pk}": "justified_absence"})
    assert dict(Appointment.objects.values_list("person_id", "outcome")) == {
        one.pk: Outcome.HELD, two.pk: Outcome.JUSTIFIED_ABSENCE, three.pk: Outcome.PLANNED,
    }  # fmt: skip
    head.post(address, {f"presence_{two.pk}": "held", f"seen_{two.pk}": "justified_absence"})
    # A page opened before that correction sends what it showed: it does not undo it.
    head.post(address, {f"presence_{two.pk}": "justified_absence", f"seen_{two.pk}": "justified_absence"})
    assert Appointment.objects.get(person=two).outcome == Outcome.HELD


def test_who_is_convened_already_is_left_and_said(head: Client, world: World) -> None:
    one, two = world.persons(2)
    session = plan(head, world, capacity=5)
    address = f"/pilotage/informations-collectives/{session.pk}/convoquer/"
    head.post(address, {"chosen": [one.pk]})
    page = body(head.post(address, {"chosen": [one.pk, two.pk]}, follow=True))
    assert "1 personne convoquée." in page
    assert "1 personne attend déjà une information collective" in page


def test_a_session_is_cancelled(head: Client, world: World) -> None:
    session = plan(head, world)
    page = body(head.post(f"/pilotage/informations-collectives/{session.pk}/annuler/", follow=True))
    assert "Cette séance est annulée" in page


def test_a_wrong_hour_keeps_what_was_typed(head: Client, world: World) -> None:
    fields = {"organisation": world.house.pk, "place": "Mairie", "day": "15/10/2020", "start": "11h", "end": "9h"}
    page = body(head.post("/pilotage/informations-collectives/nouvelle/", fields))
    assert "La fin du rendez-vous doit venir après son début" in page
    assert 'value="Mairie"' in page


def test_a_person_is_exempted(head: Client, world: World) -> None:
    person = world.person()
    assert head.post(f"/pilotage/a-orienter/{person.key}/dispense/", {"reason": "working"}).status_code == 302
    assert SessionExemption.objects.get().person == person


@pytest.mark.req("R-029")
def test_the_grid_of_the_authority_is_written_on_screen(client: Client, world: World) -> None:
    client.force_login(world.steering_officer)
    assert "Fait-elle seule ses démarches" in body(client.get("/pilotage/a-orienter/grille/"))
    fields = {
        "g-TOTAL_FORMS": "2", "g-INITIAL_FORMS": "0", "g-0-question": "Mobile ?", "g-1-question": "",
        "g-0-answers": "Oui > emploi\nNon > activité\nParfois", "g-1-answers": "",
    }  # fmt: skip
    assert client.post("/pilotage/a-orienter/grille/", fields).status_code == 302
    client.force_login(world.orientation_officer)
    page = body(client.get(f"/pilotage/a-orienter/{world.person().key}/evaluer/"))
    assert "Mobile ?" in page
    assert "Fait-elle seule" not in page


@pytest.mark.req("R-029")
def test_a_grid_replaced_meanwhile_keeps_the_answers_and_relabels_none(client: Client, world: World) -> None:
    def adopt(*questions: str) -> None:
        criteria = [Criterion(one, (Answer("Oui"), Answer("Non", "activity"))) for one in questions]
        adopt_grid(actor=world.steering_officer, on=world.day, authority_id=world.authority.pk, criteria=criteria)

    adopt("Mobile ?", "Logée ?")
    client.force_login(world.orientation_officer)
    address = f"/pilotage/a-orienter/{world.person().key}/evaluer/"
    grid = shown(client, address)
    adopt("Formée ?", "Mobile ?")
    typed = {"q0": "1", "q1": "0", "grid": grid}
    page = body(client.post(address, typed))
    assert "La grille a changé" in page
    assert "Logée ? Oui" in page
    assert re.search(r'name="q1" value="1"[^>]* checked', page)
    assert not re.search(r'name="q0" value="\d"[^>]* checked', page)
    assert not Evaluation.objects.exists()
    client.post(address, {"q1": "1", "grid": shown(client, address)})
    assert Evaluation.objects.get().answers == [{"question": "Mobile ?", "answer": "Non", "type": "activity"}]


@pytest.mark.parametrize(
    ("answers", "said"),
    [("Oui > lune\nNon", "« lune » n’est pas un accompagnement"), ("Oui", "demande de 2 à 20 réponses")],
)
def test_a_wrong_grid_says_which_question(client: Client, world: World, answers: str, said: str) -> None:
    client.force_login(world.steering_officer)
    fields = {
        "g-TOTAL_FORMS": "1", "g-INITIAL_FORMS": "0", "g-0-question": "Mobile ?", "g-0-answers": answers,
    }  # fmt: skip
    page = body(client.post("/pilotage/a-orienter/grille/", fields))
    assert said in page
    assert "Mobile ?" in page


@pytest.mark.req("R-030")
def test_a_search_is_kept_under_a_name_and_found_again(client: Client, world: World) -> None:
    client.force_login(world.orientation_officer)
    fields = {"name": "Attentes longues", "attente": "60", "territoire": str(world.east.pk), "piege": "1"}
    client.post("/pilotage/a-orienter/requetes/", fields)
    kept = SavedQuery.objects.get()
    assert set(kept.query.split("&")) == {"attente=60", f"territoire={world.east.pk}"}
    assert "Attentes longues" in body(client.get("/pilotage/a-orienter/"))
    client.force_login(world.foreign_officer)
    assert "Attentes longues" not in body(client.get("/pilotage/a-orienter/"))
    assert client.post(f"/pilotage/a-orienter/requetes/{kept.pk}/oublier/").status_code == 404
    client.force_login(world.orientation_officer)
    client.post(f"/pilotage/a-orienter/requetes/{kept.pk}/oublier/")
    assert not SavedQuery.objects.exists()


@pytest.mark.req("R-022")
def test_under_thirty_is_a_priority_that_excludes_nobody(client: Client, world: World, rulebooks: None) -> None:
    territory = world.neighbour_authority.territories.create(code="cambresis", name="Cambrésis")
    world.person("Vieux", territory=territory, born_on=date(1980, 1, 1), subject_since=date(2020, 1, 6))
    world.person("Jeune", territory=territory, born_on=date(1990, 10, 16), subject_since=date(2020, 9, 1))
    world.person("Trentaine", territory=territory, born_on=date(1990, 10, 15), subject_since=date(2020, 9, 2))
    client.force_login(world.foreign_officer)
    page = body(client.get("/pilotage/a-orienter/"))
    assert page.count('<span class="tag">moins de 30 ans') == 1  # 30 on the very day: no longer
    assert page.index("VIEUX") < page.index("JEUNE")
    first = body(client.get("/pilotage/a-orienter/?ordre=prioritaires"))
    assert first.index("JEUNE") < first.index("VIEUX") < first.index("TRENTAINE")
    only = body(client.get("/pilotage/a-orienter/?public=jeunes"))
    assert "JEUNE" in only
    assert "VIEUX" not in only


@pytest.mark.parametrize(
    "address",
    ["informations-collectives/", "informations-collectives/{}/", "informations-collectives/{}/convoquer/", "delais/",
     "reorientations/", "a-orienter/?public=jeunes"],
)  # fmt: skip
def test_the_number_of_queries_is_constant(head: Client, world: World, address: str) -> None:
    session = plan(head, world, capacity=200)
    page = "/pilotage/" + address.format(session.pk)

    def more(how_many: int) -> None:
        persons = world.persons(how_many)
        head.post(f"/pilotage/informations-collectives/{session.pk}/convoquer/", {"chosen": [p.pk for p in persons]})
        for person in persons[: how_many // 2]:
            world.oriented(person)
        world.persons(how_many)

    def count() -> int:
        head.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert head.get(page).status_code == 200
        return len(queries)

    more(4)
    few = count()
    more(12)
    assert count() == few <= MOST_QUERIES
