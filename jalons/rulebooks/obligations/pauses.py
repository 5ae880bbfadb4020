"""Pauses as stretches: two pauses of which one begins the day after the other are one stretch."""

from __future__ import annotations


def stretches_cte(*, some_persons: bool) -> str:
    """Return the CTE of the stretches of pause, for everybody or for ``$persons`` only; ``end_on`` is NULL while one runs."""
    one = "WHERE p.person_id = any($persons)" if some_persons else ""
    order = "PARTITION BY {0}.enrolment_id ORDER BY {0}.start_on"
    return f"""pauses AS (
  SELECT p.enrolment_id, p.pause_id, p.start_on, p.end_on, CASE WHEN add_days(LAG(p.end_on)
      OVER ({order.format("p")}), 1) = p.start_on THEN 0 ELSE 1 END AS opens
  FROM facts.pause AS p {one}
),
grouped AS (
  SELECT p.*, SUM(p.opens) OVER ({order.format("p")} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
  FROM pauses AS p
),
stretches AS (
  SELECT g.enrolment_id, MIN(g.pause_id) AS pause_id, MIN(g.start_on) AS start_on,
    CASE WHEN COUNT(g.end_on) = COUNT(*) THEN MAX(g.end_on) END AS end_on
  FROM grouped AS g GROUP BY g.enrolment_id, g.stretch
)"""
