"""Several to-dos at once: seen before, done through the operations, told after, undone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from jalons.agenda.models import Appointment, GroupSession, Outcome
from jalons.agenda.operations import cancel
from jalons.network.models import User
from jalons.pathways.models import Information, InformationKind, Mandate, Piece
from jalons.pathways.operations import NewInformation, record_informations
from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.operations import adopt
from jalons.todos.models import Reminder, Todo
from jalons.todos.operations import refresh
from tests.worlds import World

BULK, DO = "/echeances/en-nombre/", "/echeances/en-nombre/faire/"
MONDAY = {"day": "19/10/2020", "start": "09:00", "minutes": "30", "mode": "face_to_face"}


@pytest.fixture
def busy(world: World, rulebooks: None) -> World:
    for name in ("Alba", "Brun", "Caro"):
        world.enrolled(world.person(name), caseworker=world.caseworker)
    world.enrolled(world.person("Voisine"), line=world.neighbour_line, caseworker=world.stranger)
    refresh(as_of=world.day)
    return world


@pytest.fixture
def papers(world: World) -> World:
    """The documents of Lyon's rulebook, adopted for real: their kinds are read from its published values."""
    adopt(raw=(CONTENT / "lyon_2020.yaml").read_bytes(), file="lyon_2020.yaml", actor=None, on=world.day)
    for name in ("Alba", "Brun"):
        world.enrolled(world.person(name), caseworker=world.caseworker)
    refresh(as_of=world.day)
    return world


def one_each(*names: str) -> list[int]:
    """The first open to-do of each person."""
    return [
        row.pk
        for name in names
        if (
            row := Todo.objects.filter(person__last_name=name.upper(), met_on=None, due_on__isnull=False)
            .order_by("pk")
            .first()
        )
    ]


def ask(client: Client, user: User, act: str, ids: list[int], **more: Any) -> Any:
    client.force_login(user)
    return client.post(DO, {"act": act, "chosen": ids, "qui": "toutes", "once": uuid4(), **more}, follow=True)


def body(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_the_preview_writes_nothing(client: Client, busy: World) -> None:
    client.force_login(busy.caseworker)
    text = body(client.post(BULK, {"act": "rendez-vous", "chosen": one_each("Alba", "Brun"), "qui": "miennes"}))
    assert "Rien n’est encore écrit" in text
    assert "ALBA" in text
    assert "CARO" not in text
    assert Appointment.objects.count() == 0


def test_appointments_one_after_the_other_then_undone(client: Client, busy: World) -> None:
    text = body(ask(client, busy.head, "rendez-vous", one_each("Alba", "Brun", "Caro"), **MONDAY))
    assert "3 personnes" in text
    rows = list(Appointment.objects.order_by("starts_at"))
    assert [row.ends_at for row in rows[:-1]] == [row.starts_at for row in rows[1:]]
    assert {row.caseworker for row in rows} == {busy.caseworker}  # in the agenda of the référent
    undo = re.search(r'action="([^"]+/annuler/)"', text)
    assert undo
    client.post(undo[1])
    assert set(Appointment.objects.values_list("outcome", flat=True)) == {Outcome.CANCELLED}
    assert client.get(undo[1].removesuffix("annuler/")).status_code == 404


def test_undone_whole_or_not_at_all(client: Client, busy: World) -> None:
    text = body(ask(client, busy.head, "rendez-vous", one_each("Alba", "Brun"), **MONDAY))
    rows = list(Appointment.objects.order_by("pk"))
    cancel(actor=busy.head, on=busy.day, appointment_id=rows[1].pk)  # the second is no longer there to be cancelled
    undo = re.search(r'action="([^"]+/annuler/)"', text)
    assert undo
    assert "Tout annuler" in body(client.post(undo[1], follow=True))  # the receipt again, with the refusal
    assert Appointment.objects.get(pk=rows[0].pk).outcome == Outcome.PLANNED


def test_the_same_form_sent_twice_acts_once(client: Client, busy: World) -> None:
    ids, token = one_each("Alba", "Brun"), uuid4()
    first = ask(client, busy.head, "rendez-vous", ids, once=token, **MONDAY)
    again = client.post(
        DO, {"act": "rendez-vous", "chosen": ids, "qui": "toutes", "once": token, **MONDAY}, follow=True
    )
    assert again.redirect_chain == first.redirect_chain
    assert "2 personnes" in body(again)
    assert Appointment.objects.count() == 2


def test_a_form_undone_is_not_done_again_by_a_reload(client: Client, busy: World) -> None:
    ids, token = one_each("Alba"), uuid4()
    sent = {"act": "rendez-vous", "chosen": ids, "qui": "toutes", "once": token, **MONDAY}
    text = body(ask(client, busy.head, "rendez-vous", ids, once=token, **MONDAY))
    undo = re.search(r'action="([^"]+/annuler/)"', text)
    assert undo
    client.post(undo[1])
    assert "puis annulé" in body(client.post(DO, sent, follow=True))
    assert Appointment.objects.count() == 1


def test_a_form_without_its_token_is_only_shown(client: Client, busy: World) -> None:
    text = body(ask(client, busy.head, "rendez-vous", one_each("Alba"), once="", **MONDAY))
    assert "Rien n’est encore écrit" in text
    assert re.search(r'name="once" value="[0-9a-f-]{36}"', text)
    assert Appointment.objects.count() == 0


def test_all_together_is_a_group_session(client: Client, busy: World) -> None:
    more = {**MONDAY, "together": "on", "theme": "Atelier CV"}
    ask(client, busy.caseworker, "rendez-vous", one_each("Alba", "Brun"), **more)
    assert GroupSession.objects.get().appointments.count() == 2


def test_a_document_settles_nothing_by_itself(client: Client, busy: World) -> None:
    ids = one_each("Alba", "Brun")
    kind = choice(body(client_post(client, busy.caseworker, "document", ids)), "kind")
    ask(client, busy.caseworker, "document", ids, kind=kind, dated_on="14/10/2020")
    assert Piece.objects.filter(dated_on=date(2020, 10, 14)).count() == 2
    assert Todo.objects.filter(pk__in=ids).count() == 2  # only facts settle a to-do


@pytest.mark.req("R-121")
def test_what_is_decided_person_by_person_is_not_noted_in_number(client: Client, papers: World) -> None:
    ids = one_each("Alba", "Brun")
    text = body(client_post(client, papers.caseworker, "document", ids))
    assert 'value="declaration_reminder"' in text
    for kind in ("contract_breach", "cli_report", "cli_report_dismissed"):
        assert f'value="{kind}"' not in text
        ask(client, papers.caseworker, "document", ids, kind=kind, dated_on="14/10/2020")
    assert not Piece.objects.exists()
    alba = Todo.objects.get(pk=ids[0]).person
    assert alba is not None
    assert 'value="cli_report"' not in body(client.get(reverse("desk:add_piece", args=(alba.key,))))


def test_documents_noted_are_taken_back(client: Client, papers: World) -> None:
    sent = {"kind": "individual_file", "dated_on": "14/10/2020"}
    text = body(ask(client, papers.caseworker, "document", one_each("Alba", "Brun"), **sent))
    assert Piece.objects.count() == 2
    undo = re.search(r'action="([^"]+/annuler/)"', text)
    assert undo
    client.post(undo[1])
    assert not Piece.objects.exists()


def test_a_document_to_come_is_refused(client: Client, papers: World) -> None:
    sent = {"kind": "individual_file", "dated_on": "16/10/2020"}
    assert "pas encore arrivé" in body(ask(client, papers.caseworker, "document", one_each("Alba"), **sent))
    assert not Piece.objects.exists()


def client_post(client: Client, user: User, act: str, ids: list[int]) -> Any:
    client.force_login(user)
    return client.post(BULK, {"act": act, "chosen": ids, "qui": "toutes"})


def choice(text: str, name: str) -> str:
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.S)
    assert select
    return next(value for value in re.findall(r'value="([^"]*)"', select[0]) if value)


def test_one_refused_the_others_are_done(client: Client, busy: World) -> None:
    ids = one_each("Alba", "Brun")
    alba = Todo.objects.get(pk=ids[0])
    assert alba.person is not None
    enrolment = alba.person.enrolments.get()
    record_informations(
        actor=busy.caseworker, on=busy.day, informations=[NewInformation(enrolment.pk, InformationKind.RISKS, busy.day)]
    )
    text = body(ask(client, busy.caseworker, "information", ids, kind="risks", given_on="15/10/2020"))
    assert "Laissées de côté" in text
    assert "déjà notée ce jour-là" in text
    assert Information.objects.count() == 2


def test_a_new_referent_for_several(client: Client, busy: World) -> None:
    ids = one_each("Alba", "Brun")
    given = {"caseworker": busy.colleague.pk, "start_on": "15/10/2020", "reason": "Congé"}
    text = body(ask(client, busy.head, "referent", ids, **given))
    assert Mandate.objects.filter(caseworker=busy.colleague, start_on=busy.day).count() == 2
    undo = re.search(r'action="([^"]+/annuler/)"', text)
    assert undo
    assert "C’est annulé (2)" in body(client.post(undo[1], follow=True))
    assert not Mandate.objects.filter(caseworker=busy.colleague).exists()


@pytest.mark.parametrize("act", ["referent", "inconnu", ""])
def test_an_act_without_the_right_is_refused(client: Client, busy: World, act: str) -> None:
    text = body(
        ask(client, busy.caseworker, act, one_each("Alba"), caseworker=busy.colleague.pk, start_on="15/10/2020")
    )
    assert "Choisissez au moins une échéance" in text
    assert not Mandate.objects.filter(caseworker=busy.colleague).exists()


def test_the_neighbour_s_to_dos_are_out_of_reach(client: Client, busy: World) -> None:
    ids = one_each("Alba", "Voisine")
    text = body(ask(client, busy.caseworker, "rappel", ids, remind_on="22/10/2020"))
    assert "VOISINE" not in text
    assert Reminder.objects.count() == 1


def test_a_reminder_leaves_the_due_date_alone_and_is_undone(client: Client, busy: World) -> None:
    ids = one_each("Alba", "Brun")
    before = list(Todo.objects.order_by("pk").values())
    text = body(ask(client, busy.caseworker, "rappel", ids, remind_on="22/10/2020"))
    assert list(Todo.objects.order_by("pk").values()) == before
    undo = re.search(r'action="([^"]+/annuler/)"', text)
    assert undo
    client.post(undo[1])
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("day", ["14/10/2020", "15/10/2020", "15/10/2021", "demain"])
def test_a_reminder_is_for_a_day_to_come(client: Client, busy: World, day: str) -> None:
    response = ask(client, busy.caseworker, "rappel", one_each("Alba"), remind_on=day)
    text = body(response)
    assert any(said in text for said in ("un jour à venir", "trois mois au plus", "Écrivez", "date"))
    assert "Mettre de côté" in text  # the form is shown again, with the to-dos
    assert not Reminder.objects.exists()


def test_what_becomes_late_comes_back(busy: World) -> None:
    from jalons.todos.operations import remind
    from jalons.todos.queries import put_aside

    todo = Todo.objects.filter(person__last_name="ALBA", due_on__gt=busy.day).order_by("due_on").first()
    assert todo is not None
    assert todo.due_on is not None
    Todo.objects.filter(pk=todo.pk).update(due_on=busy.day + timedelta(days=2))
    remind(actor=busy.caseworker, on=busy.day, todo_ids=[todo.pk], remind_on=busy.day + timedelta(days=10))
    rows = Todo.objects.filter(pk=todo.pk)
    assert rows.filter(put_aside(busy.caseworker, on=busy.day + timedelta(days=1))).exists()
    assert not rows.filter(put_aside(busy.caseworker, on=busy.day + timedelta(days=3))).exists()


def test_all_of_the_filter_are_taken(client: Client, busy: World) -> None:
    client.force_login(busy.caseworker)
    data = {"act": "rappel", "everyone": "1", "qui": "miennes", "chosen": []}
    text = body(client.post(BULK, data))
    assert "ALBA" in text
    assert "BRUN" in text
    assert "CARO" in text


def test_nothing_chosen_says_so_and_keeps_the_filters(client: Client, busy: World) -> None:
    client.force_login(busy.caseworker)
    response = client.post(BULK, {"act": "rappel", "qui": "toutes", "quand": "late"})
    assert response.status_code == 302
    assert response["Location"] == "/echeances/?qui=toutes&quand=late"


def test_a_reminder_comes_back_on_its_day(client: Client, busy: World) -> None:
    from jalons.todos.operations import remind

    todo = Todo.objects.filter(person__last_name="ALBA", met_on=None, due_on__isnull=False).order_by("-due_on").first()
    assert todo is not None
    remind(actor=busy.caseworker, on=busy.day - timedelta(days=7), todo_ids=[todo.pk], remind_on=busy.day)
    client.force_login(busy.caseworker)
    text = body(client.get("/aujourdhui/"))
    back = text.split("À reprendre, comme demandé")[1].split("</section>")[0]
    assert "ALBA" in back
    assert back.count("data-row>") == 1
