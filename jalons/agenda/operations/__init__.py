"""The doors by which the agenda is written."""

from jalons.agenda.operations.appointments import (
    NewAppointment,
    cancel,
    enrol_in_session,
    justify,
    move,
    plan,
    plan_session,
    record_appointments,
    record_held,
    record_outcome,
    record_presence,
    write_note,
)

__all__ = [
    "NewAppointment",
    "cancel",
    "enrol_in_session",
    "justify",
    "move",
    "plan",
    "plan_session",
    "record_appointments",
    "record_held",
    "record_outcome",
    "record_presence",
    "write_note",
]
