"""An organisation comes with its own table: persons, entries, référents, appointments, steps, jobs, exits; never twice."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agenda.models import Appointment, Outcome
from jalons.exchange.spreadsheets.models import MoveState, RowStatus
from jalons.exchange.spreadsheets.moving.operations import Received, receive_table
from jalons.kernel.refusals import NotAllowed
from jalons.pathways.models import Enrolment, Exit, Job, Mandate, Orientation, Step
from jalons.people.models import Person
from jalons.people.permissions import may_reach
from tests.exchange.spreadsheets.moving.tables import bring, csv_table, reasons, statuses, summaries, take
from tests.worlds import World

WHOLE = (
    "Nom;Prénom;Date de naissance;Civilité;Date d'entrée;Référent;Date RDV;Heure du RDV;Présence;Étape;Début étape;Fin étape;"
    "Type de contrat;Début emploi;Fin emploi;Employeur;Date de sortie;Motif de sortie"
)
ZOE = (
    "Roy;Zoé;12/03/1985;Mme;03/02/2020;Anne ROUX;10/02/2020;9h30;venue;Atelier CV;02/03/2020;30/04/2020;"
    "CDD;01/06/2020;31/12/2020;Blanchisserie;31/05/2020;Emploi"
)


def test_a_whole_pathway_comes_in_with_one_row(world: World) -> None:
    move = take(world, bring(world, csv_table(ZOE, header=WHOLE)))
    assert (move.state, reasons(move)) == (MoveState.DONE, {})
    person = Person.objects.get(last_name="ROY")
    assert (person.first_name, person.born_on, person.sex) == ("Zoé", date(1985, 3, 12), "F")
    enrolment = Enrolment.objects.get(person=person)
    assert (enrolment.organisation, enrolment.start_on, enrolment.end_on) == (
        world.house,
        date(2020, 2, 3),
        date(2020, 5, 31),
    )
    mandate = Mandate.objects.get(person=person)
    assert (mandate.caseworker, mandate.start_on, mandate.end_on) == (
        world.caseworker,
        date(2020, 2, 3),
        date(2020, 5, 31),
    )
    meeting = Appointment.objects.get(person=person)
    assert (meeting.on_date, meeting.outcome, meeting.caseworker) == (date(2020, 2, 10), Outcome.HELD, world.caseworker)
    step = Step.objects.get(person=person)
    assert (step.kind, step.started_on, step.ended_on, step.state) == (
        "atelier_cv",
        date(2020, 3, 2),
        date(2020, 4, 30),
        "completed",
    )
    job = Job.objects.get(person=person)
    leaving = Exit.objects.get(person=person)
    assert (leaving.job, leaving.exited_on, leaving.state, job.employer) == (
        job,
        date(2020, 5, 31),
        "proposed",
        "Blanchisserie",
    )


def test_the_same_table_twice_writes_nothing_the_second_time(world: World) -> None:
    take(world, bring(world, csv_table(ZOE, header=WHOLE)))
    again = bring(world, csv_table(ZOE, header=WHOLE))
    assert again.state == MoveState.READY, "its columns were mapped the first time"
    assert statuses(again) == {2: RowStatus.UNCHANGED}
    take(world, again)
    for model in (Enrolment, Mandate, Appointment, Step, Job, Exit):
        assert model.objects.count() == 1, model
    assert again.facts.count() == 0


@pytest.mark.parametrize("name", ["head", "caseworker", "steering_officer", "foreign_officer"])
def test_only_who_runs_imports_may(world: World, name: str) -> None:
    received = Received("a.csv", csv_table(ZOE, header=WHOLE))
    with pytest.raises(NotAllowed):
        receive_table(
            actor=getattr(world, name), on=world.day, organisation_id=world.house.pk, name="S", received=received
        )


def test_the_history_names_who_imported(world: World) -> None:
    move = take(world, bring(world, csv_table(ZOE, header=WHOLE)))
    person = Person.objects.get(last_name="ROY")
    event = person.events.get()  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["actor"] == world.data_officer.pk
    assert move.applied_by == world.data_officer


def test_the_organisation_reaches_who_came_in(world: World) -> None:
    take(world, bring(world, csv_table(ZOE.replace("31/05/2020;Emploi", ";"), header=WHOLE)))
    person = Person.objects.get(last_name="ROY")
    assert may_reach(world.caseworker, person.pk, on=world.day)
    assert not may_reach(world.stranger, person.pk, on=world.day)


def test_what_the_rulebook_asks_to_enter_is_asked_of_a_table_too(world: World, rulebooks: None) -> None:
    known = world.person("Benali", "Samia", born_on=date(1990, 1, 2))
    rows = ("Benali;Samia;02/01/1990;03/02/2020;", "Petit;Paul;02/01/1991;03/02/2020;")
    move = bring(world, csv_table(*rows))
    assert "demande une orientation" in reasons(move)[2]
    assert "droit RSA" in reasons(move)[3]
    move = bring(world, csv_table(*rows), orient_on_entry=True)
    assert summaries(move)[2] == "Personne connue, orientation et entrée"
    take(world, move)
    assert Orientation.objects.get(person=known).decided_on == date(2020, 2, 3)
    assert Enrolment.objects.get().person == known
