"""Persons and their rights as facts: no name, no NIR, no address."""

from __future__ import annotations

from jalons.facts.contracts import (
    HOUSEHOLD_MEMBER,
    MONTHLY_MOVEMENT,
    PERSON,
    REGISTRATION,
    RIGHT,
    RIGHTS_AND_DUTIES,
)
from jalons.facts.publishing import Published

PUBLISHED: tuple[Published, ...] = (
    Published(
        PERSON,
        """
        SELECT id AS person_id, born_on, nullif(sex, '') AS sex, priority_neighbourhood, disabled_worker, self_employed,
               territory_id, authority_id
        FROM people_person
        """,
    ),
    Published(
        HOUSEHOLD_MEMBER,
        "SELECT household_id, person_id, role, start_on, end_on FROM people_householdmember",
    ),
    Published(
        RIGHT,
        """
        SELECT id AS right_id, person_id, household_id, state, basic_rsa, start_on, end_on FROM people_rsaright
        """,
    ),
    Published(
        RIGHTS_AND_DUTIES,
        "SELECT id AS period_id, person_id, start_on, end_on FROM people_rightsandduties",
    ),
    Published(
        MONTHLY_MOVEMENT,
        "SELECT id AS movement_id, person_id, month, kind FROM people_monthlymovement",
    ),
    Published(
        REGISTRATION,
        "SELECT id AS registration_id, person_id, start_on, end_on FROM people_jobseekerregistration",
    ),
)
