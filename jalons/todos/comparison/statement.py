"""One SQL text (DuckDB dialect) that evaluates both sides of a reform and joins their answers, then counts or lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jalons.facts.engines import Dialect, transpile
from jalons.rulebooks.engine import line_statements, statements
from jalons.rulebooks.schema import Rulebook
from jalons.todos.comparison.reform import Reform, Sides

KEY: Final = ("action_code", "obligation_code", "subject_kind", "subject_id", "occurrence")
_TYPES: Final = {
    "action_code": "TEXT",
    "obligation_code": "TEXT",
    "subject_kind": "TEXT",
    "subject_id": "BIGINT",
    "occurrence": "TEXT",
    "person_id": "BIGINT",
    "organisation_id": "BIGINT",
    "authority_id": "BIGINT",
    "due_on": "DATE",
    "met_on": "DATE",
    "breached_on": "DATE",
    "suspended_from": "DATE",
    "suspended_to": "DATE",
}
_EMPTY: Final = (
    "SELECT " + ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in _TYPES.items()) + " WHERE FALSE"
)
# The SQL twin of ``rulebooks.obligations.answers.state``; a test sets one against the other on every combination of dates.
STATE: Final = """CASE
    WHEN a.met_on IS NOT NULL AND a.breached_on IS NOT NULL THEN 'met_late'
    WHEN a.met_on IS NOT NULL THEN 'met'
    WHEN a.suspended_from <= $as_of AND (a.suspended_to IS NULL OR a.suspended_to >= $as_of) THEN
      CASE WHEN a.breached_on <= a.suspended_from AND a.suspended_to IS NULL THEN 'breached' ELSE 'suspended' END
    WHEN a.due_on IS NULL THEN CASE WHEN a.breached_on <= $as_of THEN 'breached' ELSE 'met' END
    WHEN a.breached_on <= $as_of OR a.due_on < $as_of THEN 'late'
    ELSE 'coming' END"""
_JOINED = f"""differing AS (
  SELECT {", ".join(f"COALESCE(o.{name}, n.{name}) AS {name}" for name in KEY)},
    COALESCE(o.person_id, n.person_id) AS person_id, COALESCE(o.organisation_id, n.organisation_id) AS organisation_id,
    COALESCE(o.state, '') AS state_before, COALESCE(n.state, '') AS state_after,
    o.due_on AS due_before, n.due_on AS due_after, COALESCE(date_diff('day', o.due_on, n.due_on), 0) AS moved,
    COALESCE(o.state, '') <> COALESCE(n.state, '') OR o.due_on IS DISTINCT FROM n.due_on AS changed
  FROM asked_before AS o
  FULL OUTER JOIN asked_after AS n ON {" AND ".join(f"o.{name} = n.{name}" for name in KEY)}
),
joined AS (
  SELECT * FROM differing
  UNION ALL
  SELECT {", ".join(f"a.{name}" for name in KEY)}, a.person_id, a.organisation_id, a.state AS state_before,
    a.state AS state_after, a.due_on AS due_before, a.due_on AS due_after, 0 AS moved, FALSE AS changed
  FROM asked_alike AS a
)"""
# Dates that are in one answer only are an answer that appears or disappears, not a deadline that moves.
_COUNTS = """SELECT GROUPING(j.action_code, j.organisation_id, j.state_before) AS cut,
  j.action_code, j.obligation_code, j.organisation_id, j.state_before, j.state_after,
  COUNT(*) AS answers, COUNT(CASE WHEN j.changed THEN 1 END) AS changed,
  COUNT(CASE WHEN j.moved < 0 THEN 1 END) AS earlier, COUNT(CASE WHEN j.moved > 0 THEN 1 END) AS later,
  CAST(SUM(j.moved) AS BIGINT) AS moved_days,
  COUNT(DISTINCT CASE WHEN j.changed THEN j.person_id END) AS persons
FROM joined AS j
GROUP BY GROUPING SETS (
  (j.action_code, j.obligation_code, j.organisation_id, j.state_before, j.state_after),
  (j.action_code, j.obligation_code), (j.organisation_id), ())"""
CUT_CELL, CUT_OBLIGATION, CUT_ORGANISATION, CUT_WHOLE = 0b000, 0b011, 0b101, 0b111  # a bit of GROUPING is 1 when folded
_LISTED = (*KEY, "person_id", "organisation_id", "state_before", "state_after", "due_before", "due_after", "moved")
_ORDER = "COALESCE(j.due_after, j.due_before, DATE '9999-12-31'), j.action_code, j.obligation_code, j.subject_id, j.occurrence"
# What a list may be narrowed to.
KINDS: Final = {
    "late": "j.state_after IN ('late', 'breached') AND j.state_before NOT IN ('late', 'breached')",
    "relieved": "j.state_before IN ('late', 'breached') AND j.state_after NOT IN ('late', 'breached')",
    "moved": "j.moved <> 0",
    "new": "j.state_before = ''",
    "gone": "j.state_after = ''",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text whose ``SHAPES`` stand for the statements of the shapes: these are carried to the engine one by one, so that a
    rulebook already met is not read again."""

    frame: str
    shapes: Mapping[str, tuple[str, ...]]

    def in_dialect(self, dialect: Dialect) -> str:
        """Return the whole text for an engine."""
        carried = (lambda text: text) if dialect == "duckdb" else (lambda text: transpile(text, dialect))
        whole = carried(self.frame)
        for name, texts in self.shapes.items():
            columns = ", ".join(f"shape.{column}" for column in _TYPES)
            union = " UNION ALL ".join(f"SELECT {columns} FROM ({carried(text)}) AS shape" for text in texts)
            whole = whole.replace(f"{name} AS a", f"({union or _EMPTY}) AS a")
        return whole


def counts(reform: Reform, *, lines: bool, scoped: bool) -> Text | None:
    """Return the text that counts, by cell and by cut; None when neither side obliges anything.

    It takes ``$as_of``, ``$persons`` unless it speaks of agreement ``lines``, and ``$authority`` when ``scoped``.
    """
    return _both(reform.sides, _COUNTS, lines=lines, scoped=scoped)


def listing(
    reform: Reform, *, lines: bool, scoped: bool, kind: str = "", organisation: bool = False, page: bool = False
) -> Text | None:
    """Return the text that lists what changes: the columns of ``Change``, plus ``total`` when it is paged.

    It takes what ``counts`` takes, ``$organisation`` if asked, ``$size`` and ``$skip`` with ``page``.
    """
    tests = [
        "j.changed",
        *([KINDS[kind]] if kind else []),
        *(["j.organisation_id = $organisation"] if organisation else []),
    ]
    columns = ", ".join(f"j.{name}" for name in _LISTED) + (", COUNT(*) OVER () AS total" if page else "")
    cut = " LIMIT $size OFFSET $skip" if page else ""
    ending = f"SELECT {columns} FROM joined AS j WHERE {' AND '.join(tests)} ORDER BY {_ORDER}{cut}"
    sides = reform.sides  # what both ask alike never changes
    return _both(Sides((), sides.before, sides.after), ending, lines=lines, scoped=scoped)


def _both(sides: Sides, ending: str, *, lines: bool, scoped: bool) -> Text | None:
    shapes = {
        "shapes_before": _texts(sides.before, lines=lines),
        "shapes_after": _texts(sides.after, lines=lines),
        "shapes_alike": _texts(sides.common, lines=lines),
    }
    if not any(shapes.values()):
        return None
    where = " WHERE a.authority_id = $authority" if scoped else ""
    asked = ", ".join(
        f"{name.replace('shapes', 'asked')} AS (SELECT a.*, {STATE} AS state FROM {name} AS a{where})"
        for name in shapes
    )
    return Text(f"WITH {asked}, {_JOINED} {ending}", shapes)


def _texts(books: Sequence[Rulebook], *, lines: bool) -> tuple[str, ...]:
    return line_statements(books) if lines else statements(books, some_persons=True)
