"""Who acts: authorities, territories, organisations."""

from __future__ import annotations

from jalons.facts.tables.columns import Table, id_, text

AUTHORITY = Table(
    "authority",
    "an authority that orients, funds and steers",
    ("authority_id",),
    (
        id_("authority_id", "the authority", source="R-001"),
        text("code", "its short stable code"),
        text("name", "its name as shown"),
    ),
)
TERRITORY = Table(
    "territory",
    "a territory of an authority",
    ("territory_id",),
    (
        id_("territory_id", "the territory", source="R-002, R-003"),
        id_("authority_id", "its authority"),
        text("code", "its code within the authority"),
        text("name", "its name as shown"),
    ),
)
ORGANISATION = Table(
    "organisation",
    "an organisation that accompanies",
    ("organisation_id",),
    (
        id_("organisation_id", "the organisation", source="R-008"),
        text("name", "its name as shown"),
        text("kind", "association, ccas, cias, epci, enterprise, employment_service, authority_service or plie"),
    ),
)
