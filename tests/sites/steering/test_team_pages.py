"""Teams on screen: handing over with its preview and its way back, loads, reviews by a body, groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.network.groups import add_member, create_group
from jalons.network.models import GroupMember, User
from jalons.pathways.models import CaseReview, Enrolment, Handover, Mandate, Pause
from jalons.pathways.operations import add_professional, ask_review, write_handover_note
from jalons.people.models import Person
from jalons.sites.desk.accompaniment import accompaniment_of
from jalons.sites.frame.labels import Labels
from tests.sites.steering.test_orienting import hidden_fields
from tests.worlds import World

MOST_QUERIES = 25
TEAMS = "/pilotage/equipes/"


@pytest.fixture
def enter(client: Client) -> Callable[[User], Client]:
    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


def body(response: Any) -> str:
    text = response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(text.replace("&#39;", "'").split())


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", body(response)).split())


def followed(world: World, how_many: int = 1) -> list[Person]:
    persons = world.persons(how_many)
    for one in persons:
        world.enrolled(one, caseworker=world.caseworker)
    return persons


def send(client: Client, persons: list[Person], **asked: Any) -> Any:
    """Preview, then confirm what the preview proposes."""
    page = client.post(f"{TEAMS}passations/apercu/", {"chosen": [one.pk for one in persons], **asked})
    given = hidden_fields(page.content.decode()) | {"effective_on": "15/10/2020", "reason": "Congé"}
    return client.post(f"{TEAMS}passations/decider/", given, follow=True)


@pytest.mark.req("R-046")
def test_a_head_hands_a_portfolio_over_and_takes_it_back(enter, world: World) -> None:
    persons = followed(world, 3)
    write_handover_note(actor=world.caseworker, on=world.day, person_id=persons[0].pk, text="Voir le CV.")
    client = enter(world.head)
    world.colleague  # noqa: B018 – opens the account
    listed = body(client.get(f"{TEAMS}passations/?referent={world.caseworker.pk}"))
    assert "PERSONNE 001" in listed
    assert "note écrite" in listed
    preview = body(
        client.post(
            f"{TEAMS}passations/apercu/",
            {"chosen": [one.pk for one in persons], "to": [world.colleague.pk], "referent": world.caseworker.pk},
        )
    )
    assert "Rien n’est encore écrit" in preview
    assert "pas de note de passation" in preview
    assert not Handover.objects.exists()
    receipt = send(client, persons, to=[world.colleague.pk])
    assert "3 personnes transmises" in body(receipt)
    assert set(Mandate.objects.filter(end_on=None).values_list("caseworker_id", flat=True)) == {world.colleague.pk}
    undone = client.post(f"{TEAMS}passations/{Handover.objects.get().key}/annuler/", follow=True)
    assert "comme avant" in body(undone)
    assert set(Mandate.objects.filter(end_on=None).values_list("caseworker_id", flat=True)) == {world.caseworker.pk}


@pytest.mark.req("R-042", "R-046")
def test_an_officer_moves_persons_to_another_organisation(enter, world: World) -> None:
    persons = followed(world, 2)
    line = world.place(world.neighbour, places=1)
    client = enter(world.orientation_officer)
    page = client.post(
        f"{TEAMS}passations/apercu/",
        {"chosen": [one.pk for one in persons], "line": line.pk, "organisme": world.house.pk},
    )
    assert "plus de personnes que de places" in body(page)
    receipt = send(client, persons, line=line.pk, organisme=world.house.pk)
    assert "2 personnes transmises" in body(receipt)
    assert Enrolment.objects.filter(line=line, end_on=None).count() == 2


def test_nothing_chosen_says_so_and_a_person_of_elsewhere_is_refused(enter, world: World) -> None:
    followed(world)
    theirs = world.person("Voisine")
    world.enrolled(theirs, line=world.neighbour_line, caseworker=world.stranger)
    client = enter(world.head)
    page = client.post(f"{TEAMS}passations/apercu/", {}, follow=True)
    assert "Choisissez au moins une personne" in body(page)
    given = {"person": [theirs.pk], f"to-{theirs.pk}": world.caseworker.pk, "effective_on": "15/10/2020", "reason": "X"}
    assert client.post(f"{TEAMS}passations/decider/", given).status_code == 403


def test_who_is_left_out_is_named_with_the_reason(enter, world: World) -> None:
    persons = followed(world, 2)
    already = world.person("Déjà")
    world.enrolled(already, caseworker=world.colleague)
    page = send(enter(world.head), [*persons, already], to=[world.colleague.pk])
    assert "Non transmises" in body(page)
    assert "déjà le référent unique" in body(page)


@pytest.mark.parametrize("address", ["passations/", "", "examens/"])
def test_queries_do_not_grow_with_the_persons(enter, world: World, rulebooks: None, address: str) -> None:
    seen = []
    for more in (2, 8):
        for one in followed(world, more):
            ask_review(
                actor=world.caseworker, on=world.day, enrolment_id=one.enrolments.get().pk, kind="long_accompaniment",
                reason="Sans issue",
            )  # fmt: skip
        client = enter(world.social_head)
        client.get(f"{TEAMS}{address}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{TEAMS}{address}?organisme={world.house.pk}").status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1] <= MOST_QUERIES


@pytest.mark.req("R-053")
def test_the_load_of_a_house_and_of_its_referents_is_shown_and_exported(enter, world: World, rulebooks: None) -> None:
    world.line.fte = Decimal("0.01")
    world.line.save()
    followed(world, 2)
    client = enter(world.head)
    page = body(client.get(TEAMS))
    assert "au-dessus de 100 par ETP" in page
    assert "Anne Roux" in page
    post = world.caseworker.memberships.get()
    client.post(f"{TEAMS}temps/{post.pk}/", {"fte": "0,5"})
    post.refresh_from_db()
    assert post.fte == Decimal("0.5")
    refused = client.post(f"{TEAMS}temps/{post.pk}/", {"fte": "3"})
    assert "0,01 à 1" in body(refused)
    export = client.get(f"{TEAMS}export/csv/")
    assert "au-dessus du cadre" in b"".join(export.streaming_content).decode("utf-8-sig")


@pytest.mark.req("R-142", "R-144")
def test_a_referent_asks_and_the_chef_de_service_notes_the_answer(enter, world: World, rulebooks: None) -> None:
    (person,) = followed(world)
    address = f"/personnes/{person.key}/"
    client = enter(world.caseworker)
    assert "Demander un examen en instance" in body(client.get(f"{address}accompagnement/"))
    asked = client.post(f"{address}examens/nouveau/", _first_choice(client, f"{address}examens/nouveau/"), follow=True)
    assert "Demande d’examen enregistrée" in body(asked)
    review = CaseReview.objects.get()
    client = enter(world.social_head)
    assert "Sans issue" in body(client.get(f"{TEAMS}examens/"))
    bad = client.post(f"{TEAMS}examens/{review.pk}/", {"decision": "reorient", "examined_on": "15/10/2020"})
    assert "Dites pourquoi" in body(bad)
    client.post(f"{TEAMS}examens/{review.pk}/", {"decision": "continued", "examined_on": "15/10/2020"})
    assert "poursuite validée le 15/10/2020" in body(client.get(f"{address}accompagnement/"))


def _first_choice(client: Client, address: str) -> dict[str, str]:
    fields = hidden_fields(client.get(address).content.decode())
    return {**fields, "kind": "long_accompaniment", "reason": "Sans issue"}


@pytest.mark.req("R-142")
def test_a_veille_of_the_plie_is_asked_from_the_file_and_granted(enter, world: World, rulebooks: None) -> None:
    line = world.place(world.house, action_code="plie_2014_2020", framework_code="plie_2014_2020")
    person = world.person()
    world.enrolled(person, line=line, caseworker=world.caseworker)
    address = f"/personnes/{person.key}/"
    assert "Demander une veille" in body(enter(world.head).get(f"{address}accompagnement/"))
    client = enter(world.caseworker)
    fields = hidden_fields(client.get(f"{address}examens/nouveau/").content.decode())
    client.post(
        f"{address}examens/nouveau/",
        {**fields, "kind": "pathway_pause", "reason": "Congé parental", "start_on": "19/10/2020"},
    )
    review = CaseReview.objects.get()
    client = enter(world.social_head)
    client.post(
        f"{TEAMS}examens/{review.pk}/",
        {"decision": "granted", "examined_on": "15/10/2020", "start_on": "19/10/2020", "end_on": "30/11/2020"},
    )
    assert (Pause.objects.get().start_on, Pause.objects.get().end_on) == (date(2020, 10, 19), date(2020, 11, 30))


@pytest.mark.req("R-008")
def test_a_group_its_members_and_its_agreement_from_the_screens(enter, world: World) -> None:
    client = enter(world.steering_officer)
    client.post(f"{TEAMS}groupements/", {"name": "UFCS"})
    group = world.authority.organisation_groups.get()
    client.post(f"{TEAMS}groupements/{group.pk}/membres/", {"organisation": world.house.pk, "start_on": "1/1/2020"})
    client.post(f"{TEAMS}groupements/{group.pk}/conventions/", {"agreement": world.line.agreement_id})
    page = body(client.get(f"{TEAMS}groupements/{group.pk}/"))
    assert "20 places" in page
    assert world.line.agreement.reference in page
    member = GroupMember.objects.get()
    client.post(f"{TEAMS}groupements/membres/{member.pk}/", {"last_day": "31/12/2020"})
    member.refresh_from_db()
    assert member.end_on == date(2020, 12, 31)
    client.post(f"{TEAMS}groupements/{group.pk}/conventions/{world.line.agreement_id}/detacher/")
    assert not group.agreements.exists()


def test_the_pages_of_groups_say_when_there_is_nothing(enter, world: World) -> None:
    client = enter(world.steering_officer)
    assert "Aucun groupement" in body(client.get(f"{TEAMS}groupements/"))
    group = create_group(actor=world.steering_officer, on=world.day, authority_id=world.authority.pk, name="Seul")
    assert "Aucun membre" in body(client.get(f"{TEAMS}groupements/{group.pk}/"))
    add_member(
        actor=world.steering_officer, on=world.day, group_id=group.pk, organisation_id=world.house.pk,
        start_on=world.day,
    )  # fmt: skip
    assert "Maison des parcours" in body(client.get(f"{TEAMS}groupements/{group.pk}/"))


# The file of the person


@pytest.mark.req("R-046")
def test_the_next_referent_reads_the_note_on_the_file(enter, world: World) -> None:
    (person,) = followed(world)
    address = f"/personnes/{person.key}/"
    client = enter(world.caseworker)
    client.post(f"{address}referent/note/", {"text": "Préfère le matin."})
    given = {"caseworker": world.colleague.pk, "start_on": "15/10/2020", "reason": "Congé"}
    named = enter(world.head).post(f"{address}referent/", given, follow=True)
    assert "Référent unique nommé" in body(named)
    client = enter(world.colleague)
    assert f"Notes à lire 1 15/10/2020 {person.full_name} ce que transmet Anne Roux" in text_of(
        client.get("/aujourdhui/")
    )
    page = body(client.get(address))
    assert "Préfère le matin." in page
    assert "J’ai lu" in page
    note = person.handover_notes.get()
    read = body(client.post(f"{address}referent/note/{note.pk}/lue/", follow=True))
    assert "lue le 15/10/2020" in read
    assert "Notes à lire" not in body(client.get("/aujourdhui/"))
    history = body(enter(world.head).get(f"{address}referent/"))
    assert "Congé" in history
    assert "14/10/2020" in history


@pytest.mark.req("R-066", "R-163")
def test_a_team_with_a_health_professional_from_elsewhere(enter, world: World, rulebooks: None) -> None:
    line = world.place(world.house, action_code="lyon_emploi_innovant_2020")
    person = world.person()
    world.enrolled(person, line=line, caseworker=world.caseworker)
    clinic = world.organisation("Centre psychologique")
    psychologist = world.user("psychologue", "caseworker", first_name="Maud", last_name="Perez", organisation=clinic)
    address = f"/personnes/{person.key}/"
    client = enter(world.head)
    assert "à trouver" in body(client.get(f"{address}accompagnement/"))
    form = body(client.get(f"{address}equipe/nouveau/"))
    assert "Aucune information de santé" in form
    client.post(
        f"{address}equipe/nouveau/",
        {"role": "psychic_health", "user": f"{psychologist.pk}-{clinic.pk}", "start_on": "15/10/2020"},
    )
    page = body(enter(psychologist).get(f"{address}accompagnement/"))
    assert "Maud Perez" in page
    assert "Ajouter à l’équipe" not in page
    row = person.enrolments.get().professionals.get()
    enter(world.head).post(f"{address}equipe/{row.pk}/", {"last_day": "15/10/2020"})
    row.refresh_from_db()
    assert row.end_on == world.day


@pytest.mark.req("R-057")
def test_missions_are_ticked_on_the_file(enter, world: World, rulebooks: None) -> None:
    line = world.place(world.house, action_code="lyon_emploi_innovant_2020")
    person = world.person()
    enrolment = world.enrolled(person, line=line, caseworker=world.caseworker)
    address = f"/personnes/{person.key}/"
    client = enter(world.caseworker)
    assert "0 sur 2 faites" in body(client.get(f"{address}accompagnement/"))
    client.post(
        f"{address}missions/",
        {"enrolment": enrolment.pk, "codes": ["employment_demand"], "done_on": "15/10/2020"},
    )
    assert "1 sur 2 faites" in body(client.get(f"{address}accompagnement/"))
    other = world.person("Sans")
    world.enrolled(other, caseworker=world.caseworker)
    assert "Aucune liste de missions" in body(client.get(f"/personnes/{other.key}/missions/"))


def test_what_the_file_says_of_it_takes_the_same_queries_with_more(world: World, rulebooks: None) -> None:
    line = world.place(world.house, action_code="lyon_emploi_innovant_2020")
    person = world.person()
    enrolment = world.enrolled(person, line=line, caseworker=world.caseworker)
    seen = []
    for number in range(3):
        user = world.user(f"coach{number}", "caseworker", organisation=world.house)
        add_professional(
            actor=world.head, on=world.day, enrolment_id=enrolment.pk, user_id=user.pk, role="psychic_health",
            start_on=world.day,
        )  # fmt: skip
        labels = Labels(on=world.day)
        labels.rules(enrolment.action_code)
        with CaptureQueriesContext(connection) as queries:
            accompaniment_of(
                person, [enrolment], Mandate.objects.get(), user=world.caseworker, labels=labels, on=world.day
            )
        seen.append(len(queries))
    assert seen[1] == seen[2] <= 10
