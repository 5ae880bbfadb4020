"""What a person reads: when, where, with whom. Never why: somebody else may read it on her phone."""

from __future__ import annotations

from jalons.agenda.models import Appointment, Mode
from jalons.exchange.messages.gsm7 import plain
from jalons.kernel.outbox import Channel
from jalons.ui.french import clock_time, day_name, typography

REMINDER, CANCELLED, MOVED = "appointment_reminder", "appointment_cancelled", "appointment_moved"
KINDS = {
    REMINDER: "Rappel de rendez-vous",
    CANCELLED: "Rendez-vous annulé",
    MOVED: "Rendez-vous déplacé",
    "letter": "Courrier",
}
_WAYS = {Mode.PHONE: "par téléphone", Mode.VIDEO: "en visio"}
_END = (
    "Ce message est automatique : personne ne lit les réponses. "
    "Pour ne plus en recevoir, dites-le à la personne qui vous accompagne."
)


def title_of(kind: str, appointment: Appointment) -> str:
    """Return the subject of an e-mail."""
    day = day_name(appointment.starts_at)
    words = {
        REMINDER: f"Votre rendez-vous du {day}",
        CANCELLED: f"Votre rendez-vous du {day} est annulé",
        MOVED: f"Votre rendez-vous du {day} est déplacé",
    }
    return words[kind]


def body_of(kind: str, channel: str, appointment: Appointment) -> str:
    """Return the plain text of a message about an appointment; for MOVED, the former one (the new one is read from it)."""
    if channel == Channel.SMS:
        return plain(_short(kind, appointment))
    return typography("\n\n".join(("Bonjour,", *_paragraphs(kind, appointment), _END))) + "\n"


def _paragraphs(kind: str, appointment: Appointment) -> tuple[str, ...]:
    house = appointment.organisation.name
    if kind == CANCELLED:
        return (
            f"Votre rendez-vous du {_when(appointment)} avec {house} est annulé. Vous n’avez pas à venir.",
            f"{house} vous proposera une autre date.",
        )
    if kind == MOVED:
        new = appointment.moved_to
        assert new is not None
        return (
            f"Votre rendez-vous du {_when(appointment)} est déplacé.",
            f"Nouvelle date : {_when(new)}{_where(new)}, avec {house}.",
            f"Si vous ne pouvez pas venir, prévenez {house} dès que possible.",
        )
    return (
        f"Vous avez rendez-vous {_when(appointment)}{_where(appointment)}, avec {house}.",
        f"Si vous ne pouvez pas venir, prévenez {house} dès que possible.",
    )


def _short(kind: str, appointment: Appointment) -> str:
    house = appointment.organisation.name
    if kind == CANCELLED:
        return f"{house} : votre rendez-vous du {_when(appointment)} est annulé."
    if kind == MOVED:
        new = appointment.moved_to
        assert new is not None
        return f"{house} : votre rendez-vous du {_when(appointment)} est déplacé au {_when(new)}{_where(new)}."
    return f"{house} : vous avez rendez-vous {_when(appointment)}{_where(appointment)}. Si vous ne pouvez pas venir, prévenez."


def _when(appointment: Appointment) -> str:
    return f"{day_name(appointment.starts_at)} à {clock_time(appointment.starts_at)}"


def _where(appointment: Appointment) -> str:
    way = _WAYS.get(Mode(appointment.mode), "")
    if way:
        return f", {way}"
    return f", {appointment.place}" if appointment.place else ""
