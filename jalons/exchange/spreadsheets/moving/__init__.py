"""Moving in: an organisation's own table becomes persons, entries, référents, appointments, steps, jobs and exits."""
