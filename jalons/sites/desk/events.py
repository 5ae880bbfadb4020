"""One dated thing of a person's file, as the line of time shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jalons.agenda.models import Outcome

KINDS: dict[str, tuple[str, str]] = {  # code: label of the filter, icon
    "rdv": ("Rendez-vous", "calendar"),
    "contrat": ("Contrats", "document"),
    "etape": ("Étapes et emplois", "step"),
    "situation": ("Situation et freins", "info"),
    "parcours": ("Orientation et accompagnement", "signpost"),
    "droits": ("Droits", "right"),
    "note": ("Notes", "document"),
    "message": ("Messages et courriers", "inbox"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One dated thing. ``detail`` is a short line, ``note`` a longer text, ``appointment_id`` allows to act on it."""

    day: date
    kind: str
    title: str
    detail: str = ""
    note: str = ""
    icon: str = ""
    appointment_id: int | None = None
    at: datetime | None = None
    outcome: str = ""
    note_key: UUID | None = None

    @property
    def planned(self) -> bool:
        """Whether it is an appointment nobody has said the outcome of."""
        return self.outcome == Outcome.PLANNED

    @property
    def held(self) -> bool:
        """Whether it is an appointment that took place."""
        return self.outcome == Outcome.HELD

    @property
    def shown_icon(self) -> str:
        """The icon of the event, else that of its kind."""
        return self.icon or KINDS[self.kind][1]
