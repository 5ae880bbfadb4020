"""The contract: draft → signed → submitted → validated, or returned with reasons → handed over."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from jalons.kernel.periods import Period
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Contract, ContractKind, ContractState, Enrolment, Horizon, Step
from jalons.pathways.operations import (
    Draft,
    Objective,
    PlannedStep,
    cancel_contract,
    cancel_step,
    draft_contract,
    draft_many,
    edit_contract,
    hand_over,
    move_to_organisation,
    open_beside,
    return_contract,
    sign,
    submit,
    validate,
)
from jalons.pathways.queries.contracts import contracts_to_validate
from jalons.pathways.queries.handovers import known_of
from jalons.pathways.rules import CONTRACT_TRANSITIONS, gap_between, require_transition
from tests.worlds import World

ON = date(2020, 3, 2)
OBJECTIVES = [Objective(horizon, f"Objectif à {horizon.label.lower()}") for horizon in Horizon]
STEPS = [PlannedStep("job_search", "Atelier TRE", date(2020, 3, 20), "Mairie")]


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    return world.enrolled()


def draft(world: World, enrolment: Enrolment, **options: object) -> Contract:
    given = {"start_on": ON, "end_on": date(2020, 6, 30), "objectives": OBJECTIVES, "steps": STEPS} | options
    return draft_contract(actor=world.caseworker, on=ON, draft=Draft(enrolment_id=enrolment.pk, **given))


def after(first: Contract) -> dict[str, object]:
    """The dates of the contract that renews another, without a day missing (R-078)."""
    return {"previous_id": first.pk, "start_on": first.end_on + timedelta(days=1), "end_on": date(2020, 12, 31)}


def submitted(world: World, enrolment: Enrolment, **options: object) -> Contract:
    contract = draft(world, enrolment, **options)
    sign(actor=world.caseworker, on=ON, contract_id=contract.pk)
    return submit(actor=world.caseworker, on=ON, contract_id=contract.pk)


def validated(world: World, enrolment: Enrolment, **options: object) -> Contract:
    return validate(actor=world.social_head, on=date(2020, 3, 6), contract_id=submitted(world, enrolment, **options).pk)


@pytest.mark.req("R-079", "R-080", "R-082", "R-083", "R-084")
def test_a_contract_goes_from_draft_to_hand_over(world, enrolment):
    contract = validated(world, enrolment)
    handed = hand_over(actor=world.caseworker, on=date(2020, 3, 9), contract_id=contract.pk)
    handed.refresh_from_db()
    assert handed.state == ContractState.HANDED_OVER
    assert (handed.signed_on, handed.submitted_on, handed.validated_on, handed.handed_over_on) == (
        ON,
        ON,
        date(2020, 3, 6),
        date(2020, 3, 9),
    )
    assert (handed.validated_by, handed.handed_over_by, handed.rank) == (world.social_head, world.caseworker, 1)


@pytest.mark.req("R-093")
def test_the_steps_of_a_validated_contract_become_planned_steps(world, enrolment):
    contract = validated(world, enrolment)
    step = Step.objects.get()
    assert (step.kind, step.family, step.label, step.state) == (
        "job_search",
        "employment_access",
        "Atelier TRE",
        "proposed",
    )
    assert (step.contract_step.contract, step.contract_step.place) == (contract, "Mairie")


@pytest.mark.req("R-076")
def test_the_kind_of_a_draft_is_changed_and_takes_the_next_number_of_that_kind(world, enrolment):
    given = {"actor": world.caseworker, "on": ON}
    first = draft(world, enrolment, kind=ContractKind.PPAE)
    contract = edit_contract(**given, contract_id=draft(world, enrolment).pk, kind=ContractKind.PPAE)
    contract.refresh_from_db()
    assert [(one.kind, one.rank) for one in (first, contract)] == [(ContractKind.PPAE, 1), (ContractKind.PPAE, 2)]
    with pytest.raises(Refusal, match="un autre contrat") as refused:
        edit_contract(**given, contract_id=contract.pk, kind=ContractKind.PLIE)
    assert refused.value.code == "contract_kind"
    renewal = draft(world, enrolment, **after(validated(world, enrolment)))
    with pytest.raises(Refusal, match="garde la nature"):
        edit_contract(**given, contract_id=renewal.pk, kind=ContractKind.PPAE)


@pytest.mark.req("R-079")
def test_a_contract_without_medium_term_objective_is_not_submitted(world, enrolment):
    objectives = [one for one in OBJECTIVES if one.horizon != Horizon.MEDIUM]
    with pytest.raises(Refusal, match="objectif à moyen terme"):
        submitted(world, enrolment, objectives=objectives)


@pytest.mark.req("R-080")
@pytest.mark.parametrize(
    "step", [PlannedStep("job_search", "TRE", None, "Mairie"), PlannedStep("job_search", "TRE", ON, "")]
)
def test_a_step_without_date_or_place_is_refused_at_submission(world, enrolment, step):
    with pytest.raises(Refusal, match="date ou son lieu"):
        submitted(world, enrolment, steps=[step])


def test_all_that_is_missing_is_told_at_once(world, enrolment):
    with pytest.raises(Refusal) as refused:
        submitted(world, enrolment, objectives=[], steps=[])
    assert refused.value.sentence.count("Il manque") == 4


@pytest.mark.req("R-081")
def test_a_second_contract_is_refused_without_the_review_of_the_first(world, enrolment):
    first = validated(world, enrolment)
    second = draft(world, enrolment, **after(first))
    assert (second.rank, second.previous, second.start_on) == (2, first, date(2020, 7, 1))
    sign(actor=world.caseworker, on=ON, contract_id=second.pk)
    with pytest.raises(Refusal, match="bilan du contrat précédent"):
        submit(actor=world.caseworker, on=ON, contract_id=second.pk)
    edit_contract(
        actor=world.caseworker, on=ON, contract_id=second.pk, previous_review="Deux étapes sur trois réalisées."
    )
    sign(actor=world.caseworker, on=ON, contract_id=second.pk)
    assert submit(actor=world.caseworker, on=ON, contract_id=second.pk).state == ContractState.SUBMITTED


@pytest.mark.req("R-083")
def test_a_returned_contract_keeps_its_first_submission_date_and_its_reasons(world, enrolment):
    contract = submitted(world, enrolment)
    return_contract(
        actor=world.social_head, on=date(2020, 3, 4), contract_id=contract.pk, reasons="Précisez les dates."
    )
    edit_contract(actor=world.caseworker, on=date(2020, 3, 5), contract_id=contract.pk, steps=STEPS)
    sign(actor=world.caseworker, on=date(2020, 3, 5), contract_id=contract.pk)
    again = submit(actor=world.caseworker, on=date(2020, 3, 5), contract_id=contract.pk)
    again.refresh_from_db()
    assert (again.state, again.submitted_on, again.signed_on) == (ContractState.SUBMITTED, ON, date(2020, 3, 5))
    assert again.returns.get().reasons == "Précisez les dates."


def test_a_return_gives_its_reasons(world, enrolment):
    with pytest.raises(Refusal, match="motifs"):
        return_contract(actor=world.social_head, on=ON, contract_id=submitted(world, enrolment).pk, reasons=" ")


@pytest.mark.req("R-082")
def test_changing_a_signed_contract_erases_the_signature(world, enrolment):
    contract = draft(world, enrolment)
    sign(actor=world.caseworker, on=ON, contract_id=contract.pk)
    edited = edit_contract(
        actor=world.caseworker, on=ON, contract_id=contract.pk, her_words="Je veux être aide-soignante."
    )
    assert (edited.state, edited.signed_on, edited.planned_steps.count()) == (ContractState.DRAFT, None, 1)


def test_a_submitted_contract_is_not_edited(world, enrolment):
    with pytest.raises(Refusal, match="ne se modifie plus"):
        edit_contract(actor=world.caseworker, on=ON, contract_id=submitted(world, enrolment).pk, her_words="Autre")


@pytest.mark.req("R-084")
def test_a_hand_over_before_the_validation_is_refused(world, enrolment):
    contract = validated(world, enrolment)
    with pytest.raises(Refusal, match="validé le 06/03/2020"):
        hand_over(actor=world.caseworker, on=date(2020, 3, 9), contract_id=contract.pk, handed_over_on=date(2020, 3, 4))


def test_a_signature_to_come_is_refused(world, enrolment):
    with pytest.raises(Refusal, match="pas encore arrivé"):
        sign(actor=world.caseworker, on=ON, contract_id=draft(world, enrolment).pk, signed_on=date(2020, 3, 3))


def test_only_a_validated_contract_is_renewed_and_once(world, enrolment):
    first = submitted(world, enrolment)
    with pytest.raises(Refusal, match="validé se renouvelle"):
        draft(world, enrolment, **after(first))
    validate(actor=world.social_head, on=ON, contract_id=first.pk)
    draft(world, enrolment, **after(first))
    with pytest.raises(Refusal, match="déjà son renouvellement"):
        draft(world, enrolment, **after(first))


@pytest.mark.req("R-078")
def test_a_renewal_follows_a_contract_in_force_of_the_same_enrolment_and_kind(world, enrolment):
    elsewhere, unfinished = validated(world, world.enrolled()), draft(world, enrolment)
    for previous, said in ((elsewhere, "autre inscription"), (unfinished, "contrat validé se renouvelle")):
        with pytest.raises(Refusal, match=said):
            draft(world, enrolment, start_on=date(2020, 7, 1), end_on=date(2020, 12, 31), previous_id=previous.pk)
    assert enrolment.contracts.count() == 1


def test_a_cancelled_contract_frees_its_number(world, enrolment):
    cancel_contract(actor=world.caseworker, on=ON, contract_id=draft(world, enrolment).pk)
    assert draft(world, enrolment).rank == 1


def test_two_validated_contracts_never_cover_the_same_day(world, enrolment):
    validated(world, enrolment)
    second = submitted(world, enrolment, start_on=date(2020, 6, 30), end_on=date(2020, 9, 30), previous_review="Bilan.")
    with pytest.raises(Refusal, match="couvre déjà") as refused:
        validate(actor=world.social_head, on=ON, contract_id=second.pk)
    assert refused.value.code == "contract_no_overlap_in_force"


@pytest.mark.req("R-086")
def test_an_action_without_contract_says_so(world):
    nord = world.organisation("Préparation du Nord", authority=world.neighbour_authority)
    territory = world.neighbour_authority.territories.create(code="douaisis", name="Douaisis")
    worker = world.user("nordiste", "caseworker", organisation=nord)
    line = world.place(nord, action_code="nord_ii1_preparation", framework_code="nord_2019_2021")
    world.orientation_officer, lyon_officer = world.foreign_officer, world.orientation_officer
    enrolment = world.enrolled(world.person(territory=territory), line=line)
    world.orientation_officer = lyon_officer
    with pytest.raises(Refusal) as refused:
        draft_contract(actor=worker, on=ON, draft=Draft(enrolment.pk, ON, date(2020, 6, 30)))
    assert refused.value.code == "contract_not_planned"


def test_a_kind_of_contract_the_framework_does_not_know_is_refused(world, enrolment):
    with pytest.raises(Refusal, match="autre contrat"):
        draft(world, enrolment, kind=ContractKind.PLIE)


def test_a_step_out_of_the_taxonomy_is_refused(world, enrolment):
    with pytest.raises(Refusal, match="nomenclature"):
        draft(world, enrolment, steps=[PlannedStep("tourism")])


@pytest.mark.req("R-106")
def test_the_care_step_takes_no_free_text(world, enrolment):
    with pytest.raises(Refusal, match="texte libre"):
        draft(world, enrolment, steps=[PlannedStep("health_access", "Opération du genou")])


def test_a_contract_does_not_end_before_it_starts(world, enrolment):
    with pytest.raises(Refusal, match="finir avant"):
        draft(world, enrolment, end_on=date(2020, 3, 1))


def test_two_drafts_of_one_enrolment_at_once_are_refused(world, enrolment):
    twice = [Draft(enrolment.pk, ON, date(2020, 6, 30))] * 2
    with pytest.raises(Refusal, match="l’un après l’autre"):
        draft_many(actor=world.caseworker, on=ON, drafts=twice)


@pytest.mark.req("R-077")
def test_the_days_between_two_contracts_are_a_gap():
    assert gap_between(date(2020, 6, 30), date(2020, 7, 3)) == Period(date(2020, 7, 1), date(2020, 7, 2))
    assert gap_between(date(2020, 6, 30), date(2020, 7, 1)) is None


@pytest.mark.parametrize(("current", "wanted"), list(product(ContractState, ContractState)))
def test_every_transition_out_of_the_table_is_refused(current, wanted):
    if wanted in CONTRACT_TRANSITIONS[current]:
        require_transition(CONTRACT_TRANSITIONS, current, wanted, what="Ce contrat")
    else:
        with pytest.raises(Refusal, match="ne peut pas devenir"):
            require_transition(CONTRACT_TRANSITIONS, current, wanted, what="Ce contrat")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "validated"}, "contract_state_fits_dates"),
        ({"signed_on": None}, "contract_validated_implies_signed"),
        ({"validated_by": None}, "contract_validated_when_and_by_whom"),
        ({"handed_over_on": date(2020, 3, 1)}, "contract_handed_over_implies_validated"),
        ({"end_on": date(2020, 1, 1)}, "contract_dates_ordered"),
    ],
)
def test_the_database_holds_what_a_contract_may_never_be(world, enrolment, change, constraint):
    contract = draft(world, enrolment) if change == {"state": "validated"} else validated(world, enrolment)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(**change)


@pytest.mark.req("R-083")
def test_who_validates_and_who_does_not(world, enrolment):
    contract = submitted(world, enrolment)
    for actor in (world.caseworker, world.head, world.west_social_head, world.orientation_officer, world.stranger):
        with pytest.raises(NotAllowed):
            validate(actor=actor, on=ON, contract_id=contract.pk)
    assert list(contracts_to_validate(world.social_head, on=ON)) == [contract]
    assert not contracts_to_validate(world.west_social_head, on=ON).exists()
    assert not contracts_to_validate(world.head, on=ON).exists()


def test_the_neighbour_writes_no_contract(world, enrolment):
    with pytest.raises(NotAllowed):
        draft_contract(actor=world.stranger, on=ON, draft=Draft(enrolment.pk, ON, date(2020, 6, 30)))


@pytest.mark.req("R-046", "R-084", "R-093")
def test_the_contract_of_who_moved_is_handed_over_and_its_steps_planned_where_she_is_accompanied_now(world, enrolment):
    contract = submitted(world, enrolment)
    moved_on = date(2020, 3, 5)
    assert known_of([enrolment.person_id], on=moved_on)[enrolment.person_id].to_validate
    move_to_organisation(
        actor=world.social_head, on=moved_on, person_ids=[enrolment.person_id],
        line_id=world.place(world.neighbour).pk, reason="Convention arrêtée", caseworker_id=world.stranger.pk,
    )  # fmt: skip
    validate(actor=world.social_head, on=date(2020, 3, 6), contract_id=contract.pk)
    now = Enrolment.objects.get(person=enrolment.person_id, end_on=None)
    assert Step.objects.get(contract_step__contract=contract).enrolment == now
    with pytest.raises(NotAllowed):
        hand_over(actor=world.user("ailleurs", "caseworker", organisation=world.organisation("Ailleurs")),
                  on=date(2020, 3, 9), contract_id=contract.pk)  # fmt: skip
    handed = hand_over(actor=world.stranger, on=date(2020, 3, 9), contract_id=contract.pk)
    assert handed.handed_over_by == world.stranger


def beside(world: World, enrolment: Enrolment, on: date, **place: str) -> Enrolment:
    """Open an action at the neighbour's, beside the orientation in force."""
    line = world.place(world.neighbour, **place)
    return open_beside(
        actor=world.orientation_officer, on=on, person_id=enrolment.person_id, line_id=line.pk, start_on=on
    )


def moved_away(world: World, enrolment: Enrolment, on: date, **place: str) -> Enrolment:
    """Move the person to a third house, and return her stay there."""
    line = world.place(world.organisation("Troisième maison"), **place)
    move_to_organisation(
        actor=world.social_head, on=on, person_ids=[enrolment.person_id], line_id=line.pk, reason="Convention arrêtée"
    )
    return Enrolment.objects.get(line=line)


@pytest.mark.req("R-046", "R-058")
def test_an_action_open_beside_long_before_carries_nothing_on(world, enrolment):
    code = "lyon_pole_emploi"
    beside(world, enrolment, on=date(2020, 3, 3), action_code=code, framework_code=code)
    contract = submitted(world, enrolment)
    now = moved_away(world, enrolment, on=date(2020, 3, 5))
    validate(actor=world.social_head, on=date(2020, 3, 6), contract_id=contract.pk)
    step = Step.objects.get(contract_step__contract=contract)
    assert step.enrolment == now
    Step.objects.filter(pk=step.pk).update(enrolment=enrolment)  # as one planned before the move
    with pytest.raises(NotAllowed):
        hand_over(actor=world.stranger, on=date(2020, 3, 9), contract_id=contract.pk)
    with pytest.raises(NotAllowed):
        cancel_step(actor=world.stranger, on=date(2020, 3, 9), step_id=step.pk, end_code="moved")


@pytest.mark.req("R-093")
def test_the_steps_go_first_where_the_rulebook_knows_them(world, enrolment):
    contract, moved_on = submitted(world, enrolment), date(2020, 3, 5)
    moved_away(world, enrolment, on=moved_on, action_code="sans_cadre", framework_code="sans_cadre")
    known = beside(world, enrolment, on=moved_on)
    validate(actor=world.social_head, on=date(2020, 3, 6), contract_id=contract.pk)
    assert Step.objects.get(contract_step__contract=contract).enrolment == known
