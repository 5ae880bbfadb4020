"""No word about health enters by the news, the operator, the place, the plan or the referral (R-106, R-163)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jalons.kernel.refusals import Refusal
from jalons.pathways.models import (
    AssessmentKind,
    ContactWith,
    ContractStep,
    EmployerKind,
    Finding,
    FollowUpContact,
    ImmersionPurpose,
    JobContract,
    Piece,
    StepOffer,
)
from jalons.pathways.operations import (
    Draft,
    Findings,
    PlanLine,
    PlannedStep,
    complete_step,
    correct_job,
    describe_immersion,
    draft_contract,
    end_job,
    open_offer,
    position,
    prescribe,
    propose_step,
    record_assessment,
    record_job,
    refer,
    start_step,
    take_news_of_job,
    take_news_of_step,
)
from jalons.pathways.queries.contracts import missing_for_submission
from jalons.pathways.reference import interlocutors
from tests.worlds import World

ON = date(2020, 3, 9)


@pytest.mark.req("R-106", "R-163")
def test_a_step_about_health_takes_no_word_anywhere(world: World) -> None:
    enrolment = world.enrolled()
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    for words in ({"operator": "CMP"}, {"label": "sevrage"}):
        with pytest.raises(Refusal, match="texte libre"):
            propose_step(**common, enrolment_id=enrolment.pk, kind="health_access", **words)
    step = propose_step(**common, enrolment_id=enrolment.pk, kind="health_access")
    with pytest.raises(Refusal, match="texte libre"):
        position(**common, step_id=step.pk, operator="CMP")
    start_step(**common, step_id=step.pk)
    news = {"step_id": step.pk, "made_on": ON, "contact_with": ContactWith.PERSON, "finding": Finding.GOES_WELL}
    with pytest.raises(Refusal, match="texte libre"):
        take_news_of_step(**common, **news, note="Va mieux depuis son traitement")
    take_news_of_step(**common, **news)
    with pytest.raises(Refusal, match="choisissez un motif"):
        complete_step(**common, step_id=step.pk, reason="guérie")

    there = [PlannedStep("health_access", planned_on=ON, place="Hôpital")]
    with pytest.raises(Refusal, match="texte libre"):
        draft_contract(**common, draft=Draft(enrolment.pk, ON, date(2020, 8, 31), steps=there))
    steps = [PlannedStep("health_access", planned_on=ON)]
    made = draft_contract(**common, draft=Draft(enrolment.pk, ON, date(2020, 8, 31), steps=steps))
    assert ContractStep.objects.get().place == ""
    codes = [code for code, _ in missing_for_submission([made], on=ON)[made]]
    assert "contract_step_without_date_or_place" not in codes


@pytest.mark.req("R-001", "R-106", "R-163")
def test_the_rulebook_of_the_year_before_still_keeps_words_of_health_out(world: World) -> None:
    enrolment, january = world.enrolled(), date(2021, 1, 4)  # the version of 2020 ended on 31 December, none follows
    with pytest.raises(Refusal, match="texte libre"):
        propose_step(
            actor=world.caseworker, on=january, enrolment_id=enrolment.pk, kind="health_access", label="Opération"
        )
    with pytest.raises(Refusal, match="nomenclature"):
        propose_step(actor=world.caseworker, on=january, enrolment_id=enrolment.pk, kind="tourism")


@pytest.mark.req("R-106", "R-163")
def test_a_step_about_health_takes_no_word_from_an_offer(world: World) -> None:
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    words: dict[str, Any] = {"provider": "Centre d’alcoologie", "label": "Sevrage", "kind": "health_access"}
    with pytest.raises(Refusal, match="texte libre") as refused:
        open_offer(**common, organisation_id=world.house.pk, **words)
    assert refused.value.code == "step_sensitive"
    step = propose_step(**common, enrolment_id=world.enrolled().pk, kind="health_access")
    written_before = StepOffer.objects.create(
        authority=world.authority, recorded_by=world.caseworker, written_for=world.house, opened_on=ON, **words
    )
    with pytest.raises(Refusal, match="texte libre"):
        prescribe(**common, step_id=step.pk, offer_id=written_before.pk)
    with pytest.raises(Refusal, match="texte libre"):
        describe_immersion(**common, step_id=step.pk, host="Hôpital", purpose=ImmersionPurpose.DISCOVER)


@pytest.mark.req("R-163")
def test_the_domain_of_health_takes_no_recommendation_and_a_service_of_the_list(world: World) -> None:
    enrolment = world.enrolled()
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk}
    plan = Findings(plan=[PlanLine("Soigner son dos", "health")])
    with pytest.raises(Refusal, match="aucun texte"):
        record_assessment(**common, kind=AssessmentKind.INITIAL, made_on=ON, findings=plan)
    with pytest.raises(Refusal, match="dans la liste"):
        refer(**common, domain="health", referred_to="Centre d’alcoologie", referred_on=ON)
    assert refer(**common, domain="health", referred_to=interlocutors()[0], referred_on=ON).sensitive


@pytest.mark.req("R-117", "R-120")
def test_nobody_reached_is_no_follow_up_and_the_end_of_a_job_is_not_overwritten(world: World) -> None:
    enrolment = world.enrolled()
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    what: dict[str, Any] = {"contract_kind": JobContract.CDI, "start_on": date(2020, 2, 3)}
    job = record_job(**common, enrolment_id=enrolment.pk, **what)
    with pytest.raises(Refusal, match="été joint"):
        take_news_of_job(
            **common,
            job_id=job.pk,
            made_on=ON,
            contact_with=ContactWith.PERSON,
            finding=Finding.UNREACHED,
            piece_kind="follow_up_trace",
        )
    assert not Piece.objects.exists()
    assert not FollowUpContact.objects.exists()
    end_job(**common, job_id=job.pk, ended_on=date(2020, 3, 2))
    with pytest.raises(Refusal, match="déjà arrêté, le 02/03/2020"):
        end_job(**common, job_id=job.pk, ended_on=ON)
    what["employer_kind"] = EmployerKind.ORDINARY
    assert correct_job(**common, job_id=job.pk, **what).ended_on == date(2020, 3, 2)
    assert correct_job(**common, job_id=job.pk, **what, ended_on=date(2020, 3, 3)).ended_on == date(2020, 3, 3)
    assert correct_job(**common, job_id=job.pk, **what, still_running=True).ended_on is None
