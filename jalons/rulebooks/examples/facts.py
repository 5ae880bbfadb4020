"""Turns an example into fact rows, as the rooms publish them."""

from __future__ import annotations

from datetime import date
from typing import Any

from jalons.rulebooks.examples import words
from jalons.rulebooks.examples.format import Emploi, Etape, Exemple, Frein
from jalons.rulebooks.exits import ExitProposal, JobFacts, TrainingFacts, propose
from jalons.rulebooks.schema import Rulebook

Rows = dict[str, list[dict[str, Any]]]
PERSON = ENROLMENT = LINE = ORIENTATION = 1
ELSEWHERE = 0  # another enrolment of the person, which no rule speaks of here
WHO = {"enrolment_id": ENROLMENT, "person_id": PERSON}
WHERE = {"authority_id": 1, "organisation_id": 1}


def exit_proposal(rulebook: Rulebook, case: Exemple) -> ExitProposal | None:
    """Return what the rulebook says of the exit of ``case``, None when it has none."""
    if case.sortie is None:
        return None
    return propose(
        rulebook.action(case.action),
        destination=words.DESTINATIONS[case.sortie.vers],
        on=case.sortie.le,
        job=_job_facts(case.emplois[0]) if case.emplois else None,
        training=_training_facts(case.etapes[0]) if case.etapes else None,
    )


def rows(rulebook: Rulebook, case: Exemple) -> Rows:
    """Return the fact rows of ``case``; without an ``accompagnement`` there is no enrolment and no obligation."""
    facts: Rows = {"person": _persons(case), "agreement_line": [_line(rulebook, case)], "enrolment": []}
    if case.accompagnement is not None:
        facts["enrolment"] += _enrolments(rulebook, case)
        facts["orientation"] = [_orientation(case)]
    facts["rights_and_duties"] = [
        {"period_id": n, "person_id": PERSON, "start_on": one.du, "end_on": one.au}
        for n, one in enumerate(case.droits_et_devoirs, 1)
    ]
    facts["pause"] = [
        {"pause_id": n, **WHO, "start_on": one.du, "end_on": one.au} for n, one in enumerate(case.veilles, 1)
    ]
    facts["maintenance"] = [
        {"maintenance_id": n, **WHO, "decided_on": one.decide_le, "until": one.jusqu_au}
        for n, one in enumerate(case.maintiens, 1)
    ]
    facts["piece"] = [
        {"piece_id": n, **WHO, "kind": one.type, "dated_on": one.le} for n, one in enumerate(case.pieces, 1)
    ]
    facts |= _diagnosis(case)
    facts["registration"] = [
        {"registration_id": n, "person_id": PERSON, "start_on": one.du, "end_on": one.au}
        for n, one in enumerate(case.inscriptions, 1)
    ]
    facts["report"] = [_report(n, case) for n in range(1, len(case.comptes_rendus) + 1)]
    facts["contract"] = [_contract(n, case) for n in range(1, len(case.contrats) + 1)]
    facts["appointment"] = [_appointment(n, case) for n in range(1, len(case.rendez_vous) + 1)]
    facts["step"] = [_step(n, one) for n, one in enumerate(case.etapes, 1)]
    facts["job"] = [_job(n, one) for n, one in enumerate(case.emplois, 1)]
    proposal = exit_proposal(rulebook, case)
    if case.sortie is not None and proposal is not None:
        facts["exit"] = [_exit(case, proposal)]
    return facts


def _persons(case: Exemple) -> list[dict[str, Any]]:
    """The person of the case, then those who share the line."""
    person = {
        "person_id": PERSON,
        "born_on": case.personne.nee_le,
        "disabled_worker": case.personne.travailleur_handicape,
        "authority_id": 1,
    }
    others = range(2, (case.personnes_suivies or 1) + 1)
    return [person, *({"person_id": number, "authority_id": 1} for number in others)]


def _line(rulebook: Rulebook, case: Exemple) -> dict[str, Any]:
    start = case.accompagnement.debut if case.accompagnement else rulebook.framework.valid_from
    return {
        "line_id": LINE,
        "agreement_id": 1,
        "kind": "convention",
        **WHERE,
        "framework_code": rulebook.code,
        "action_code": case.action,
        "start_on": max(start.replace(month=1, day=1), rulebook.framework.valid_from),
        "places": case.places,
        "fte": case.equivalents_temps_plein,
    }


def _enrolments(rulebook: Rulebook, case: Exemple) -> list[dict[str, Any]]:
    stay = case.accompagnement
    assert stay is not None
    common = {
        "line_id": LINE,
        "agreement_id": 1,
        **WHERE,
        "framework_code": rulebook.code,
        "action_code": case.action,
        "oriented_on": stay.oriente_le or stay.debut,
        "start_on": stay.debut,
    }
    first = {**WHO, **common, "orientation_id": ORIENTATION, "end_on": stay.fin}
    others = [
        {"enrolment_id": n, "person_id": n, **common, "end_on": None}
        for n in range(2, (case.personnes_suivies or 1) + 1)
    ]
    return [first, *others]


def _orientation(case: Exemple) -> dict[str, Any]:
    """The orientation followed; the one it replaced, when it did, is only a number."""
    stay = case.accompagnement
    assert stay is not None
    return {
        "orientation_id": ORIENTATION,
        "person_id": PERSON,
        **WHERE,
        "action_code": case.action,
        "decided_on": stay.oriente_le or stay.debut,
        "replaces_id": ORIENTATION + 1 if stay.reorientation else None,
        "opinion_on": stay.avis_le,
        "opinion_body": stay.avis_de,
    }


def _diagnosis(case: Exemple) -> Rows:
    return {
        "assessment": [
            {"assessment_id": n, **WHO, "kind": words.ASSESSMENTS[one.nature], "made_on": one.le}
            for n, one in enumerate(case.bilans, 1)
        ],
        "information": [
            {"information_id": n, **WHO, "kind": words.INFORMATIONS[one.sur], "given_on": one.le}
            for n, one in enumerate(case.informations, 1)
        ],
        "obstacle": [_obstacle(n, one) for n, one in enumerate(case.freins, 1)],
    }


def _report(number: int, case: Exemple) -> dict[str, Any]:
    one = case.comptes_rendus[number - 1]
    return {
        "report_id": number,
        "agreement_id": 1,
        "line_id": LINE,
        **WHERE,
        "action_code": case.action,
        "kind": words.REPORTS[one.type],
        "period_start": one.periode,
        "received_on": one.recu_le,
    }


def _obstacle(number: int, one: Frein) -> dict[str, Any]:
    return {
        "obstacle_id": number,
        **WHO,
        "domain": one.domaine,
        "opened_on": one.ouvert_le,
        "worked_on": one.travaille_le,
        "lifted_on": one.leve_le,
    }


def _contract(number: int, case: Exemple) -> dict[str, Any]:
    one = case.contrats[number - 1]
    state = "validated" if one.valide_le else "submitted" if one.transmis_le else "signed" if one.signe_le else "draft"
    return {
        "contract_id": number,
        **WHO,
        "enrolment_id": ELSEWHERE if one.ailleurs else ENROLMENT,
        "kind": words.CONTRACTS[one.nature],
        "rank": number,
        "state": state,
        "start_on": one.du,
        "end_on": one.au,
        "signed_on": one.signe_le,
        "submitted_on": one.transmis_le,
        "validated_on": one.valide_le,
        "in_force_on": max(one.du, one.valide_le) if one.valide_le else None,
    }


def _appointment(number: int, case: Exemple) -> dict[str, Any]:
    one = case.rendez_vous[number - 1]
    return {
        "appointment_id": number,
        "person_id": PERSON,
        "organisation_id": 1,
        "kind": words.APPOINTMENT_KINDS[one.type],
        "mode": words.MODES[one.mode],
        "on_date": one.le,
        "month": one.le.replace(day=1),
        "outcome": words.OUTCOMES[one.resultat],
        "minutes": one.minutes,
    }


def _step(number: int, one: Etape) -> dict[str, Any]:
    state = "completed" if one.terminee_le else "started" if one.commencee_le else "positioned"
    return {
        "step_id": number,
        **WHO,
        "kind": one.type,
        "family": words.FAMILIES[one.famille],
        "source": "common_law",
        "state": state,
        "positioned_on": one.positionnee_le,
        "started_on": one.commencee_le,
        "ended_on": one.terminee_le,
        "qualifying": one.qualifiante,
        "diploma_on": one.diplome_le,
        "weekly_hours": one.heures,
    }


def _job(number: int, one: Emploi) -> dict[str, Any]:
    return {
        "job_id": number,
        **WHO,
        "contract_kind": words.JOBS[one.contrat],
        "employer_kind": words.EMPLOYERS[one.employeur],
        "weekly_hours": one.heures,
        "start_on": one.du,
        "end_on": one.au,
        "ended_on": one.arrete_le,
    }


def _exit(case: Exemple, proposal: ExitProposal) -> dict[str, Any]:
    assert case.sortie is not None
    return {
        "exit_id": 1,
        **WHO,
        "line_id": LINE,
        **WHERE,
        "action_code": case.action,
        "exited_on": case.sortie.le,
        "destination": words.DESTINATIONS[case.sortie.vers],
        "computed_class": proposal.exit_class,
        "exit_class": proposal.exit_class,
        "state": "proposed",
    }


def _job_facts(one: Emploi) -> JobFacts:
    ended: date | None = one.arrete_le
    return JobFacts(words.JOBS[one.contrat], one.du, words.EMPLOYERS[one.employeur], one.heures, one.au, ended)


def _training_facts(one: Etape) -> TrainingFacts:
    return TrainingFacts(one.qualifiante, one.commencee_le, one.terminee_le, one.diplome_le)
