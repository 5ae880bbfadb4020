"""Convocations to an information session come from the case data: a letter each, and an SMS to who agreed to it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from jalons.agenda.models import GroupSession
from jalons.agenda.operations.information_sessions import convene, plan_information_session
from jalons.documents.models import LetterKind
from jalons.exchange.letters.operations import write_letter
from jalons.exchange.letters.waiting import Filter, waiting
from jalons.exchange.letters.writing import paper
from jalons.exchange.messages.operations import ask_for_due, set_reminder
from jalons.kernel.outbox import Channel, Message
from jalons.people.models import ContactKind
from jalons.people.operations import agree_to_messages
from tests.exchange.letters.given import housed
from tests.worlds import World, at

pytestmark = pytest.mark.django_db
ON, MEETING = date(2020, 10, 15), date(2020, 11, 3)


@pytest.fixture
def session(world: World) -> GroupSession:
    return plan_information_session(
        actor=world.orientation_officer, on=ON, organisation_id=world.house.pk, starts_at=at(MEETING, 9, 30),
        ends_at=at(MEETING, 11), place="Mairie annexe, 4 place du Marché",
    )  # fmt: skip


@pytest.mark.req("R-034")
def test_each_person_invited_waits_for_a_letter_made_from_the_session(world: World, session: GroupSession) -> None:
    invited, other = housed(world.person("Diallo", "Amina")), housed(world.person("Reste"))
    given = {"actor": world.orientation_officer, "on": ON}
    convene(**given, session_id=session.pk, person_ids=[invited.pk])
    rows = list(waiting(world.orientation_officer, LetterKind.CONVOCATION, Filter(session_id=session.pk), on=ON))
    assert [row.person for row in rows] == [invited]
    assert other not in {row.person for row in rows}
    letter = write_letter(**given, kind=LetterKind.CONVOCATION, subject_id=rows[0].pk)
    said = json.dumps(paper(letter, letter.version.model.authority).as_data(), ensure_ascii=False)
    for words in ("mardi 3\xa0novembre 2020", "9\xa0h\xa030", "Mairie annexe", "nformation collective"):
        assert words in said
    assert not waiting(world.orientation_officer, LetterKind.CONVOCATION, Filter(session_id=session.pk), on=ON).exists()


@pytest.mark.req("R-034")
def test_who_agreed_to_sms_is_reminded_of_the_session_by_one(world: World, session: GroupSession) -> None:
    person, silent = world.person(), world.person()
    world.enrolled(person, caseworker=world.caseworker)
    agree_to_messages(
        actor=world.caseworker,
        on=ON,
        person_id=person.pk,
        kind=ContactKind.MOBILE,
        value="06 12 34 56 78",
        agreed_on=ON,
    )
    set_reminder(
        actor=world.data_officer, on=ON, authority_id=world.authority.pk, channel=Channel.SMS, days_before=2,
        first_hour=9, last_hour=19, basis="Note de service",
    )  # fmt: skip
    convene(actor=world.orientation_officer, on=ON, session_id=session.pk, person_ids=[person.pk, silent.pk])
    day = date(2020, 11, 2)
    assert ask_for_due(actor=world.system, on=day, at=at(day, 10)) == 1
    told = Message.objects.get()
    assert (told.person_id, told.channel) == (person.pk, Channel.SMS)
    assert "Mairie annexe" in told.body
