"""What the professionals of a framework keep of their time: signed interviews, time sheets (R-100, R-210)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jalons.rulebooks.schema.common import Cited, Text
from jalons.rulebooks.schema.events import AppointmentKind


class SignIn(Cited):
    """Interviews of these kinds are signed in with their hours and leave a report; ``label`` says it where it is asked (R-100)."""

    label: Text
    kinds: Annotated[tuple[AppointmentKind, ...], Field(min_length=1)]


class TimeSheets(Cited):
    """The professionals of the framework split their time over categories, month by month; ``label`` says it (R-210)."""

    label: Text
