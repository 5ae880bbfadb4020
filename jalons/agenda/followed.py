"""In which actions a person is followed: asked of the room above, which knows enrolments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from jalons.kernel.ports import port


@dataclass(frozen=True, slots=True)
class Followed:
    """A person followed by an organisation in an action, ``end_on`` included (None: still followed)."""

    person_id: int
    organisation_id: int
    action_code: str
    framework_code: str
    start_on: date
    end_on: date | None

    def on(self, day: date) -> bool:
        """Tell whether the person is followed on that day."""
        return self.start_on <= day and (self.end_on is None or day <= self.end_on)


@port
def followed(*, person_ids: Collection[int], first: date, last: date) -> Sequence[Followed]:
    """Return where these persons are followed between two days, one row per enrolment; one query."""
    raise NotImplementedError
