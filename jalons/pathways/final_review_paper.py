"""What the « bilan » of the end of an action says on paper: with whom, what was said, the skills acquired (R-132).

Pure: everything is given, so that the same « bilan » gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jalons.documents.paper import Block, Facts, Heading, Paper, Paragraph, Places, Table
from jalons.ui.french import date_long, date_short

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class PaperAttendee:
    """One of those the rulebook wants, in words."""

    label: str
    name: str
    present: bool


@dataclass(frozen=True, slots=True)
class ReviewText:
    """What is written on the paper, in words; ``sections``: part → (heading, answer); ``skills`` None: they are not asked."""

    title: str
    day: date
    person: str
    professional: str
    organisation: str
    authority: str
    action: str
    entered_on: date
    left_on: date | None
    made_on: date
    attendees: Sequence[PaperAttendee]
    absence_reason: str
    sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    skills_label: str = ""
    skills: Sequence[tuple[str, str, date | None]] | None = None


def paper_of(text: ReviewText) -> Paper:
    """Return the paper both sides may sign."""
    return Paper(
        title=text.title,
        day=text.day,
        author=text.authority,
        blocks=(*_beginning(text), *_sections(text), *_skills(text), *_places(text)),
        reference=f"{text.title}, établi le {date_short(text.day)}",
    )


def _beginning(text: ReviewText) -> list[Block]:
    until = f" au {date_long(text.left_on)}" if text.left_on else ""
    since = "Du" if text.left_on else "Depuis le"
    blocks: list[Block] = [
        Paragraph(
            f"{text.person}, action « {text.action} », {text.organisation}.\n"
            f"{since} {date_long(text.entered_on)}{until}. Bilan fait le {date_long(text.made_on)}."
        ),
        Heading("Fait avec"),
        Facts(
            tuple(
                (one.label, one.name or NOTHING if one.present else f"{one.name or NOTHING}, n’a pas participé")
                for one in text.attendees
            )
        ),
    ]
    if text.absence_reason:
        blocks.append(Paragraph(f"Pourquoi il manque quelqu’un : {text.absence_reason}"))
    return blocks


def _sections(text: ReviewText) -> list[Block]:
    blocks: list[Block] = []
    for label, answers in text.sections:
        blocks += [Heading(label), Facts(tuple((heading, answer or NOTHING) for heading, answer in answers))]
    return blocks


def _skills(text: ReviewText) -> list[Block]:
    if text.skills is None:
        return []
    heading = Heading(text.skills_label)
    if not text.skills:
        return [heading, Paragraph("Aucun acquis noté.")]
    rows = tuple((label, proof or NOTHING, date_short(day) if day else NOTHING) for label, proof, day in text.skills)
    return [heading, Table(text.skills_label, ("Acquis", "Attesté par", "Le"), rows)]


def _places(text: ReviewText) -> list[Block]:
    others = [
        f"{one.name}, {one.label[0].lower()}{one.label[1:]}" for one in text.attendees if one.present and one.name
    ]
    mine = f"{text.professional}, {text.organisation}"
    seen = [one for one in others if not one.startswith((f"{text.person},", f"{text.professional},"))]
    return [Heading("Signatures"), Places((text.person, mine, *seen))]
