"""What fills an accompaniment day after day: appointments, steps, jobs, documents, findings, reports."""

from __future__ import annotations

from jalons.facts.tables.columns import ENROLMENT_ID, PERSON_ID, Table, bool_, date_, decimal_, id_, int_, text

APPOINTMENT = Table(
    "appointment",
    "an appointment of one person, individual or as a member of a group session",
    ("appointment_id",),
    (
        id_("appointment_id", "the appointment (one row per person and session)", source="R-094"),
        PERSON_ID,
        id_("organisation_id", "the organisation that gives it"),
        id_("caseworker_id", "the professional", nullable=True),
        text("kind", "individual, group, tripartite, information_session, body or employer_visit"),
        text("mode", "face_to_face, phone, video or mail", source="R-047"),
        date_("on_date", "planned day"),
        date_("month", "first day of that month"),
        text(
            "outcome",
            "planned, held, justified_absence, unjustified_absence, cancelled or moved",
            source="R-095",
        ),
        int_("minutes", "real duration when held", nullable=True, source="R-100"),
        bool_("proved", "held, signed by the person and reported, asked for or not", source="R-100"),
    ),
    partition="on_date",
)
STEP = Table(
    "step",
    "a step of the pathway",
    ("step_id",),
    (
        id_("step_id", "the step", source="R-103"),
        ENROLMENT_ID,
        PERSON_ID,
        text("kind", "kind of the step, a code of the rulebook's taxonomy", source="R-104"),
        text("family", "employment_training, employment_access or mobilisation"),
        text("source", "common_law, programme or own_offer", source="R-108"),
        text("state", "proposed, positioned, started, completed, interrupted or cancelled", source="R-109"),
        date_("positioned_on", "positioning or prescription", nullable=True),
        date_("started_on", "real start", nullable=True),
        date_("ended_on", "real end", nullable=True),
        decimal_("weekly_hours", "hours a week while it runs", nullable=True, source="R-100"),
        bool_("qualifying", "qualifying or certifying training", source="R-125"),
        date_("diploma_on", "diploma or title obtained", nullable=True, source="R-125"),
    ),
    partition="started_on",
)
JOB = Table(
    "job",
    "a job or a business of an accompanied person",
    ("job_id",),
    (
        id_("job_id", "the job", source="R-122"),
        ENROLMENT_ID,
        PERSON_ID,
        text("contract_kind", "cdi, cdd, interim, cddi, aided, apprenticeship or business"),
        text("employer_kind", "ordinary, siae, aci or lending (mise à disposition)"),
        decimal_("weekly_hours", "hours a week", nullable=True, source="R-125"),
        date_("start_on", "job start"),
        date_("end_on", "planned last day; empty for an open-ended contract", nullable=True),
        date_("ended_on", "real last day when it stopped", nullable=True),
    ),
    partition="start_on",
)
PIECE = Table(
    "piece",
    "a document of the file: its presence and date, never its content",
    ("piece_id",),
    (
        id_("piece_id", "the document", source="R-128, R-167"),
        ENROLMENT_ID,
        PERSON_ID,
        text("kind", "kind of document, a code of the rulebook"),
        date_("dated_on", "date of the document"),
    ),
)
ASSESSMENT = Table(
    "assessment",
    "a dated assessment of the whole situation of a person",
    ("assessment_id",),
    (
        id_("assessment_id", "the assessment", source="R-067, R-068, R-070"),
        ENROLMENT_ID,
        PERSON_ID,
        text("kind", "initial, reassessment or final"),
        date_("made_on", "day of the assessment"),
    ),
)
OBSTACLE = Table(
    "obstacle",
    "an obstacle (« frein ») found, worked on, lifted; never a word of medical content",
    ("obstacle_id",),
    (
        id_("obstacle_id", "the obstacle", source="R-071, R-072"),
        ENROLMENT_ID,
        PERSON_ID,
        text("domain", "a code of the list of domains, e.g. mobility"),
        date_("opened_on", "day it was found"),
        date_("worked_on", "first day it was worked on", nullable=True),
        date_("lifted_on", "day it was lifted", nullable=True),
    ),
)
INFORMATION = Table(
    "information",
    "an information given to the person",
    ("information_id",),
    (
        id_("information_id", "the information", source="R-060, R-061, R-151"),
        ENROLMENT_ID,
        PERSON_ID,
        text("kind", "rights_and_duties, risks, declarations, or a code listed by the rulebook (told before adhering)"),
        date_("given_on", "day it was given"),
    ),
)
REPORT = Table(
    "report",
    "a report received from an organisation on a line of an agreement",
    ("report_id",),
    (
        id_("report_id", "the report", source="R-201, R-202, R-203, R-204"),
        id_("agreement_id", "the agreement"),
        id_("line_id", "the line"),
        id_("authority_id", "the authority it is sent to"),
        id_("organisation_id", "the organisation that reports"),
        text("action_code", "the action"),
        text("kind", "monthly, annual or financial"),
        date_("period_start", "first day of the month or year reported"),
        date_("received_on", "day it was received"),
    ),
)
