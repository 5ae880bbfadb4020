"""Reads of the agenda."""

from jalons.agenda.queries.agenda import appointments_of_day, appointments_of_person, overlapping
from jalons.agenda.queries.presence import attendances, between, contacts_of, lines_of, to_sign
from jalons.agenda.queries.time import month_of, sheet_of, sheets_of

__all__ = [
    "appointments_of_day",
    "appointments_of_person",
    "attendances",
    "between",
    "contacts_of",
    "lines_of",
    "month_of",
    "overlapping",
    "sheet_of",
    "sheets_of",
    "to_sign",
]
