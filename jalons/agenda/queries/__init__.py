"""Reads of the agenda."""

from jalons.agenda.queries.agenda import appointments_of_day, appointments_of_person, sessions_of

__all__ = ["appointments_of_day", "appointments_of_person", "sessions_of"]
