"""One module per shape: its table of rules and its SQL text, which ends with the rows of ``answers``.

``answers`` has: rule_id, subject_id, enrolment_id, occurrence, due_on, late_on (first day of a breach), met_on, end_on (nothing is
expected after it), held_from and held_to (a decision suspends it), lost_from (from then on a
breach can no longer be mended), measured, required, evidence.
"""

from __future__ import annotations

from jalons.rulebooks.obligations.shapes import (
    consecutive_events,
    continuity,
    count_or_sum_in_window,
    deadline_after_event,
    last_event,
    presence_of_piece,
    ratio,
    reports_of_lines,
    span,
)
from jalons.rulebooks.obligations.shapes.common import Parts

WRITERS = (
    deadline_after_event,
    continuity,
    count_or_sum_in_window,
    last_event,
    consecutive_events,
    span,
    presence_of_piece,
)
LINE_WRITERS = (ratio, reports_of_lines)

__all__ = ["LINE_WRITERS", "WRITERS", "Parts"]
