"""What a row would write: one draft per row, its references to things not yet written being minus the row that writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from jalons.agenda.models import Mode, Outcome
from jalons.exchange.spreadsheets.models import RowStatus
from jalons.exchange.spreadsheets.moving.known import Ref
from jalons.pathways.models import Destination, EmployerKind, JobContract


@dataclass(slots=True)
class PersonDraft:
    """A person nobody knows yet."""

    key: str
    last_name: str
    first_name: str
    birth_name: str
    born_on: date
    sex: str
    nir: str
    phone: str
    email: str
    employment_service_number: str
    territory_id: int | None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An enrolment; ``oriented_on`` when its orientation is to be written too."""

    line_id: int
    start_on: date
    oriented_on: date | None


@dataclass(frozen=True, slots=True)
class NamingDraft:
    """A référent to name."""

    caseworker_id: int
    start_on: date


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """An appointment to write, or (``known``) one whose outcome is now said."""

    starts_at: datetime
    ends_at: datetime
    outcome: Outcome
    mode: Mode
    place: str
    caseworker_id: int | None
    known: int | None = None


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step to write, or (``known``) one whose end is now said."""

    stay: Ref
    kind: str
    label: str
    operator: str
    proposed_on: date
    started_on: date | None
    ended_on: date | None
    planned_end_on: date | None
    interrupted: bool
    known: int | None = None


@dataclass(frozen=True, slots=True)
class JobDraft:
    """A job."""

    stay: Ref
    contract: JobContract
    employer: str
    employer_kind: EmployerKind
    weekly_hours: Decimal | None
    start_on: date
    end_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class ExitDraft:
    """An exit to propose; ``closes`` tells that the stay still runs and ends that day."""

    stay: Ref
    exited_on: date
    destination: Destination
    job: Ref | None
    step: Ref | None
    closes: bool


@dataclass(slots=True)
class Draft:
    """A row judged. ``wait`` puts it off: it needs what another row of the same batch writes first."""

    pk: int
    number: int
    status: RowStatus = RowStatus.UNCHANGED
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    person_key: str = ""
    person_id: int | None = None
    person: PersonDraft | None = None
    fill: dict[str, str] = field(default_factory=dict)
    own_number: str = ""
    entry: EntryDraft | None = None
    naming: NamingDraft | None = None
    meeting: MeetingDraft | None = None
    step: StepDraft | None = None
    job: JobDraft | None = None
    exit: ExitDraft | None = None
    wait: bool = False

    @property
    def reason(self) -> str:
        """The faults as one text."""
        return " ".join(self.faults)

    def settle(self) -> None:
        """Say what the row is, from what it would write."""
        meeting_known = self.meeting is not None and self.meeting.known is not None
        step_known = self.step is not None and self.step.known is not None
        new = [
            self.person,
            self.entry,
            self.naming,
            None if meeting_known else self.meeting,
            None if step_known else self.step,
            self.job,
            self.exit,
        ]
        if self.faults:
            self.status = RowStatus.REFUSED
        elif any(one is not None for one in new):
            self.status = RowStatus.NEW
        elif self.fill or meeting_known or step_known:
            self.status = RowStatus.CHANGED
        else:
            self.status = RowStatus.UNCHANGED

    def summary(self) -> str:
        """Say in French what the row does, naming nobody."""
        done = ["personne nouvelle" if self.person else "personne connue" if self.person_id else ""]
        done.append("coordonnées complétées" if self.fill else "")
        if self.entry:
            done.append("orientation et entrée" if self.entry.oriented_on else "entrée")
        done.append("référent" if self.naming else "")
        if self.meeting:
            done.append("issue du rendez-vous" if self.meeting.known else "rendez-vous")
        if self.step:
            done.append("fin de l’étape" if self.step.known else "étape")
        done.append("emploi" if self.job else "")
        done.append("sortie à confirmer" if self.exit else "")
        said = [one for one in done if one]
        if self.status == RowStatus.UNCHANGED:
            said.append("déjà connu")
        return ", ".join(said).capitalize()
