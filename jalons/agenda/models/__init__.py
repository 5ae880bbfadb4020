"""Models of the agenda: appointments and group times, who signed in, and the time of the professionals."""

from jalons.agenda.models.appointments import Appointment, AppointmentKind, GroupSession, Mode, Outcome, SessionAnswer
from jalons.agenda.models.rhythms import Rhythm, RhythmUnit
from jalons.agenda.models.sign_ins import AttendanceSheet, SheetLine, SheetReturn, SignIn
from jalons.agenda.models.time_sheets import TimeEntry, TimeSheet

__all__ = [
    "Appointment",
    "AppointmentKind",
    "AttendanceSheet",
    "GroupSession",
    "Mode",
    "Outcome",
    "Rhythm",
    "RhythmUnit",
    "SessionAnswer",
    "SheetLine",
    "SheetReturn",
    "SignIn",
    "TimeEntry",
    "TimeSheet",
]
