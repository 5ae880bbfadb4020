"""Prescribing a step: the person agrees, the provider answers, places are counted, news are taken."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jalons.agenda.models import Appointment, AppointmentKind, Outcome
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import RoleCode
from jalons.network.operations import create_membership
from jalons.pathways.models import (
    ApplicationResult,
    ContactWith,
    Enrolment,
    Finding,
    FollowUpContact,
    ImmersionPurpose,
    JobContract,
    Step,
    StepAnswer,
    StepOffer,
    StepSource,
    StepState,
)
from jalons.pathways.operations import (
    ApplicationFacts,
    agree_to_step,
    answer_step,
    close_offer,
    complete_step,
    describe_application,
    describe_immersion,
    hold_tripartite_review,
    interrupt_step,
    open_offer,
    prescribe,
    propose_step,
    record_job,
    start_step,
    take_news_of_job,
    take_news_of_step,
)
from jalons.pathways.queries.steps import open_offers, with_places
from tests.worlds import World, at

ON = date(2020, 3, 2)
LATER = date(2020, 9, 1)


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    return world.enrolled()


def offer(world: World, **options: Any) -> StepOffer:
    given: dict[str, Any] = {
        "provider": "GRETA",
        "kind": "qualifying_training",
        "label": "CAP cuisine, session de mars",
        "places": 1,
        "start_on": date(2020, 3, 16),
        "end_on": date(2020, 6, 30),
    } | options
    return open_offer(actor=world.caseworker, on=ON, organisation_id=world.house.pk, **given)


def proposed(world: World, enrolment: Enrolment, **options: Any) -> Step:
    given: dict[str, Any] = {"kind": "qualifying_training"} | options
    return propose_step(actor=world.caseworker, on=ON, enrolment_id=enrolment.pk, **given)


def by(world: World, on: date = ON) -> dict[str, Any]:
    return {"actor": world.caseworker, "on": on}


@pytest.mark.req("R-108", "R-109")
def test_a_prescription_is_answered_then_starts_and_ends_with_its_result(world, enrolment):
    session, step = offer(world), proposed(world, enrolment, agreed_on=ON)
    assert (step.agreed_on, step.source) == (ON, StepSource.COMMON_LAW)
    asked = prescribe(**by(world), step_id=step.pk, offer_id=session.pk)
    assert (asked.state, asked.operator, asked.source) == (StepState.POSITIONED, "GRETA", StepSource.PROGRAMME)
    assert asked.planned_end_on == date(2020, 6, 30)
    answer_step(**by(world, date(2020, 3, 9)), step_id=step.pk, answer=StepAnswer.ACCEPTED)
    start_step(**by(world, date(2020, 3, 16)), step_id=step.pk)
    done = complete_step(**by(world, LATER), step_id=step.pk, day=date(2020, 6, 30), end_code="certified")
    done.refresh_from_db()
    assert (done.answer, done.answered_on, done.end_code) == ("accepted", date(2020, 3, 9), "certified")


@pytest.mark.req("R-109")
def test_the_last_place_is_taken_once_and_the_next_waits(world, enrolment):
    session = offer(world)
    first, second = proposed(world, enrolment), proposed(world, world.enrolled())
    for step in (first, second):
        prescribe(**by(world), step_id=step.pk, offer_id=session.pk)
    (before,) = with_places(open_offers([world.authority.pk], on=ON))
    assert (before.left, before.waiting) == (1, 2)
    answer_step(**by(world), step_id=first.pk, answer=StepAnswer.ACCEPTED)
    with pytest.raises(Refusal, match="n’a plus de place") as refused:
        answer_step(**by(world), step_id=second.pk, answer=StepAnswer.ACCEPTED)
    assert refused.value.code == "step_offer_full"
    answer_step(**by(world), step_id=second.pk, answer=StepAnswer.WAITING)
    with pytest.raises(Refusal, match="n’a plus de place"):
        start_step(**by(world, LATER), step_id=second.pk)
    (after,) = with_places(open_offers([world.authority.pk], on=ON))
    assert (after.left, after.taken, after.waiting) == (0, 1, 1)


@pytest.mark.req("R-109")
def test_a_refusal_of_the_provider_ends_the_step_and_frees_nothing(world, enrolment):
    session, step = offer(world), proposed(world, enrolment)
    prescribe(**by(world), step_id=step.pk, offer_id=session.pk)
    ended = answer_step(**by(world), step_id=step.pk, answer=StepAnswer.REFUSED, reason="Prérequis non acquis")
    assert (ended.state, ended.end_code, ended.end_reason) == (StepState.CANCELLED, "refused", "Prérequis non acquis")
    ended.refresh_from_db()
    assert ended.answer == StepAnswer.REFUSED


def test_an_answer_belongs_to_a_prescription(world, enrolment):
    step = proposed(world, enrolment)
    with pytest.raises(Refusal, match="prescrite"):
        answer_step(**by(world), step_id=step.pk, answer=StepAnswer.ACCEPTED)
    prescribe(**by(world), step_id=step.pk, operator="Mission locale")
    with pytest.raises(Refusal, match="vient après"):
        answer_step(**by(world), step_id=step.pk, answer=StepAnswer.ACCEPTED, day=date(2020, 2, 1))


def test_an_offer_is_of_the_authority_of_the_kind_and_open(world, enrolment):
    step = proposed(world, enrolment)
    other = offer(world, kind="mobility_access", label="Permis")
    with pytest.raises(Refusal, match="autre nature"):
        prescribe(**by(world), step_id=step.pk, offer_id=other.pk)
    closed = offer(world)
    close_offer(**by(world), offer_id=closed.pk, organisation_id=world.house.pk)
    with pytest.raises(Refusal, match="fermée"):
        prescribe(**by(world), step_id=step.pk, offer_id=closed.pk)
    assert [one.offer for one in with_places(open_offers([world.authority.pk], on=ON))] == [other]
    with pytest.raises(NotAllowed):
        open_offer(actor=world.stranger, on=ON, organisation_id=world.house.pk, provider="X", kind="cdi", label="Y")


@pytest.mark.req("R-108")
def test_an_offer_is_closed_once_not_before_it_opened_by_the_house_for_which_it_was_written(world):
    made, common = offer(world), {"organisation_id": world.house.pk}
    with pytest.raises(Refusal, match="ouverte le 02/03/2020"):
        close_offer(actor=world.caseworker, on=date(2020, 3, 1), offer_id=made.pk, **common)
    # Who wrote it goes and works next door: the offer stays that of the house.
    create_membership(
        actor=world.system, on=ON, user_id=world.caseworker.pk, role=RoleCode.CASEWORKER,
        organisation_id=world.neighbour.pk,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="a écrit cette offre"):
        close_offer(actor=world.stranger, on=ON, offer_id=made.pk, organisation_id=world.neighbour.pk)
    close_offer(actor=world.head, on=ON, offer_id=made.pk, **common)
    with pytest.raises(Refusal, match="fermée depuis le 02/03/2020"):
        close_offer(actor=world.head, on=date(2020, 7, 1), offer_id=made.pk, **common)
    with pytest.raises(IntegrityError), transaction.atomic():
        StepOffer.objects.filter(pk=made.pk).update(closed_on=date(2020, 2, 1))


@pytest.mark.req("R-105", "R-113")
def test_a_work_situation_says_its_company_and_the_news_of_both_sides(world, enrolment):
    step = proposed(world, enrolment, kind="work_situation")
    with pytest.raises(Refusal, match="entreprise d’accueil"):
        describe_immersion(**by(world), step_id=step.pk, host=" ", purpose=ImmersionPurpose.DISCOVER)
    made = describe_immersion(
        **by(world), step_id=step.pk, host="Blanchisserie du Rhône", purpose=ImmersionPurpose.CONFIRM, agreed_on=ON
    )
    assert (made.host, made.agreed_on) == ("Blanchisserie du Rhône", ON)
    with pytest.raises(Refusal, match="n’a pas commencé"):
        news(world, step)
    start_step(**by(world, date(2020, 3, 9)), step_id=step.pk)
    kept = news(world, step)
    assert (kept.contact_with, kept.finding) == (ContactWith.EMPLOYER, Finding.GOES_WELL)


def news(world: World, step: Step) -> FollowUpContact:
    return take_news_of_step(
        **by(world, date(2020, 3, 12)),
        step_id=step.pk,
        made_on=date(2020, 3, 12),
        contact_with=ContactWith.EMPLOYER,
        finding=Finding.GOES_WELL,
    )


@pytest.mark.req("R-102", "R-113")
def test_a_tripartite_review_of_a_step_is_an_appointment_too(world, enrolment):
    step = proposed(world, enrolment)
    start_step(**by(world, date(2020, 3, 16)), step_id=step.pk)
    hold_tripartite_review(
        **by(world, LATER),
        step_id=step.pk,
        starts_at=at(date(2020, 5, 14), 14),
        ends_at=at(date(2020, 5, 14), 15),
        finding=Finding.DIFFICULTY,
        note="Retards répétés, horaires à revoir.",
    )
    met = Appointment.objects.get(person=enrolment.person_id)
    assert (met.kind, met.outcome, met.on_date) == (AppointmentKind.TRIPARTITE, Outcome.HELD, date(2020, 5, 14))
    assert FollowUpContact.objects.get(step=step).contact_with == ContactWith.TRIPARTITE


@pytest.mark.req("R-114")
def test_a_positioning_on_an_offer_is_followed_to_its_result(world, enrolment):
    step = proposed(world, enrolment, kind="offer_positioning")
    prepared = ApplicationFacts("Hôtel Bellecour", "Agent de chambre", "Offre 092XKJ", prepared_on=ON)
    describe_application(**by(world), step_id=step.pk, facts=prepared)
    told = ApplicationFacts(
        "Hôtel Bellecour",
        "Agent de chambre",
        "Offre 092XKJ",
        prepared_on=ON,
        sent_on=date(2020, 3, 3),
        interview_on=date(2020, 3, 10),
        result=ApplicationResult.HIRED,
        result_on=date(2020, 3, 12),
    )
    row = describe_application(**by(world, LATER), step_id=step.pk, facts=told)
    assert (row.interview_on, row.result, row.result_on) == (date(2020, 3, 10), "hired", date(2020, 3, 12))
    wrong = ApplicationFacts("A", "B", sent_on=date(2020, 3, 9), interview_on=date(2020, 3, 3))
    with pytest.raises(Refusal, match="après l’envoi"):
        describe_application(**by(world, LATER), step_id=step.pk, facts=wrong)


@pytest.mark.req("R-106")
def test_a_kind_about_health_ends_with_a_reason_of_the_list_and_no_free_text(world, enrolment):
    step = proposed(world, enrolment, kind="health_access")
    start_step(**by(world), step_id=step.pk)
    with pytest.raises(Refusal, match="texte libre"):
        interrupt_step(**by(world, LATER), step_id=step.pk, reason="Hospitalisée")
    ended = interrupt_step(**by(world, LATER), step_id=step.pk, end_code="by_person")
    assert (ended.end_code, ended.end_reason) == ("by_person", "")


def test_an_end_has_a_reason_of_its_list_and_a_day_after_the_start(world, enrolment):
    step = proposed(world, enrolment)
    start_step(**by(world, date(2020, 3, 16)), step_id=step.pk)
    with pytest.raises(Refusal, match="dans la liste"):
        complete_step(**by(world, LATER), step_id=step.pk, end_code="no_place")
    with pytest.raises(Refusal, match="a commencé le 16/03/2020"):
        complete_step(**by(world, LATER), step_id=step.pk, day=date(2020, 3, 1))


def test_the_agreement_of_the_person_is_dated(world, enrolment):
    step = proposed(world, enrolment)
    assert agree_to_step(**by(world, LATER), step_id=step.pk, agreed_on=ON).agreed_on == ON
    with pytest.raises(Refusal):
        agree_to_step(**by(world), step_id=step.pk, agreed_on=LATER)


@pytest.mark.req("R-113", "R-117")
def test_news_of_a_job_that_stopped_end_it_with_its_reason(world, enrolment):
    job = record_job(
        **by(world),
        enrolment_id=enrolment.pk,
        contract_kind=JobContract.CDD,
        start_on=ON,
        end_on=date(2020, 8, 31),
        occupation="Aide de cuisine",
    )
    told = {"job_id": job.pk, "made_on": date(2020, 5, 4), "contact_with": ContactWith.PERSON}
    with pytest.raises(Refusal, match="dernier jour"):
        take_news_of_job(**by(world, LATER), **told, finding=Finding.STOPPED)
    take_news_of_job(**by(world, LATER), **told, finding=Finding.STOPPED, ended_on=date(2020, 4, 30), end_code="trial")
    job.refresh_from_db()
    assert (job.ended_on, job.end_code) == (date(2020, 4, 30), "trial")
    with pytest.raises(Refusal, match="après le début"):
        take_news_of_job(
            **by(world, LATER),
            job_id=job.pk,
            made_on=date(2020, 2, 1),
            contact_with=ContactWith.PERSON,
            finding=Finding.GOES_WELL,
        )
