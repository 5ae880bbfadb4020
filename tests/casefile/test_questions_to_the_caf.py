"""Questions to the CAF: a subject of the list, dates and who, in the line of time of the person. No word of the CAF's file."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from jalons.casefile.caf_questions import ask_caf, note_caf_answer, questions_of, subjects, withdraw_caf_question
from jalons.casefile.models import CafQuestion
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.people.models import Person
from tests.worlds import DAY, World

ASKED = date(2020, 10, 1)


@pytest.fixture
def person(world: World) -> Person:
    found = world.person("Zwarteveen")
    world.enrolled(found, caseworker=world.caseworker)
    return found


def asked(world: World, person: Person, **more: Any) -> CafQuestion:
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "subject": "resources", "asked_on": ASKED}
    return ask_caf(**{**given, "person_id": person.pk, **more})


@pytest.mark.req("R-044")
def test_a_question_keeps_its_day_its_subject_who_asked_and_when_the_answer_came(world: World, person: Person) -> None:
    one = asked(world, person)
    assert (one.subject, one.asked_on, one.asked_by, one.answered_on) == ("resources", ASKED, world.caseworker, None)
    note_caf_answer(actor=world.colleague, on=DAY, question_id=one.pk, answered_on=date(2020, 10, 5))
    kept = questions_of(person.pk).get()
    assert (kept.answered_on, kept.answer_noted_by) == (date(2020, 10, 5), world.colleague)


@pytest.mark.req("R-044")
def test_nothing_of_the_file_of_the_caf_can_be_copied_there() -> None:
    """The words of a question are those of the list: the table has no room for others."""
    assert {field.name for field in CafQuestion._meta.concrete_fields} == {
        "id", "key", "person", "subject", "asked_on", "asked_by", "answered_on", "answer_noted_by",
    }  # fmt: skip
    assert len(subjects()) >= 5


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"subject": "mon allocataire dit que…"}, "caf_subject_unknown"),
        ({"asked_on": date(2020, 10, 16)}, "dated_in_the_future"),
    ],
)
def test_a_subject_out_of_the_list_or_a_day_to_come_is_refused(
    world: World, person: Person, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        asked(world, person, **more)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2020, 9, 30), "caf_question_answered_after_asked"), (date(2020, 10, 16), "dated_in_the_future")],
)
def test_an_answer_comes_after_its_question_and_not_tomorrow(
    world: World, person: Person, day: date, code: str
) -> None:
    one = asked(world, person)
    with pytest.raises(Refusal) as refused:
        note_caf_answer(actor=world.caseworker, on=DAY, question_id=one.pk, answered_on=day)
    assert refused.value.code == code


def test_the_database_keeps_the_answer_after_the_question_with_its_author(world: World, person: Person) -> None:
    one = asked(world, person)
    for wrong in ({"answered_on": DAY}, {"answered_on": date(2020, 9, 1), "answer_noted_by": world.caseworker}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CafQuestion.objects.filter(pk=one.pk).update(**wrong)


def test_the_same_form_sent_twice_notes_one_question(world: World, person: Person) -> None:
    key = uuid4()
    assert asked(world, person, key=key) == asked(world, person, key=key)
    assert asked(world, person, key=key, subject="address").key != key  # another question, not a second click
    assert questions_of(person.pk).count() == 2


def test_a_question_noted_by_mistake_is_taken_back_and_the_history_keeps_it(world: World, person: Person) -> None:
    one = asked(world, person)
    kept = type(one).events.rel.related_model  # type: ignore[attr-defined]
    withdraw_caf_question(actor=world.caseworker, on=DAY, question_id=one.pk)
    assert not questions_of(person.pk).exists()
    assert kept.objects.filter(key=one.key).exists()


def test_a_neighbour_asks_nothing_about_a_person_of_the_house(world: World, person: Person) -> None:
    one = asked(world, person)
    for neighbour in (world.stranger, world.neighbour_head, world.orientation_officer):
        with pytest.raises(NotAllowed):
            asked(world, person, actor=neighbour)
        with pytest.raises(NotAllowed):
            note_caf_answer(actor=neighbour, on=DAY, question_id=one.pk, answered_on=DAY)
        with pytest.raises(NotAllowed):
            withdraw_caf_question(actor=neighbour, on=DAY, question_id=one.pk)


@pytest.mark.req("R-044")
def test_the_referent_notes_a_question_and_its_answer_and_finds_both_in_the_path(
    world: World, person: Person, client: Client
) -> None:
    client.force_login(world.caseworker)
    page = f"/personnes/{person.key}/caf/"
    assert "Aucune question" in client.get(page).content.decode()
    assert "Choisissez le sujet" in client.post(page, {"subject": "", "asked_on": "01/10/2020"}).content.decode()
    client.post(page, {"subject": "resources", "asked_on": "01/10/2020", "key": str(uuid4())})
    one = questions_of(person.pk).get()
    path = f"/personnes/{person.key}/parcours/"
    assert "sans réponse" in client.get(path).content.decode()
    early = client.post(f"{page}{one.key}/reponse/", {"answered_on": "30/09/2020"}).content.decode()
    assert "la réponse ne peut pas la précéder" in early
    assert "30/09/2020" in early
    client.post(f"{page}{one.key}/reponse/", {"answered_on": "05/10/2020"})
    shown = client.get(path).content.decode()
    assert "Réponse de la CAF" in shown
    assert "Question à la CAF" in shown
    assert "Ressources déclarées" in shown
    client.post(f"{page}{one.key}/retirer/")
    assert "Question à la CAF :" not in client.get(path).content.decode().replace("\u202f", " ")
