"""The desk's forms: one domain call each, a refusal beside the form, nothing typed lost, nothing done twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.operations import plan
from jalons.pathways.models import Contract, ContractState, Exit, ExitState, Job, Mandate, Piece, Step, StepState
from jalons.pathways.operations import Draft, PlannedStep, draft_contract, sign, submit, validate
from jalons.pathways.queries.contract_papers import papers_of
from jalons.people.models import Person
from tests.worlds import OTHER_ACTION, World, at

DAY = "15/10/2020"


@pytest.fixture
def person(world: World) -> Person:
    made = world.person("Durand", "Lou")
    world.enrolled(made, caseworker=world.caseworker)
    return made


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(world.caseworker)
    return client


def at_page(person: Person, page: str) -> str:
    return f"/personnes/{person.key}/{page}"


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


HELD = {
    "day": DAY,
    "start": "9h30",
    "minutes": "45",
    "kind": "individual",
    "mode": "face_to_face",
    "note": "Bien avancé.",
}


@pytest.mark.req("R-094", "R-095")
def test_a_held_appointment_is_written_with_its_note(desk: Client, person: Person, world: World) -> None:
    response = desk.post(at_page(person, "rendez-vous/fait/"), HELD)
    assert response.status_code == 302
    made = Appointment.objects.get()
    assert (made.outcome, made.note, made.starts_at, made.caseworker) == (
        Outcome.HELD,
        "Bien avancé.",
        at(world.day, 9, 30),
        world.caseworker,
    )


def test_a_refusal_keeps_what_was_typed(desk: Client, person: Person) -> None:
    page = shown(desk.post(at_page(person, "rendez-vous/fait/"), {**HELD, "day": "20/10/2020"}))
    assert 'role="alert"' in page
    assert "Bien avancé." in page
    assert 'value="20/10/2020"' in page
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("key", "outcome"), [("venu", "held"), ("excuse", "justified_absence"), ("absent", "unjustified_absence")]
)
def test_one_key_says_what_became_of_it(desk: Client, person: Person, world: World, key: str, outcome: str) -> None:
    made = plan(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        starts_at=at(world.day, 9), ends_at=at(world.day, 10),
    )  # fmt: skip
    response = desk.post(at_page(person, f"rendez-vous/{made.pk}/issue/"), {"outcome": key, "next": "/aujourdhui/"})
    assert response["Location"] == "/aujourdhui/"
    made.refresh_from_db()
    assert made.outcome == outcome


def test_it_never_leads_to_another_site(desk: Client, person: Person, world: World) -> None:
    made = plan(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        starts_at=at(world.day, 9), ends_at=at(world.day, 10),
    )  # fmt: skip
    response = desk.post(
        at_page(person, f"rendez-vous/{made.pk}/issue/"), {"outcome": "venu", "next": "https://ailleurs.example/"}
    )
    assert response["Location"] == at_page(person, "")


def test_an_appointment_of_another_person_is_not_found(desk: Client, person: Person, world: World) -> None:
    other = world.person("Autre")
    world.enrolled(other, caseworker=world.caseworker)
    made = plan(
        actor=world.caseworker, on=world.day, person_id=other.pk, organisation_id=world.house.pk,
        starts_at=at(world.day, 9), ends_at=at(world.day, 10),
    )  # fmt: skip
    assert desk.post(at_page(person, f"rendez-vous/{made.pk}/issue/"), {"outcome": "venu"}).status_code == 404


CONTRACT = {
    "kind": "engagement", "her_words": "Un métier dehors.", "short": "Permis", "medium": "Stage", "long": "Emploi",
    "start_on": "01/10/2020", "end_on": "31/03/2021", "previous_review": "",
    "steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0", "steps-0-kind": "", "steps-0-label": "",
    "steps-0-planned_on": "", "steps-0-place": "",
}  # fmt: skip


@pytest.mark.req("R-079", "R-082", "R-083")
def test_a_contract_from_draft_to_submission(desk: Client, person: Person) -> None:
    enrolment = person.enrolments.get()
    desk.post(at_page(person, "contrats/nouveau/"), {**CONTRACT, "enrolment": enrolment.pk})
    contract = Contract.objects.get()
    assert (contract.state, contract.her_words, contract.objectives.count()) == (
        ContractState.DRAFT,
        "Un métier dehors.",
        3,
    )
    desk.post(at_page(person, f"contrats/{contract.key}/a-signer/"))
    sha256 = papers_of(contract)[0].document.sha256
    hands = {"person": "M10 10 L300 150", "professional": "M10 10 L300 150"}
    answer = desk.post(
        at_page(person, f"contrats/{contract.key}/signer/"), {"sha256": sha256, "identity": "known", **hands}
    )
    assert answer["Location"] == at_page(person, f"contrats/{contract.key}/")
    desk.post(at_page(person, f"contrats/{contract.key}/transmettre/"))
    contract.refresh_from_db()
    assert contract.state == ContractState.SUBMITTED


@pytest.mark.req("R-093", "R-081")
def test_a_renewal_shows_what_the_contract_before_planned_and_what_became_of_it(
    desk: Client, person: Person, world: World
) -> None:
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    steps = [PlannedStep("atelier", "Rédiger des lettres", world.day, "Mairie")]
    draft = Draft(person.enrolments.get().pk, world.day, date(2021, 3, 31), steps=steps)
    first = draft_contract(**common, draft=draft)
    sign(**common, contract_id=first.pk)
    submit(**common, contract_id=first.pk)
    validate(actor=world.social_head, on=world.day, contract_id=first.pk)
    page = shown(desk.get(at_page(person, "contrats/nouveau/")))
    assert "Atelier – Rédiger des lettres, prévu le 15/10/2020" in page
    assert "<strong>proposée</strong>" in page


def test_a_contract_out_of_turn_says_why(desk: Client, person: Person) -> None:
    desk.post(at_page(person, "contrats/nouveau/"), {**CONTRACT, "enrolment": person.enrolments.get().pk})
    contract = Contract.objects.get()
    page = shown(desk.post(at_page(person, f"contrats/{contract.key}/remettre/"), follow=True))
    assert "il ne peut pas devenir" in page
    change = at_page(person, f"contrats/{contract.key}/modifier/")
    assert shown(desk.get(change)).count("Un métier dehors.") == 1
    desk.post(change, {**CONTRACT, "enrolment": person.enrolments.get().pk, "kind": "ppae"})
    contract.refresh_from_db()
    assert contract.kind == "ppae"


def test_an_unknown_act_is_not_found(desk: Client, person: Person) -> None:
    desk.post(at_page(person, "contrats/nouveau/"), {**CONTRACT, "enrolment": person.enrolments.get().pk})
    assert desk.post(at_page(person, f"contrats/{Contract.objects.get().key}/valider/")).status_code == 404


@pytest.mark.req("R-078")
def test_a_contract_renews_that_of_the_enrolment_chosen(desk: Client, person: Person, world: World) -> None:
    desk.post(at_page(person, "contrats/nouveau/"), {**CONTRACT, "enrolment": person.enrolments.get().pk})
    first = Contract.objects.get()
    Contract.objects.update(
        state=ContractState.VALIDATED, signed_on=world.day, submitted_on=world.day, validated_on=world.day,
        validated_by=world.social_head,
    )  # fmt: skip
    person.orientations.update(closed_on=date(2020, 3, 1), closed_by=world.system)  # the first runs on
    second = world.enrolled(person, line=world.place(action_code=OTHER_ACTION), on=date(2020, 3, 2))
    for enrolment, previous in ((second, None), (first.enrolment, first)):
        dates = {"start_on": "01/04/2021", "end_on": "30/09/2021"}
        desk.post(at_page(person, "contrats/nouveau/"), {**CONTRACT, **dates, "enrolment": enrolment.pk})
        assert Contract.objects.exclude(pk=first.pk).get(enrolment=enrolment).previous == previous


@pytest.mark.req("R-109")
def test_a_step_begins_and_ends(desk: Client, person: Person, world: World) -> None:
    sent = {
        "enrolment": person.enrolments.get().pk,
        "kind": "other",
        "label": "Atelier CV",
        "source": "own_offer",
        "started_on": "01/10/2020",
    }
    desk.post(at_page(person, "etapes/nouvelle/"), sent)
    step = Step.objects.get()
    assert step.state == StepState.STARTED
    refused = shown(desk.post(at_page(person, f"etapes/{step.pk}/"), {"move": "interrupted", "day": DAY, "reason": ""}))
    assert "demande un motif" in refused
    desk.post(at_page(person, f"etapes/{step.pk}/"), {"move": "completed", "day": DAY})
    step.refresh_from_db()
    assert (step.state, step.ended_on) == (StepState.COMPLETED, world.day)
    assert "Si une date est fausse, corrigez-la" in shown(desk.get(at_page(person, f"etapes/{step.pk}/")))


@pytest.mark.req("R-127")
def test_the_exit_waits_for_the_head(client: Client, person: Person, world: World) -> None:
    client.force_login(world.caseworker)
    job = {
        "enrolment": person.enrolments.get().pk,
        "contract_kind": "cdi",
        "employer_kind": "ordinary",
        "weekly_hours": "30,5",
        "start_on": "01/10/2020",
    }
    client.post(at_page(person, "emplois/nouveau/"), job)
    sent = {
        "enrolment": person.enrolments.get().pk,
        "exited_on": DAY,
        "destination": "job",
        "which": Job.objects.get().pk,
        "done": ["where", "which"],
    }
    assert "Classe donnée par le cadre" in shown(client.post(at_page(person, "sorties/nouvelle/"), sent))
    assert not Exit.objects.exists()
    client.post(at_page(person, "sorties/nouvelle/"), {**sent, "finish": "1"})
    leaving = Exit.objects.get()
    assert client.post(at_page(person, f"sorties/{leaving.pk}/confirmer/")).status_code == 403
    client.force_login(world.head)
    client.post(at_page(person, f"sorties/{leaving.pk}/confirmer/"))
    leaving.refresh_from_db()
    assert leaving.state == ExitState.CONFIRMED
    client.post(at_page(person, f"sorties/{leaving.pk}/annuler/"), {"reason": "Contrat rompu le jour même"})
    leaving.refresh_from_db()
    assert leaving.state == ExitState.REVERSED


@pytest.mark.req("R-046")
def test_the_head_names_another_caseworker(client: Client, person: Person, world: World) -> None:
    client.force_login(world.head)
    colleague = world.colleague
    tomorrow = world.day + timedelta(days=1)
    given = {"caseworker": colleague.pk, "start_on": f"{tomorrow:%d/%m/%Y}"}
    assert "demande un motif" in shown(client.post(at_page(person, "referent/"), given))
    given["reason"] = "Congé"
    client.post(at_page(person, "referent/"), given)
    former, new = Mandate.objects.order_by("start_on")
    assert (former.end_on, new.caseworker, new.start_on) == (world.day, colleague, tomorrow)
    assert "déjà nommé" in shown(client.post(at_page(person, "referent/"), given))


def test_a_document_is_noted_by_its_kind_and_date(desk: Client, person: Person) -> None:
    desk.post(
        at_page(person, "documents/nouveau/"),
        {"enrolment": person.enrolments.get().pk, "kind": "other", "dated_on": "1/10/20"},
    )
    assert Piece.objects.get().dated_on == date(2020, 10, 1)


@pytest.mark.parametrize(
    "page", ["contrats/nouveau/", "etapes/nouvelle/", "emplois/nouveau/", "documents/nouveau/", "sorties/nouvelle/"]
)
def test_without_accompaniment_the_page_says_so(client: Client, world: World, page: str) -> None:
    person = world.person("Orientée")
    world.oriented(person)
    client.force_login(world.caseworker)
    assert "Pas d’accompagnement en cours" in shown(client.get(at_page(person, page)))
