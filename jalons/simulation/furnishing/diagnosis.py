"""An assessment with its strengths and obstacles, made again today: one lifted, one worked on, one found; a project, a referral."""

from __future__ import annotations

from typing import Any

from jalons.pathways.models import Assessment, AssessmentKind, Enrolment, Obstacle, PreparationKind, Standing, StepDoer
from jalons.pathways.operations import assessments, obstacle_actions, projects
from jalons.pathways.operations.findings import Finding, Findings, PlanLine
from jalons.pathways.rulebook import rules_of
from jalons.simulation.furnishing.stage import Stage

SHOWN = 3  # accompaniments
FIRST = {
    "mobility": Finding(Standing.OBSTACLE, "Pas de permis ; le bus passe peu le matin"),
    "childcare": Finding(Standing.OBSTACLE, "Garde à trouver le mercredi"),
    "soft_skills": Finding(Standing.STRENGTH, "Ponctuelle, à l’aise avec le public"),
    "digital_access": Finding(Standing.NEUTRAL),
}
AGAIN = {
    "mobility": Finding(Standing.NEUTRAL, "Vélo électrique prêté par l’association"),
    "childcare": Finding(Standing.OBSTACLE, "Demande déposée à la crèche"),
    "soft_skills": Finding(Standing.STRENGTH),
    "self_confidence": Finding(Standing.STRENGTH, "Prend la parole dans le groupe"),
}
PLAN = (
    PlanLine("Reprendre le CV et la lettre", doer=StepDoer.BOTH),
    PlanLine("Demander une place au garage solidaire", domain="mobility", doer=StepDoer.CASEWORKER),
)


def furnish(stage: Stage) -> None:
    """Fill the last assessment of a few persons, and make it again for all but one of them."""
    made = Assessment.objects.filter(enrolment__in=[one.pk for one in stage.own], made_on__lt=stage.on)
    last = {one.enrolment_id: one for one in made.order_by("made_on", "pk")}
    chosen = [one for one in stage.own if one.pk in last][:SHOWN]
    for rank, one in enumerate(chosen):
        _assess(stage, one, last[one.pk], again=rank < SHOWN - 1)
    for one in chosen[:1]:
        _work(stage, one)
        _project(stage, one)


def _assess(stage: Stage, one: Enrolment, first: Assessment, *, again: bool) -> None:
    known = rules_of(one.action_code, on=stage.on).obstacles
    found, later = ({code: said for code, said in each.items() if code in known} for each in (FIRST, AGAIN))
    assessments.correct_assessment(
        actor=stage.referent,
        on=stage.on,
        assessment_id=first.pk,
        made_on=first.made_on,
        recommendations="Lever les freins du matin, puis chercher un poste à temps partiel.",
        findings=Findings(domains=found, plan=PLAN),
    )
    if again:
        assessments.record_assessment(
            actor=stage.referent,
            on=stage.on,
            enrolment_id=one.pk,
            kind=AssessmentKind.REASSESSMENT,
            made_on=stage.on,
            recommendations="La recherche peut commencer ; reste la garde du mercredi.",
            findings=Findings(domains=later, plan=PLAN[:1]),
        )


def _work(stage: Stage, one: Enrolment) -> None:
    row = Obstacle.objects.filter(enrolment=one, domain="childcare", lifted_on=None).first()
    if row is not None:
        common: dict[str, Any] = {"actor": stage.referent, "on": stage.on, "obstacle_id": row.pk}
        obstacle_actions.add_obstacle_action(**common, note="Dossier rempli ensemble", done_on=stage.on)
        obstacle_actions.add_obstacle_action(**common, note="Réponse de la crèche", planned_on=stage.day(21))


def _project(stage: Stage, one: Enrolment) -> None:
    opened = max(one.start_on, stage.day(-60))
    common: dict[str, Any] = {"actor": stage.referent, "on": stage.on, "enrolment_id": one.pk}
    row = projects.open_project(**common, title="Agente de restauration collective", opened_on=opened)
    projects.validate_project(actor=stage.referent, on=stage.on, project_id=row.pk, day=stage.on)
    projects.note_preparation(**common, kind=PreparationKind.CV, done_on=stage.on)
    projects.refer(
        **common,
        domain="housing",
        referred_to="Service social de secteur",
        referred_on=stage.on,
        first_answer="Demande de logement social : dossier à renouveler avant la fin du mois.",
    )
