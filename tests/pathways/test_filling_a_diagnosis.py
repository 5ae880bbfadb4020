"""The diagnosis grid of a rulebook: filled, completed, compared, turned into a plan of actions that contracts take up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.diagnosing import Given
from jalons.pathways.models import (
    AssessedDomain,
    Assessment,
    AssessmentKind,
    ContractKind,
    Enrolment,
    Exit,
    Horizon,
    Obstacle,
    Piece,
    Recommendation,
    Standing,
)
from jalons.pathways.operations import (
    Draft,
    Finding,
    Findings,
    Objective,
    Offer,
    PlanLine,
    correct_assessment,
    draft_contract,
    drop_recommendation,
    edit_contract,
    open_obstacle,
    present_application,
    propose_offer,
    propose_step,
    record_assessment,
    sign,
    take_up,
)
from jalons.pathways.queries.assessments import compare, missing_for_body, missing_in, plan_of
from jalons.pathways.queries.contracts import missing_for_signature
from jalons.pathways.rulebook import rules_of
from jalons.people.models import Person
from tests.pathways.test_adhering_to_a_plie import told_before_adhering
from tests.worlds import World

ON = date(2020, 6, 1)
FEBRUARY, APRIL = date(2020, 2, 10), date(2020, 4, 6)
OBSTACLE, NEUTRAL, STRENGTH = Standing.OBSTACLE, Standing.NEUTRAL, Standing.STRENGTH
PLIE = {
    "motivations": Given("Travailler dehors"),
    "adhesion": Given(codes=("ready",)),
    "past_path": Given("Dix ans de maraîchage"),
    "assets": Given("Endurance, permis B"),
    "goals": Given("Un CDI d’agent d’espaces verts"),
    "qualification": Given(codes=("cap_bep",)),
    "labour_market": Given(codes=("partial",)),
    "autonomy": Given(codes=("good",)),
    "project_stage": Given(codes=("drafted",)),
}
ETI = {name: Given("Constaté ensemble") for name in ("activity", "difficulties", "resources", "prospects")}


def placed(world: World, action: str) -> Enrolment:
    """A person in an action of another framework, in the same house."""
    person = world.person()
    Person.objects.filter(pk=person.pk).update(self_employed=action == "nord_iii2_eti")
    return world.enrolled(person, line=world.place(action_code=action))


def assess(world: World, enrolment: Enrolment, **options: Any) -> Assessment:
    given = {"actor": world.caseworker, "on": ON, "kind": AssessmentKind.INITIAL, "made_on": FEBRUARY} | options
    return record_assessment(enrolment_id=enrolment.pk, **given)


def pieces(enrolment: Enrolment) -> set[str]:
    return set(Piece.objects.filter(enrolment=enrolment).values_list("kind", flat=True))


# Domains


@pytest.mark.req("R-067", "R-071")
def test_each_domain_is_an_asset_nothing_or_an_obstacle_which_is_then_opened(world: World) -> None:
    enrolment = world.enrolled()
    domains = {"mobility": Finding(OBSTACLE, "Pas de permis"), "housing": Finding(STRENGTH), "health": Finding(NEUTRAL)}
    made = assess(world, enrolment, findings=Findings(domains=domains))
    assert dict(made.domains.values_list("domain", "standing")) == {
        "mobility": "obstacle",
        "housing": "strength",
        "health": "neutral",
    }
    found = Obstacle.objects.get()
    assert (found.domain, found.note, found.opened_on, found.assessment) == (
        "mobility",
        "Pas de permis",
        FEBRUARY,
        made,
    )


@pytest.mark.req("R-068", "R-072")
def test_assessed_again_an_obstacle_stays_is_lifted_or_appears(world: World) -> None:
    enrolment = world.enrolled()
    first = assess(
        world, enrolment, findings=Findings(domains={"mobility": Finding(OBSTACLE), "housing": Finding(OBSTACLE)})
    )
    again = {"mobility": Finding(STRENGTH), "housing": Finding(OBSTACLE), "isolation": Finding(OBSTACLE)}
    second = assess(world, enrolment, kind=AssessmentKind.REASSESSMENT, made_on=APRIL, findings=Findings(domains=again))
    assert dict(Obstacle.objects.values_list("domain", "lifted_on")) == {
        "mobility": APRIL,
        "housing": None,
        "isolation": None,
    }
    changes = compare(first, second, rules_of(enrolment.action_code, on=ON))
    assert [(one.label, one.before, one.now, one.trend) for one in changes] == [
        ("Logement", "Frein", "Frein", "same"),
        ("Isolement", "non regardé", "Frein", "same"),
        ("Mobilité", "Frein", "Atout", "better"),
    ]


@pytest.mark.req("R-163")
def test_a_sensitive_domain_takes_no_word_in_an_assessment_either(world: World) -> None:
    enrolment = world.enrolled()
    with pytest.raises(Refusal, match="rien de médical"):
        assess(world, enrolment, findings=Findings(domains={"health": Finding(OBSTACLE, "Dos")}))
    with pytest.raises(Refusal, match="n’est pas dans la liste"):
        assess(world, enrolment, findings=Findings(domains={"horoscope": Finding(OBSTACLE)}))
    made = assess(world, enrolment, findings=Findings(domains={"health": Finding(OBSTACLE)}))
    with pytest.raises(IntegrityError, match="assessed_domain_sensitive"), transaction.atomic():
        AssessedDomain.objects.filter(assessment=made).update(note="Dos")


# Grids


@pytest.mark.req("R-070", "R-089")
def test_a_plie_application_without_grid_or_signed_contract_is_incomplete(world: World) -> None:
    enrolment = placed(world, "plie_2014_2020")
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    assert missing_for_body(enrolment, on=ON) == [
        "Il manque la grille « diagnostic partagé ».",
        "Il manque le contrat signé (Contrat d’engagement PLIE).",
    ]
    half = Findings(answers={name: PLIE[name] for name in list(PLIE)[:8]})
    made = assess(world, enrolment, findings=half)
    assert missing_in(made, rules_of(enrolment.action_code, on=ON)) == [
        "Il manque la réponse à « Stade du projet professionnel ».",
        "Il manque le plan d’actions : écrivez au moins une préconisation.",
        "Il manque la confirmation de l’engagement par la personne.",
    ]
    draft = Draft(enrolment.pk, date(2020, 2, 10), date(2020, 8, 31), kind=ContractKind.PLIE)
    contract = draft_contract(**common, draft=draft)
    told_before_adhering(world, enrolment, on=ON)
    assert [code for code, _ in missing_for_signature(contract, on=ON)] == ["contract_diagnosis_incomplete"]
    assert "diagnostic" not in pieces(enrolment)

    plan = [PlanLine("Formation CACES", "", "person", date(2020, 9, 1))]
    whole = Findings(answers=PLIE, plan=plan, confirmed_on=FEBRUARY)
    correct_assessment(**common, assessment_id=made.pk, made_on=FEBRUARY, recommendations="", findings=whole)
    assert "diagnostic" in pieces(enrolment)
    assert missing_for_signature(contract, on=ON) == []
    with pytest.raises(Refusal, match="Il manque le contrat signé"):
        present_application(**common, enrolment_id=enrolment.pk, presented_on=ON)
    sign(**common, contract_id=contract.pk)
    present_application(**common, enrolment_id=enrolment.pk, presented_on=ON)
    assert "commission_application" in pieces(enrolment)


def test_an_action_whose_rulebook_presents_to_nobody_has_no_application(world: World) -> None:
    enrolment = world.enrolled()
    assert missing_for_body(enrolment, on=ON) is None
    with pytest.raises(Refusal, match="ne prévoit pas"):
        present_application(actor=world.caseworker, on=ON, enrolment_id=enrolment.pk, presented_on=ON)


@pytest.mark.req("R-074")
@pytest.mark.parametrize(
    ("conclusion", "more", "given"),
    [
        ("favourable", {"plan": [PlanLine("Ouvrir un point de vente")]}, {"eti_diagnostic", "eti_action_plan"}),
        (
            "no_plan",
            {"answers": {"other_path": Given("Accompagnement à l’emploi salarié")}},
            {"eti_diagnostic", "reorientation_proposal"},
        ),
    ],
)
def test_a_self_employed_analysis_ends_in_a_plan_or_in_another_path(
    world: World, conclusion: str, more: dict[str, Any], given: set[str]
) -> None:
    enrolment = placed(world, "nord_iii2_eti")
    answers = ETI | {"conclusion": Given(codes=(conclusion,))}
    made = assess(world, enrolment, findings=Findings(answers=answers))
    rules = rules_of(enrolment.action_code, on=ON)
    assert len(missing_in(made, rules)) == 1
    assert pieces(enrolment) == set()
    whole = Findings(answers=answers | more.get("answers", {}), plan=more.get("plan", ()))
    correct_assessment(
        actor=world.caseworker, on=ON, assessment_id=made.pk, made_on=FEBRUARY, recommendations="", findings=whole
    )
    assert (missing_in(made, rules), pieces(enrolment)) == ([], given)


@pytest.mark.req("R-070", "R-128")
def test_the_document_of_a_grid_follows_it_another_day_or_incomplete(world: World) -> None:
    enrolment = placed(world, "plie_2014_2020")
    plan, common = [PlanLine("Formation CACES")], {"actor": world.caseworker, "on": ON}
    whole = Findings(answers=PLIE, plan=plan, confirmed_on=APRIL)
    made = assess(world, enrolment, findings=whole)

    def proofs() -> list[date]:
        rows = Piece.objects.filter(enrolment=enrolment, kind="diagnostic")
        return list(rows.order_by("dated_on").values_list("dated_on", flat=True))

    assert proofs() == [FEBRUARY]
    again: dict[str, Any] = {**common, "assessment_id": made.pk, "recommendations": ""}
    correct_assessment(**again, made_on=APRIL)
    assert proofs() == [APRIL]
    correct_assessment(**again, made_on=APRIL, findings=Findings(answers={"assets": PLIE["assets"]}))
    assert proofs() == []
    correct_assessment(**again, made_on=FEBRUARY, findings=whole)
    assert proofs() == [FEBRUARY]


@pytest.mark.req("R-128")
def test_the_document_of_a_grid_stays_once_an_exit_is_confirmed(world: World) -> None:
    enrolment = placed(world, "plie_2014_2020")
    whole = Findings(answers=PLIE, plan=[PlanLine("Formation CACES")], confirmed_on=APRIL)
    made = assess(world, enrolment, findings=whole)
    Exit.objects.create(
        enrolment=enrolment, person=enrolment.person, exited_on=ON, destination="moved", state="confirmed",
        recorded_by=world.head, confirmed_by=world.head, confirmed_on=ON,
    )  # fmt: skip
    with pytest.raises(Refusal, match="Une sortie a été confirmée"):
        correct_assessment(
            actor=world.caseworker, on=ON, assessment_id=made.pk, made_on=APRIL, recommendations="", findings=whole
        )
    assert "diagnostic" in pieces(enrolment)


@pytest.mark.req("R-073")
def test_an_offer_beyond_what_the_person_accepts_is_not_proposed(world: World) -> None:
    enrolment = placed(world, "nord_ii2_coaching")
    wishes = {
        "unwanted_trades": Given("Restauration\nNettoyage industriel"),
        "perimeter": Given(number=Decimal(15)),
        "transport": Given(codes=("public", "bicycle")),
        "least_salary": Given(number=Decimal(1100)),
    }
    assess(world, enrolment, findings=Findings(answers=wishes))
    assert pieces(enrolment) == {"offer_profile"}
    given: dict[str, Any] = {
        "actor": world.caseworker,
        "on": ON,
        "enrolment_id": enrolment.pk,
        "kind": "offer_positioning",
    }
    with pytest.raises(Refusal, match="à 40 km, au-delà du périmètre de 15 km"):
        propose_offer(**given, offer=Offer("Vendeur", Decimal(40), Decimal(1300)))
    with pytest.raises(Refusal, match="« Restauration »"):
        propose_offer(**given, offer=Offer("Serveur en restauration", Decimal(5)))
    with pytest.raises(Refusal, match="900 € est sous les 1100 €"):
        propose_offer(**given, offer=Offer("Vendeur", Decimal(5), Decimal(900)))
    step = propose_offer(**given, offer=Offer("Vendeur", Decimal(15), Decimal(1100), "Halle du Nord"))
    assert (step.label, step.operator, step.state) == ("Offre : Vendeur", "Halle du Nord", "proposed")


@pytest.mark.parametrize(
    ("question", "given", "sentence"),
    [
        ("sign", Given("Lion"), "n’a pas cette question"),
        ("adhesion", Given(codes=("maybe",)), "réponse de la liste"),
        ("adhesion", Given(codes=("ready", "not_yet")), "réponse de la liste"),
        ("adhesion", Given("Oui"), "réponse de la liste"),
        ("motivations", Given(codes=("ready",)), "pas une question à choix"),
        ("motivations", Given(number=Decimal(3)), "attend des mots"),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused(
    world: World, question: str, given: Given, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        assess(world, placed(world, "plie_2014_2020"), findings=Findings(answers={question: given}))


# Plan of actions


@pytest.mark.req("R-069")
def test_a_recommendation_is_taken_up_by_an_objective_or_a_step_or_dropped_with_a_reason(world: World) -> None:
    enrolment = world.enrolled()
    plan = [PlanLine("Passer le permis", "mobility"), PlanLine("Refaire le CV"), PlanLine("Cours de français")]
    made = assess(world, enrolment, findings=Findings(plan=plan))
    permis, cv, french = plan_of(made)
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    draft = Draft(
        enrolment.pk,
        ON,
        date(2020, 11, 30),
        objectives=[Objective(Horizon.SHORT, "Le permis")],
        taken_up={permis.pk: Horizon.SHORT},
    )
    contract = draft_contract(**common, draft=draft)
    permis.refresh_from_db()
    assert permis.objective is not None
    assert permis.objective.text == "Le permis"
    edit_contract(**common, contract_id=contract.pk, objectives=[Objective(Horizon.SHORT, "Code, puis conduite")])
    permis.refresh_from_db()
    assert permis.objective is not None
    assert permis.objective.text == "Code, puis conduite"
    edit_contract(**common, contract_id=contract.pk, taken_up={})
    permis.refresh_from_db()
    assert permis.objective is None
    with pytest.raises(Refusal, match="n’a pas cet objectif"):
        edit_contract(**common, contract_id=contract.pk, taken_up={permis.pk: Horizon.LONG})

    step = propose_step(**common, enrolment_id=enrolment.pk, kind="job_search")
    assert take_up(**common, recommendation_id=cv.pk, step_id=step.pk).step == step
    with pytest.raises(Refusal, match="pourquoi"):
        drop_recommendation(**common, recommendation_id=french.pk, reason=" ")
    drop_recommendation(**common, recommendation_id=french.pk, reason="Niveau suffisant")
    assert [one.dropped_reason for one in plan_of(made)] == ["", "", "Niveau suffisant"]


@pytest.mark.req("R-069")
def test_a_recommendation_is_not_taken_up_in_the_pathway_of_somebody_else(world: World) -> None:
    mine, other = world.enrolled(), world.enrolled()
    (line,) = plan_of(assess(world, mine, findings=Findings(plan=[PlanLine("Refaire le CV")])))
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    step = propose_step(**common, enrolment_id=other.pk, kind="job_search")
    with pytest.raises(Refusal, match="d’une autre personne"):
        take_up(**common, recommendation_id=line.pk, step_id=step.pk)
    with pytest.raises(NotAllowed):
        take_up(actor=world.stranger, on=ON, recommendation_id=line.pk)


@pytest.mark.req("R-068")
def test_a_corrected_plan_keeps_what_took_its_lines_up(world: World) -> None:
    enrolment = world.enrolled()
    made = assess(world, enrolment, findings=Findings(plan=[PlanLine("Permis"), PlanLine("CV")]))
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    step = propose_step(**common, enrolment_id=enrolment.pk, kind="job_search")
    take_up(**common, recommendation_id=plan_of(made)[0].pk, step_id=step.pk)
    again = Findings(plan=[PlanLine("Permis B", recommendation_id=plan_of(made)[0].pk)])
    correct_assessment(**common, assessment_id=made.pk, made_on=FEBRUARY, recommendations="", findings=again)
    assert list(Recommendation.objects.values_list("text", "step")) == [("Permis B", step.pk)]
    open_obstacle(**common, enrolment_id=enrolment.pk, domain="housing", opened_on=ON)
    assert Obstacle.objects.count() == 1
