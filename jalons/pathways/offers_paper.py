"""The open offers on paper, to hand to somebody who has no account: what, where, when, how to answer (R-114). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from jalons.documents.paper import Heading, Paper, Paragraph, Table
from jalons.pathways.models import StepOffer
from jalons.ui.french import date_long, date_short

NOTHING = "–"


def offers_paper(offers: Sequence[StepOffer], kinds: Mapping[str, str], *, author: str, day: date) -> Paper:
    """Return the list, kind by kind in the order of ``kinds`` (code → words). It names nobody."""
    blocks: list[Heading | Paragraph | Table] = [
        Paragraph(
            f"Offres ouvertes le {date_long(day)}. Vous pouvez y répondre vous-même, ou en parler avec votre référent."
        )
    ]
    order = [*kinds, *sorted({one.kind for one in offers} - set(kinds))]
    for code in order:
        rows = tuple(_row(one) for one in offers if one.kind == code)
        if rows:
            label = kinds.get(code, code)
            columns = ("Offre", "Où", "Quand", "Comment y répondre")
            blocks += [Heading(label), Table(label, columns, rows)]
    if len(blocks) == 1:
        blocks.append(Paragraph("Aucune offre ouverte."))
    return Paper(title="Offres à votre disposition", day=day, author=author, blocks=tuple(blocks))


def _row(one: StepOffer) -> tuple[str, str, str, str]:
    hours = f", {one.weekly_hours.normalize():f} h par semaine".replace(".", ",") if one.weekly_hours else ""
    since = f"dès le {date_short(one.start_on)}" if one.start_on else ""
    until = f"jusqu’au {date_short(one.end_on)}" if one.end_on else ""
    when = " ".join(part for part in (since, until) if part) or NOTHING
    where = one.territory.name if one.territory else NOTHING
    return (
        f"{one.label}{hours}",
        f"{one.provider}\n{where}" if where != NOTHING else one.provider,
        when,
        one.contact or NOTHING,
    )
