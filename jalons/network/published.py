"""Authorities, territories and organisations as facts."""

from __future__ import annotations

from jalons.facts.contracts import AUTHORITY, ORGANISATION, TERRITORY
from jalons.facts.publishing import Published

PUBLISHED: tuple[Published, ...] = (
    Published(AUTHORITY, "SELECT id AS authority_id, code, name FROM network_authority"),
    Published(TERRITORY, "SELECT id AS territory_id, authority_id, code, name FROM network_territory"),
    Published(ORGANISATION, "SELECT id AS organisation_id, name, kind FROM network_organisation"),
)
