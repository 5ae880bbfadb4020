"""Information sessions with their attendance, an evaluation and a référent named the same day, a re-orientation asked for."""

from __future__ import annotations

from jalons.agenda.models import GroupSession, Outcome
from jalons.agenda.operations import Presence
from jalons.agenda.operations.information_sessions import convene, plan_information_session, record_attendance
from jalons.agreements.models import AgreementLine
from jalons.pathways.grids import causes_for
from jalons.pathways.models import Enrolment
from jalons.pathways.operations import evaluations
from jalons.pathways.operations.reorientation_requests import ask_reorientation
from jalons.pathways.operations.same_day import orient_and_begin
from jalons.pathways.queries.evaluations import grid_of
from jalons.pathways.queries.orientation import persons_to_orient
from jalons.people.models import Person
from jalons.simulation.furnishing.stage import Stage, at

TODAY, LATER, FLAGGED = 4, 3, 6  # persons invited today, invited next week, with a suggestion of the CAF
ASKER = 4  # rank of the accompaniment that does not suit
SUGGESTED = ("Emploi", "Social", "Emploi")


def furnish(stage: Stage) -> None:
    """Receive today some of those who wait for an orientation, and convene others next week."""
    waiting = list(
        persons_to_orient(stage.officer, on=stage.on)
        .filter(authority=stage.authority)
        .order_by("pk")
        .values_list("pk", flat=True)[: TODAY + LATER]
    )
    if waiting:
        _flag(stage, waiting[:FLAGGED])
        _today(stage, waiting[:TODAY])
    if waiting[TODAY:]:
        _plan(stage, 6, waiting[TODAY:])
    evaluations.save_query(
        actor=stage.officer,
        on=stage.on,
        authority_id=stage.authority.pk,
        name="Attendent depuis plus de deux mois",
        query="attente=60",
    )
    for one in stage.some(ASKER, 1):
        _ask(stage, one)


def _flag(stage: Stage, persons: list[int]) -> None:
    day = stage.day(-3)
    flags = [evaluations.NewPreflag(pk, SUGGESTED[rank % len(SUGGESTED)], day) for rank, pk in enumerate(persons)]
    evaluations.record_preflags(actor=stage.data, on=stage.on, preflags=flags)


def _plan(stage: Stage, days: int, persons: list[int]) -> GroupSession:
    day = stage.day(days)
    session = plan_information_session(
        actor=stage.officer,
        on=stage.on,
        organisation_id=stage.house.pk,
        starts_at=at(day, 9, 30),
        ends_at=at(day, 11),
        place="Maison de la Métropole, salle du rez-de-chaussée",
        capacity=12,
    )
    convene(actor=stage.officer, on=stage.on, session_id=session.pk, person_ids=persons)
    return session


def _today(stage: Stage, persons: list[int]) -> None:
    """All but the last came; the first is oriented and received by her référent at once, the second has her grid filled."""
    session = _plan(stage, 0, persons)
    came = persons[:-1] or persons
    became = {pk: Presence(Outcome.HELD if pk in came else Outcome.UNJUSTIFIED_ABSENCE) for pk in persons}
    record_attendance(actor=stage.officer, on=stage.on, session_id=session.pk, became=became)
    grid = grid_of(stage.authority.pk, on=stage.on)
    for pk in came[:2]:
        evaluations.evaluate(
            actor=stage.officer, on=stage.on, person_id=pk, chosen=[0] * len(grid), session_id=session.pk
        )
    line = AgreementLine.objects.filter(
        agreement__organisation=stage.house, start_on__lte=stage.on, end_on__gte=stage.on
    ).order_by("-places", "pk")
    chief = stage.cast.chief_of(Person.objects.values_list("territory_id", flat=True).get(pk=came[0]))
    orient_and_begin(
        actor=chief,
        on=stage.on,
        person_id=came[0],
        line_id=line[0].pk,
        reason="Recherche d’emploi, reçue à l’issue de l’information collective",
        caseworker_id=stage.referent.pk,
    )


def _ask(stage: Stage, one: Enrolment) -> None:
    ask_reorientation(
        actor=stage.referent,
        on=stage.on,
        person_id=one.person_id,
        cause=causes_for([one.action_code])[0].code,
        reason="Un logement est à trouver d’abord : un accompagnement social conviendrait mieux.",
        wanted_type="activity",
    )
