"""What a contract says on paper: her words first, then what, who, when and where, in the order it is read aloud (R-079…R-081).

Pure: everything is given, so that the same contract on the same day gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from jalons.documents.paper import (
    Block,
    Facts,
    Hand,
    Hands,
    Heading,
    Paper,
    Paragraph,
    Places,
    Quote,
    Table,
)
from jalons.ui.french import date_long, date_short

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class PaperStep:
    """A line of the calendar, in words."""

    doer: str
    what: str
    planned_on: date | None
    place: str


@dataclass(frozen=True, slots=True)
class ContractText:
    """What is written on the paper of a contract, in words; ``objectives``: horizon → text, ``rules``: sentences of its frame."""

    title: str
    rank: int
    copy: int  # number of the document among those made of this contract
    day: date
    person: str
    caseworker: str
    organisation: str
    authority: str
    action: str
    start_on: date
    end_on: date
    her_words: str
    previous_review: str
    objectives: Mapping[str, str]
    steps: Sequence[PaperStep]
    rules: Sequence[str]
    diagnosis: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()  # parts of the grid that completes it
    told: Sequence[tuple[str, date | None]] = ()  # what the person was told before she adheres, and when


@dataclass(frozen=True, slots=True)
class Given:
    """What a copy handed over tells of the signatures and the validation: the hands, the sentences."""

    hands: Sequence[Hand]
    sentences: Sequence[str]


def words_of(text: ContractText) -> str:
    """Return what changes when the words of a contract do, whatever the day and the number of its document: SHA-256, in hex."""
    said = asdict(replace(text, day=date.min, copy=0))
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def paper_to_sign(text: ContractText) -> Paper:
    """Return the paper both sides sign."""
    return _paper(text, [Heading("Signatures"), Places((text.person, f"{text.caseworker}, {text.organisation}"))])


def paper_handed_over(text: ContractText, given: Given) -> Paper:
    """Return the copy handed to the person: the same text, then who signed and who validated (R-084)."""
    blocks: list[Block] = [Heading("Signatures et validation")]
    if given.hands:
        blocks.append(Hands(tuple(given.hands)))
    blocks += [Paragraph(sentence) for sentence in given.sentences]
    return _paper(text, blocks)


def _paper(text: ContractText, end: Sequence[Block]) -> Paper:
    return Paper(
        title=f"{text.title} n° {text.rank}",
        day=text.day,
        author=text.authority,
        blocks=(*_beginning(text), *_calendar(text.steps), *_diagnosis(text), *_told(text), *_frame(text), *end),
        reference=f"{text.title} n° {text.rank}, document n° {text.copy} préparé le {date_short(text.day)}",
    )


def _beginning(text: ContractText) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(
            f"Entre {text.person} et {text.organisation}, représenté par {text.caseworker}.\n"
            f"Du {date_long(text.start_on)} au {date_long(text.end_on)}."
        ),
        Heading("Ce que je veux"),
        Quote(text.her_words) if text.her_words else Paragraph(NOTHING),
    ]
    if text.previous_review:
        blocks += [Heading("Le bilan de mon contrat précédent"), Paragraph(text.previous_review)]
    horizons = (("short", "À court terme"), ("medium", "À moyen terme"), ("long", "À long terme"))
    rows = tuple((label, text.objectives.get(code) or NOTHING) for code, label in horizons)
    return [*blocks, Heading("Mes objectifs"), Facts(rows)]


def _calendar(steps: Sequence[PaperStep]) -> list[Block]:
    heading = Heading("Qui fait quoi, quand et où")
    if not steps:
        return [heading, Paragraph("Aucune étape écrite.")]
    rows = tuple((date_short(one.planned_on), one.doer or NOTHING, one.what, one.place or NOTHING) for one in steps)
    return [heading, Table("Le calendrier", ("Date", "Qui", "Quoi", "Où"), rows)]


def _diagnosis(text: ContractText) -> list[Block]:
    blocks: list[Block] = []
    for label, answers in text.diagnosis:
        rows = tuple((question, answer or NOTHING) for question, answer in answers)
        blocks += [Heading(f"Mon diagnostic : {label[0].lower()}{label[1:]}"), Facts(rows)]
    return blocks


def _told(text: ContractText) -> list[Block]:
    if not text.told:
        return []
    rows = tuple((label, f"expliqué le {date_long(day)}" if day else NOTHING) for label, day in text.told)
    return [Heading("Ce qui m’a été expliqué avant de m’engager"), Facts(rows)]


def _frame(text: ContractText) -> list[Block]:
    return [Heading("Les règles de ce contrat"), Paragraph("\n".join(text.rules))] if text.rules else []
