"""A letter that leaves by e-mail: what the message says, asked when it is queued and again when it is sent.

The text never says what the letter is about: somebody else may read the screen. The letter is attached.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jalons.agenda.rules import local_day
from jalons.documents.queries import bytes_of
from jalons.documents.rendering import PDF
from jalons.exchange.letters.models import Letter
from jalons.exchange.letters.queries import SUBJECT
from jalons.exchange.letters.standing import not_to_send
from jalons.kernel.outbox import Channel, Content, Message, NewMessage
from jalons.network.models import Authority
from jalons.people.models import Contact, ContactKind
from jalons.ui.french import typography

KIND = "letter"
NAME = "courrier.pdf"
LONGEST_TITLE = 160


def messages(letters: Sequence[Letter], authority: Authority) -> list[NewMessage]:
    """Return the messages to queue, to the addresses persons agreed to; a letter without one stays on paper, to be sent."""
    rows = Contact.objects.filter(
        person_id__in={one.person_id for one in letters}, kind=ContactKind.EMAIL, withdrawn_on__isnull=True
    )
    addresses = dict(rows.values_list("person_id", "value"))
    return [_message(one, authority, addresses[one.person_id]) for one in letters if one.person_id in addresses]


def content_now(*, message: Message, at: datetime) -> Content | str:
    """Answer the outbox just before a letter is sent."""
    letter = Letter.objects.select_related("document", "version__model__authority").get(pk=message.subject_id)
    if letter.cancelled_on is not None:
        return "Ce courrier est annulé."
    if letter.sent_on is not None:
        return "Ce courrier est déjà parti sur papier."
    if why := not_to_send([letter], on=local_day(at)).get(letter.pk):
        return f"{why} Annulez ce courrier, ou écrivez-en un autre."
    contact = Contact.objects.filter(
        person_id=letter.person_id, kind=ContactKind.EMAIL, withdrawn_on__isnull=True
    ).first()
    if contact is None:
        return "La personne ne veut plus recevoir de courriels : le courrier est à envoyer sur papier."
    assert letter.document is not None
    return _content(letter, letter.version.model.authority, contact.value)


def _message(letter: Letter, authority: Authority, address: str) -> NewMessage:
    said = _content(letter, authority, address)
    return NewMessage(
        channel=Channel.EMAIL,
        kind=KIND,
        subject_kind=SUBJECT,
        subject_id=letter.pk,
        authority_id=authority.pk,
        organisation_id=letter.organisation_id,
        person_id=letter.person_id,
        address=address,
        title=said.title,
        body=said.body,
        attachment=said.attachment,
        attachment_name=NAME,
        attachment_type=PDF,
    )


def _content(letter: Letter, authority: Authority, address: str) -> Content:
    assert letter.document is not None
    body = (
        f"Bonjour,\n\n{authority.name} vous a écrit. Le courrier est joint à ce message (n° {letter.number}).\n\n"
        "Ce message est automatique : personne ne lit les réponses. "
        "Pour recevoir vos courriers par la poste, dites-le à la personne qui vous accompagne.\n"
    )
    title = f"Un courrier de {authority.name}"[:LONGEST_TITLE]
    return Content(address, title, typography(body), bytes_of(letter.document))
