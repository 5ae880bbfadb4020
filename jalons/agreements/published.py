"""The lines of agreements and in-house offers, their places over time, and the reports received for them, as facts."""

from __future__ import annotations

from jalons.facts.contracts import AGREEMENT_LINE, LINE_PLACES, REPORT
from jalons.facts.publishing import Published

PUBLISHED = (
    Published(
        AGREEMENT_LINE,
        """
        SELECT line.id AS line_id,
               line.agreement_id,
               agreement.kind,
               nullif(agreement.dataset, '') AS dataset,
               agreement.authority_id,
               agreement.organisation_id,
               line.territory_id,
               line.framework_code,
               line.action_code,
               nullif(line.theme, '') AS theme,
               line.start_on,
               line.end_on,
               line.places,
               line.persons_to_follow,
               line.amount,
               line.fte
          FROM agreements_agreementline AS line
          JOIN agreements_agreement AS agreement ON agreement.id = line.agreement_id
        """,
    ),
    Published(
        LINE_PLACES,
        """
        SELECT periods.line_id,
               greatest(periods.start_on, line.start_on) AS start_on,
               least(coalesce(periods.next_on - 1, line.end_on), line.end_on) AS end_on,
               periods.places
          FROM (
                SELECT before.id AS line_id, before.start_on, first.decided_on AS next_on,
                       coalesce(first.places_before, before.places) AS places
                  FROM agreements_agreementline AS before
                  LEFT JOIN LATERAL (
                        SELECT amendment.decided_on, amendment.places_before
                          FROM agreements_amendment AS amendment
                         WHERE amendment.line_id = before.id
                         ORDER BY amendment.decided_on, amendment.id
                         LIMIT 1
                       ) AS first ON true
                UNION ALL
                SELECT amendment.line_id, amendment.decided_on,
                       lead(amendment.decided_on) OVER (
                           PARTITION BY amendment.line_id ORDER BY amendment.decided_on, amendment.id),
                       amendment.places_after
                  FROM agreements_amendment AS amendment
               ) AS periods
          JOIN agreements_agreementline AS line ON line.id = periods.line_id
         WHERE greatest(periods.start_on, line.start_on)
               <= least(coalesce(periods.next_on - 1, line.end_on), line.end_on)
        """,
    ),
    Published(
        REPORT,
        """
        SELECT report.id AS report_id,
               line.agreement_id,
               report.line_id,
               agreement.authority_id,
               agreement.organisation_id,
               line.action_code,
               report.kind,
               report.period_start,
               report.received_on
          FROM agreements_report AS report
          JOIN agreements_agreementline AS line ON line.id = report.line_id
          JOIN agreements_agreement AS agreement ON agreement.id = line.agreement_id
        """,
    ),
)
