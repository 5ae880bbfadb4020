"""Rows are taken whole or not at all, in batches that a stop never breaks, and taken back when nothing rests on them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.operations import plan, record_outcome
from jalons.documents.models import LetterKind
from jalons.exchange.letters.operations import write_letter
from jalons.exchange.spreadsheets.models import FactKind, Move, MoveState, OwnNumber, RowStatus
from jalons.exchange.spreadsheets.moving import operations, undoing, writing
from jalons.exchange.spreadsheets.moving.operations import (
    correct_row,
    drop_table,
    leave_row_out,
    start_taking,
    take_batch,
)
from jalons.exchange.spreadsheets.moving.queries import refused_export
from jalons.exchange.spreadsheets.moving.taking import take_all, undo_all
from jalons.exchange.spreadsheets.moving.undoing import CHANGED, RESTED_ON, _rested_on, plan_undo, undo_batch
from jalons.kernel.outbox.models import Message
from jalons.kernel.refusals import Refusal
from jalons.network.models import RoleCode
from jalons.network.operations import create_membership
from jalons.pathways.models import Enrolment, Mandate, Orientation, Pause, ReportCause, Step, StepState
from jalons.pathways.operations import start_pause, write_report
from jalons.people.models import DossierAccess, Person
from jalons.ui.exports import csv_blocks
from tests.exchange.letters.given import convened, housed
from tests.exchange.spreadsheets.moving.tables import (
    bring,
    csv_table,
    reasons,
    row,
    statuses,
    summaries,
    take,
)
from tests.worlds import DAY, World, at

ROWS = tuple(f"Nom{chr(97 + n)};Zoé;12/03/{1950 + n};03/02/2020;Anne Roux" for n in range(12))
STEPS = "Nom;Prénom;Date de naissance;Date d'entrée;Étape;Début étape;Fin étape"
MEETINGS = "Nom;Prénom;Date de naissance;Date RDV;Heure du rdv;Présence"


def give_up_after(world: World, move: Move, batches: int, limit: int) -> None:
    """Take some batches, then stop as a killed worker does."""
    start_taking(actor=world.data_officer, on=DAY, move_id=move.pk)
    for _ in range(batches):
        take_batch(actor=world.data_officer, on=DAY, move_id=move.pk, limit=limit)


def test_a_stopped_import_goes_on_from_where_it_was(world: World) -> None:
    move = bring(world, csv_table(*ROWS))
    give_up_after(world, move, 2, 3)
    assert (move.rows.filter(taken=True).count(), Enrolment.objects.count()) == (6, 6)
    move = take(world, move)
    assert (move.state, Enrolment.objects.count(), Person.objects.count()) == (MoveState.DONE, 12, 12)


def test_a_row_that_an_operation_refuses_is_refused_alone_and_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writing.record_steps

    def grumpy(*, steps: Any, **common: Any) -> Any:
        if any(step.label == "interdite" for step in steps):
            raise Refusal("Cette étape est interdite.", code="x")
        return real(steps=steps, **common)

    monkeypatch.setattr(writing, "record_steps", grumpy)
    header = f"{STEPS};Intitulé"
    lines = [f"Nom{n};Zoé;12/03/{1950 + i};03/02/2020;Atelier;02/03/2020;;{label}" for i, (n, label) in enumerate(
        (("a", ""), ("b", "interdite"), ("c", ""))
    )]  # fmt: skip
    move = take(world, bring(world, csv_table(*lines, header=header)))
    assert reasons(move) == {3: "Cette étape est interdite."}
    assert not Person.objects.filter(last_name="NOMB").exists(), "not even the person of the refused row"
    assert Step.objects.count() == Enrolment.objects.count() == 2


def test_a_second_entry_waits_for_the_first_to_end(world: World) -> None:
    header = "Nom;Prénom;Date de naissance;Date d'entrée;Date de sortie;Motif de sortie"
    lines = ("Roy;Zoé;12/03/1985;01/07/2020;;", "Roy;Zoé;12/03/1985;03/02/2020;31/05/2020;Abandon")
    move = take(world, bring(world, csv_table(*lines, header=header)))
    assert reasons(move) == {}
    stays = list(Enrolment.objects.order_by("start_on").values_list("start_on", "end_on"))
    assert stays == [(date(2020, 2, 3), date(2020, 5, 31)), (date(2020, 7, 1), None)]
    again = bring(world, csv_table(*lines, header=header))
    assert set(statuses(again).values()) == {RowStatus.UNCHANGED}


def test_the_refused_rows_come_back_in_their_layout_and_may_be_sent_again(world: World) -> None:
    header = "Commentaire;Nom;Prénom;Date de naissance;Date d'entrée"
    move = bring(
        world, csv_table("vue;Roy;Zoé;12/03/1985;03/02/2020", "=2+2;Ngo;Paul;31/02/1990;03/02/2020", header=header)
    )
    text = b"".join(csv_blocks(refused_export(move))).decode("utf-8-sig")
    lines = [line for line in text.splitlines() if "Ngo" in line or "Commentaire" in line]
    assert lines[0] == "Commentaire;Nom;Prénom;Date de naissance;Date d'entrée;Motif du refus"
    assert lines[1].startswith("'=2+2;Ngo;Paul;31/02/1990;03/02/2020;Colonne « Date de naissance » (« 31/02/1990 »)")
    again = bring(world, text.replace("31/02/1990", "28/02/1990", 1).encode("utf-8-sig"))
    assert list(summaries(again).values()) == ["Personne nouvelle, entrée"]
    assert "Motif du refus" not in refused_export(again).columns[:-1]


def test_a_row_is_corrected_on_the_screen_before_or_after_the_import(world: World) -> None:
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;", "Ngo;Paul;31/02/1990;03/02/2020;"))
    move = take(world, move)
    assert (Enrolment.objects.count(), statuses(move)[3]) == (1, RowStatus.REFUSED)
    corrected = correct_row(actor=world.data_officer, on=DAY, move_id=move.pk, number=3, cells={2: "28/02/1990"})
    assert (corrected.status, corrected.corrected_by) == (RowStatus.NEW, world.data_officer)
    take(world, move)
    assert Enrolment.objects.count() == 2
    with pytest.raises(Refusal, match="déjà reprise"):
        correct_row(actor=world.data_officer, on=DAY, move_id=move.pk, number=2, cells={2: "1/1/1990"})


def test_a_row_about_nobody_is_left_out_and_a_table_dropped(world: World) -> None:
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;", "Total : 1;;;;"))
    leave_row_out(actor=world.data_officer, on=DAY, move_id=move.pk, number=3)
    assert list(statuses(move)) == [2]
    drop_table(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert not Move.objects.exists()
    move = take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;")))
    with pytest.raises(Refusal, match="annulez plutôt"):
        drop_table(actor=world.data_officer, on=DAY, move_id=move.pk)


def test_nothing_is_taken_when_nothing_can_be(world: World) -> None:
    move = bring(world, csv_table("Roy;Zoé;31/02/1985;03/02/2020;"))
    with pytest.raises(Refusal, match="corrigez d’abord"):
        start_taking(actor=world.data_officer, on=DAY, move_id=move.pk)


def test_the_next_month_completes_what_was_planned_or_running(world: World) -> None:
    header = f"{STEPS};Date RDV;Heure du rdv;Présence"
    before = csv_table("Roy;Zoé;12/03/1985;03/02/2020;Atelier;02/03/2020;;12/10/2020;10h;", header=header)
    after = csv_table("Roy;Zoé;12/03/1985;03/02/2020;Atelier;02/03/2020;30/09/2020;12/10/2020;10h;venue", header=header)
    take(world, bring(world, before))
    move = bring(world, after)
    assert (statuses(move), summaries(move)[2]) == (
        {2: "changed"},
        "Personne connue, issue du rendez-vous, fin de l’étape",
    )
    take(world, move)
    assert Appointment.objects.get().outcome == Outcome.HELD
    assert (Step.objects.get().state, Step.objects.get().ended_on) == (StepState.COMPLETED, date(2020, 9, 30))
    undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert Appointment.objects.get().outcome == Outcome.PLANNED
    assert (Step.objects.get().state, Step.objects.get().ended_on) == (StepState.STARTED, None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Roy;Zoé;12/03/1985;12/11/2020;10h;venue", "n’a pas encore eu lieu"),
        ("Roy;Zoé;12/03/1985;12/10/2020;10h;peut-être", "n’est pas connu"),
    ],
)
def test_what_cannot_be_of_an_appointment(world: World, line: str, words: str) -> None:
    assert words in reasons(bring(world, csv_table(line, header=MEETINGS)))[2]


def test_a_step_needs_an_entry_and_dates_in_order(world: World) -> None:
    lines = (
        "Roy;Zoé;12/03/1985;;Atelier;02/03/2020;",
        "Ngo;Paul;12/03/1986;03/02/2020;Atelier;;",
        "Dia;Awa;12/03/1987;03/02/2020;Atelier;02/03/2020;01/03/2020",
    )
    found = reasons(bring(world, csv_table(*lines, header=STEPS)))
    assert "donnez sa date d’entrée" in found[2]
    assert "ni date de proposition ni date de début" in found[3]
    assert "finirait avant d’avoir commencé" in found[4]


def test_a_reférent_arrived_later_is_named_from_the_day_they_came(world: World) -> None:
    late = world.user(
        "tardive", RoleCode.ADMINISTRATOR, first_name="Odile", last_name="Vasseur", authority=world.authority
    )
    create_membership(
        actor=world.system, on=DAY, user_id=late.pk, role=RoleCode.CASEWORKER, organisation_id=world.house.pk,
        start_on=date(2020, 9, 1),
    )  # fmt: skip
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;O. Vasseur"))
    assert "à compter du 01/09/2020" in row(move, 2).remark
    take(world, move)
    assert Mandate.objects.get().start_on == date(2020, 9, 1)


def test_another_référent_asks_for_the_day_of_the_change(world: World) -> None:
    assert world.colleague.pk
    take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;Anne Roux")))
    assert "Référent depuis le" in reasons(bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;Bruno Petit")))[2]
    header = "Nom;Prénom;Date de naissance;Référent;Référent depuis le"
    move = take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;Bruno Petit;01/09/2020", header=header)))
    mandates = list(Mandate.objects.order_by("start_on").values_list("caseworker", "end_on"))
    assert mandates == [(world.caseworker.pk, date(2020, 8, 31)), (world.colleague.pk, None)]
    undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert list(Mandate.objects.values_list("caseworker", "end_on")) == [(world.caseworker.pk, None)]


def test_an_undo_takes_everything_back_and_the_table_may_come_again(world: World) -> None:
    header = (
        "Nom;Prénom;Date de naissance;Id interne;Date d'entrée;Référent;Date RDV;Étape;Début étape;Sortie;Motif sortie"
    )
    line = "Roy;Zoé;12/03/1985;A1;03/02/2020;Anne Roux;10/02/2020;Atelier;02/03/2020;31/05/2020;Abandon"
    move = take(world, bring(world, csv_table(line, header=header)))
    assert plan_undo(move).kept == {}
    undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)
    move.refresh_from_db()
    assert (move.state, move.undone_by) == (MoveState.UNDONE, world.data_officer)
    for model in (Person, Enrolment, Mandate, Appointment, Step, DossierAccess, OwnNumber, Orientation):
        assert not model.objects.exists(), model
    take(world, bring(world, csv_table(line, header=header)))
    assert Enrolment.objects.count() == 1


def test_an_undo_gives_back_what_the_import_changed(world: World) -> None:
    enrolment = world.enrolled(world.person("Roy", "Zoé", born_on=date(1985, 3, 12)), caseworker=world.caseworker)
    start_pause(
        actor=world.orientation_officer, on=DAY, enrolment_id=enrolment.pk, start_on=date(2020, 8, 3), reason="Soins"
    )
    accesses = set(DossierAccess.objects.values_list("reason", "source_id", "end_on"))
    header = "Nom;Prénom;Date de naissance;Tél;Date de sortie;Motif de sortie"
    move = take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;0612345678;31/08/2020;Abandon", header=header)))
    enrolment.refresh_from_db()
    assert enrolment.end_on == date(2020, 8, 31)
    assert Mandate.objects.get().end_on == Pause.objects.get().end_on == date(2020, 8, 31)
    undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)
    enrolment.refresh_from_db()
    assert (enrolment.end_on, enrolment.person.exits.count()) == (None, 0)
    assert Person.objects.get(pk=enrolment.person_id).phone == ""
    assert (Mandate.objects.get().end_on, Pause.objects.get().end_on) == (None, None), "the référent follows again"
    assert set(DossierAccess.objects.values_list("reason", "source_id", "end_on")) == accesses


def test_who_has_another_référent_since_is_kept(world: World) -> None:
    person = world.person("Roy", "Zoé", born_on=date(1985, 3, 12))
    world.enrolled(person, caseworker=world.caseworker)
    header = "Nom;Prénom;Date de naissance;Date de sortie;Motif de sortie"
    move = take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;31/08/2020;Abandon", header=header)))
    Mandate.objects.create(
        person=person, caseworker=world.colleague, organisation=world.house, start_on=date(2020, 9, 1),
        named_by=world.system,
    )  # fmt: skip
    assert plan_undo(move).kept == {person.pk: RESTED_ON}
    undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert Mandate.objects.count() == 2


def test_who_was_worked_with_since_is_kept_whole(world: World) -> None:
    header = f"{MEETINGS};Date d'entrée;Référent"
    lines = [f"Nom{n};Zoé;12/03/198{i};12/10/2020;10h;;03/02/2020;Anne Roux" for i, n in enumerate("abc")]
    move = take(world, bring(world, csv_table(*lines, header=header)))
    changed, rested, free = (Person.objects.get(last_name=f"NOM{n}") for n in "ABC")
    record_outcome(
        actor=world.caseworker,
        on=DAY,
        appointment_id=changed.appointments.get().pk,
        outcome=Outcome.UNJUSTIFIED_ABSENCE,
    )
    plan(
        actor=world.caseworker, on=DAY, person_id=rested.pk, organisation_id=world.house.pk, starts_at=at(DAY, 15),
        ends_at=at(DAY, 16),
    )  # fmt: skip
    found = plan_undo(move)
    assert (found.free, found.kept) == ({free.pk}, {changed.pk: CHANGED, rested.pk: RESTED_ON})
    undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert set(Person.objects.values_list("pk", flat=True)) == {changed.pk, rested.pk}
    assert Enrolment.objects.count() == 2


def test_a_running_import_is_neither_corrected_nor_undone(world: World) -> None:
    move = bring(world, csv_table(*ROWS))
    give_up_after(world, move, 1, 3)
    with pytest.raises(Refusal, match="en cours"):
        correct_row(actor=world.data_officer, on=DAY, move_id=move.pk, number=2, cells={0: "x"})
    with pytest.raises(Refusal, match="attendez la fin"):
        undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)


def test_taking_a_batch_costs_the_same_for_twice_the_rows(world: World) -> None:
    def cost(lines: tuple[str, ...], name: str) -> int:
        move = bring(world, csv_table(*lines), name=name)
        start_taking(actor=world.data_officer, on=DAY, move_id=move.pk)
        with CaptureQueriesContext(connection) as seen:
            take_all(actor=world.data_officer, on=DAY, move_id=move.pk)
        return len(seen)

    few = cost(ROWS[:4], "Petit")
    assert cost(tuple(line.replace("Nom", "Autre") for line in ROWS), "Grand") <= few + 2


def test_who_was_written_to_since_is_kept(world: World) -> None:
    header = f"{MEETINGS};Date d'entrée;Référent"
    lines = [f"Nom{n};Zoé;12/03/198{i};12/10/2020;10h;;03/02/2020;Anne Roux" for i, n in enumerate("ab")]
    move = take(world, bring(world, csv_table(*lines, header=header)))
    told, free = (Person.objects.get(last_name=f"NOM{n}") for n in "AB")
    Message.objects.create(
        channel="sms", kind="reminder", subject_kind="appointment", subject_id=told.appointments.get().pk,
        authority_id=world.authority.pk, address="+33612345678", body="Rendez-vous demain.",
    )  # fmt: skip
    found = plan_undo(move)
    assert (found.free, found.kept) == ({free.pk}, {told.pk: RESTED_ON})


def test_who_was_convoked_by_a_letter_since_is_kept(world: World) -> None:
    person = housed(world.person("Roy", "Zoé"))
    world.enrolled(person, caseworker=world.caseworker)
    told, untold = convened(world, person), convened(world, person, starts_at=at(DAY, 14), ends_at=at(DAY, 15))
    write_letter(actor=world.caseworker, on=DAY, kind=LetterKind.CONVOCATION, subject_id=told.pk)
    assert _rested_on({FactKind.APPOINTMENT: {told.pk: 1, untold.pk: 2}}) == {1}


@pytest.mark.parametrize("written", [True, False])
def test_what_a_report_cites_is_not_put_back(world: World, written: bool) -> None:
    person = world.person("Roy", "Zoé", born_on=date(1985, 3, 12))
    stay = world.enrolled(person, caseworker=world.caseworker)
    meeting = plan(
        actor=world.caseworker, on=date(2020, 10, 1), person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(date(2020, 10, 12), 10), ends_at=at(date(2020, 10, 12), 11),
    )  # fmt: skip
    move = take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;12/10/2020;10h;Absent", header=MEETINGS)))
    meeting.refresh_from_db()
    assert meeting.outcome == Outcome.UNJUSTIFIED_ABSENCE
    if written:
        write_report(
            actor=world.caseworker, on=DAY, enrolment_id=stay.pk, cause=ReportCause.ABSENCES, facts="Absence.",
            absence_ids=[meeting.pk],
        )  # fmt: skip
    assert plan_undo(move).kept == ({person.pk: RESTED_ON} if written else {})
    undo_all(actor=world.data_officer, on=DAY, move_id=move.pk)
    meeting.refresh_from_db()
    assert meeting.outcome == (Outcome.UNJUSTIFIED_ABSENCE if written else Outcome.PLANNED)


def test_a_stopped_undo_is_resumed_from_the_screen(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = take(world, bring(world, csv_table(*ROWS[:3])))
    monkeypatch.setattr(undoing, "PERSONS_AT_ONCE", 2)
    undo_batch(actor=world.data_officer, on=DAY, move_id=move.pk)
    monkeypatch.setattr(undoing, "PERSONS_AT_ONCE", 500)
    client.force_login(world.data_officer)
    page = client.get(reverse("steering:moving", args=[move.key])).content.decode()
    assert "Reprendre l’annulation" in page
    assert "encore là pour 1 personne" in page.replace("\u00a0", " ")
    client.post(reverse("steering:moving_undo", args=[move.key]))
    assert not Person.objects.exists()
    assert "Reprendre l’annulation" not in client.get(reverse("steering:moving", args=[move.key])).content.decode()


def test_a_large_undo_is_counted_not_planned_in_the_page(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = take(world, bring(world, csv_table(*ROWS[:3])))
    monkeypatch.setattr(undoing, "PERSONS_AT_ONCE", 2)
    monkeypatch.setattr(undoing, "plan_undo", None)
    client.force_login(world.data_officer)
    page = client.get(reverse("steering:moving_undo", args=[move.key])).content.decode()
    assert "L’annulation se fait à part" in page
    assert "3 personnes" in page.replace("\u00a0", " ")


def test_in_a_large_table_a_correction_judges_only_the_rows_of_the_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "Nom;Prénom;Date de naissance;Id interne;Date d'entrée;Référent;Date RDV"
    lines = (
        "Roy;Zoé;31/02/1985;A1;03/02/2020;;",
        "Roy;Zoé;12/03/1985;A1;;;10/02/2020",
        "Ngo;Paul;1/1/1980;;03/02/2020;;",
    )
    move = bring(world, csv_table(*lines, header=header))
    assert (reasons(move).keys(), summaries(move)[3][:17]) == ({2}, "Personne nouvelle")
    ranks = dict(move.rows.values_list("number", "rank"))
    move.rows.filter(number=4).update(summary="comme avant")
    monkeypatch.setattr(operations, "AT_ONCE", 2)
    correct_row(actor=world.data_officer, on=DAY, move_id=move.pk, number=2, cells={2: "12/03/1985"})
    assert reasons(move) == {}
    assert summaries(move)[2].startswith("Personne nouvelle")
    assert not summaries(move)[3].startswith("Personne nouvelle"), "the row corrected makes her, the other follows"
    assert (summaries(move)[4], dict(move.rows.values_list("number", "rank"))) == ("comme avant", ranks)
    operations.retry(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert summaries(move)[4] == "Personne nouvelle, entrée"
