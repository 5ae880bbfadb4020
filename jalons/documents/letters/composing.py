"""From the text of a model and the values of a person to a paper: pure, the same text and values give the same bytes.

The text is plain, with four signs at the start of a line: « # » a heading, « - » an item, « > » a line of the frame,
nothing a paragraph. The signs are read in the model before the mentions are replaced: no value can add a heading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from jalons.documents.letters.mentions import filled, used_in
from jalons.documents.models import LetterKind
from jalons.documents.paper import Block, Frame, Heading, Items, Paper, Paragraph, Signed
from jalons.kernel.refusals import Refusal
from jalons.ui.french import typography

LONGEST_BODY = 8_000  # characters: three pages
SIGNS = ("# ", "- ", "> ")


@dataclass(frozen=True, slots=True)
class LetterText:
    """What the model of a letter says; ``sender`` is lines of the top left, ``place`` where it is written."""

    heading: str
    body: str
    sender: str = ""
    place: str = ""
    signatory: str = ""

    def texts(self) -> tuple[str, ...]:
        """Return every text that may hold mentions."""
        return (self.heading, self.body, self.sender, self.place, self.signatory)


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom and by whom: lines for the window of the envelope, the body that issues the letter, day and reference."""

    recipient: tuple[str, ...]
    author: str
    day: date
    reference: str


def checked(text: LetterText, kind: LetterKind) -> LetterText:
    """Return the text cleaned of its carriage returns. Refused: nothing to say, too long, an unknown mention."""
    clean = LetterText(*(one.replace("\r\n", "\n").replace("\r", "\n").strip() for one in text.texts()))
    if not clean.heading or not clean.body:
        raise Refusal("Un courrier a un objet et un texte.", code="letter_version_says_something")
    if len(clean.body) > LONGEST_BODY:
        raise Refusal(
            f"Ce texte a {len(clean.body)} caractères : un courrier en a {LONGEST_BODY} au plus.",
            code="letter_too_long",
        )
    used_in(clean.texts(), kind)
    return clean


def compose(text: LetterText, values: Mapping[str, str], envelope: Envelope) -> Paper:
    """Return the paper of one letter. KeyError for a mention without value: ask ``mentions.missing`` first."""

    def said(part: str) -> str:
        return typography(filled(part, values))

    blocks: list[Block] = list(_blocks(text.body, said))
    if text.signatory:
        blocks.append(Signed(said(text.signatory)))
    sender = tuple(said(line) for line in text.sender.split("\n") if line) or (envelope.author,)
    return Paper(
        title=said(text.heading),
        day=envelope.day,
        author=envelope.author,
        blocks=tuple(blocks),
        sender=sender,
        recipient=envelope.recipient,
        place=said(text.place),
        reference=envelope.reference,
    )


def _blocks(body: str, said: Callable[[str], str]) -> Iterator[Block]:
    for sign, lines in _groups(body.strip().split("\n")):
        if sign == "#":
            yield from (Heading(said(line)) for line in lines)
        elif sign == "-":
            yield Items(tuple(said(line) for line in lines))
        elif sign == ">":
            yield Frame(tuple(_row(line, said) for line in lines))
        else:
            yield Paragraph(said("\n".join(lines)))


def _groups(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield lines that follow one another under the same sign; an empty line ends a group."""
    for sign, found in groupby((_signed(line) for line in lines), key=itemgetter(0)):
        if sign is not None:
            yield sign, [line for _, line in found]


def _signed(line: str) -> tuple[str | None, str]:
    bare = line.strip()
    if not bare:
        return None, ""
    return (bare[0], bare[2:].strip()) if bare[:2] in SIGNS else ("", bare)


def _row(line: str, said: Callable[[str], str]) -> tuple[str, str]:
    label, colon, value = line.partition(" :")
    return (said(label.strip()), said(value.strip())) if colon else ("", said(line))
