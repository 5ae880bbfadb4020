"""A form sent twice by a double click writes once; the second sending lands where the first one led, with a calm word."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.operations import plan, record_outcome
from jalons.pathways.models import (
    Exit,
    FollowUpContact,
    Information,
    Job,
    JobContract,
    Obstacle,
    Pause,
    Referral,
    Report,
    Step,
)
from jalons.pathways.operations import propose_step, record_job, start_step
from jalons.people.models import Person
from tests.worlds import World, at

DAY = "15/10/2020"


@pytest.fixture
def person(world: World, rulebooks: None) -> Person:
    found = world.person()
    world.enrolled(found, caseworker=world.caseworker)
    return found


@pytest.fixture
def desk(client: Client, world: World, person: Person) -> Client:
    client.force_login(world.caseworker)
    return client


def token_on(page: Any) -> str:
    found = re.search(r'name="once" value="([0-9a-f-]{36})"', page.content.decode())
    assert found, "the form has no one-time token"
    return found[1]


def twice(desk: Client, person: Person, path: str, **typed: Any) -> tuple[Any, Any]:
    """Open a page and send its form two times, as a double click does."""
    address = f"/personnes/{person.key}/{path}"
    sent = {**typed, "once": token_on(desk.get(address))}
    first, second = desk.post(address, sent), desk.post(address, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert "rien n’a été écrit deux fois" in desk.get(second["Location"]).content.decode()
    return first, sent


def job_of(person: Person) -> dict[str, Any]:
    return {
        "enrolment": person.enrolments.get().pk, "contract_kind": "cdi", "employer_kind": "ordinary",
        "employer": "Boulangerie", "start_on": "12/10/2020",
    }  # fmt: skip


def test_one_job_and_another_job_is_still_written_from_the_same_page(desk: Client, person: Person) -> None:
    _, sent = twice(desk, person, "emplois/nouveau/", **job_of(person))
    assert Job.objects.count() == 1
    desk.post(f"/personnes/{person.key}/emplois/nouveau/", {**sent, "employer": "Régie de quartier"})
    assert set(Job.objects.values_list("employer", flat=True)) == {"Boulangerie", "Régie de quartier"}


def test_a_form_refused_is_looked_at_anew(desk: Client, person: Person) -> None:
    address = f"/personnes/{person.key}/emplois/nouveau/"
    sent = {**job_of(person), "start_on": "", "once": token_on(desk.get(address))}
    assert [desk.post(address, sent).status_code for _ in range(2)] == [200, 200]
    assert token_on(desk.post(address, sent)) == sent["once"]


def test_one_step(desk: Client, person: Person) -> None:
    stay = person.enrolments.get().pk
    twice(
        desk, person, "etapes/nouvelle/", enrolment=stay, kind="qualifying_training", agreed_on=DAY, source="own_offer"
    )
    assert Step.objects.count() == 1


def test_one_piece_of_news_of_a_job_and_of_a_step(desk: Client, person: Person, world: World) -> None:
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "enrolment_id": person.enrolments.get().pk}
    job = record_job(**given, contract_kind=JobContract.CDI, start_on=date(2020, 9, 1))
    step = propose_step(**given, kind="qualifying_training")
    start_step(actor=world.caseworker, on=world.day, step_id=step.pk, day=world.day)
    news = {"made_on": DAY, "contact_with": "person", "finding": "goes_well"}
    twice(desk, person, f"emplois/{job.pk}/", **news)
    twice(desk, person, f"etapes/{step.pk}/nouvelles/", **news)
    assert FollowUpContact.objects.count() == 2


@pytest.mark.parametrize("end", ["keep", "finish"])
def test_one_job_at_the_end_of_the_exit_wizard(desk: Client, person: Person, end: str) -> None:
    where = {"destination": "job", "exited_on": DAY, "detail": ""}
    fact = {key: value for key, value in job_of(person).items() if key != "employer_kind"}
    twice(desk, person, "sorties/nouvelle/", **where, **fact, done=["where", "work"], **{end: "1"})
    assert (Job.objects.count(), Exit.objects.count()) == (1, int(end == "finish"))


def test_one_referral(desk: Client, person: Person) -> None:
    stay = person.enrolments.get().pk
    page = desk.get(f"/personnes/{person.key}/relais/nouveau/").content.decode()
    domain = re.findall(r'<option value="([a-z_]+)"', page.split('name="domain"')[1].split("</select>")[0])[0]
    typed = {"enrolment": stay, "domain": domain, "referred_to": "CCAS", "referred_on": DAY}
    twice(desk, person, "relais/nouveau/", **typed)
    assert Referral.objects.count() == 1


def test_one_obstacle_one_information_and_one_pause(desk: Client, person: Person, world: World) -> None:
    stay = person.enrolments.get().pk
    page = desk.get(f"/personnes/{person.key}/freins/").content.decode()
    domain = re.findall(r'<option value="([a-z_]+)"', page.split('name="domain"')[1].split("</select>")[0])[0]
    twice(desk, person, "freins/", enrolment=stay, domain=domain, opened_on=DAY)
    twice(desk, person, "informations/nouvelle/", enrolment=stay, kinds=["rights_and_duties"], given_on=DAY)
    assert (Obstacle.objects.count(), Information.objects.count()) == (1, 1)
    desk.force_login(world.head)
    twice(desk, person, "veilles/nouvelle/", enrolment=stay, start_on=DAY, reason="Congé parental")
    assert Pause.objects.count() == 1


@pytest.mark.req("R-147")
def test_one_report_and_no_error_for_the_second(desk: Client, person: Person, world: World) -> None:
    made = plan(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        starts_at=at(world.day, 9), ends_at=at(world.day, 10),
    )  # fmt: skip
    record_outcome(actor=world.caseworker, on=world.day, appointment_id=made.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    assert Appointment.objects.count() == 1
    twice(desk, person, "signalements/ecrire/", absences=[made.pk], facts="N’est pas venue le 15 octobre 2020.")
    assert Report.objects.count() == 1
