"""What a message about an appointment says today, or why it must not leave any more: asked when written and when sent."""

from __future__ import annotations

from datetime import datetime

from jalons.agenda.models import Appointment, Outcome
from jalons.exchange.messages.believed import believed, unchanged
from jalons.exchange.messages.invitations import invitation
from jalons.exchange.messages.texts import CANCELLED, MOVED, REMINDER, body_of, title_of
from jalons.kernel.outbox import Channel, Content, Message
from jalons.people.models import Contact, ContactKind

OUTCOME_OF = {REMINDER: Outcome.PLANNED, CANCELLED: Outcome.CANCELLED, MOVED: Outcome.MOVED}
CONTACT_OF = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.MOBILE}


def content(kind: str, channel: str, appointment: Appointment, address: str, *, stamp: datetime) -> Content:
    """Return the message about ``appointment`` to ``address``, asked for at the instant ``stamp``."""
    attached = invitation(kind, appointment, address, stamp=stamp) if channel == Channel.EMAIL else None
    before, now = told_and_now(kind, channel, appointment)
    title = title_of(kind, before, now) if channel == Channel.EMAIL else ""
    return Content(address=address, title=title, body=body_of(kind, channel, before, now), attachment=attached)


def told_and_now(kind: str, channel: str, appointment: Appointment) -> tuple[Appointment, Appointment]:
    """Return the date the person has in mind, and what stands: the appointment, or the one it was moved to."""
    moved = appointment.moved_to if kind == MOVED else None
    before = appointment if kind == REMINDER else believed(appointment, Channel(channel))
    return before, moved or appointment


def content_now(*, message: Message, at: datetime) -> Content | str:
    """Answer the outbox just before sending (port ``still_right``)."""
    appointment = (
        Appointment.objects.select_related("organisation", "moved_to__organisation")
        .filter(pk=message.subject_id)
        .first()
    )
    if appointment is None:
        return "Ce rendez-vous n’existe plus."
    if appointment.outcome != OUTCOME_OF[message.kind]:
        return f"Le rendez-vous est « {appointment.get_outcome_display()} » : ce message n’a plus lieu d’être."
    if appointment.mistake:
        return "Ce rendez-vous a été noté par erreur : ce message n’a plus lieu d’être."
    if _starts(message.kind, appointment) <= at:
        return "L’heure du rendez-vous est passée."
    if message.kind == MOVED and (appointment.moved_to is None or appointment.moved_to.outcome != Outcome.PLANNED):
        return "La nouvelle date n’est plus prévue."
    if says_nothing(message.kind, message.channel, appointment):
        return "Le rendez-vous est revenu à ce que la personne en sait."
    contact = Contact.objects.filter(
        person_id=appointment.person_id, kind=CONTACT_OF[Channel(message.channel)], withdrawn_on__isnull=True
    ).first()
    if contact is None:
        return "La personne ne veut plus recevoir ces messages."
    return content(message.kind, message.channel, appointment, contact.value, stamp=message.queued_at)


def says_nothing(kind: str, channel: str, appointment: Appointment) -> bool:
    """Tell whether an appointment moved is back to what the person has in mind."""
    return kind == MOVED and unchanged(*told_and_now(kind, channel, appointment))


def _starts(kind: str, appointment: Appointment) -> datetime:
    moved = appointment.moved_to if kind == MOVED else None
    return moved.starts_at if moved is not None else appointment.starts_at
