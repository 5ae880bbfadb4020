"""The rules adopted and their answers."""

from __future__ import annotations

from jalons.facts.tables.columns import Table, date_, decimal_, id_, text

RULE_VALUE = Table(
    "rule_value",
    "a value of an adopted rulebook",
    ("rulebook_code", "version", "action_code", "path"),
    (
        text("rulebook_code", "the rulebook", source="R-001"),
        text("authority_code", "the authority it belongs to", source="R-001"),
        text("version", "the adopted version"),
        text("action_code", "the action the value belongs to; empty = whole framework", nullable=True),
        text("path", "dotted path of the value, e.g. price.unit_cost_eur"),
        text("value", "the value as text", nullable=True),
        decimal_("number", "the value when it is a number", nullable=True),
        date_("valid_from", "first day of validity"),
        date_("valid_to", "last day of validity", nullable=True),
        text("basis", "stated, derived or chosen"),
        text("citation", "where it is read", nullable=True),
    ),
)
OBLIGATION = Table(
    "obligation",
    "the stored answer of one obligation for one subject and occurrence",
    ("action_code", "obligation_code", "subject_id", "occurrence"),
    (
        text("obligation_code", "the obligation, unique within its action", source="R-208"),
        text("rulebook_code", "the rulebook"),
        text("rulebook_version", "the version used"),
        text("action_code", "the action"),
        text("subject_kind", "enrolment, contract, job, step, exit or agreement_line"),
        id_("subject_id", "the subject"),
        id_("person_id", "the person; empty for an agreement line", nullable=True),
        id_("organisation_id", "the organisation in charge"),
        id_("authority_id", "the authority"),
        text("occurrence", "which time: empty, or the first day of the window it speaks of"),
        date_("due_on", "last day to do it", nullable=True),
        date_("met_on", "day it was done", nullable=True),
        date_("breached_on", "first day of the breach", nullable=True),
        date_("suspended_from", "first day it is suspended", nullable=True),
        date_("suspended_to", "last day it is suspended", nullable=True),
        decimal_("measured", "what was counted, when the obligation counts", nullable=True),
        decimal_("required", "what is required or allowed, same unit", nullable=True),
    ),
)
