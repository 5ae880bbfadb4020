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


def title_of(kind: str, before: Appointment, now: Appointment) -> str:
    """Return the subject of an e-mail about ``now``; ``before`` is the date the person has in mind."""
    day = day_name(before.starts_at)
    if kind == MOVED and before.starts_at == now.starts_at:
        return f"Votre rendez-vous du {day} change de lieu"
    words = {
        REMINDER: f"Votre rendez-vous du {day}",
        CANCELLED: f"Votre rendez-vous du {day} est annulé",
        MOVED: f"Votre rendez-vous du {day} est déplacé",
    }
    return words[kind]


def body_of(kind: str, channel: str, before: Appointment, now: Appointment) -> str:
    """Return the plain text of a message about ``now``; ``before`` is the date the person has in mind, the same for REMINDER."""
    if channel == Channel.SMS:
        return plain(_short(kind, before, now))
    return typography("\n\n".join(("Bonjour,", *_paragraphs(kind, before, now), _END))) + "\n"


def _paragraphs(kind: str, before: Appointment, now: Appointment) -> tuple[str, ...]:
    house = now.organisation.name
    if kind == CANCELLED:
        return (
            f"Votre rendez-vous du {_when(before)} avec {house} est annulé. Vous n’avez pas à venir.",
            f"{house} vous proposera une autre date.",
        )
    unable = f"Si vous ne pouvez pas venir, prévenez {house} dès que possible."
    if kind == MOVED and before.starts_at == now.starts_at:
        where = _where(now).removeprefix(", ") or f"{house} vous le dira"
        return f"Votre rendez-vous du {_when(before)} avec {house} change de lieu.", f"Nouveau lieu : {where}.", unable
    if kind == MOVED:
        return (
            f"Votre rendez-vous du {_when(before)} est déplacé.",
            f"Nouvelle date : {_when(now)}{_where(now)}, avec {house}.",
            unable,
        )
    return f"Vous avez rendez-vous {_when(now)}{_where(now)}, avec {house}.", unable


def _short(kind: str, before: Appointment, now: Appointment) -> str:
    house = now.organisation.name
    if kind == CANCELLED:
        return f"{house} : votre rendez-vous du {_when(before)} est annulé."
    if kind == MOVED and before.starts_at == now.starts_at:
        return f"{house} : votre rendez-vous du {_when(before)} change de lieu{_where(now)}."
    if kind == MOVED:
        return f"{house} : votre rendez-vous du {_when(before)} est déplacé au {_when(now)}{_where(now)}."
    return f"{house} : vous avez rendez-vous {_when(now)}{_where(now)}. Si vous ne pouvez pas venir, prévenez."


def _when(appointment: Appointment) -> str:
    return f"{day_name(appointment.starts_at)} à {clock_time(appointment.starts_at)}"


def _where(appointment: Appointment) -> str:
    way = _WAYS.get(Mode(appointment.mode), "")
    if way:
        return f", {way}"
    return f", {appointment.place}" if appointment.place else ""
