"""The persons: households, rights, registrations, what a monthly file brought."""

from __future__ import annotations

from jalons.facts.tables.columns import END, PERSON_ID, START, Table, bool_, date_, id_, text

PERSON = Table(
    "person",
    "a person known to the system",
    ("person_id",),
    (
        PERSON_ID,
        date_("born_on", "date of birth", nullable=True, source="R-022"),
        text("sex", "F, M or empty when unknown", nullable=True, source="R-203"),
        bool_(
            "priority_neighbourhood",
            "lives in a priority neighbourhood; empty = unknown",
            nullable=True,
            source="R-024",
        ),
        bool_(
            "disabled_worker",
            "recognised disabled worker (RQTH); empty = unknown",
            nullable=True,
            source="R-141",
        ),
        bool_("self_employed", "self-employed (ETI); empty = unknown", nullable=True, source="R-040"),
        id_("territory_id", "territory of the current address", nullable=True, source="R-002"),
        id_("authority_id", "authority that follows the person", nullable=True),
    ),
)
HOUSEHOLD_MEMBER = Table(
    "household_member",
    "a stay of a person in an RSA household",
    ("household_id", "person_id", "start_on"),
    (
        id_("household_id", "the RSA household", source="R-014"),
        PERSON_ID,
        text("role", "applicant or spouse"),
        START,
        END,
    ),
)
RIGHT = Table(
    "right",
    "a period during which the RSA right of a person keeps one state; periods of one person never overlap",
    ("right_id",),
    (
        id_("right_id", "the period", source="R-014"),
        PERSON_ID,
        id_("household_id", "the household through which the right is held"),
        text("state", "open, right_suspended, payment_suspended or closed"),
        bool_("basic_rsa", "RSA socle", source="R-018"),
        START,
        END,
    ),
)
RIGHTS_AND_DUTIES = Table(
    "rights_and_duties",
    "a period during which a person is subject to « droits et devoirs »; periods of one person never overlap",
    ("period_id",),
    (id_("period_id", "the period", source="R-017, R-026"), PERSON_ID, START, END),
)
REGISTRATION = Table(
    "registration",
    "a period of registration at Pôle emploi; periods of one person never overlap",
    ("registration_id",),
    (id_("registration_id", "the period", source="R-062, R-087, R-088"), PERSON_ID, START, END),
)
MONTHLY_MOVEMENT = Table(
    "monthly_movement",
    "an entry in, or a departure from, the persons with rights seen between two monthly CAF files",
    ("movement_id",),
    (
        id_("movement_id", "the movement", source="R-031"),
        PERSON_ID,
        date_("month", "first day of the month of the file"),
        text("kind", "entrant or leaver"),
    ),
)
