"""The pathway as facts: dates, states and classes, never a name nor a free text."""

from __future__ import annotations

from jalons.facts.contracts import (
    ASSESSMENT,
    CONTRACT,
    ENROLMENT,
    EXIT,
    INFORMATION,
    JOB,
    MAINTENANCE,
    MANDATE,
    OBSTACLE,
    ORIENTATION,
    PAUSE,
    PIECE,
    STEP,
)
from jalons.facts.publishing import Published

PUBLISHED: tuple[Published, ...] = (
    Published(
        ORIENTATION,
        """
        SELECT id AS orientation_id, person_id, authority_id, organisation_id, line_id, action_code, accompaniment_type,
               channel, decided_on, closed_on, subject_since, replaces_id,
               opinion_on, nullif(opinion_body, '') AS opinion_body
        FROM pathways_orientation
        """,
    ),
    Published(
        ENROLMENT,
        """
        SELECT enrolment.id AS enrolment_id, enrolment.person_id, enrolment.line_id, line.agreement_id,
               enrolment.authority_id, enrolment.organisation_id,
               coalesce(line.territory_id, person.territory_id) AS territory_id,
               line.framework_code, enrolment.action_code, enrolment.orientation_id,
               coalesce(orientation.decided_on, enrolment.start_on) AS oriented_on,
               enrolment.start_on, enrolment.end_on, nullif(enrolment.end_reason, '') AS end_reason
        FROM pathways_enrolment AS enrolment
        JOIN agreements_agreementline AS line ON line.id = enrolment.line_id
        JOIN people_person AS person ON person.id = enrolment.person_id
        LEFT JOIN pathways_orientation AS orientation ON orientation.id = enrolment.orientation_id
        """,
    ),
    Published(
        PAUSE,
        """
        SELECT pause.id AS pause_id, pause.enrolment_id, enrolment.person_id, pause.start_on, pause.end_on
        FROM pathways_pause AS pause JOIN pathways_enrolment AS enrolment ON enrolment.id = pause.enrolment_id
        """,
    ),
    Published(
        MAINTENANCE,
        """
        SELECT proposal.id AS maintenance_id, proposal.enrolment_id, enrolment.person_id, proposal.decided_on, proposal.until
        FROM pathways_closureproposal AS proposal JOIN pathways_enrolment AS enrolment ON enrolment.id = proposal.enrolment_id
        WHERE proposal.state = 'maintained'
        """,
    ),
    Published(
        MANDATE,
        "SELECT id AS mandate_id, person_id, caseworker_id, organisation_id, start_on, end_on FROM pathways_mandate",
    ),
    Published(
        CONTRACT,
        """
        SELECT id AS contract_id, enrolment_id, person_id, kind, rank, state, start_on, end_on, signed_on, submitted_on,
               validated_on, handed_over_on,
               CASE WHEN validated_on IS NOT NULL THEN greatest(start_on, validated_on) END AS in_force_on
        FROM pathways_contract
        """,
    ),
    Published(
        STEP,
        """
        SELECT id AS step_id, enrolment_id, person_id, kind, family, source, state, positioned_on, started_on, ended_on,
               weekly_hours, qualifying, diploma_on
        FROM pathways_step
        """,
    ),
    Published(
        JOB,
        """
        SELECT id AS job_id, enrolment_id, person_id, contract_kind, employer_kind, weekly_hours, start_on, end_on, ended_on
        FROM pathways_job
        """,
    ),
    Published(
        EXIT,
        """
        SELECT leaving.id AS exit_id, leaving.enrolment_id, leaving.person_id, enrolment.line_id, enrolment.authority_id,
               enrolment.organisation_id, enrolment.action_code, leaving.exited_on, leaving.destination, leaving.job_id,
               leaving.step_id, nullif(leaving.computed_class, '') AS computed_class,
               nullif(coalesce(nullif(leaving.chosen_class, ''), leaving.computed_class), '') AS exit_class, leaving.state
        FROM pathways_exit AS leaving JOIN pathways_enrolment AS enrolment ON enrolment.id = leaving.enrolment_id
        """,
    ),
    Published(
        PIECE,
        "SELECT id AS piece_id, enrolment_id, person_id, kind, dated_on FROM pathways_piece",
    ),
    Published(
        ASSESSMENT,
        "SELECT id AS assessment_id, enrolment_id, person_id, kind, made_on FROM pathways_assessment",
    ),
    Published(
        OBSTACLE,
        """
        SELECT id AS obstacle_id, enrolment_id, person_id, domain, opened_on, worked_on, lifted_on FROM pathways_obstacle
        """,
    ),
    Published(
        INFORMATION,
        "SELECT id AS information_id, enrolment_id, person_id, kind, given_on FROM pathways_information",
    ),
)
