"""Offers with places, prescriptions with their answers, an immersion, an application, news of a step and of a job."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jalons.pathways.models import (
    ContactWith,
    Enrolment,
    Finding,
    ImmersionPurpose,
    JobContract,
    StepAnswer,
    StepOffer,
)
from jalons.pathways.operations import follow_ups, jobs, prescribing, steps
from jalons.pathways.reference import detail_of
from jalons.pathways.rulebook import rules_of
from jalons.simulation.furnishing.stage import Stage, at

FIRST = 1  # rank of the first accompaniment: the person of rank 0 has her assessment and her notes
ANSWERS = (StepAnswer.ACCEPTED, StepAnswer.WAITING, StepAnswer.REFUSED)
HOST = "Cuisine centrale fictive"


def furnish(stage: Stage) -> None:
    """Write the offers of the house, then what became of those who were sent there."""
    followed = [one for one in stage.own[FIRST:] if one.start_on <= stage.day(-20)]
    if not followed:
        return
    known = rules_of(followed[0].action_code, on=stage.on).steps
    kinds = [code for code, kind in known.items() if not kind.sensitive]
    mobility = next((kind for kind in kinds if kind == "mobility_access"), kinds[0])
    offer = _offer(stage, mobility, "Permis et mobilité : atelier de huit séances", places=2)
    _offer(
        stage,
        "qualifying_training" if "qualifying_training" in kinds else kinds[-1],
        "Agent de restauration",
        places=12,
    )
    for one, answer in zip(followed, ANSWERS, strict=False):
        _prescribe(stage, one, offer, answer)
    immersion = next((kind for kind in kinds if detail_of(kind) == "immersion"), "")
    application = next((kind for kind in kinds if detail_of(kind) == "application"), "")
    if immersion:
        _immersion(stage, followed[0], immersion)
    if application:
        _application(stage, followed[-1], application)
    _job(stage, followed[-1])


def _offer(stage: Stage, kind: str, label: str, *, places: int) -> StepOffer:
    return prescribing.open_offer(
        actor=stage.referent,
        on=stage.on,
        organisation_id=stage.house.pk,
        provider="Association partenaire (fictive)",
        kind=kind,
        label=label,
        places=places,
        start_on=stage.day(-10),
        end_on=stage.day(80),
    )


def _prescribe(stage: Stage, one: Enrolment, offer: StepOffer, answer: StepAnswer) -> None:
    given: dict[str, Any] = {"actor": stage.referent, "on": stage.on}
    step = steps.propose_step(**given, enrolment_id=one.pk, kind=offer.kind, agreed_on=stage.on)
    prescribing.prescribe(**given, step_id=step.pk, offer_id=offer.pk)
    prescribing.answer_step(**given, step_id=step.pk, answer=answer)


def _immersion(stage: Stage, one: Enrolment, kind: str) -> None:
    """A fortnight in a company, under way, with the review held with its tutor."""
    given: dict[str, Any] = {"actor": stage.referent, "on": stage.on}
    new = steps.NewStep(
        one.pk,
        kind,
        stage.day(-18),
        operator=HOST,
        positioned_on=stage.day(-14),
        started_on=stage.day(-8),
        planned_end_on=stage.day(4),
        agreed_on=stage.day(-18),
        weekly_hours=Decimal(28),
    )
    step = steps.record_steps(**given, steps=[new])[0]
    prescribing.describe_immersion(
        **given,
        step_id=step.pk,
        host=HOST,
        purpose=ImmersionPurpose.CONFIRM,
        occupation="Aide de cuisine",
        agreed_on=stage.day(-9),
    )
    day = stage.day(-2)
    follow_ups.hold_tripartite_review(
        **given,
        step_id=step.pk,
        starts_at=at(day, 17),
        ends_at=at(day, 17, 45),
        finding=Finding.GOES_WELL,
        place=HOST,
        note="Bien intégrée à l’équipe ; les horaires du matin tiennent.",
    )


def _application(stage: Stage, one: Enrolment, kind: str) -> None:
    step = steps.propose_step(actor=stage.referent, on=stage.on, enrolment_id=one.pk, kind=kind)
    prescribing.describe_application(
        actor=stage.referent,
        on=stage.on,
        step_id=step.pk,
        facts=prescribing.ApplicationFacts(
            employer="Entreprise fictive",
            title="Employé de libre-service",
            prepared_on=stage.day(-5),
            sent_on=stage.day(-3),
            interview_on=stage.day(6),
        ),
    )


def _job(stage: Stage, one: Enrolment) -> None:
    """A job that began two weeks ago, with the first news of it: the accompaniment goes on."""
    given: dict[str, Any] = {"actor": stage.referent, "on": stage.on}
    job = jobs.record_job(
        **given,
        enrolment_id=one.pk,
        contract_kind=JobContract.CDD,
        start_on=stage.day(-14),
        end_on=stage.day(75),
        employer="Entreprise fictive",
        occupation="Agent d’entretien",
        weekly_hours=Decimal(20),
    )
    follow_ups.take_news_of_job(
        **given,
        job_id=job.pk,
        made_on=stage.day(-2),
        contact_with=ContactWith.PERSON,
        finding=Finding.GOES_WELL,
        note="Horaires tenus ; souhaite davantage d’heures.",
    )
