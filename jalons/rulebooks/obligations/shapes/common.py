"""What the shapes share: the parts of a statement, and the join of rules with their subjects."""

from __future__ import annotations

from dataclasses import dataclass

# Rules × the subjects of their action that start within their validity.
CASES = """cases AS (
  SELECT {columns}
  FROM rules AS r
  JOIN subjects AS s ON s.anchor = r.anchor AND s.action_code = r.action_code
    AND s.start_on >= r.valid_from AND s.start_on <= r.valid_to
  {more}
)"""

# The day comes first in the text, so that the smallest text is the earliest fact, then the smallest reference.
DATED_REF = "CAST(e.event_on AS TEXT) || ' ' || e.ref"


def day_of(dated_ref: str) -> str:
    """SQL of the date inside a ``DATED_REF``."""
    return f"CAST(SUBSTR({dated_ref}, 1, 10) AS DATE)"


def ref_of(dated_ref: str) -> str:
    """SQL of the reference inside a ``DATED_REF``."""
    return f"SUBSTR({dated_ref}, 12)"


NO_HOLD = "CAST(NULL AS DATE) AS held_from, CAST(NULL AS DATE) AS held_to"
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
