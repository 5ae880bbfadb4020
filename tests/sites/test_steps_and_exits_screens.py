"""The screens of steps, jobs, exits, offers and reports: what is asked, what is shown, what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jalons.agenda.models import Appointment, AppointmentKind, Outcome
from jalons.agenda.operations import plan, record_outcome
from jalons.documents.queries import bytes_of
from jalons.network.models import RoleCode
from jalons.network.permissions import ROLES, Permission
from jalons.pathways.models import (
    ContactWith,
    ContractBreach,
    Destination,
    Exit,
    Finding,
    FollowUpContact,
    Horizon,
    Job,
    JobApplication,
    JobContract,
    Piece,
    Report,
    ReportState,
    Step,
    StepAnswer,
    StepOffer,
    StepState,
)
from jalons.pathways.operations import (
    Draft,
    Objective,
    PlannedStep,
    Proof,
    confirm_exit,
    draft_contract,
    open_offer,
    propose_exit,
    propose_step,
    receive_proof,
    record_job,
    sign,
    start_step,
    submit,
    take_news_of_job,
    take_news_of_step,
    validate,
)
from jalons.pathways.rulebook import rules_of
from jalons.people.models import Person
from jalons.todos.operations import refresh
from tests.worlds import World, at

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DAY = "15/10/2020"


@pytest.fixture
def world(world: World, rulebooks: None) -> World:
    return world


@pytest.fixture
def person(world: World) -> Person:
    found = world.person()
    world.enrolled(found, caseworker=world.caseworker)
    return found


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(world.caseworker)
    return client


def page_of(person: Person, page: str) -> str:
    return f"/personnes/{person.key}/{page}"


def shown(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")


def asked(desk: Client, person: Person, **answers: Any) -> str:
    return shown(desk.post(page_of(person, "sorties/nouvelle/"), answers))


# The exit wizard


@pytest.mark.req("R-131")
def test_in_lyon_the_wizard_asks_the_job_as_a_fact_and_no_hours(desk, person, world):
    stay = person.enrolments.get().pk
    where = {"enrolment": stay, "destination": "job", "exited_on": DAY, "detail": ""}
    first = shown(desk.get(page_of(person, "sorties/nouvelle/")))
    assert first.count("Où va la personne") == 1
    assert "Vos réponses" not in first
    work = asked(desk, person, **where, stage="where")
    assert "Premier jour" in work
    assert "Modifier" in work
    incomplete = asked(desk, person, **where, done=["where"], stage="work", contract_kind="cdd", start_on="12/10/2020")
    assert "a un dernier jour prévu" in incomplete
    fact = {"contract_kind": "cdi", "employer": "Régie", "start_on": "12/10/2020", "end_on": ""}
    review = asked(desk, person, **where, **fact, done=["where"], stage="work")
    assert "ne définit aucune classe de sortie" in review
    assert "heures par semaine" not in review
    back = asked(desk, person, **where, **fact, done=["where", "work"], back="work")
    assert 'value="Régie"' in back
    desk.post(page_of(person, "sorties/nouvelle/"), {**where, **fact, "done": ["where", "work"], "finish": "1"})
    made = Exit.objects.get()
    assert (made.destination, made.job.employer, made.computed_class) == ("job", "Régie", "")


@pytest.fixture
def plie(world: World, client: Client) -> Person:
    line = world.place(
        action_code="plie_2014_2020",
        framework_code="plie_2014_2020",
        start_on=date(2020, 1, 1),
        end_on=date(2020, 12, 31),
    )
    found = world.person("Participante")
    world.enrolled(found, line=line, caseworker=world.caseworker)
    return found


@pytest.mark.req("R-119", "R-125", "R-128")
def test_in_the_plie_hours_are_asked_and_a_class_to_come_keeps_the_accompaniment_open(desk, plie, world):
    stay = plie.enrolments.get().pk
    given = {
        "enrolment": stay, "destination": "job", "exited_on": DAY, "contract_kind": "cdi", "start_on": "01/10/2020",
        "done": ["where", "work"],
    }  # fmt: skip
    assert "Chez quel type d’employeur" in asked(desk, plie, **given)
    given |= {"employer_kind": "ordinary", "done": ["where", "work", "employer"]}
    assert "Combien d’heures par semaine" in asked(desk, plie, **given)
    review = asked(desk, plie, **given, stage="hours", weekly_hours="20")
    assert "n’est atteinte que le 1er avril 2021" in review
    desk.post(page_of(plie, "sorties/nouvelle/"), {**given, "stage": "hours", "weekly_hours": "20", "keep": "1"})
    job = Job.objects.get()
    assert (str(job.weekly_hours), Exit.objects.count()) == ("20.00", 0)
    followed = shown(desk.get(page_of(plie, f"emplois/{job.pk}/")))
    assert "Suivi à garder jusqu’au 31 mars 2021 inclus" in followed


@pytest.mark.req("R-128")
def test_the_proof_asked_is_named_received_and_opened_again(desk, plie, world):
    stay = plie.enrolments.get()
    job = record_job(
        actor=world.caseworker, on=world.day, enrolment_id=stay.pk, contract_kind=JobContract.CDI,
        start_on=date(2020, 3, 2), weekly_hours=Decimal(35),
    )  # fmt: skip
    given = {
        "enrolment": stay.pk, "destination": "job", "exited_on": DAY, "which": job.pk, "done": ["where", "which"],
    }  # fmt: skip
    review = asked(desk, plie, **given)
    assert "Sortie positive" in review
    assert "la sortie n’est pas confirmée sans elle" in review
    wrong = {"proof_kind": "pay_slip", "proof_on": DAY, "proof_file": SimpleUploadedFile("fiche.pdf", b"MZ\x90\x00")}
    refused = shown(desk.post(page_of(plie, "sorties/nouvelle/"), {**given, **wrong, "finish": "1"}))
    assert "ni un PDF" in refused
    assert Exit.objects.count() == 0
    good = {"proof_kind": "pay_slip", "proof_on": DAY, "proof_file": SimpleUploadedFile("fiche.pdf", PDF)}
    desk.post(page_of(plie, "sorties/nouvelle/"), {**given, **good, "finish": "1"})
    leaving, piece = Exit.objects.get(), Piece.objects.get()
    page = shown(desk.get(page_of(plie, f"sorties/{leaving.pk}/")))
    assert "Au dossier" in page
    sent = desk.get(page_of(plie, f"documents/{piece.pk}/"))
    assert (sent.content, sent.headers["Content-Disposition"].startswith("attachment")) == (PDF, True)
    assert bytes_of(piece.document) == PDF
    desk.force_login(world.stranger)
    assert desk.get(page_of(plie, f"documents/{piece.pk}/")).status_code == 404


# Steps


def test_the_kind_decides_what_is_asked(desk, person):
    training = asked_step(desk, person, "qualifying_training")
    assert "Formation qualifiante" in training
    health = asked_step(desk, person, "health_access")
    assert "Formation qualifiante" not in health
    assert 'name="label"' not in health  # R-106: the kind says enough


def asked_step(desk: Client, person: Person, kind: str) -> str:
    return shown(desk.post(page_of(person, "etapes/nouvelle/"), {"kind": kind}))


@pytest.mark.req("R-106", "R-109")
def test_a_step_is_prescribed_on_an_offer_answered_and_followed(desk, person, world):
    offer = {
        "provider": "GRETA", "kind": "qualifying_training", "label": "CAP cuisine", "source": "programme", "places": "12",
        "start_on": "01/09/2020", "end_on": "30/11/2020",
    }  # fmt: skip
    desk.post("/offres/nouvelle/", offer)
    assert "12 places sur 12" in shown(desk.get("/offres/"))
    stay = person.enrolments.get().pk
    sent = {"enrolment": stay, "kind": "qualifying_training", "agreed_on": "01/09/2020", "source": "common_law",
            "qualifying": "on"}  # fmt: skip
    desk.post(page_of(person, "etapes/nouvelle/"), sent)
    step = Step.objects.get()
    page = page_of(person, f"etapes/{step.pk}/")
    assert "12 places sur 12" in shown(desk.get(page + "prescrire/"))
    neither = shown(desk.post(page + "prescrire/", {"day": DAY}))
    assert "Choisissez une offre" in neither
    desk.post(page + "prescrire/", {"day": DAY, "offer": StepOffer.objects.get().pk})
    desk.post(page + "reponse/", {"day": DAY, "answer": "accepted"})
    assert "11 places sur 12" in shown(desk.get("/offres/"))
    desk.post(page, {"move": "started", "day": DAY})
    desk.post(page + "nouvelles/", {"made_on": DAY, "contact_with": "employer", "finding": "goes_well"})
    desk.post(
        page + "bilan-tripartite/",
        {"day": DAY, "start": "14:00", "minutes": "60", "mode": "face_to_face", "finding": "goes_well", "note": "RAS"},
    )
    step.refresh_from_db()
    assert (step.answer, step.state, step.source) == (StepAnswer.ACCEPTED, StepState.STARTED, "programme")
    assert FollowUpContact.objects.filter(step=step).count() == 2
    assert Appointment.objects.get(person=person).kind == AppointmentKind.TRIPARTITE
    told = shown(desk.get(page))
    assert "Se passe bien" in told
    assert "Acceptée le 15/10/2020" in told
    desk.post(page, {"move": "completed", "day": DAY, "end_code": "certified"})
    assert "Menée à son terme, avec attestation" in shown(desk.get(page))
    desk.post(f"/offres/{StepOffer.objects.get().pk}/fermer/")
    assert "Aucune offre ouverte" in shown(desk.get("/offres/"))


@pytest.mark.req("R-114")
def test_a_positioning_shows_where_the_application_stands(desk, person, world):
    step = propose_step(
        actor=world.caseworker, on=world.day, enrolment_id=person.enrolments.get().pk, kind="offer_positioning"
    )
    page = page_of(person, f"etapes/{step.pk}/")
    assert "L’offre et la candidature" in shown(desk.get(page))
    assert "immersion" not in shown(desk.get(page))
    sent = {"employer": "Hôtel Bellecour", "title": "Agent de chambre", "sent_on": "05/10/2020", "interview_on": DAY}
    desk.post(page + "candidature/", sent)
    assert JobApplication.objects.get().interview_on == date(2020, 10, 15)
    again = shown(desk.get(page + "candidature/"))
    assert 'value="Hôtel Bellecour"' in again
    out = desk.get(page + "immersion/")
    assert out.status_code == 302  # not an act of this kind
    assert desk.get(page + "voler/").status_code == 404


@pytest.mark.req("R-103", "R-104", "R-105", "R-106")
def test_the_whole_taxonomy_of_the_authority_is_offered_by_family(desk, person):
    page = shown(desk.get(page_of(person, "etapes/nouvelle/")))
    families = {
        "Emploi et formation": ["CDI", "CDD", "Contrat aidé", "Emploi en SIAE", "Formation qualifiante ou certifiante",
                                "Formation préqualifiante ou précertifiante", "Création ou reprise d'entreprise"],
        "Accès à l’emploi": ["Positionnement sur une offre", "Étape en entreprise", "Entretien d'embauche obtenu",
                             "Mise en situation de travail (PMSMP, stage)", "Bénévolat", "Recherche d'emploi (TRE/ARE)"],
        "Mobilisation": ["Accès aux soins et à la santé", "Accès au logement ou maintien", "Accès aux droits",
                         "Accès à la mobilité", "Autonomie sociale et citoyenneté", "Confiance en soi"],
    }  # fmt: skip
    for family, kinds in families.items():
        group = page.split(f'<optgroup label="{family}">')[1].split("</optgroup>")[0]
        assert [one.split("<")[0].strip() for one in group.split('">')[1:]] == kinds


@pytest.mark.req("R-107")
def test_the_kinds_of_the_plie_have_each_their_family(world):
    kinds = rules_of("plie_2014_2020", on=world.day).steps
    assert {
        code: kinds[code].family for code in ("job_integration", "qualifying_training", "prequalifying_training")
    } == {
        "job_integration": "employment_training",
        "qualifying_training": "employment_training",
        "prequalifying_training": "employment_training",
    }
    assert (kinds["work_situation"].family, kinds["mobilisation_step"].family) == ("employment_access", "mobilisation")


def test_a_document_of_a_step_is_received_and_opened(desk, person, world):
    step = propose_step(
        actor=world.caseworker, on=world.day, enrolment_id=person.enrolments.get().pk, kind="work_situation"
    )
    page = page_of(person, f"etapes/{step.pk}/")
    sent = {"proof_kind": "individual_file", "proof_on": DAY, "proof_file": SimpleUploadedFile("convention.pdf", PDF)}
    assert "à remplir" in shown(desk.post(page + "document/", {"proof_on": DAY}))
    desk.post(page + "document/", sent)
    piece = Piece.objects.get(step=step)
    assert page_of(person, f"documents/{piece.pk}/") in shown(desk.get(page))


MOST_QUERIES = 25


def test_the_screens_cost_the_same_with_much_in_them(desk, person, world, django_assert_max_num_queries):
    stay = person.enrolments.get().pk
    common = {"actor": world.caseworker, "on": world.day}
    step = propose_step(**common, enrolment_id=stay, kind="qualifying_training")
    start_step(**common, step_id=step.pk, day=date(2020, 9, 1))
    job = record_job(**common, enrolment_id=stay, contract_kind=JobContract.CDI, start_on=date(2020, 9, 1))
    for number in range(12):
        open_offer(
            **common,
            organisation_id=world.house.pk,
            provider="GRETA",
            kind="qualifying_training",
            label=f"CAP {number}",
        )
        news = {"made_on": world.day, "contact_with": ContactWith.PERSON, "finding": Finding.GOES_WELL}
        take_news_of_step(**common, step_id=step.pk, **news)
        take_news_of_job(**common, job_id=job.pk, **news)
        receive_proof(**common, enrolment_id=stay, proof=Proof("other", world.day, PDF), job_id=job.pk)
    pages = ("etapes/nouvelle/", f"etapes/{step.pk}/", f"emplois/{job.pk}/", "sorties/nouvelle/", "signalements/")
    for address in ["/offres/", *(page_of(person, page) for page in pages)]:
        with django_assert_max_num_queries(MOST_QUERIES + SESSION):
            assert desk.get(address).status_code == 200


SESSION = 6  # sign-in, savepoints and the trace of reading: what every page costs besides


# Jobs


@pytest.mark.req("R-113", "R-117")
def test_news_of_a_job_are_taken_and_a_stop_asks_its_day(desk, person, world):
    job = record_job(
        actor=world.caseworker, on=world.day, enrolment_id=person.enrolments.get().pk, contract_kind=JobContract.CDI,
        start_on=date(2020, 9, 1), employer="Régie",
    )  # fmt: skip
    page = page_of(person, f"emplois/{job.pk}/")
    assert "tant que la personne est soumise aux droits et devoirs" in shown(desk.get(page))
    sent = {"made_on": DAY, "contact_with": "person", "finding": "stopped"}
    assert "dernier jour" in shown(desk.post(page, sent))
    desk.post(page, {**sent, "ended_on": "09/10/2020", "end_code": "trial"})
    job.refresh_from_db()
    assert (job.ended_on, job.end_code) == (date(2020, 10, 9), "trial")
    assert "Fin de la période d’essai" in shown(desk.get(page))
    desk.post(
        page + "preuve/",
        {"proof_kind": "individual_file", "proof_on": DAY, "proof_file": SimpleUploadedFile("c.pdf", PDF)},
    )
    assert Piece.objects.get().job == job
    changed = {"enrolment": job.enrolment_id, "contract_kind": "cdi", "employer_kind": "ordinary", "employer": "Régie Est",
               "start_on": "01/09/2020"}  # fmt: skip
    desk.post(page + "corriger/", changed)
    job.refresh_from_db()
    assert job.employer == "Régie Est"


@pytest.mark.req("R-120")
def test_after_the_exit_the_follow_up_is_still_written_by_the_same_house(desk, person, world):
    stay = person.enrolments.get()
    job = record_job(
        actor=world.caseworker, on=date(2020, 6, 1), enrolment_id=stay.pk, contract_kind=JobContract.CDI,
        start_on=date(2020, 6, 1),
    )  # fmt: skip
    made = propose_exit(
        actor=world.caseworker, on=date(2020, 6, 1), enrolment_id=stay.pk, exited_on=date(2020, 6, 1),
        destination=Destination.JOB, job_id=job.pk,
    )  # fmt: skip
    confirm_exit(actor=world.head, on=date(2020, 6, 2), exit_id=made.pk)
    page = page_of(person, f"emplois/{job.pk}/")
    assert desk.get(page).status_code == 200
    desk.post(page, {"made_on": DAY, "contact_with": "person", "finding": "goes_well"})
    assert FollowUpContact.objects.get(job=job).made_on == world.day


# Reports


@pytest.fixture
def absent(world: World, person: Person) -> Person:
    for day in (date(2020, 9, 7), date(2020, 9, 21)):
        planned = plan(
            actor=world.system, on=day, person_id=person.pk, organisation_id=world.house.pk, starts_at=at(day, 9),
            ends_at=at(day, 10),
        )  # fmt: skip
        record_outcome(actor=world.system, on=day, appointment_id=planned.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    refresh(as_of=world.day, person_ids=[person.pk])
    return person


def decision(act: str, desk: Client, person: Person) -> str:
    """The address the proposal on the page leads to: it names which of the proposals is decided."""
    links = re.findall(rf'href="([^"]*signalements/{act}/\?[^"]*)"', shown(desk.get(page_of(person, "signalements/"))))
    assert len(links) == 1
    return links[0]


@pytest.mark.req("R-145", "R-147")
def test_the_proposal_says_why_and_the_facts_are_ready_to_complete(desk, absent):
    page = shown(desk.get(page_of(absent, "signalements/")))
    assert "Deux absences non justifiées" in page
    assert "21 septembre 2020" in page
    form = shown(desk.get(decision("ecrire", desk, absent)))
    assert "Absence non justifiée : Entretien individuel du 7 septembre 2020 à 9" in form
    ids = list(Appointment.objects.values_list("pk", flat=True))
    desk.post(decision("ecrire", desk, absent), {"absences": ids, "facts": "Deux absences, sans nouvelles."})
    report = Report.objects.get()
    assert (report.state, report.absences.count()) == (ReportState.WRITTEN, 2)
    after = shown(desk.get(page_of(absent, "signalements/")))
    assert "Aucun signalement proposé" in after
    assert "Deux absences, sans nouvelles." in after
    assert "Signalement écrit" in shown(desk.get(page_of(absent, "parcours/")))
    desk.post(page_of(absent, f"signalements/{report.pk}/retirer/"), {"reason": "Erreur de personne"})
    report.refresh_from_db()
    assert report.state == ReportState.WITHDRAWN


@pytest.mark.req("R-147")
def test_a_proposal_is_set_aside_with_a_reason_only(desk, absent):
    page = decision("ecarter", desk, absent)
    assert "à remplir" in shown(desk.post(page, {"reason": ""}))
    desk.post(page, {"reason": "A appelé le jour même"})
    assert Report.objects.get().state == ReportState.DISMISSED
    assert desk.get(page).status_code == 302


def test_a_report_needs_an_absence_or_a_breach(desk, person):
    refused = desk.post(page_of(person, "signalements/ecrire/"), {"facts": "Ne répond plus."})
    assert "Choisissez les absences" in shown(refused)
    assert Report.objects.count() == 0


@pytest.mark.req("R-092", "R-145")
def test_a_breach_is_shown_goes_into_the_report_and_is_taken_back(desk, person, world):
    contract = in_force(world, person)
    told = {"happened_on": "10/09/2020", "facts": "N’est pas venue à l’atelier."}
    token = re.search(
        r'name="once" value="([^"]+)"', shown(desk.get(page_of(person, f"contrats/{contract}/non-respect/")))
    )
    for _ in range(2):  # a double click
        sent = desk.post(page_of(person, f"contrats/{contract}/non-respect/"), {**told, "once": token[1]})
        assert sent["Location"] == page_of(person, "signalements/")
    breach = ContractBreach.objects.get()
    refresh(as_of=world.day, person_ids=[person.pk])
    page = shown(desk.get(page_of(person, "signalements/")))
    assert "Le 10 septembre 2020" in page
    assert "N’est pas venue à l’atelier." in page
    assert f"noté par {world.caseworker}" in page
    form = shown(desk.get(page_of(person, "signalements/ecrire/?objet=breach")))
    assert "Le 10 septembre 2020 : N’est pas venue à l’atelier." in form
    back = page_of(person, f"non-respects/{breach.pk}/retirer/")
    assert "demande un motif" in shown(desk.post(back, {"reason": ""}, follow=True))
    assert "Retiré le 15 octobre 2020" in shown(desk.post(back, {"reason": "Erreur"}, follow=True))
    assert Piece.objects.count() == 0


def in_force(world: World, person: Person) -> Any:
    """The key of a contract validated and over."""
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    stay = person.enrolments.get().pk
    objectives = [Objective(horizon, "Un objectif") for horizon in Horizon]
    steps = [PlannedStep(kind="qualifying_training", planned_on=date(2020, 9, 7), place="GRETA")]
    draft = Draft(
        stay, date(2020, 9, 1), date(2020, 9, 30), objectives=objectives, steps=steps, her_words="Travailler."
    )
    contract = draft_contract(**common, draft=draft)
    sign(**common, contract_id=contract.pk)
    submit(**common, contract_id=contract.pk)
    return validate(actor=world.social_head, on=world.day, contract_id=contract.pk).key


def test_a_proof_opens_only_for_who_reads_documents(desk, person, world, monkeypatch):
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "enrolment_id": person.enrolments.get().pk}
    job = record_job(**common, contract_kind=JobContract.CDI, start_on=date(2020, 9, 1))
    step = propose_step(**common, kind="qualifying_training")
    receive_proof(**common, proof=Proof("other", world.day, PDF), job_id=job.pk)
    receive_proof(**common, proof=Proof("other", world.day, PDF), step_id=step.pk)
    pages = [page_of(person, f"emplois/{job.pk}/"), page_of(person, f"etapes/{step.pk}/")]
    assert ["Ouvrir" in shown(desk.get(page)) for page in pages] == [True, True]
    role = ROLES[RoleCode.CASEWORKER]
    monkeypatch.setitem(
        ROLES, RoleCode.CASEWORKER, replace(role, permissions=role.permissions - {Permission.DOCUMENT_READ})
    )
    assert ["Ouvrir" in shown(desk.get(page)) for page in pages] == [False, False]
