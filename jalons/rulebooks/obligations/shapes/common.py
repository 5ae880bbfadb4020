"""What the shapes share: the parts of a statement, and the join of rules with their subjects."""

from __future__ import annotations

from dataclasses import dataclass

_CASES = """cases AS (
  SELECT {columns}
  FROM rules AS r
  JOIN subjects AS s ON s.anchor = r.anchor AND s.action_code = r.action_code AND s.start_on <= r.bound_to
    AND {governed}
    AND (r.job_contracts = '' OR r.job_contracts LIKE '%,' || s.job_contract || ',%')
    AND (r.employers = '' OR r.employers LIKE '%,' || s.employer || ',%')
  {more}
)"""
# The governing day of what speaks of a starting point (or of the enrolment, when that came later), and of the present.
_ANCHOR = "GREATEST(s.anchor_on, s.start_on)"
ANCHOR_DAY = f"{_ANCHOR} >= r.governs_from AND {_ANCHOR} <= r.governs_to"
_PRESENT = "LEAST($as_of, COALESCE(s.end_on, $as_of))"
PRESENT_DAY = f"{_PRESENT} >= r.governs_from AND {_PRESENT} <= r.governs_to"
# For shapes that say the governing day of each answer themselves: the version governs some day of the subject.
SOME_DAY = "s.start_on <= r.governs_to AND COALESCE(s.end_on, r.governs_from) >= r.governs_from"


def cases(columns: str, governed: str, more: str = "") -> str:
    """Return the CTE ``cases``: rules × the subjects of their action that they bind and, by ``governed``, govern."""
    return _CASES.format(columns=columns, governed=governed, more=more)


# The day comes first in the text, so that the smallest text is the earliest fact, then the smallest reference.
DATED_REF = "CAST(e.event_on AS TEXT) || ' ' || e.ref"


def day_of(dated_ref: str) -> str:
    """SQL of the date inside a ``DATED_REF``."""
    return f"CAST(SUBSTR({dated_ref}, 1, 10) AS DATE)"


def ref_of(dated_ref: str) -> str:
    """SQL of the reference inside a ``DATED_REF``."""
    return f"SUBSTR({dated_ref}, 12)"


NEVER_LOST = "CAST(NULL AS DATE) AS lost_from"
NO_HOLD = f"CAST(NULL AS DATE) AS held_from, CAST(NULL AS DATE) AS held_to, {NEVER_LOST}"
NO_MEASURE = "CAST(NULL AS DECIMAL(12, 2)) AS measured, CAST(NULL AS DECIMAL(12, 2)) AS required"


def measure(measured: str, required: str) -> str:
    """SQL of the two columns of a count."""
    return f"CAST({measured} AS DECIMAL(12, 2)) AS measured, CAST({required} AS DECIMAL(12, 2)) AS required"


@dataclass(frozen=True, slots=True)
class Parts:
    """What one shape gives to its statement: value tables, anchors used, and the CTEs that end with ``answers``."""

    tables: tuple[str, ...]
    anchors: frozenset[str]
    ctes: str
