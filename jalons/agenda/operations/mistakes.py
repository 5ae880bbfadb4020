"""« Noté par erreur »: an appointment noted for the wrong person, or that never was, counts for nothing any more (R-095)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models.functions import Now

from jalons.agenda.cited import reported
from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.operations.appointments import locked
from jalons.agenda.operations.attendance import void_sign_ins
from jalons.agenda.rules import require_noted
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User


@operation
def take_back_outcome(*, actor: User, on: date, at: datetime, appointment_id: int, reason: str) -> Appointment:
    """Say that an appointment held, or missed, was noted by mistake: it stays in the agenda as such, with the reason.

    One that has not begun at the instant ``at`` is « prévu » again: the person is still expected.
    Its report leaves the file, it may be about somebody else; what was signed loses its effect; history keeps both.
    Refused: an absence that a written report cites, which is withdrawn first (R-147).
    """
    appointment = locked(actor, appointment_id, on=on)
    require_noted(appointment.outcome)
    if not reason.strip():
        raise Refusal("Dites pourquoi ce rendez-vous a été noté par erreur.", code="appointment_mistake_has_reason")
    if reported(appointment_ids=[appointment.pk]):
        raise Refusal(
            "Un signalement cite cette absence : retirez-le d’abord, depuis « Signalements ».", code="absence_reported"
        )
    appointment.outcome, appointment.outcome_at, appointment.outcome_by = Outcome.CANCELLED, Now(), actor
    appointment.real_start = appointment.real_end = None
    appointment.justification = appointment.note = ""
    appointment.mistake = reason.strip()
    appointment.save()
    if appointment.starts_at > at:
        # Written after the mistake, so that history keeps the reason.
        appointment.outcome, appointment.outcome_at, appointment.outcome_by = Outcome.PLANNED, None, None
        appointment.mistake = ""
        appointment.save()
    void_sign_ins([appointment.pk], actor)
    appointment.refresh_from_db(fields=["outcome_at"])
    return appointment
