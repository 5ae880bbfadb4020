"""Persons handed over to a colleague with a note of who leaves, a second professional, a long pathway brought before its body."""

from __future__ import annotations

from jalons.network.models import User
from jalons.pathways.models import Enrolment
from jalons.pathways.operations.handover_notes import write_handover_note
from jalons.pathways.operations.handovers import Passing, pass_on
from jalons.pathways.operations.reviews import ask_review
from jalons.pathways.operations.teams import add_professional
from jalons.pathways.rulebook import rules_of
from jalons.simulation.furnishing.stage import Stage

NOTE = (
    "Préfère être appelée le matin. Attend une réponse de la crèche avant la fin du mois : c’est ce qui décide de la formation. "
    "Prochain rendez-vous à garder."
)
LEFT = 6  # rank of the first accompaniment that changes hands


def furnish(stage: Stage) -> None:
    """Receive two persons from a colleague with what she leaves to know, and give one more to her."""
    if stage.colleague is not None:
        _receive(stage, stage.colleague)
        _give(stage, stage.colleague)
        for one in stage.some(0, 1):
            add_professional(
                actor=stage.head,
                on=stage.on,
                enrolment_id=one.pk,
                user_id=stage.colleague.pk,
                role="Appui à la recherche d’emploi",
                start_on=stage.on,
            )
    for one in stage.some(0, 1):
        _review(stage, one)


def _receive(stage: Stage, colleague: User) -> None:
    theirs = Enrolment.objects.filter(
        organisation=stage.house, end_on__isnull=True, person__mandates__caseworker=colleague, start_on__lt=stage.on
    )
    persons = list(
        theirs.filter(person__mandates__end_on__isnull=True).order_by("pk").values_list("person_id", flat=True)[:2]
    )
    for person_id in persons[:1]:
        write_handover_note(actor=colleague, on=stage.on, person_id=person_id, text=NOTE)
    if persons:
        _pass(stage, persons, stage.referent, "Congé de formation d’une collègue")


def _give(stage: Stage, colleague: User) -> None:
    persons = [one.person_id for one in stage.some(LEFT, 1)]
    if persons:
        _pass(stage, persons, colleague, "Rééquilibrage des portefeuilles")


def _pass(stage: Stage, persons: list[int], to: User, reason: str) -> None:
    pass_on(
        actor=stage.head,
        on=stage.on,
        organisation_id=stage.house.pk,
        passings=[Passing(person_id, to.pk) for person_id in persons],
        effective_on=stage.on,
        reason=reason,
    )


def _review(stage: Stage, one: Enrolment) -> None:
    reviews = rules_of(one.action_code, on=stage.on).reviews
    asked = next((review for review in reviews if review.purpose == "continuation"), None)
    if asked is not None:
        ask_review(
            actor=stage.referent,
            on=stage.on,
            enrolment_id=one.pk,
            kind=asked.code,
            reason="Parcours long : la formation visée finit l’an prochain.",
            body=asked.bodies[0],
        )
