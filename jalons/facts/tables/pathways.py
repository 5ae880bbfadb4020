"""The accompaniment from its orientation to its exit."""

from __future__ import annotations

from jalons.facts.tables.columns import END, ENROLMENT_ID, PERSON_ID, START, Table, date_, id_, int_, text

ORIENTATION = Table(
    "orientation",
    "an orientation decision",
    ("orientation_id",),
    (
        id_("orientation_id", "the decision", source="R-027"),
        PERSON_ID,
        id_("authority_id", "the authority that decided"),
        id_("organisation_id", "the organisation oriented to"),
        id_("line_id", "the places aimed at", nullable=True),
        text("action_code", "the action"),
        text("accompaniment_type", "employment, activity or professional", source="R-028"),
        text("channel", "individual, information_session or bulk"),
        date_("decided_on", "date of the decision, also its effect", source="R-032"),
        date_(
            "closed_on",
            "last day of effect: the day before the re-orientation that closed it, or its withdrawal",
            nullable=True,
        ),
        date_(
            "subject_since",
            "start of the « droits et devoirs » period current at the decision",
            nullable=True,
            source="R-036",
        ),
        id_("replaces_id", "the orientation this one replaced", nullable=True, source="R-042"),
        date_("opinion_on", "date of the opinion of a body before the decision", nullable=True, source="R-042"),
        text("opinion_body", "the body that gave it, e.g. itt", nullable=True, source="R-042, R-066"),
    ),
    partition="decided_on",
)
ENROLMENT = Table(
    "enrolment",
    "a stay of a person in the places of one action",
    ("enrolment_id",),
    (
        id_("enrolment_id", "the enrolment", source="R-046"),
        PERSON_ID,
        id_("line_id", "the places it uses"),
        id_("agreement_id", "their agreement"),
        id_("authority_id", "the authority"),
        id_("organisation_id", "the organisation that accompanies"),
        id_("territory_id", "territory of the line, else of the person", nullable=True),
        text("framework_code", "the framework"),
        text("action_code", "the action"),
        id_("orientation_id", "the orientation it follows", nullable=True),
        date_("oriented_on", "date of that orientation, else first day of the enrolment", source="R-076"),
        START,
        END,
        text("end_reason", "why it ended", nullable=True, source="R-121"),
    ),
    partition="start_on",
)
PAUSE = Table(
    "pause",
    "a « veille » or suspension of an enrolment: the person leaves the active caseload",
    ("pause_id",),
    (id_("pause_id", "the pause", source="R-142"), ENROLMENT_ID, PERSON_ID, START, END),
)
MAINTENANCE = Table(
    "maintenance",
    "a decision to keep an accompaniment beyond « droits et devoirs »",
    ("maintenance_id",),
    (
        id_("maintenance_id", "the decision", source="R-026"),
        ENROLMENT_ID,
        PERSON_ID,
        date_("decided_on", "date of the decision"),
        date_("until", "last day covered", nullable=True),
    ),
)
MANDATE = Table(
    "mandate",
    "a period during which one professional is the référent unique of a person",
    ("mandate_id",),
    (
        id_("mandate_id", "the mandate", source="R-046"),
        PERSON_ID,
        id_("caseworker_id", "the professional"),
        id_("organisation_id", "the organisation of the professional"),
        START,
        END,
    ),
)
CONTRACT = Table(
    "contract",
    "a contrat d'engagements, CER, PPAE or PLIE contract",
    ("contract_id",),
    (
        id_("contract_id", "the contract", source="R-076"),
        ENROLMENT_ID,
        PERSON_ID,
        text("kind", "engagement, ppae or plie"),
        int_("rank", "1 for the first contract of the enrolment"),
        text("state", "draft, signed, submitted, returned, validated, handed_over or cancelled", source="R-083"),
        START,
        date_("end_on", "last day, included"),
        date_("signed_on", "signature of the person", nullable=True, source="R-082"),
        date_("submitted_on", "first submission", nullable=True),
        date_("validated_on", "validation by the authority", nullable=True, source="R-083"),
        date_("handed_over_on", "hand-over to the person", nullable=True, source="R-084"),
        date_(
            "in_force_on",
            "first day in force: the later of start and validation; empty while not validated",
            nullable=True,
            source="R-076",
        ),
    ),
    partition="start_on",
)
EXIT = Table(
    "exit",
    "the end of an action with its class",
    ("exit_id",),
    (
        id_("exit_id", "the exit", source="R-121"),
        ENROLMENT_ID,
        PERSON_ID,
        id_("line_id", "the places left"),
        id_("authority_id", "the authority"),
        id_("organisation_id", "the organisation"),
        text("action_code", "the action"),
        date_("exited_on", "day of the exit"),
        text(
            "destination",
            "job, training, other_action, other_rights, moved, rights_ended, reorientation, abandoned, deceased or other",
        ),
        id_("job_id", "the job it rests on", nullable=True),
        id_("step_id", "the training it rests on", nullable=True),
        text(
            "computed_class",
            "class given by the rulebook; empty when it defines none",
            nullable=True,
            source="R-122, R-131",
        ),
        text("exit_class", "class in force: computed, or chosen by a human with a reason", nullable=True),
        text("state", "proposed, confirmed or reversed", source="R-127"),
    ),
    partition="exited_on",
)
