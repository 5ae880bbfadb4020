"""What stands today in a person's file and what happened last, read in few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from jalons.agenda.models import Outcome
from jalons.agenda.queries import appointments_of_person
from jalons.casefile.queries import notes_of
from jalons.pathways.models import Destination, Exit, ExitState, Pause
from jalons.pathways.queries.handovers import running
from jalons.people.models import RightsAndDuties, RightState, RsaRight
from jalons.sites.desk.events import Event
from jalons.sites.desk.timeline import newest_first, of_appointments, of_notes
from jalons.sites.desk.timeline_told import part, told
from jalons.ui.french import date_short

COMING, LAST, NOTES = 3, 6, 3


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands today, in words: her rights, « en veille » or not, and her last exit with its number."""

    right: str = "aucun"
    duties: str = "non"
    pause: str = ""
    leaving: str = ""
    leaving_id: int = 0


def standing_of(person_id: int, *, on: date) -> Standing:
    """Return where a person stands on that day; one query."""
    person = {"person_id": person_id}
    leavings = Exit.objects.filter(**person).exclude(state=ExitState.REVERSED)
    today = running(on)
    parts = [
        part(RsaRight.objects.filter(today, **person), "right", "start_on", code=F("state")),
        part(RightsAndDuties.objects.filter(today, **person), "duties", "start_on"),
        part(Pause.objects.filter(today, enrolment__person_id=person_id), "pause", "start_on", "end_on"),
        part(leavings, "leaving", "exited_on", code=F("destination"), more=F("state"), who=F("pk")),
    ]
    found = {one.kind: one for one in told(parts)}  # the last of each kind
    right, duties, pause, leaving = (found.get(kind) for kind in ("right", "duties", "pause", "leaving"))
    words = {}
    if right:
        words["right"] = f"{RightState(right.code).label} depuis le {date_short(right.day)}"
    if duties:
        words["duties"] = f"depuis le {date_short(duties.day)}"
    if pause:
        until = f" jusqu’au {date_short(pause.end)}" if pause.end else ""
        words["pause"] = f"depuis le {date_short(pause.day)}{until}"
    if leaving:
        state = ExitState(leaving.more).label.lower()
        words["leaving"] = f"{Destination(leaving.code).label}, le {date_short(leaving.day)} ({state})"
    return Standing(**words, leaving_id=int(leaving.who) if leaving else 0)


def nearest(person_id: int, *, on: date, may_read_notes: bool) -> tuple[list[Event], list[Event]]:
    """Return the next appointments, then the last ones with the last notes, the latest first; three queries."""
    rows = appointments_of_person(person_id)
    coming = rows.filter(on_date__gt=on, outcome=Outcome.PLANNED).order_by("starts_at", "pk")[:COMING]
    last = rows.filter(on_date__lte=on).exclude(outcome=Outcome.CANCELLED)[:LAST]
    found = [
        *of_appointments(last, may_read_notes=may_read_notes),
        *(of_notes(notes_of(person_id)[:NOTES]) if may_read_notes else ()),
    ]
    future = list(of_appointments(coming, may_read_notes=may_read_notes))
    return future, newest_first(found)
