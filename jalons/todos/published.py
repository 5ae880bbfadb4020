"""The stored answers of obligations as facts."""

from __future__ import annotations

from jalons.facts.contracts import OBLIGATION
from jalons.facts.publishing import Published

PUBLISHED: tuple[Published, ...] = (
    Published(
        OBLIGATION,
        """
        SELECT obligation_code, rulebook_code, rulebook_version, action_code, subject_kind, subject_id, person_id,
               organisation_id, authority_id, occurrence, due_on, met_on, breached_on, suspended_from, suspended_to,
               measured, required
        FROM todos_todo
        """,
    ),
)
