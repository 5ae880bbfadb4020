"""The values of the adopted rulebooks as facts."""

from __future__ import annotations

from jalons.facts.contracts import RULE_VALUE
from jalons.facts.publishing import Published

PUBLISHED: tuple[Published, ...] = (
    Published(
        RULE_VALUE,
        """
        SELECT version.code AS rulebook_code, version.authority_code, version.version, rule.action_code, rule.path,
               rule.value, rule.number, version.valid_from, version.applies_to AS valid_to, rule.basis, rule.citation
        FROM rulebooks_rulevalue AS rule
        JOIN rulebooks_rulebookversion AS version ON version.id = rule.rulebook_id
        """,
    ),
)
