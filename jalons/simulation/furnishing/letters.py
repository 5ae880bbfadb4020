"""A model of letter in the words of the authority, a letter sent, and a small batch of convocations bound in one PDF."""

from __future__ import annotations

from typing import Any

from jalons.agenda.models import Appointment, AppointmentKind, Outcome
from jalons.documents.letters.composing import LetterText
from jalons.documents.letters.operations import write_model
from jalons.documents.models import LetterKind
from jalons.exchange.letters.batches import go_on
from jalons.exchange.letters.operations import ask_letters, mark_sent, write_letter
from jalons.pathways.models import Report, ReportState
from jalons.simulation.furnishing.stage import Stage

BATCH = 5
WORKSHOP = LetterText(
    heading="Atelier du {{rdv.jour}}",
    body=(
        "Madame, Monsieur,\n\nVous êtes inscrit à un atelier :\n\n> Objet : {{rdv.objet}}\n> Date : {{rdv.jour}} à {{rdv.heure}}\n"
        "> Lieu : {{rdv.lieu}}\n\nSi vous ne pouvez pas venir, prévenez {{referent.nom}}."
    ),
    signatory="{{referent.nom}}",
)


def furnish(stage: Stage) -> None:
    """Write to the persons of the référent; the models are those of the authority."""
    given: dict[str, Any] = {"actor": stage.director, "on": stage.on, "authority_id": stage.authority.pk}
    model = write_model(**given, kind=LetterKind.CONVOCATION, name="Invitation à un atelier", text=WORKSHOP).model
    _batch(stage, model.pk)
    _report(stage)


def _batch(stage: Stage, model_id: int) -> None:
    coming = Appointment.objects.filter(
        organisation=stage.house,
        kind=AppointmentKind.GROUP,
        outcome=Outcome.PLANNED,
        on_date__gt=stage.on,
        session__isnull=False,
        person__in=[one.person_id for one in stage.own],
    ).order_by("pk")
    ids = list(coming.values_list("pk", flat=True)[:BATCH])
    if ids:
        asked = ask_letters(
            actor=stage.referent, on=stage.on, kind=LetterKind.CONVOCATION, subject_ids=ids, model_id=model_id
        )
        go_on(asked.batch.pk)


def _report(stage: Stage) -> None:
    """The letter that goes with the report written today has left by post."""
    report = Report.objects.filter(
        person__in=[one.person_id for one in stage.own], decided_on=stage.on, state=ReportState.WRITTEN
    ).first()
    if report is not None:
        letter = write_letter(actor=stage.referent, on=stage.on, kind=LetterKind.REPORT, subject_id=report.pk)
        mark_sent(actor=stage.referent, on=stage.on, letter_ids=[letter.pk])
