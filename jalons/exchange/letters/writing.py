"""Turns letters asked for into kept documents, and queues the e-mails: the same rows give the same bytes, once."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.documents.letters.composing import Envelope, compose
from jalons.documents.letters.queries import text_of
from jalons.documents.operations import keep_paper
from jalons.documents.paper import Paper
from jalons.exchange.letters import mail
from jalons.exchange.letters.models import Letter, Way
from jalons.kernel import outbox
from jalons.network.models import Authority

KIND = "letter"  # of the document, for lists of what is kept


def paper(letter: Letter, authority: Authority) -> Paper:
    """Return the paper of a letter, from what was fixed when it was asked."""
    envelope = Envelope(tuple(letter.recipient), authority.name, letter.asked_on, f"Courrier n° {letter.number}")
    return compose(text_of(letter.version), letter.values, envelope)


def write(letters: Sequence[Letter], *, authority: Authority) -> None:
    """Make and keep the documents of letters that have none, in the running operation; then queue those that go by e-mail."""
    for letter in letters:
        letter.document = keep_paper(
            actor=letter.asked_by, on=letter.asked_on, paper=paper(letter, authority), kind=KIND
        )
        letter.save(update_fields=("document",))
    outbox.queue(mail.messages([one for one in letters if one.way == Way.EMAIL], authority))
