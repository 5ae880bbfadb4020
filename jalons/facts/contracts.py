"""The fact tables: what obligations, indicators and analyses may read.

A contract says which columns exist, their type and their meaning. Each room's ``published.py`` maps its models to
these contracts; nothing above reads a model where a fact will do. The same tables are written to Parquet by
``jalons snapshot`` and read by every engine, so a column keeps one meaning at any size.

Types: ``id`` (64-bit integer), ``text``, ``int``, ``decimal``, ``bool``, ``date``. Every period is inclusive on both
sides; an empty ``end_on`` means « still running ». Facts carry no name, no NIR, no address and no free text (R-166).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["id", "text", "int", "decimal", "bool", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a fact table: ``meaning`` is a sentence, ``source`` the requirements that ask for it."""

    name: str
    type: ColumnType
    meaning: str
    nullable: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One fact table: a row is ``row``, ``key`` names it, ``partition`` is the date that cuts the Parquet files."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partition: str | None = None

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raise ``KeyError`` naming the columns that exist."""
        for column in self.columns:
            if column.name == name:
                return column
        known = ", ".join(column.name for column in self.columns)
        raise KeyError(f"facts.{self.name} has no column {name!r}; it has: {known}")


def _id(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "id", meaning, nullable, source)


def _text(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "text", meaning, nullable, source)


def _date(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "date", meaning, nullable, source)


def _int(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "int", meaning, nullable, source)


def _decimal(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "decimal", meaning, nullable, source)


def _bool(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "bool", meaning, nullable, source)


_PERSON = _id("person_id", "the person")
_ENROLMENT = _id("enrolment_id", "the enrolment it belongs to")
_START = _date("start_on", "first day, included")
_END = _date("end_on", "last day, included; empty while it runs", nullable=True)

AUTHORITY = Table(
    "authority",
    "an authority that orients, funds and steers",
    ("authority_id",),
    (
        _id("authority_id", "the authority", source="R-001"),
        _text("code", "its short stable code"),
        _text("name", "its name as shown"),
    ),
)
TERRITORY = Table(
    "territory",
    "a territory of an authority",
    ("territory_id",),
    (
        _id("territory_id", "the territory", source="R-002, R-003"),
        _id("authority_id", "its authority"),
        _text("code", "its code within the authority"),
        _text("name", "its name as shown"),
    ),
)
ORGANISATION = Table(
    "organisation",
    "an organisation that accompanies",
    ("organisation_id",),
    (
        _id("organisation_id", "the organisation", source="R-008"),
        _text("name", "its name as shown"),
        _text("kind", "association, ccas, cias, epci, enterprise, employment_service, authority_service or plie"),
    ),
)
PERSON = Table(
    "person",
    "a person known to the system",
    ("person_id",),
    (
        _PERSON,
        _date("born_on", "date of birth", nullable=True, source="R-022"),
        _text("sex", "F, M or empty when unknown", nullable=True, source="R-203"),
        _bool(
            "priority_neighbourhood",
            "lives in a priority neighbourhood; empty = unknown",
            nullable=True,
            source="R-024",
        ),
        _bool(
            "disabled_worker",
            "recognised disabled worker (RQTH); empty = unknown",
            nullable=True,
            source="R-141",
        ),
        _bool("self_employed", "self-employed (ETI); empty = unknown", nullable=True, source="R-040"),
        _id("territory_id", "territory of the current address", nullable=True, source="R-002"),
        _id("authority_id", "authority that follows the person", nullable=True),
    ),
)
HOUSEHOLD_MEMBER = Table(
    "household_member",
    "a stay of a person in an RSA household",
    ("household_id", "person_id", "start_on"),
    (
        _id("household_id", "the RSA household", source="R-014"),
        _PERSON,
        _text("role", "applicant or spouse"),
        _START,
        _END,
    ),
)
RIGHT = Table(
    "right",
    "a period during which the RSA right of a person keeps one state; periods of one person never overlap",
    ("right_id",),
    (
        _id("right_id", "the period", source="R-014"),
        _PERSON,
        _id("household_id", "the household through which the right is held"),
        _text("state", "open, right_suspended, payment_suspended or closed"),
        _bool("basic_rsa", "RSA socle", source="R-018"),
        _START,
        _END,
    ),
)
RIGHTS_AND_DUTIES = Table(
    "rights_and_duties",
    "a period during which a person is subject to « droits et devoirs »; periods of one person never overlap",
    ("period_id",),
    (_id("period_id", "the period", source="R-017, R-026"), _PERSON, _START, _END),
)
REGISTRATION = Table(
    "registration",
    "a period of registration at Pôle emploi; periods of one person never overlap",
    ("registration_id",),
    (_id("registration_id", "the period", source="R-062, R-087, R-088"), _PERSON, _START, _END),
)
MONTHLY_MOVEMENT = Table(
    "monthly_movement",
    "an entry in, or a departure from, the persons with rights seen between two monthly CAF files",
    ("movement_id",),
    (
        _id("movement_id", "the movement", source="R-031"),
        _PERSON,
        _date("month", "first day of the month of the file"),
        _text("kind", "entrant or leaver"),
    ),
)
AGREEMENT_LINE = Table(
    "agreement_line",
    "places of one action bought by an agreement, or opened by an in-house offer (no price)",
    ("line_id",),
    (
        _id("line_id", "the line", source="R-192"),
        _id("agreement_id", "the agreement or in-house offer"),
        _text("kind", "convention or in_house"),
        _text(
            "dataset",
            "where the line comes from, e.g. annexe2_2020; empty when typed in",
            nullable=True,
            source="R-200",
        ),
        _id("authority_id", "the authority"),
        _id("organisation_id", "the organisation that accompanies"),
        _id("territory_id", "the territory; empty = whole authority", nullable=True),
        _text("framework_code", "the framework, e.g. lyon_2020"),
        _text("action_code", "the action, e.g. lyon_emploi_diversifie_2020"),
        _text("theme", "theme or public; empty when none", nullable=True, source="R-023"),
        _START,
        _END,
        _int("places", "places held at once", source="R-133"),
        _int("persons_to_follow", "persons to follow over the period", nullable=True, source="R-133"),
        _decimal("amount", "euros; empty for an in-house offer", nullable=True, source="R-193"),
        _decimal("fte", "full-time equivalents announced", nullable=True, source="R-053"),
    ),
)
LINE_PLACES = Table(
    "line_places",
    "a period during which a line holds one number of places; an amendment starts another one",
    ("line_id", "start_on"),
    (
        _id("line_id", "the line", source="R-133, R-192"),
        _START,
        _date("end_on", "last day, included"),
        _int("places", "places held at once during the period"),
    ),
)
ORIENTATION = Table(
    "orientation",
    "an orientation decision",
    ("orientation_id",),
    (
        _id("orientation_id", "the decision", source="R-027"),
        _PERSON,
        _id("authority_id", "the authority that decided"),
        _id("organisation_id", "the organisation oriented to"),
        _id("line_id", "the places aimed at", nullable=True),
        _text("action_code", "the action"),
        _text("accompaniment_type", "employment, activity or professional", source="R-028"),
        _text("channel", "individual, information_session or bulk"),
        _date("decided_on", "date of the decision, also its effect", source="R-032"),
        _date(
            "closed_on",
            "last day of effect: the day before the re-orientation that closed it, or its withdrawal",
            nullable=True,
        ),
        _date(
            "subject_since",
            "start of the « droits et devoirs » period current at the decision",
            nullable=True,
            source="R-036",
        ),
        _id("replaces_id", "the orientation this one replaced", nullable=True, source="R-042"),
        _date("opinion_on", "date of the opinion of a body before the decision", nullable=True, source="R-042"),
        _text("opinion_body", "the body that gave it, e.g. itt", nullable=True, source="R-042, R-066"),
    ),
    partition="decided_on",
)
ENROLMENT = Table(
    "enrolment",
    "a stay of a person in the places of one action",
    ("enrolment_id",),
    (
        _id("enrolment_id", "the enrolment", source="R-046"),
        _PERSON,
        _id("line_id", "the places it uses"),
        _id("agreement_id", "their agreement"),
        _id("authority_id", "the authority"),
        _id("organisation_id", "the organisation that accompanies"),
        _id("territory_id", "territory of the line, else of the person", nullable=True),
        _text("framework_code", "the framework"),
        _text("action_code", "the action"),
        _id("orientation_id", "the orientation it follows", nullable=True),
        _date("oriented_on", "date of that orientation, else first day of the enrolment", source="R-076"),
        _START,
        _END,
        _text("end_reason", "why it ended", nullable=True, source="R-121"),
    ),
    partition="start_on",
)
PAUSE = Table(
    "pause",
    "a « veille » or suspension of an enrolment: the person leaves the active caseload",
    ("pause_id",),
    (_id("pause_id", "the pause", source="R-142"), _ENROLMENT, _PERSON, _START, _END),
)
MAINTENANCE = Table(
    "maintenance",
    "a decision to keep an accompaniment beyond « droits et devoirs »",
    ("maintenance_id",),
    (
        _id("maintenance_id", "the decision", source="R-026"),
        _ENROLMENT,
        _PERSON,
        _date("decided_on", "date of the decision"),
        _date("until", "last day covered", nullable=True),
    ),
)
MANDATE = Table(
    "mandate",
    "a period during which one professional is the référent unique of a person",
    ("mandate_id",),
    (
        _id("mandate_id", "the mandate", source="R-046"),
        _PERSON,
        _id("caseworker_id", "the professional"),
        _id("organisation_id", "the organisation of the professional"),
        _START,
        _END,
    ),
)
CONTRACT = Table(
    "contract",
    "a contrat d'engagements, CER, PPAE or PLIE contract",
    ("contract_id",),
    (
        _id("contract_id", "the contract", source="R-076"),
        _ENROLMENT,
        _PERSON,
        _text("kind", "engagement, ppae or plie"),
        _int("rank", "1 for the first contract of the enrolment"),
        _text("state", "draft, signed, submitted, returned, validated, handed_over or cancelled", source="R-083"),
        _START,
        _date("end_on", "last day, included"),
        _date("signed_on", "signature of the person", nullable=True, source="R-082"),
        _date("submitted_on", "first submission", nullable=True),
        _date("validated_on", "validation by the authority", nullable=True, source="R-083"),
        _date("handed_over_on", "hand-over to the person", nullable=True, source="R-084"),
        _date(
            "in_force_on",
            "first day in force: the later of start and validation; empty while not validated",
            nullable=True,
            source="R-076",
        ),
    ),
    partition="start_on",
)
APPOINTMENT = Table(
    "appointment",
    "an appointment of one person, individual or as a member of a group session",
    ("appointment_id",),
    (
        _id("appointment_id", "the appointment (one row per person and session)", source="R-094"),
        _PERSON,
        _id("organisation_id", "the organisation that gives it"),
        _id("caseworker_id", "the professional", nullable=True),
        _text("kind", "individual, group, tripartite, information_session, body or employer_visit"),
        _text("mode", "face_to_face, phone, video or mail", source="R-047"),
        _date("on_date", "planned day"),
        _date("month", "first day of that month"),
        _text(
            "outcome",
            "planned, held, justified_absence, unjustified_absence, cancelled or moved",
            source="R-095",
        ),
        _int("minutes", "real duration when held", nullable=True, source="R-100"),
        _bool("proved", "held, signed by the person and reported, asked for or not", source="R-100"),
    ),
    partition="on_date",
)
STEP = Table(
    "step",
    "a step of the pathway",
    ("step_id",),
    (
        _id("step_id", "the step", source="R-103"),
        _ENROLMENT,
        _PERSON,
        _text("kind", "kind of the step, a code of the rulebook's taxonomy", source="R-104"),
        _text("family", "employment_training, employment_access or mobilisation"),
        _text("source", "common_law, programme or own_offer", source="R-108"),
        _text("state", "proposed, positioned, started, completed, interrupted or cancelled", source="R-109"),
        _date("positioned_on", "positioning or prescription", nullable=True),
        _date("started_on", "real start", nullable=True),
        _date("ended_on", "real end", nullable=True),
        _decimal("weekly_hours", "hours a week while it runs", nullable=True, source="R-100"),
        _bool("qualifying", "qualifying or certifying training", source="R-125"),
        _date("diploma_on", "diploma or title obtained", nullable=True, source="R-125"),
    ),
    partition="started_on",
)
JOB = Table(
    "job",
    "a job or a business of an accompanied person",
    ("job_id",),
    (
        _id("job_id", "the job", source="R-122"),
        _ENROLMENT,
        _PERSON,
        _text("contract_kind", "cdi, cdd, interim, cddi, aided, apprenticeship or business"),
        _text("employer_kind", "ordinary, siae, aci or lending (mise à disposition)"),
        _decimal("weekly_hours", "hours a week", nullable=True, source="R-125"),
        _date("start_on", "job start"),
        _date("end_on", "planned last day; empty for an open-ended contract", nullable=True),
        _date("ended_on", "real last day when it stopped", nullable=True),
    ),
    partition="start_on",
)
EXIT = Table(
    "exit",
    "the end of an action with its class",
    ("exit_id",),
    (
        _id("exit_id", "the exit", source="R-121"),
        _ENROLMENT,
        _PERSON,
        _id("line_id", "the places left"),
        _id("authority_id", "the authority"),
        _id("organisation_id", "the organisation"),
        _text("action_code", "the action"),
        _date("exited_on", "day of the exit"),
        _text(
            "destination",
            "job, training, other_action, other_rights, moved, rights_ended, reorientation, abandoned, deceased or other",
        ),
        _id("job_id", "the job it rests on", nullable=True),
        _id("step_id", "the training it rests on", nullable=True),
        _text(
            "computed_class",
            "class given by the rulebook; empty when it defines none",
            nullable=True,
            source="R-122, R-131",
        ),
        _text("exit_class", "class in force: computed, or chosen by a human with a reason", nullable=True),
        _text("state", "proposed, confirmed or reversed", source="R-127"),
    ),
    partition="exited_on",
)
PIECE = Table(
    "piece",
    "a document of the file: its presence and date, never its content",
    ("piece_id",),
    (
        _id("piece_id", "the document", source="R-128, R-167"),
        _ENROLMENT,
        _PERSON,
        _text("kind", "kind of document, a code of the rulebook"),
        _date("dated_on", "date of the document"),
    ),
)
ASSESSMENT = Table(
    "assessment",
    "a dated assessment of the whole situation of a person",
    ("assessment_id",),
    (
        _id("assessment_id", "the assessment", source="R-067, R-068, R-070"),
        _ENROLMENT,
        _PERSON,
        _text("kind", "initial, reassessment or final"),
        _date("made_on", "day of the assessment"),
    ),
)
OBSTACLE = Table(
    "obstacle",
    "an obstacle (« frein ») found, worked on, lifted; never a word of medical content",
    ("obstacle_id",),
    (
        _id("obstacle_id", "the obstacle", source="R-071, R-072"),
        _ENROLMENT,
        _PERSON,
        _text("domain", "a code of the list of domains, e.g. mobility"),
        _date("opened_on", "day it was found"),
        _date("worked_on", "first day it was worked on", nullable=True),
        _date("lifted_on", "day it was lifted", nullable=True),
    ),
)
INFORMATION = Table(
    "information",
    "an information given to the person",
    ("information_id",),
    (
        _id("information_id", "the information", source="R-060, R-061, R-151"),
        _ENROLMENT,
        _PERSON,
        _text("kind", "rights_and_duties, risks, declarations, or a code listed by the rulebook (told before adhering)"),
        _date("given_on", "day it was given"),
    ),
)
REPORT = Table(
    "report",
    "a report received from an organisation on a line of an agreement",
    ("report_id",),
    (
        _id("report_id", "the report", source="R-201, R-202, R-203, R-204"),
        _id("agreement_id", "the agreement"),
        _id("line_id", "the line"),
        _id("authority_id", "the authority it is sent to"),
        _id("organisation_id", "the organisation that reports"),
        _text("action_code", "the action"),
        _text("kind", "monthly, annual or financial"),
        _date("period_start", "first day of the month or year reported"),
        _date("received_on", "day it was received"),
    ),
)
RULE_VALUE = Table(
    "rule_value",
    "a value of an adopted rulebook",
    ("rulebook_code", "version", "action_code", "path"),
    (
        _text("rulebook_code", "the rulebook", source="R-001"),
        _text("authority_code", "the authority it belongs to", source="R-001"),
        _text("version", "the adopted version"),
        _text("action_code", "the action the value belongs to; empty = whole framework", nullable=True),
        _text("path", "dotted path of the value, e.g. price.unit_cost_eur"),
        _text("value", "the value as text", nullable=True),
        _decimal("number", "the value when it is a number", nullable=True),
        _date("valid_from", "first day of validity"),
        _date("valid_to", "last day of validity", nullable=True),
        _text("basis", "stated, derived or chosen"),
        _text("citation", "where it is read", nullable=True),
    ),
)
OBLIGATION = Table(
    "obligation",
    "the stored answer of one obligation for one subject and occurrence",
    ("action_code", "obligation_code", "subject_id", "occurrence"),
    (
        _text("obligation_code", "the obligation, unique within its action", source="R-208"),
        _text("rulebook_code", "the rulebook"),
        _text("rulebook_version", "the version used"),
        _text("action_code", "the action"),
        _text("subject_kind", "enrolment, contract, job, step, exit or agreement_line"),
        _id("subject_id", "the subject"),
        _id("person_id", "the person; empty for an agreement line", nullable=True),
        _id("organisation_id", "the organisation in charge"),
        _id("authority_id", "the authority"),
        _text("occurrence", "which time: empty, or the first day of the window it speaks of"),
        _date("due_on", "last day to do it", nullable=True),
        _date("met_on", "day it was done", nullable=True),
        _date("breached_on", "first day of the breach", nullable=True),
        _date("suspended_from", "first day it is suspended", nullable=True),
        _date("suspended_to", "last day it is suspended", nullable=True),
        _decimal("measured", "what was counted, when the obligation counts", nullable=True),
        _decimal("required", "what is required or allowed, same unit", nullable=True),
    ),
)

TABLES: tuple[Table, ...] = (
    AUTHORITY,
    TERRITORY,
    ORGANISATION,
    PERSON,
    HOUSEHOLD_MEMBER,
    RIGHT,
    RIGHTS_AND_DUTIES,
    REGISTRATION,
    MONTHLY_MOVEMENT,
    AGREEMENT_LINE,
    LINE_PLACES,
    ORIENTATION,
    ENROLMENT,
    PAUSE,
    MAINTENANCE,
    MANDATE,
    CONTRACT,
    APPOINTMENT,
    STEP,
    JOB,
    EXIT,
    PIECE,
    ASSESSMENT,
    OBSTACLE,
    INFORMATION,
    REPORT,
    RULE_VALUE,
    OBLIGATION,
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
