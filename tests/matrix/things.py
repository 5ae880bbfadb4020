"""What the addresses of the matrix name: one of each thing, all of one person of the house."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from jalons.agenda.models import Outcome, TimeSheet
from jalons.agenda.operations import (
    Line,
    enrol_in_session,
    plan,
    plan_session,
    print_sheet,
    record_time,
    return_sheet,
)
from jalons.agenda.operations.information_sessions import convene, plan_information_session
from jalons.agreements.groups import answer_with_group
from jalons.agreements.operations import record_report
from jalons.casefile.caf_questions import ask_caf
from jalons.casefile.operations import file_document, keep_draft, write_note
from jalons.documents.models import IdentityCheck, LetterKind, SignerKind
from jalons.documents.operations import keep
from jalons.exchange.caf.models import IdentityConflict
from jalons.exchange.caf.operations import import_file
from jalons.exchange.letters.batches import go_on
from jalons.exchange.letters.operations import ask_letters, write_letter
from jalons.exchange.messages.operations import set_reminder
from jalons.exchange.spreadsheets.models import TableImport
from jalons.exchange.spreadsheets.moving.operations import Received, map_columns, receive_table
from jalons.exchange.spreadsheets.preflags import receive_preflags
from jalons.indicators.operations import freeze
from jalons.kernel import clock
from jalons.kernel.outbox import Channel, NewMessage, queue
from jalons.network.cdap import open_access
from jalons.network.groups import add_member, create_group
from jalons.pathways.models import (
    AssessmentKind,
    CaseReview,
    ClosureProposal,
    ContractBreach,
    Destination,
    FinalReview,
    JobContract,
    MissionDone,
    ReportCause,
)
from jalons.pathways.operations import (
    Draft,
    Drawn,
    EndedRights,
    Findings,
    Passing,
    PlanLine,
    Proof,
    add_obstacle_action,
    add_professional,
    announce_integration,
    ask_reorientation,
    dismiss_report,
    draft_contract,
    open_offer,
    orient_in_bulk,
    pass_on,
    prepare_signature,
    propose_closures,
    propose_exit,
    propose_step,
    receive_proof,
    record_assessment,
    record_breach,
    record_job,
    save_query,
    sign,
    sign_contract_on_screen,
    start_pause,
    submit,
    validate,
    write_handover_note,
)
from jalons.people.models import ContactKind, Person
from jalons.people.operations import agree_to_messages, open_registration
from jalons.rulebooks.loader import CONTENT, load_content
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.operations import propose
from tests.documents.pictures import PNG
from tests.exchange.caf.writing import adult, household, nir, write
from tests.journeys.conftest import step_kind
from tests.worlds import ACTION, World, at

NAME = "Zwarteveen"  # no neighbour may ever read it
POSTED: dict[str, dict[str, str]] = {
    "desk:outcome": {"outcome": "venu"},
    "desk:keep_draft": {"key": str(uuid4()), "step": "0", "seen": "0", "text": "En cours"},
}


def furnish(world: World) -> Person:
    """Make the neighbours busy, then return a person of the house at the middle of her pathway."""
    for number in range(3):
        theirs = world.person(f"Voisine{number}")
        world.enrolled(theirs, line=world.neighbour_line, caseworker=world.stranger)
    person = world.person(NAME, "Alix")
    world.enrolled(person, caseworker=world.caseworker)
    return person


def arguments(world: World, person: Person) -> dict[str, Any]:
    """Return every argument a route may ask for."""
    enrolment = person.enrolments.get()
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    appointment = plan(
        **common,
        person_id=person.pk,
        organisation_id=world.house.pk,
        starts_at=at(world.day, 9),
        ends_at=at(world.day, 10),
    )
    draft = Draft(enrolment.pk, date(2020, 10, 1), date(2021, 3, 31))
    leaving = propose_exit(**common, enrolment_id=enrolment.pk, exited_on=world.day, destination=Destination.MOVED)
    around = _around_orientation(world, person)
    waiting = orient_in_bulk(
        actor=world.orientation_officer,
        on=world.day,
        person_ids=[world.person(NAME, "Ange").pk],
        line_ids=[world.line.pk],
        reason="Recherche d’emploi",
    )
    return {
        **around,
        **_received(world),
        **_moved(world),
        **_reminded(world, person),
        **_filed(common, person),
        "proposal_id": _ended(world),
        **_sent(common, enrolment.pk),
        "deposit": uuid4(),
        "batch": waiting.batch,
        "orientation_id": waiting.orientations[0].pk,
        "agreement_id": world.line.agreement_id,
        "report_id": record_report(
            actor=world.steering_officer, on=world.day, line_id=world.line.pk, kind="monthly", period=date(2020, 9, 1)
        ).pk,
        "person_key": person.key,
        "appointment_id": appointment.pk,
        **_in_group(common, person),
        **_drafted(common, draft),
        "step_id": propose_step(**common, enrolment_id=enrolment.pk, kind=step_kind(ACTION, world.day)).pk,
        "exit_id": leaving.pk,
        **_followed(world, enrolment.pk),
        **_situation(world, person, enrolment.pk),
        **_written(world, person),
        **_accompanied(world, person, enrolment.pk),
        "layout": "csv",
        "code": "place_occupancy_rate",
        "frozen_id": freeze(
            actor=world.steering_officer,
            on=world.day,
            indicator="place_occupancy_rate",
            month=world.day,
            authority_id=world.authority.pk,
            source="Rapport d’essai",
        ).pk,
        "colour": "1f5a99",
        "version_id": _adopted(world),  # last: what comes before is made without its rules
        "rulebook_id": _proposed(world),
        "name": "nulle_part",
        "action_code": ACTION,
    }


def _in_group(common: dict[str, Any], person: Person) -> dict[str, Any]:
    """A group session of yesterday with its sheet come back signed; a line of time and a month closed."""
    worker, place = common["actor"], common["actor"].memberships.get().organisation
    day = common["on"] - timedelta(days=1)
    given = {**common, "organisation_id": place.pk}
    session = plan_session(
        **given, theme="Atelier CV", starts_at=at(day, 14), ends_at=at(day, 16), animator_id=worker.pk
    )
    invited = enrol_in_session(**common, session_id=session.pk, person_ids=[person.pk])
    sheet = print_sheet(**given, appointment_ids=[one.pk for one in invited])
    scan = PNG
    back = return_sheet(**common, sheet_id=sheet.pk, scan=scan, lines={1: Line(Outcome.HELD)})
    entry = record_time(**given, framework_code="essai", day=day, minutes=30, category="network")
    month = TimeSheet.objects.create(
        user=worker, organisation=place, framework_code="essai", month=date(2020, 8, 1), expected_minutes=0, totals={},
        document=keep(**common, raw=b"%PDF-", kind="time_sheet", title="Feuille", media_type="application/pdf"),
        closed_on=common["on"], closed_by=worker,
    )  # fmt: skip
    return {
        "desk:session_id": session.pk,
        "sheet_key": sheet.key,
        "scan_key": back.scan.key,
        "entry_id": entry.pk,
        "time_sheet_key": month.key,
    }


def _drafted(common: dict[str, Any], draft: Draft) -> dict[str, UUID]:
    """A contract ready to sign."""
    contract = draft_contract(**common, draft=draft)
    paper = prepare_signature(**common, contract_id=contract.pk)
    return {"contract_key": contract.key, "document_key": paper.document.key}


def _followed(world: World, enrolment_id: int) -> dict[str, int]:
    """A job with its proof, an offer of the house, and a report set aside."""
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    job = record_job(**common, enrolment_id=enrolment_id, contract_kind=JobContract.CDI, start_on=date(2020, 9, 1))
    proof = Proof("pay_slip", world.day, b"%PDF-1.7\n%%EOF\n", "Bulletin")
    piece = receive_proof(**common, enrolment_id=enrolment_id, proof=proof, job_id=job.pk)
    offer = open_offer(**common, organisation_id=world.house.pk, provider="GRETA", kind="other", label="Atelier")
    decided = dismiss_report(**common, enrolment_id=enrolment_id, cause=ReportCause.ABSENCES, reason="A repris contact")
    return {
        "job_id": job.pk, "piece_id": piece.pk, "offer_id": offer.pk, "decision_id": decided.pk,
        "breach_id": _breached(world, enrolment_id).pk,
    }  # fmt: skip


def _breached(world: World, enrolment_id: int) -> ContractBreach:
    """A contract validated and over, that was not kept."""
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    contract = draft_contract(**common, draft=Draft(enrolment_id, date(2020, 9, 1), date(2020, 9, 30)))
    sign(**common, contract_id=contract.pk)
    submit(**common, contract_id=contract.pk)
    validate(actor=world.social_head, on=world.day, contract_id=contract.pk)
    return record_breach(**common, contract_id=contract.pk, happened_on=date(2020, 9, 10), facts="Absence notée.")


def _sent(common: dict[str, Any], enrolment_id: int) -> dict[str, UUID]:
    """A contract of the year before, signed and sent to the authority."""
    draft = Draft(enrolment_id, date(2020, 3, 1), date(2020, 8, 31))
    contract = draft_contract(**common, draft=draft)
    document = prepare_signature(**common, contract_id=contract.pk).document
    hand = Drawn(SignerKind.BENEFICIARY, IdentityCheck.KNOWN, "M10 10 L300 150")
    sign_contract_on_screen(**common, contract_id=contract.pk, sha256=document.sha256, hands=[hand])
    key = submit(**common, contract_id=contract.pk).key
    return {"steering:contract_key": key, "steering:document_key": document.key}


def _around_orientation(world: World, person: Person) -> dict[str, int]:
    """A session where another person of the east is invited, a search kept, a request and a notice about the person."""
    officer: dict[str, Any] = {"actor": world.orientation_officer, "on": world.day}
    session = plan_information_session(
        **officer, organisation_id=world.house.pk, starts_at=at(world.day, 9), ends_at=at(world.day, 11), place="Mairie"
    )
    convene(**officer, session_id=session.pk, person_ids=[world.person(NAME, "Aline").pk])
    query = save_query(**officer, authority_id=world.authority.pk, name="Attentes", query="attente=60")
    mine: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    moved = world.enrolled(world.person(NAME, "Astrid"), caseworker=world.caseworker)
    request = ask_reorientation(**mine, person_id=person.pk, cause="other", reason="Projet")
    notice = announce_integration(**mine, enrolment_id=moved.pk)
    return {
        "steering:session_id": session.pk,
        "steering:query_id": query.pk,
        "steering:request_id": request.pk,
        "desk:request_id": request.pk,
        "steering:notice_id": notice.pk,
        "desk:notice_id": notice.pk,
        "desk:enrolment_id": person.enrolments.get().pk,
    }


def _situation(world: World, person: Person, enrolment_id: int) -> dict[str, int]:
    """What is known of the person: registered, assessed with an obstacle, and on hold."""
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    registration = open_registration(**common, person_id=person.pk, start_on=date(2020, 3, 2))
    assessed = record_assessment(
        **common,
        enrolment_id=enrolment_id,
        kind=AssessmentKind.INITIAL,
        made_on=date(2020, 2, 10),
        domains=("mobility",),
        findings=Findings(plan=[PlanLine("Passer le permis")]),
    )
    obstacle = assessed.obstacles.get()
    FinalReview.objects.create(
        enrolment_id=enrolment_id, person=person, made_on=world.day, recorded_by=world.caseworker
    )
    action = add_obstacle_action(**common, obstacle_id=obstacle.pk, note="Auto-école", planned_on=world.day)
    pause = start_pause(
        actor=world.head, on=world.day, enrolment_id=enrolment_id, start_on=world.day, reason="Congé parental"
    )
    return {
        "registration_id": registration.pk,
        "assessment_id": assessed.pk,
        "obstacle_id": obstacle.pk,
        "recommendation_id": assessed.plan.get().pk,
        "action_id": action.pk,
        "pause_id": pause.pk,
    }


def _filed(common: dict[str, Any], person: Person) -> dict[str, UUID]:
    """A note, what its writer is typing, a document of the file, a question to the CAF."""
    note = write_note(**common, person_id=person.pk, text=f"Vu {NAME}.")
    draft = keep_draft(**common, now=clock.now(), person_id=person.pk, key=uuid4(), step=0, text=NAME)
    assert draft is not None
    filed = file_document(**common, person_id=person.pk, raw=PNG, name="cv.png", kind="cv")
    asked = ask_caf(**common, person_id=person.pk, subject="right", asked_on=common["on"])
    return {"note_key": note.key, "draft_key": draft.key, "filed_key": filed.key, "question_key": asked.key}


def _written(world: World, person: Person) -> dict[str, Any]:
    """Letters to the person: one alone, one in a batch already bound, and an appointment nobody has written about."""
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    meeting: dict[str, Any] = {"person_id": person.pk, "organisation_id": world.house.pk, "place": "4 place du Marché"}
    meetings = [
        plan(**common, **meeting, starts_at=at(date(2020, 11, day), 9), ends_at=at(date(2020, 11, day), 10))
        for day in (2, 3, 4)
    ]
    alone = write_letter(**common, kind=LetterKind.CONVOCATION, subject_id=meetings[0].pk)
    nowhere = plan(
        **common, **{**meeting, "place": ""}, starts_at=at(date(2020, 11, 5), 9), ends_at=at(date(2020, 11, 5), 10)
    )
    asked = ask_letters(**common, kind=LetterKind.CONVOCATION, subject_ids=[meetings[1].pk, nowhere.pk])
    assert asked.refused
    go_on(asked.batch.pk)
    return {
        "kind": LetterKind.CONVOCATION,
        "subject_id": meetings[2].pk,
        "letter_key": alone.key,
        "letter_batch": asked.batch.key,
        "model_id": alone.version.model_id,
    }


def _accompanied(world: World, person: Person, enrolment_id: int) -> dict[str, Any]:
    """A note for who comes next, a professional beside, a request to a body; another person handed over; a group; a CDAP access."""
    common: dict[str, Any] = {"actor": world.head, "on": world.day}
    note = write_handover_note(**common, person_id=person.pk, text=f"Vu {NAME}.")
    beside = add_professional(
        **common, enrolment_id=enrolment_id, user_id=world.colleague.pk, role="Coach", start_on=world.day
    )
    review = CaseReview.objects.create(
        enrolment_id=enrolment_id, person=person, kind="long_accompaniment", body="itt", reason="Sans issue",
        requested_on=world.day, requested_by=world.caseworker,
    )  # fmt: skip
    mission = MissionDone.objects.create(
        enrolment_id=enrolment_id, person=person, code="follow", done_on=world.day, recorded_by=world.caseworker
    )
    other = world.enrolled(world.person(NAME, "Alba"), caseworker=world.colleague)
    passed = pass_on(
        **common, organisation_id=world.house.pk, effective_on=world.day, reason="Départ",
        passings=[Passing(other.person_id, world.caseworker.pk)],
    )  # fmt: skip
    steering: dict[str, Any] = {"actor": world.steering_officer, "on": world.day}
    group = create_group(**steering, authority_id=world.authority.pk, name="Groupement d’essai")
    member = add_member(**steering, group_id=group.pk, organisation_id=world.house.pk, start_on=date(2020, 1, 1))
    answer_with_group(**steering, agreement_id=world.line.agreement_id, group_id=group.pk)
    access = open_access(
        **common, user_id=world.caseworker.pk, organisation_id=world.house.pk, start_on=date(2020, 1, 1)
    )
    return {
        "access_id": access.pk,
        "note_id": note.pk,
        "professional_id": beside.pk,
        "review_id": review.pk,
        "mission_id": mission.pk,
        "handover_key": passed.handover.key,
        "membership_id": world.caseworker.memberships.get().pk,
        "group_id": group.pk,
        "member_id": member.pk,
    }


def _ended(world: World) -> int:
    """The rights of another person of the house ended: to close or to maintain."""
    enrolment = world.enrolled(world.person(NAME, "Agathe"), caseworker=world.caseworker)
    ending = EndedRights(enrolment.person_id, date(2020, 9, 30), "duties_ended")
    propose_closures(actor=world.system, on=world.day, endings=[ending])
    return ClosureProposal.objects.get(enrolment=enrolment).pk


def _adopted(world: World) -> int:
    one = load_content()[0]
    head = one.rulebook.framework
    return RulebookVersion.objects.create(
        code=one.rulebook.code, version=one.rulebook.version, authority_code=one.rulebook.authority.code, label=head.label,
        valid_from=head.valid_from, valid_to=head.valid_to, applies_to=head.valid_to, raw=one.raw,
        sha256=hashlib.sha256(one.raw).hexdigest(), adopted_on=head.valid_from,
    ).pk  # fmt: skip


def _proposed(world: World) -> int:
    """A rulebook of the house's authority under study."""
    raw = (CONTENT / "lyon_2020.yaml").read_bytes().replace(b'version: "1"', b'version: "2"', 1)
    raw = raw.replace(b"valid_from: 2020-01-01", b"valid_from: 2020-12-01", 1)
    return propose(raw=raw, file="lyon_2021.yaml", actor=world.steering_officer, on=world.day).pk


def _received(world: World) -> dict[str, int]:
    """Two CAF files: one household refused, one person who may be another; and the journal of a table."""
    with TemporaryDirectory() as folder:
        bad = household("00000003069", adult(born_on="1990-13-45"))
        first = write(Path(folder) / "RSABE1.xml", household("00000001069", adult(last_name=NAME)), kind="I")
        again = household("00000002069", adult(last_name=NAME, nir=nir(555)))
        second = write(Path(folder) / "RSABE2.xml", bad, again, day="2020-10-01", kind="I")
        given: dict[str, Any] = {"actor": world.data_officer, "on": world.day, "authority": world.authority}
        import_file(**given, path=first)
        run = import_file(**given, path=second)
    table = TableImport.objects.create(
        authority=world.authority, kind="agreements", dataset="essai", file_name="essai.csv", file_hash=b"", headers=[],
        at=at(world.day, 9), by=world.steering_officer,
    )  # fmt: skip
    listed = receive_preflags(
        actor=world.data_officer, on=world.day, authority_id=world.authority.pk, received_on=world.day,
        content=f"Demande RSA;Nom;Prénom;Pré-fléchage\n1;{NAME};Aude;Social\n".encode(),
    )  # fmt: skip
    assert listed.journal is not None
    return {
        "list_id": listed.journal.pk,
        "run_id": run.pk,
        "record_id": run.records.exclude(reason="identity").get().pk,
        "conflict_id": IdentityConflict.objects.get().pk,
        "table_id": table.pk,
    }


def _moved(world: World) -> dict[str, Any]:
    """The table of an organisation, tried: one row to take, one refused."""
    rows = f"Nom;Prénom;Né(e) le\n{NAME};Aude;12/03/1985\n{NAME};Ines;31/02/1985\n"
    move = receive_table(
        actor=world.data_officer,
        on=world.day,
        organisation_id=world.house.pk,
        name="Suivi",
        received=Received("suivi.csv", rows.encode()),
    )
    columns = {"Nom": "last_name", "Prénom": "first_name", "Né(e) le": "born_on"}
    map_columns(actor=world.data_officer, on=world.day, move_id=move.pk, columns=columns)
    return {"move_key": move.key, "number": 2}


def _reminded(world: World, person: Person) -> dict[str, int]:
    """Where the person agrees to be written to, how the authority reminds, and a message about her."""
    common: dict[str, Any] = {"actor": world.data_officer, "on": world.day}
    contact = agree_to_messages(
        actor=world.caseworker, on=world.day, person_id=person.pk, kind=ContactKind.EMAIL,
        value=f"{NAME.lower()}@exemple.test", agreed_on=world.day,
    )  # fmt: skip
    rule = set_reminder(
        **common, authority_id=world.authority.pk, channel=Channel.EMAIL, days_before=2, first_hour=9, last_hour=19,
        basis="Note de service",
    )  # fmt: skip
    asked = NewMessage(
        channel=Channel.EMAIL, kind="appointment_reminder", subject_kind="appointment", subject_id=1, body=NAME,
        authority_id=world.authority.pk, organisation_id=world.house.pk, person_id=person.pk, address=contact.value,
    )  # fmt: skip
    return {"contact_id": contact.pk, "rule_id": rule.pk, "message_id": queue([asked])[0].pk}


ACTS = {
    "desk:move_action": "faite", "steering:import_record": "rejouer",
    "desk:advance_contract": "transmettre", "desk:decide_exit": "confirmer",
    "steering:letter_batch_act": "partis", "steering:letter_model_act": "retirer",
    "desk:step_act": "prescrire", "desk:act_on_final_review": "etablir",
}  # fmt: skip
