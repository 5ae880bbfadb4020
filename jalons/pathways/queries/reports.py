"""Reads of reports: what the rulebook proposes today, the absences one may cite, and what was decided (R-145…R-147)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from jalons.agenda.models import Appointment, Outcome
from jalons.pathways.models import ContractBreach, Enrolment, Report, ReportCause, ReportedAbsence, ReportState
from jalons.pathways.rules import BREACH, REPORTED
from jalons.rulebooks.queries import obligation_of
from jalons.rulebooks.schema.shapes import ConsecutiveEvents
from jalons.todos.models import Todo
from jalons.todos.queries import Why, open_todos, why


@dataclass(frozen=True, slots=True)
class Proposal:
    """A report the rulebook proposes: its cause, why, since when, and the appointments it rests on. Nothing is written yet."""

    todo: Todo
    enrolment: Enrolment
    cause: ReportCause
    why: Why
    absences: tuple[Appointment, ...]


def proposals_of(enrolments: Iterable[Enrolment], *, on: date) -> list[Proposal]:
    """Return the reports proposed for these accompaniments; four queries, whatever their number.

    They are the open answers of the obligations a report closes: when an absence is justified, the answer goes, and so
    does the proposal.
    """
    stays = list(enrolments)
    if not stays:
        return []
    rows = open_todos(on=on).filter(person__in={one.person_id for one in stays})
    found = [(todo, cause) for todo in rows if (cause := _cause(todo)) is not None]
    cited = _absences({number for todo, _ in found for number in _appointments(todo)})
    proposals = []
    for todo, cause in found:
        enrolment = _enrolment(todo, stays)
        if enrolment is not None:
            absences = tuple(cited[number] for number in _appointments(todo) if number in cited)
            proposals.append(Proposal(todo, enrolment, cause, why(todo), absences))
    return proposals


def missed_appointments(person_id: int, *, until: date) -> list[Appointment]:
    """Return the unjustified absences of a person up to a day, the last first: what a report may cite."""
    rows = Appointment.objects.filter(person=person_id, outcome=Outcome.UNJUSTIFIED_ABSENCE, on_date__lte=until)
    return list(rows.order_by("-starts_at")[:MOST])


def reported_among(*, appointment_ids: Collection[int]) -> set[int]:
    """Return which of these absences a written report cites; one query."""
    rows = ReportedAbsence.objects.filter(appointment__in=appointment_ids, report__state=ReportState.WRITTEN)
    return set(rows.values_list("appointment_id", flat=True))


MOST = 20


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report decided, with the absences it cites; ``justified`` are those justified since."""

    report: Report
    absences: tuple[Appointment, ...]

    @property
    def justified(self) -> tuple[Appointment, ...]:
        """The absences cited that are no longer unjustified: the report no longer rests on them."""
        if self.report.state != ReportState.WRITTEN:
            return ()
        return tuple(one for one in self.absences if one.outcome != Outcome.UNJUSTIFIED_ABSENCE)


def reports_of(person_id: int) -> list[ShownReport]:
    """Return what was decided for a person, the last first; two queries."""
    rows = Report.objects.filter(person=person_id).select_related("decided_by", "withdrawn_by", "enrolment")
    rows = rows.prefetch_related("absences__appointment").order_by("-decided_on", "-pk")
    return [ShownReport(one, tuple(cited.appointment for cited in one.absences.all())) for one in rows]


def breaches_of(person_id: int) -> list[ContractBreach]:
    """Return the breaches of contract written for a person, withdrawn ones too, the last first; one query."""
    rows = ContractBreach.objects.filter(person=person_id).select_related("contract", "recorded_by", "withdrawn_by")
    return list(rows.order_by("-happened_on", "-pk"))


def breaches_behind(proposal: Proposal) -> list[ContractBreach]:
    """Return the breaches of contract a proposal rests on, the first one first: those of the pieces it counted."""
    pieces = _numbered(proposal.todo, "piece")
    return list(ContractBreach.objects.filter(piece__in=pieces).order_by("happened_on", "pk")) if pieces else []


def _cause(todo: Todo) -> ReportCause | None:
    """Say what a to-do proposes to report, from the shape of its obligation; None when a report does not close it."""
    obligation = obligation_of(todo.rulebook_code, todo.rulebook_version, todo.action_code, todo.obligation_code)
    if not isinstance(obligation, ConsecutiveEvents):
        return None
    closing = {kind for fact in obligation.closed_by for kind in getattr(fact, "kinds", None) or ()}
    if closing.isdisjoint(REPORTED):
        return None
    counted = {kind for fact in obligation.counts for kind in getattr(fact, "kinds", None) or ()}
    return ReportCause.BREACH if BREACH in counted else ReportCause.ABSENCES


def _appointments(todo: Todo) -> list[int]:
    return _numbered(todo, "appointment")


def _numbered(todo: Todo, fact: str) -> list[int]:
    refs = (str(one).partition(":") for one in todo.evidence)
    return [int(number) for name, _, number in refs if name == fact]


def _absences(ids: set[int]) -> dict[int, Appointment]:
    return Appointment.objects.in_bulk(ids) if ids else {}


def _enrolment(todo: Todo, stays: list[Enrolment]) -> Enrolment | None:
    mine = [one for one in stays if one.person_id == todo.person_id and one.action_code == todo.action_code]
    return mine[-1] if mine else None
