"""The appointments as facts: days and outcomes, never a note nor a place."""

from __future__ import annotations

from jalons.facts.contracts import APPOINTMENT
from jalons.facts.publishing import Published

PUBLISHED: tuple[Published, ...] = (
    Published(
        APPOINTMENT,
        """
        SELECT id AS appointment_id, person_id, organisation_id, caseworker_id, kind, mode, on_date,
               date_trunc('month', on_date)::date AS month, outcome,
               CASE WHEN outcome = 'held'
                    THEN (extract(epoch FROM real_end - real_start) / 60)::integer END AS minutes,
               outcome = 'held' AND btrim(note) <> '' AND EXISTS (
                   SELECT FROM agenda_signin AS signed
                   WHERE signed.appointment_id = agenda_appointment.id AND signed.signer = 'beneficiary'
                     AND signed.voided_at IS NULL) AS proved
        FROM agenda_appointment
        """,
    ),
)
