"""The desk's short forms about a situation: registration, assessment, obstacles, informations, veille, second professional."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from jalons.agenda.operations import record_held
from jalons.pathways.models import (
    Assessment,
    AssessmentKind,
    Contract,
    EndReason,
    EnrolmentProfessional,
    Information,
    Obstacle,
    Opinion,
    Pause,
    Standing,
    Step,
)
from jalons.pathways.operations import (
    Finding,
    Findings,
    OpinionGiven,
    PlanLine,
    complete_step,
    end_enrolment,
    open_obstacle,
    propose_step,
    record_assessment,
    reorient,
    start_step,
)
from jalons.people.models import JobSeekerRegistration, Person
from tests.journeys.conftest import step_kind
from tests.worlds import ACTION, World, at

DAY = "15/10/2020"
PLAN = {"plan-TOTAL_FORMS": "3", "plan-INITIAL_FORMS": "0"}


@pytest.fixture
def person(world: World, rulebooks: None) -> Person:
    made = world.person("Durand", "Lou")
    world.enrolled(made, caseworker=world.caseworker)
    return made


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(world.caseworker)
    return client


def at_page(person: Person, page: str = "") -> str:
    return f"/personnes/{person.key}/{page}"


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def enrolment_of(person: Person) -> int:
    return int(person.enrolments.get().pk)


@pytest.mark.req("R-062")
def test_a_registration_is_noted_ended_corrected_and_taken_back(desk: Client, person: Person) -> None:
    assert desk.post(at_page(person, "pole-emploi/"), {"start_on": "02/03/2020"}).status_code == 302
    assert "depuis le 02/03/2020" in shown(desk.get(at_page(person, "situation/")))
    late = {"end_on": "10/05/2020", "end_reason": "lapsed"}
    assert desk.post(at_page(person, "pole-emploi/"), late).status_code == 302
    row = JobSeekerRegistration.objects.get()
    assert (row.end_on, row.end_reason) == (date(2020, 5, 10), "lapsed")
    assert "terminée le 10/05/2020 (actualisation non faite)" in shown(desk.get(at_page(person, "situation/")))
    page = f"pole-emploi/{row.pk}/"
    assert "Dites pourquoi" in shown(desk.post(at_page(person, page), {"start_on": "02/03/2020", "end_on": DAY}))
    assert desk.post(at_page(person, page), {"start_on": "09/03/2020"}).status_code == 302
    row.refresh_from_db()
    assert (row.start_on, row.end_on) == (date(2020, 3, 9), None)
    assert desk.post(at_page(person, page), {"withdraw": "1"}).status_code == 302
    assert not JobSeekerRegistration.objects.exists()


def test_a_refused_registration_keeps_what_was_typed(desk: Client, person: Person) -> None:
    page = shown(desk.post(at_page(person, "pole-emploi/"), {"start_on": "20/10/2020"}))
    assert "pas encore arrivé" in page
    assert 'value="20/10/2020"' in page


@pytest.mark.req("R-067", "R-069", "R-071")
def test_the_first_assessment_is_proposed_as_initial_then_as_a_reassessment(desk: Client, person: Person) -> None:
    page = shown(desk.get(at_page(person, "bilans/nouveau/")))
    assert '<option value="initial" selected>' in page
    sent = {
        "kind": "initial",
        "made_on": DAY,
        "d_mobility": "obstacle",
        "n_mobility": "Pas de permis",
        "d_health": "obstacle",
        "d_housing": "strength",
        "recommendations": "Permis d’abord.",
        **PLAN,
        "plan-0-text": "Code de la route",
        "plan-0-domain": "mobility",
    }
    assert "Dites si c’est un atout" in shown(desk.post(at_page(person, "bilans/nouveau/"), {**sent, "d_mobility": ""}))
    assert desk.post(at_page(person, "bilans/nouveau/"), sent).status_code == 302
    assert dict(Obstacle.objects.values_list("domain", "note")) == {"health": "", "mobility": "Pas de permis"}
    page = shown(desk.get(at_page(person, "bilans/nouveau/")))
    assert '<option value="reassessment" selected>' in page
    assert "La dernière fois" in page  # what was found is proposed again, to confirm or change
    assert "Bilan initial le 15/10/2020" in shown(desk.get(at_page(person, "situation/"))).replace("\u202f", " ")
    assert "Permis d’abord." in shown(desk.get(at_page(person, "parcours/")))


@pytest.mark.req("R-068")
def test_an_assessment_is_corrected(desk: Client, person: Person, world: World) -> None:
    made = record_assessment(
        actor=world.caseworker,
        on=world.day,
        enrolment_id=enrolment_of(person),
        kind=AssessmentKind.INITIAL,
        made_on=world.day,
        domains=("housing",),
    )
    page = f"bilans/{made.pk}/"
    assert "Logement – " in shown(desk.get(at_page(person, page))).replace("\n", "")
    again = {"made_on": "12/10/2020", "recommendations": "Bail", "d_housing": "obstacle", **PLAN}
    assert desk.post(at_page(person, f"{page}modifier/"), again).status_code == 302
    assert Assessment.objects.get().recommendations == "Bail"


@pytest.mark.req("R-067")
def test_a_first_interview_without_assessment_leaves_the_diagnosis_to_do(
    desk: Client, person: Person, world: World
) -> None:
    assert "Diagnostic" not in shown(desk.get(at_page(person, "situation/")))
    record_held(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(date(2020, 2, 10), 10), ends_at=at(date(2020, 2, 10), 11),
    )  # fmt: skip
    assert "à faire : premier entretien le 10/02/2020" in shown(desk.get(at_page(person, "situation/"))).replace(
        "\u202f", " "
    )
    given = {"kind": AssessmentKind.INITIAL, "made_on": world.day, "enrolment_id": enrolment_of(person)}
    record_assessment(actor=world.caseworker, on=world.day, **given)
    assert "premier entretien" not in shown(desk.get(at_page(person, "situation/")))


@pytest.mark.req("R-068", "R-069")
def test_an_assessment_shows_what_changed_and_what_became_of_its_recommendations(
    desk: Client, person: Person, world: World
) -> None:
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "enrolment_id": enrolment_of(person)}
    found = Findings(domains={"mobility": Finding(Standing.OBSTACLE)}, plan=[PlanLine("Passer le permis")])
    first = record_assessment(**common, kind=AssessmentKind.INITIAL, made_on=date(2020, 3, 2), findings=found)
    step = propose_step(**common, kind=step_kind(ACTION, world.day), label="Auto-école")
    line = first.plan.get()
    page = at_page(person, f"preconisations/{line.pk}/")
    assert "Auto-école" in shown(desk.get(page))
    assert "Dites pourquoi" in shown(desk.post(page, {"target": "dropped"}))
    assert desk.post(page, {"target": f"s{step.pk}"}).status_code == 302
    assert "Étape : Auto-école, proposée" in shown(desk.get(at_page(person, f"bilans/{first.pk}/"))).replace(
        "\u202f", " "
    )
    now = Findings(domains={"mobility": Finding(Standing.STRENGTH)})
    second = record_assessment(**common, kind=AssessmentKind.REASSESSMENT, made_on=world.day, findings=now)
    shown_page = shown(desk.get(at_page(person, f"bilans/{second.pk}/")))
    assert "Depuis le bilan du 02/03/2020" in shown_page
    assert "<td>Frein</td>" in shown_page


@pytest.mark.req("R-072", "R-163")
def test_an_obstacle_is_noted_worked_on_and_lifted(desk: Client, person: Person) -> None:
    add = {"enrolment": str(enrolment_of(person)), "domain": "health", "opened_on": DAY, "note": "Dos"}
    assert "rien de médical" in shown(desk.post(at_page(person, "freins/"), add))
    assert desk.post(at_page(person, "freins/"), {**add, "domain": "mobility", "note": "Permis"}).status_code == 302
    obstacle = Obstacle.objects.get()
    page = at_page(person, f"freins/{obstacle.pk}/")
    assert desk.post(page, {"move": "worked", "day": DAY}).status_code == 302
    assert desk.post(page, {"move": "lifted", "day": DAY}).status_code == 302
    obstacle.refresh_from_db()
    assert obstacle.lifted_on == date(2020, 10, 15)
    assert "levé le 15/10/2020" in shown(desk.get(at_page(person, "freins/")))
    assert desk.post(page, {"move": "reopened", "day": DAY}).status_code == 302
    assert desk.post(page, {"move": "withdrawn", "day": DAY}).status_code == 302
    assert not Obstacle.objects.exists()


@pytest.mark.req("R-072")
def test_the_steps_to_lift_an_obstacle_are_planned_and_done(desk: Client, person: Person, world: World) -> None:
    obstacle = open_obstacle(
        actor=world.caseworker,
        on=world.day,
        enrolment_id=enrolment_of(person),
        domain="mobility",
        opened_on=date(2020, 10, 1),
    )
    page = at_page(person, f"freins/{obstacle.pk}/")
    add = {"action-day": "20/10/2020", "action-note": "Dossier de permis"}
    assert desk.post(f"{page}actions/", add).status_code == 302
    assert "prévue le 20/10/2020" in shown(desk.get(page))
    action = obstacle.actions.get()
    assert desk.post(at_page(person, f"actions/{action.pk}/faite/")).status_code == 302
    obstacle.refresh_from_db()
    assert obstacle.worked_on == world.day
    assert "Dites ce qui est fait" in shown(desk.post(f"{page}actions/", {"action-day": "20/10/2020"}))
    assert desk.post(at_page(person, f"actions/{action.pk}/retirer/")).status_code == 302
    assert not obstacle.actions.exists()


@pytest.mark.req("R-063")
def test_a_project_is_drawn_up_validated_carried_out_and_closed(desk: Client, person: Person) -> None:
    page = at_page(person, "projet/")
    sent = {"enrolment": str(enrolment_of(person)), "title": "Auxiliaire de vie", "opened_on": "02/03/2020"}
    assert desk.post(page, sent).status_code == 302
    for move in ("validated", "carried_out", "achieved"):
        assert f'value="{move}"' in shown(desk.get(page))
        assert desk.post(page, {"move": move, "day": DAY}).status_code == 302
    assert "Réalisé le" in shown(desk.get(page))
    cv = {"prepared-enrolment": sent["enrolment"], "prepared-kind": "cv", "prepared-done_on": DAY}
    assert desk.post(f"{page}preparations/", cv).status_code == 302
    assert "CV à jour – 15/10/2020" in shown(desk.get(page))


@pytest.mark.req("R-064")
def test_a_social_question_has_its_first_answer_and_its_referral(desk: Client, person: Person) -> None:
    page = at_page(person, "relais/nouveau/")
    sent = {
        "enrolment": str(enrolment_of(person)),
        "domain": "housing",
        "first_answer": "Dossier DALO expliqué",
        "referred_to": "Service logement",
        "referred_on": DAY,
    }
    assert "rien de médical" in shown(desk.post(page, {**sent, "domain": "health"}))
    assert desk.post(page, sent).status_code == 302
    assert "vers Service logement" in shown(desk.get(page))


@pytest.mark.req("R-085")
def test_a_ppae_that_was_shown_stands_for_the_contract(desk: Client, person: Person) -> None:
    sent = {
        "enrolment": str(enrolment_of(person)),
        "signed_on": "01/10/2020",
        "start_on": "01/10/2020",
        "end_on": "31/03/2021",
    }
    assert desk.post(at_page(person, "contrats/ppae/"), sent).status_code == 302
    covering = Contract.objects.get(enrolment=enrolment_of(person))
    assert (covering.kind, covering.state) == ("ppae", "validated")


@pytest.mark.req("R-060", "R-061", "R-151")
def test_what_was_told_is_noted_in_one_form(desk: Client, person: Person) -> None:
    page = at_page(person, "informations/nouvelle/")
    sent = {"enrolment": str(enrolment_of(person)), "given_on": DAY, "documents": "Livret"}
    assert "Cochez ce qui a été expliqué." in shown(desk.post(page, sent))
    assert desk.post(page, {**sent, "kinds": ["rights_and_duties", "risks"]}).status_code == 302
    assert Information.objects.count() == 2
    file = shown(desk.get(at_page(person, "situation/")))
    assert "droits et devoirs le 15/10/2020, risques le 15/10/2020" in file
    assert "Information donnée : droits et devoirs, risques encourus" in shown(
        desk.get(at_page(person, "parcours/?type=situation"))
    ).replace("\u202f", " ")


def test_the_qualities_actions_ask_for_are_said_or_left_unknown(desk: Client, person: Person) -> None:
    assert desk.post(at_page(person, "qualites/"), {"disabled_worker": "oui", "self_employed": ""}).status_code == 302
    person.refresh_from_db()
    assert (person.disabled_worker, person.self_employed) == (True, None)


@pytest.mark.req("R-142")
def test_a_head_puts_an_accompaniment_on_hold_and_ends_it(client: Client, person: Person, world: World) -> None:
    client.force_login(world.head)
    sent = {"enrolment": str(enrolment_of(person)), "start_on": "01/10/2020", "reason": "Congé parental"}
    assert client.post(at_page(person, "veilles/nouvelle/"), sent).status_code == 302
    assert "Noter la fin de la veille" in shown(client.get(at_page(person, "accompagnement/")))
    pause = Pause.objects.get()
    assert client.post(at_page(person, f"veilles/{pause.pk}/"), {"last_day": "14/10/2020"}).status_code == 302
    pause.refresh_from_db()
    assert pause.end_on == date(2020, 10, 14)


def test_a_head_puts_a_second_professional_beside_the_referent(client: Client, person: Person, world: World) -> None:
    client.force_login(world.head)
    sent = {"enrolment": str(enrolment_of(person)), "user": str(world.colleague.pk), "role": "coach", "start_on": DAY}
    assert client.post(at_page(person, "professionnels/nouveau/"), sent).status_code == 302
    assert EnrolmentProfessional.objects.get().user == world.colleague
    assert "Coach : " in shown(client.get(at_page(person, "accompagnement/"))).replace("\u202f", " ")


def test_the_hours_of_a_step_are_said_with_it_or_later(desk: Client, person: Person, world: World) -> None:
    sent = {
        "enrolment": str(enrolment_of(person)),
        "kind": step_kind(ACTION, world.day),
        "source": "common_law",
        "started_on": DAY,
        "weekly_hours": "12,5",
    }
    assert desk.post(at_page(person, "etapes/nouvelle/"), sent).status_code == 302
    step = Step.objects.get()
    assert step.weekly_hours == Decimal("12.5")
    done = {"move": "completed", "day": DAY, "weekly_hours": "15"}
    assert desk.post(at_page(person, f"etapes/{step.pk}/"), done).status_code == 302
    step.refresh_from_db()
    assert step.weekly_hours == 15


@pytest.mark.req("R-042")
@pytest.mark.parametrize(
    ("opinion", "said"),
    [
        (None, "changement d’accompagnement sans avis d’une instance"),
        (
            OpinionGiven("itt", date(2020, 9, 28), Opinion.FAVOURABLE),
            "avis favorable du 28/09/2020, Instance technique territoriale (ITT)",
        ),
    ],
)
def test_a_change_of_accompaniment_shows_its_opinion_or_that_there_is_none(
    desk: Client, person: Person, world: World, opinion: OpinionGiven | None, said: str
) -> None:
    reorient(
        actor=world.orientation_officer,
        on=date(2020, 10, 1),
        person_id=person.pk,
        line_id=world.neighbour_line.pk,
        reason="Santé à stabiliser",
        opinion=opinion,
    )
    assert said in shown(desk.get(at_page(person, "parcours/")))


def test_the_chief_of_service_reads_the_state_of_things_not_the_words(
    client: Client, person: Person, world: World
) -> None:
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "enrolment_id": enrolment_of(person)}
    record_assessment(**common, kind=AssessmentKind.INITIAL, made_on=world.day, recommendations="Mots du référent")
    open_obstacle(**common, domain="mobility", opened_on=world.day, note="Permis suspendu")
    client.force_login(world.social_head)
    for part in ("", "parcours/", "situation/"):
        page = shown(client.get(at_page(person, part)))
        assert "Mobilité" in page
        assert "Mots du référent" not in page
        assert "Permis suspendu" not in page


@pytest.mark.req("R-125")
def test_the_diploma_of_a_qualifying_training_is_noted_when_it_comes(
    desk: Client, person: Person, world: World
) -> None:
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    step = propose_step(**common, enrolment_id=enrolment_of(person), kind=step_kind(ACTION, world.day), qualifying=True)
    start_step(**common, step_id=step.pk, day=date(2020, 3, 2))
    complete_step(**common, step_id=step.pk, day=date(2020, 7, 8))
    page = at_page(person, f"etapes/{step.pk}/")
    assert "Diplôme ou titre obtenu le" in shown(desk.get(page))
    assert desk.post(page, {"diploma_on": "10/07/2020"}).status_code == 302
    step.refresh_from_db()
    assert step.diploma_on == date(2020, 7, 10)


@pytest.mark.req("R-042")
def test_the_authority_notes_the_opinion_with_the_decision_or_later(
    client: Client, person: Person, world: World
) -> None:
    client.force_login(world.social_head)
    address = f"/pilotage/a-orienter/{person.key}/"
    sent = {"line": str(world.neighbour_line.pk), "reason": "Avis de l’ITT", "channel": "individual"}
    half = shown(client.post(address, {**sent, "opinion_body": "itt"}))
    assert "Donnez la date de l’avis." in half
    assert client.post(address, sent).status_code == 302
    assert "sans avis d’une instance" in shown(client.get(at_page(person, "parcours/")))
    assert "Dites le sens de l’avis." in shown(client.post(at_page(person, "avis/"), {"opinion_body": "itt"}))
    later = {"opinion_body": "itt", "opinion_on": "20/10/2020", "opinion": "reserved"}
    assert "précède la décision" in shown(client.post(at_page(person, "avis/"), later))
    assert client.post(at_page(person, "avis/"), {**later, "opinion_on": "12/10/2020"}).status_code == 302
    assert "avis réservé du 12/10/2020" in shown(client.get(at_page(person, "parcours/")))


@pytest.mark.req("R-120", "R-132")
def test_after_the_end_a_document_and_the_final_assessment_may_still_be_noted(
    desk: Client, person: Person, world: World
) -> None:
    pk = enrolment_of(person)
    record_assessment(
        actor=world.caseworker, on=world.day, enrolment_id=pk, kind=AssessmentKind.INITIAL, made_on=date(2020, 3, 2)
    )
    end_enrolment(actor=world.head, on=world.day, enrolment_id=pk, last_day=date(2020, 9, 30), reason=EndReason.EXIT)
    assert "noter le bilan final" in shown(desk.get(at_page(person)))
    page = shown(desk.get(at_page(person, "bilans/nouveau/")))
    assert '<option value="final" selected>' in page
    final = {"kind": "final", "made_on": DAY, "recommendations": "", **PLAN}
    assert desk.post(at_page(person, "bilans/nouveau/"), final).status_code == 302
    assert Assessment.objects.filter(kind="final").count() == 1
    assert "Noter un document" in shown(desk.get(at_page(person, "documents/nouveau/")))
