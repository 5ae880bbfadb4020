"""Absences that propose a report: one written, one set aside with its reason, the others left to the référent."""

from __future__ import annotations

from collections import defaultdict

from jalons.agenda.models import Appointment, Outcome
from jalons.pathways.models import Enrolment, ReportCause
from jalons.pathways.operations.reports import dismiss_report, write_report
from jalons.simulation.furnishing.stage import Stage

REASON = "Elle a prévenu l’accueil, mais l’appel n’avait pas été noté."


def furnish(stage: Stage) -> None:
    """Decide for the first two persons who missed at least two appointments."""
    missed: dict[int, list[Appointment]] = defaultdict(list)
    ids = [one.person_id for one in stage.own]
    rows = Appointment.objects.filter(
        person__in=ids, organisation=stage.house, outcome=Outcome.UNJUSTIFIED_ABSENCE
    ).order_by("starts_at")
    for row in rows:
        missed[row.person_id].append(row)
    proposed = [one for one in stage.own if len(missed[one.person_id]) > 1]
    for one in proposed[:1]:
        _write(stage, one, missed[one.person_id][-2:])
    for one in proposed[1:2]:
        dismiss_report(
            actor=stage.referent, on=stage.on, enrolment_id=one.pk, cause=ReportCause.ABSENCES, reason=REASON
        )


def _write(stage: Stage, one: Enrolment, absences: list[Appointment]) -> None:
    days = " et du ".join(f"{row.on_date:%d/%m/%Y}" for row in absences)
    write_report(
        actor=stage.referent,
        on=stage.on,
        enrolment_id=one.pk,
        cause=ReportCause.ABSENCES,
        facts=f"Absences aux rendez-vous du {days}, sans nouvelle reçue depuis.",
        absence_ids=[row.pk for row in absences],
    )
