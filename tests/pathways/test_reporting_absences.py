"""Two unjustified absences propose a report; the référent writes it, or sets it aside; a justification takes it away."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from jalons.agenda.models import Outcome
from jalons.agenda.operations import justify, plan, record_outcome
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import ContractBreach, Enrolment, Horizon, Piece, Report, ReportCause, ReportState
from jalons.pathways.operations import (
    Draft,
    Objective,
    PlannedStep,
    dismiss_report,
    draft_contract,
    record_breach,
    record_piece,
    sign,
    submit,
    validate,
    withdraw_breach,
    withdraw_report,
    write_report,
)
from jalons.pathways.queries.reports import breaches_behind, breaches_of, missed_appointments, proposals_of, reports_of
from jalons.todos.operations import refresh
from tests.pathways.test_leaving_an_action import North
from tests.worlds import OTHER_ACTION, World, at

FIRST, SECOND = date(2020, 3, 3), date(2020, 3, 9)
FACTS = "Absente aux rendez-vous du 3 mars 2020 à 9 h et du 9 mars 2020 à 9 h, sans nouvelles depuis."


def by(world: World, on: date = SECOND) -> dict[str, Any]:
    return {"actor": world.caseworker, "on": on}


def missed(world: World, enrolment: Enrolment, day: date) -> int:
    planned = plan(
        actor=world.system,
        on=day,
        person_id=enrolment.person_id,
        organisation_id=enrolment.organisation_id,
        starts_at=at(day, 9),
        ends_at=at(day, 10),
    )
    record_outcome(actor=world.system, on=day, appointment_id=planned.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    return planned.pk


def proposed(enrolment: Enrolment, on: date) -> list[Any]:
    refresh(as_of=on, person_ids=[enrolment.person_id])
    return proposals_of([enrolment], on=on)


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    return world.enrolled()


@pytest.fixture
def absences(world: World, enrolment: Enrolment) -> list[int]:
    return [missed(world, enrolment, day) for day in (FIRST, SECOND)]


@pytest.mark.req("R-145", "R-147")
def test_two_absences_propose_and_a_justification_takes_the_proposal_away(world, enrolment, absences):
    (found,) = proposed(enrolment, SECOND)
    assert (found.cause, found.todo.due_on) == (ReportCause.ABSENCES, SECOND)
    assert [one.on_date for one in found.absences] == [FIRST, SECOND]
    assert "signalement à la CLI" in found.why.why
    justify(actor=world.caseworker, on=SECOND, appointment_id=absences[0])
    assert proposed(enrolment, SECOND) == []
    assert not Report.objects.exists()
    assert not Piece.objects.exists()  # nothing reached the CLI


@pytest.mark.req("R-146")
def test_in_activite_six_days_are_not_enough_and_fifteen_are(world):
    close, apart = (world.enrolled(line=world.neighbour_line) for _ in range(2))
    assert close.action_code == OTHER_ACTION
    for stay, days in ((close, (FIRST, SECOND)), (apart, (FIRST, date(2020, 3, 18)))):
        for day in days:
            missed(world, stay, day)
    assert proposed(close, date(2020, 3, 18)) == []
    assert [one.todo.due_on for one in proposed(apart, date(2020, 3, 18))] == [date(2020, 3, 18)]


@pytest.mark.req("R-145", "R-147")
def test_the_referent_writes_facts_and_the_proposal_is_answered(world, enrolment, absences):
    proposed(enrolment, SECOND)
    with pytest.raises(Refusal, match="les faits"):
        write_report(
            **by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, facts=" ", absence_ids=absences
        )
    made = write_report(
        **by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, facts=FACTS, absence_ids=absences
    )
    assert (made.state, made.facts, made.decided_by) == (ReportState.WRITTEN, FACTS, world.caseworker)
    assert Piece.objects.get().kind == "cli_report"
    assert proposed(enrolment, SECOND) == []
    (shown,) = reports_of(enrolment.person_id)
    assert [one.on_date for one in shown.absences] == [FIRST, SECOND]
    assert shown.justified == ()


@pytest.mark.req("R-147")
def test_where_the_rulebook_names_no_body_the_document_of_a_report_names_none(world):
    north = North(world)
    given = {"actor": north.worker, "on": SECOND, "enrolment_id": north.enrolment.pk}
    dismiss_report(**given, cause=ReportCause.ABSENCES, reason="A repris contact")
    write_report(**given, cause=ReportCause.BREACH, facts=FACTS)
    assert set(Piece.objects.values_list("kind", flat=True)) == {"absence_report_dismissed", "breach_report"}


@pytest.mark.req("R-147")
def test_a_written_report_shows_the_absence_justified_since_and_may_be_withdrawn(world, enrolment, absences):
    made = write_report(
        **by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, facts=FACTS, absence_ids=absences
    )
    justify(actor=world.caseworker, on=SECOND, appointment_id=absences[1])
    (shown,) = reports_of(enrolment.person_id)
    assert [one.pk for one in shown.justified] == [absences[1]]
    with pytest.raises(Refusal, match="motif"):
        withdraw_report(**by(world), report_id=made.pk, reason="")
    back = withdraw_report(**by(world), report_id=made.pk, reason="Absence du 9 mars justifiée")
    assert (back.state, back.withdrawn_by) == (ReportState.WITHDRAWN, world.caseworker)
    assert not Piece.objects.exists()
    with pytest.raises(Refusal, match="déjà retiré"):
        withdraw_report(**by(world), report_id=made.pk, reason="Encore")


@pytest.mark.req("R-147")
def test_set_aside_with_a_reason_it_is_not_proposed_again_for_the_same_absences(world, enrolment, absences):
    with pytest.raises(Refusal, match="raison"):
        dismiss_report(**by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, reason="")
    dismiss_report(
        **by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, reason="A repris contact le jour même"
    )
    assert proposed(enrolment, SECOND) == []
    for day in (date(2020, 4, 6), date(2020, 4, 20)):
        missed(world, enrolment, day)
    assert [one.todo.due_on for one in proposed(enrolment, date(2020, 4, 20))] == [date(2020, 4, 20)]


@pytest.mark.req("R-147")
def test_a_report_cites_only_absences_of_the_person_not_justified(world, enrolment, absences):
    other = world.enrolled()
    theirs = missed(world, other, FIRST)
    for wrong in ([theirs], []):
        with pytest.raises(Refusal):
            write_report(
                **by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, facts=FACTS, absence_ids=wrong
            )
    justify(actor=world.caseworker, on=SECOND, appointment_id=absences[0])
    with pytest.raises(Refusal, match="justifiée"):
        write_report(
            **by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, facts=FACTS, absence_ids=absences
        )
    assert [one.pk for one in missed_appointments(enrolment.person_id, until=SECOND)] == [absences[1]]


def test_the_neighbour_reports_nobody(world, enrolment, absences):
    with pytest.raises(NotAllowed):
        write_report(
            actor=world.stranger,
            on=SECOND,
            enrolment_id=enrolment.pk,
            cause=ReportCause.ABSENCES,
            facts=FACTS,
            absence_ids=absences,
        )


@pytest.mark.req("R-092", "R-147")
def test_deciding_about_absences_leaves_the_breach_proposed(world, enrolment, absences):
    record_piece(**by(world), enrolment_id=enrolment.pk, kind="contract_breach", dated_on=SECOND, owned=True)
    assert {one.cause for one in proposed(enrolment, SECOND)} == {ReportCause.ABSENCES, ReportCause.BREACH}
    dismiss_report(**by(world), enrolment_id=enrolment.pk, cause=ReportCause.ABSENCES, reason="A repris contact")
    assert [one.cause for one in proposed(enrolment, SECOND)] == [ReportCause.BREACH]


@pytest.mark.req("R-147")
def test_an_absence_is_reported_once_and_a_report_is_never_a_mere_document(world, enrolment, absences):
    given = {"enrolment_id": enrolment.pk, "cause": ReportCause.ABSENCES, "facts": FACTS, "absence_ids": absences}
    write_report(**by(world), **given)
    with pytest.raises(Refusal, match="déjà par un signalement"):
        write_report(**by(world), **given)
    for kind in ("cli_report", "cli_report_dismissed", "cli_report_breach", "contract_breach"):
        with pytest.raises(Refusal, match="avec ses faits"):
            record_piece(**by(world), enrolment_id=enrolment.pk, kind=kind, dated_on=SECOND)
    assert Piece.objects.count() == 1


@pytest.mark.req("R-092", "R-145")
def test_a_breach_of_contract_has_a_date_and_facts_and_leads_to_a_proposal(world, enrolment):
    start = date(2020, 3, 2)
    objectives = [Objective(horizon, "Un objectif") for horizon in Horizon]
    steps = [PlannedStep(kind="qualifying_training", planned_on=date(2020, 4, 6), place="GRETA")]
    draft = Draft(enrolment.pk, start, date(2020, 8, 31), objectives=objectives, steps=steps, her_words="Travailler.")
    contract = draft_contract(**by(world, start), draft=draft)
    told = {"contract_id": contract.pk, "happened_on": date(2020, 4, 6), "facts": "N’est pas venue à la formation."}
    with pytest.raises(Refusal, match="validé"):
        record_breach(**by(world, date(2020, 4, 7)), **told)
    sign(**by(world, start), contract_id=contract.pk)
    submit(**by(world, start), contract_id=contract.pk)
    validate(actor=world.social_head, on=date(2020, 3, 10), contract_id=contract.pk)
    with pytest.raises(Refusal, match="Ce contrat va du"):
        record_breach(**by(world, date(2020, 10, 1)), **{**told, "happened_on": date(2020, 9, 30)})
    record_breach(**by(world, date(2020, 4, 7)), **told)
    assert ContractBreach.objects.get().happened_on == date(2020, 4, 6)
    (found,) = proposed(enrolment, date(2020, 4, 7))
    assert found.cause == ReportCause.BREACH
    write_report(
        **by(world, date(2020, 4, 8)), enrolment_id=enrolment.pk, cause=ReportCause.BREACH, facts=told["facts"]
    )
    assert proposed(enrolment, date(2020, 4, 8)) == []


@pytest.mark.req("R-092")
def test_a_breach_withdrawn_takes_its_piece_and_its_proposal_back(world, enrolment):
    start, told_on = date(2020, 3, 2), date(2020, 4, 7)
    objectives = [Objective(horizon, "Un objectif") for horizon in Horizon]
    steps = [PlannedStep(kind="qualifying_training", planned_on=date(2020, 4, 6), place="GRETA")]
    draft = Draft(enrolment.pk, start, date(2020, 8, 31), objectives=objectives, steps=steps, her_words="Travailler.")
    contract = draft_contract(**by(world, start), draft=draft)
    sign(**by(world, start), contract_id=contract.pk)
    submit(**by(world, start), contract_id=contract.pk)
    validate(actor=world.social_head, on=date(2020, 3, 10), contract_id=contract.pk)
    facts = "N’est pas venue à la formation."
    made = record_breach(**by(world, told_on), contract_id=contract.pk, happened_on=date(2020, 4, 6), facts=facts)
    (found,) = proposed(enrolment, told_on)
    assert breaches_behind(found) == [made]
    with pytest.raises(NotAllowed):
        withdraw_breach(actor=world.stranger, on=told_on, breach_id=made.pk, reason="Erreur")
    with pytest.raises(Refusal, match="demande un motif"):
        withdraw_breach(**by(world, told_on), breach_id=made.pk, reason=" ")
    withdraw_breach(**by(world, told_on), breach_id=made.pk, reason="Mauvaise personne")
    assert not Piece.objects.exists()
    assert proposed(enrolment, told_on) == []
    (kept,) = breaches_of(enrolment.person_id)
    assert (kept.facts, kept.withdrawn_by, kept.withdrawn_reason) == (facts, world.caseworker, "Mauvaise personne")
    with pytest.raises(Refusal, match="déjà retiré"):
        withdraw_breach(**by(world, told_on), breach_id=made.pk, reason="Encore")
    with pytest.raises(IntegrityError, match="breach_withdrawn_when_why_by_whom"), atomic():
        ContractBreach.objects.update(withdrawn_reason="")
