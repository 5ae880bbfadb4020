"""The places paid for and kept."""

from __future__ import annotations

from jalons.facts.tables.columns import END, START, Table, date_, decimal_, id_, int_, text

AGREEMENT_LINE = Table(
    "agreement_line",
    "places of one action bought by an agreement, or opened by an in-house offer (no price)",
    ("line_id",),
    (
        id_("line_id", "the line", source="R-192"),
        id_("agreement_id", "the agreement or in-house offer"),
        text("kind", "convention or in_house"),
        text(
            "dataset",
            "where the line comes from, e.g. annexe2_2020; empty when typed in",
            nullable=True,
            source="R-200",
        ),
        id_("authority_id", "the authority"),
        id_("organisation_id", "the organisation that accompanies"),
        id_("territory_id", "the territory; empty = whole authority", nullable=True),
        text("framework_code", "the framework, e.g. lyon_2020"),
        text("action_code", "the action, e.g. lyon_emploi_diversifie_2020"),
        text("theme", "theme or public; empty when none", nullable=True, source="R-023"),
        START,
        END,
        int_("places", "places held at once", source="R-133"),
        int_("persons_to_follow", "persons to follow over the period", nullable=True, source="R-133"),
        decimal_("amount", "euros; empty for an in-house offer", nullable=True, source="R-193"),
        decimal_("fte", "full-time equivalents announced", nullable=True, source="R-053"),
    ),
)
LINE_PLACES = Table(
    "line_places",
    "a period during which a line holds one number of places; an amendment starts another one",
    ("line_id", "start_on"),
    (
        id_("line_id", "the line", source="R-133, R-192"),
        START,
        date_("end_on", "last day, included"),
        int_("places", "places held at once during the period"),
    ),
)
