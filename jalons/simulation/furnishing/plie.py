"""The référent of the PLIE: a shared diagnosis filled, the month before closed on its time sheet, a « veille » asked for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jalons.agenda.operations import close_month, record_time
from jalons.agenda.queries.time import month_of
from jalons.kernel.periods import first_of_month
from jalons.network.models import Organisation, User
from jalons.pathways.diagnosing import Given
from jalons.pathways.models import Assessment, AssessmentKind, Enrolment, StepDoer
from jalons.pathways.operations import assessments
from jalons.pathways.operations.findings import Findings, PlanLine
from jalons.pathways.operations.reviews import ask_review
from jalons.pathways.rulebook import rules_of
from jalons.rulebooks.schema.diagnosis import Question
from jalons.simulation.furnishing.stage import Stage

TIMES = (
    ("pathway", 600, "Dossiers des participants"),
    ("network", 210, "Commission du PLIE"),
    ("administrative", 150, ""),
)
TIME_FRAMEWORK = "plie_2014_2020"
WORDS = "Dit par la personne au premier entretien : des matins libres, et l’envie d’un métier manuel."


def furnish(stage: Stage) -> None:
    """Write what a référent of the PLIE opens first; nothing when nobody was oriented there."""
    user = User.objects.get(username="referent-plie")
    place = Organisation.objects.get(memberships__user=user)
    own = Enrolment.objects.filter(
        organisation=place, end_on__isnull=True, start_on__lt=stage.on, person__mandates__caseworker=user
    ).filter(person__mandates__end_on__isnull=True)
    rows = list(own.order_by("start_on", "pk"))
    for one in rows[:2]:
        _diagnosis(stage, user, one)
    for one in rows[-1:]:
        _pause(stage, user, one)
    if rows:
        _time(stage, user, place)


def _diagnosis(stage: Stage, user: User, one: Enrolment) -> None:
    grid = rules_of(one.action_code, on=stage.on).diagnosis
    made = Assessment.objects.filter(enrolment=one, kind=AssessmentKind.INITIAL).first()
    if grid is None or made is None:
        return
    assessments.correct_assessment(
        actor=user,
        on=stage.on,
        assessment_id=made.pk,
        made_on=made.made_on,
        recommendations="Construire le projet par une période en entreprise.",
        findings=Findings(
            answers={question.code: _answer(question) for question in grid.questions},
            plan=(PlanLine("Visiter deux entreprises du bois", doer=StepDoer.BOTH),),
            confirmed_on=made.made_on,
        ),
    )


def _answer(question: Question) -> Given:
    if question.codes:
        return Given(codes=(next(iter(question.codes)),))
    return Given(number=Decimal(10)) if question.kind == "number" else Given(words=WORDS)


def _pause(stage: Stage, user: User, one: Enrolment) -> None:
    review = next((one for one in rules_of(one.action_code, on=stage.on).reviews if one.purpose == "pause"), None)
    if review is not None:
        ask_review(
            actor=user,
            on=stage.on,
            enrolment_id=one.pk,
            kind=review.code,
            reason="Déménagement en cours, reprise prévue en décembre",
            body=review.bodies[0],
            start_on=stage.on,
            end_on=stage.on + timedelta(days=60),
        )


def _time(stage: Stage, user: User, place: Organisation) -> None:
    """The month before, closed: its events and what no event tells; the month under way has its first line."""
    framework = TIME_FRAMEWORK
    month = first_of_month(first_of_month(stage.on) - timedelta(days=1))
    for rank, (category, minutes, label) in enumerate(TIMES):
        _entry(stage, user, place, month + timedelta(days=7 + rank), category, minutes, label)
    _entry(stage, user, place, first_of_month(stage.on), *TIMES[0])
    found = month_of(user_id=user.pk, organisation_id=place.pk, framework_code=framework, month=month)
    close_month(
        actor=user,
        on=stage.on,
        organisation_id=place.pk,
        framework_code=framework,
        month=month,
        expected_minutes=found.minutes,
    )


def _entry(stage: Stage, user: User, place: Organisation, day: date, category: str, minutes: int, label: str) -> None:
    record_time(
        actor=user,
        on=stage.on,
        organisation_id=place.pk,
        framework_code=TIME_FRAMEWORK,
        day=day,
        minutes=minutes,
        category=category,
        label=label,
    )
