"""The lines of agreements and in-house offers, and the reports received for them, as facts."""

from __future__ import annotations

from jalons.facts.contracts import AGREEMENT_LINE, REPORT
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
