"""The eight shapes of obligations: what a rulebook may ask for. Their exact meaning is in ``rulebooks.oracle``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, field_validator, model_validator

from jalons.rulebooks.schema.common import Cited, Code, Length, Reading, Strict, Text, refuse
from jalons.rulebooks.schema.events import Covers, Event, Events, Report, WeeklyActivity
from jalons.rulebooks.schema.exits import Destination, Employer, JobContract

Anchor = Literal[
    "enrolment_start",
    "orientation",
    "reorientation",
    "first_interview",
    "duties_end",
    "registration_end",
    "contract_end",
    "job_start",
    "step_start",
    "exit",
    "period_end",
]
SUBJECT_OF_ANCHOR: dict[str, str] = {
    "enrolment_start": "enrolment",
    "orientation": "enrolment",
    "reorientation": "enrolment",  # the one that follows the new orientation: its référent can still open the file
    "first_interview": "enrolment",  # the first individual appointment held
    "duties_end": "enrolment",
    "registration_end": "enrolment",
    "contract_end": "contract",
    "job_start": "job",
    "step_start": "step",
    "exit": "exit",
    "period_end": "agreement_line",
}
MINIMUM = "minimum"  # occurrence of the answer about ``at_least`` of a span
PLACEHOLDERS = frozenset({"due_on", "measured", "required", "occurrence"})
Several = Annotated[StrictInt, Field(ge=1, le=1000)]


class ObligationBase(Cited):
    """What every obligation says: its code, its French texts, whom it binds.

    ``nature``: a ``duty`` can be breached, an ``alert`` only warns. ``do`` is the sentence of the to-do, ``why`` the
    reason shown by « pourquoi ? »; both may hold {due_on}, {measured}, {required}, {occurrence}.
    ``applies_to`` lists actions of the framework; left out, all.
    """

    code: Code
    label: Text
    nature: Literal["duty", "alert"] = "duty"
    do: Text
    why: Text
    applies_to: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    readings: tuple[Reading, ...] = ()

    @field_validator("do", "why")
    @classmethod
    def _known_placeholders(cls, sentence: str) -> str:
        try:
            names = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
        except ValueError as error:
            raise refuse("placeholder", f"accolades mal fermées dans la phrase ({error})") from error
        unknown = names - PLACEHOLDERS
        if unknown:
            raise refuse("placeholder", f"repère inconnu {sorted(unknown)} ; repères admis : {sorted(PLACEHOLDERS)}")
        return sentence

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event the obligation names."""
        lists = (getattr(self, name, ()) for name in ("expects", "counts", "covered_by", "reset_by", "closed_by"))
        return tuple(event for some in lists for event in some)

    @model_validator(mode="after")
    def _events_in_their_place(self) -> Self:
        reports = [isinstance(event, Report) for event in self.events]
        if any(reports) and getattr(self, "starts_from", None) != "period_end":
            raise refuse(
                "report_of_a_line", "event: report s'écrit avec starts_from: period_end, et seulement avec lui"
            )
        if any(isinstance(event, WeeklyActivity) for event in self.events):
            window = getattr(self, "window", None)
            if window is None or window.kind != "calendar_week" or getattr(self, "measure", "count") != "minutes":
                raise refuse(
                    "weekly_activity",
                    "event: weekly_activity se compte en minutes par semaine : measure: minutes et window: {kind: calendar_week}",
                )
        return self

    @property
    def subject_kind(self) -> str:
        """Kind of the subject the answers speak of: enrolment, contract, job, step, exit or agreement_line."""
        return SUBJECT_OF_ANCHOR[getattr(self, "starts_from", "enrolment_start")]

    def occurrence_in_words(self, occurrence: str) -> str:
        """Return an occurrence as shown: the label of a document, a French date, or the text itself."""
        try:
            return f"{date.fromisoformat(occurrence):%d/%m/%Y}"
        except ValueError:
            return occurrence


class OfSomeJobs(ObligationBase):
    """``only_job_contracts`` and ``only_employers`` limit what starts from a job to jobs of these kinds."""

    only_job_contracts: Annotated[tuple[JobContract, ...], Field(min_length=1)] | None = None
    only_employers: Annotated[tuple[Employer, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _jobs_start_it(self) -> Self:
        limited = self.only_job_contracts is not None or self.only_employers is not None
        if limited and getattr(self, "starts_from", None) != "job_start":
            raise refuse("jobs", "only_job_contracts et only_employers s'écrivent avec starts_from: job_start")
        return self


class DeadlineAfterEvent(OfSomeJobs):
    """One of the ``expects`` facts must come at the latest ``delay`` after (or ``before``) the day of ``starts_from``.

    ``starts_from: period_end`` speaks of agreement lines: the last day of each month or year (``period``) they touch.
    """

    shape: Literal["deadline_after_event"]
    starts_from: Anchor
    period: Literal["month", "year"] | None = None
    delay: Length
    when: Literal["after", "before"] = "after"
    expects: Events
    even_earlier: bool = False  # facts dated before ``starts_from`` count too

    @model_validator(mode="after")
    def _periods_await_reports(self) -> Self:
        of_a_line = self.starts_from == "period_end"
        if of_a_line != (self.period is not None):
            raise refuse("period", "period (month ou year) s'écrit avec starts_from: period_end, et seulement avec lui")
        if of_a_line and not all(isinstance(event, Report) for event in self.expects):
            raise refuse(
                "period", "starts_from: period_end n'attend que des comptes rendus : expects: {event: report, …}"
            )
        return self


class Continuity(ObligationBase):
    """From ``after`` past ``starts_from``, contracts or registrations must follow each other without a day missing."""

    shape: Literal["continuity"]
    starts_from: Literal["enrolment_start", "orientation"]
    after: Length
    covered_by: Covers


class Milestone(Strict):
    """At least ``at_least`` by the end of the first ``by``."""

    by: Length
    at_least: Several

    @model_validator(mode="after")
    def _in_months(self) -> Self:
        if self.by.months == 0:
            raise refuse("wrong_unit", "un palier se compte en mois ou en années (unit: months ou years)")
        return self


class Window(Strict):
    """Where events are counted.

    ``from_start``: successive periods of ``length`` from the start. ``rolling``: any period of ``length``.
    ``calendar_week`` (Monday to Sunday) and ``calendar_month``: those the enrolment touches. ``milestones``: from the
    start to each milestone.
    """

    kind: Literal["from_start", "rolling", "calendar_week", "calendar_month", "milestones"]
    length: Length | None = None
    milestones: tuple[Milestone, ...] = ()
    then_one_more_every: Length | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs_length = self.kind in ("from_start", "rolling")
        if needs_length and (self.length is None or not self.length.count):
            raise refuse(
                "window_length",
                f"une fenêtre « {self.kind} » a besoin de length, par exemple {{count: 12, unit: months}}",
            )
        if not needs_length and self.length is not None:
            raise refuse("window_length", f"une fenêtre « {self.kind} » n'a pas de length : retirez cette clé")
        if (self.kind == "milestones") != bool(self.milestones):
            raise refuse("window_milestones", "milestones s'écrit avec kind: milestones, et seulement avec lui")
        if self.then_one_more_every is not None and (not self.milestones or not self.then_one_more_every.months):
            raise refuse(
                "window_milestones", "then_one_more_every suit des milestones et se compte en mois ou en années"
            )
        return self


class CountOrSumInWindow(OfSomeJobs):
    """At least ``at_least``, at most ``at_most`` events (or minutes) in each window.

    ``pro_rata: down`` reduces both for a window cut short: what is asked is rounded down, what is allowed is rounded up.
    """

    shape: Literal["count_or_sum_in_window"]
    starts_from: Literal["enrolment_start", "step_start", "job_start", "exit"] = "enrolment_start"
    counts: Events
    measure: Literal["count", "minutes"] = "count"
    at_least: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    at_most: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    window: Window
    pro_rata: Literal["none", "down"] = "none"

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        limited = self.at_least is not None or self.at_most is not None
        if (self.window.kind == "milestones") == limited:
            raise refuse(
                "threshold",
                "at_least s'écrit une fois : dans les milestones, ou sur l'obligation (at_least, at_most ou les deux) pour "
                "les autres fenêtres",
            )
        if self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            raise refuse("threshold", "at_most est plus petit que at_least : aucun nombre ne convient")
        if self.window.kind == "rolling" and (self.measure != "count" or self.pro_rata != "none" or self.at_most):
            raise refuse(
                "threshold", "une fenêtre « rolling » compte des faits (measure: count) sans pro rata ni at_most"
            )
        if self.starts_from == "exit" and self.window.kind != "milestones":
            raise refuse("threshold", "après une sortie (starts_from: exit), la fenêtre a une fin : kind: milestones")
        return self


class LastEvent(ObligationBase):
    """Never more than ``every`` since the last of the events, nor since the start."""

    shape: Literal["last_event"]
    starts_from: Literal["enrolment_start", "orientation", "step_start"] = "enrolment_start"
    counts: Events
    every: Length


class ConsecutiveEvents(ObligationBase):
    """``number`` events (one may be enough) with no ``reset_by`` between them, within ``within``, the last at least
    ``minimum_interval`` after the first: something must be decided that day. ``closed_by`` facts answer it."""

    shape: Literal["consecutive_events"]
    counts: Events
    number: Annotated[StrictInt, Field(ge=1, le=20)]
    minimum_interval: Length
    within: Length
    reset_by: Events
    closed_by: Events

    @model_validator(mode="after")
    def _interval_in_days(self) -> Self:
        if self.minimum_interval.months:
            raise refuse("wrong_unit", "minimum_interval se compte en jours ou en semaines")
        return self


class SpanException(Strict):
    """Who or what may go beyond a maximum span."""

    kind: Literal["maintenance", "age_at_least", "disabled_worker"]
    years: Annotated[StrictInt, Field(ge=0, le=120)] | None = None

    @model_validator(mode="after")
    def _age_has_years(self) -> Self:
        if (self.kind == "age_at_least") != (self.years is not None):
            raise refuse("exception_years", "years s'écrit avec kind: age_at_least, et seulement avec lui")
        return self


class Span(OfSomeJobs):
    """The enrolment must last until ``at_least``, and end within ``at_most``, from its start (or from a job start).

    The exceptions are to ``at_most``. The answer about ``at_least`` has the occurrence ``minimum``; a job that stops
    before it ends what is expected.
    """

    shape: Literal["span"]
    starts_from: Literal["enrolment_start", "job_start"] = "enrolment_start"
    at_most: Length | None = None
    at_least: Length | None = None
    exceptions: tuple[SpanException, ...] = ()

    def occurrence_in_words(self, occurrence: str) -> str:
        """Return « durée minimale » for the answer about ``at_least``."""
        return "durée minimale" if occurrence == MINIMUM else occurrence

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise refuse("span", "une durée a une borne : ajoutez at_most (au plus), at_least (au moins) ou les deux")
        if self.exceptions and self.at_most is None:
            raise refuse("span", "exceptions s'écrit avec at_most : elles dispensent de la durée maximale")
        return self


class Ratio(ObligationBase):
    """Persons followed on an agreement line on a day, those in « veille » left out, for one full-time post or one place:
    ``at_most``, or ``at_least``."""

    shape: Literal["ratio"]
    per: Literal["fte", "places"]
    at_most: Annotated[Decimal, Field(gt=0, le=100_000)] | None = None
    at_least: Annotated[Decimal, Field(gt=0, le=100_000)] | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise refuse("ratio", "un rapport a une seule borne : at_most (au plus) ou at_least (au moins)")
        return self

    @property
    def limit(self) -> Decimal:
        """The bound written."""
        limit = self.at_least if self.at_most is None else self.at_most
        assert limit is not None
        return limit

    @property
    def subject_kind(self) -> str:
        """Always the agreement line."""
        return "agreement_line"


class RequiredPiece(Strict):
    """One document asked for; any of the kinds will do."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,23}$")]
    label: Text
    any_of: Annotated[tuple[Code, ...], Field(min_length=1)]


class PresenceOfPiece(ObligationBase):
    """Each of the ``pieces`` must be in the file at the latest ``delay`` after ``starts_from``.

    ``only_exit_classes`` and ``only_destinations`` limit it to exits of these classes and towards these destinations.
    ``even_earlier: false``: a document dated before ``starts_from`` proves nothing of what comes after.
    """

    shape: Literal["presence_of_piece"]
    starts_from: Literal["enrolment_start", "exit"]
    delay: Length
    pieces: Annotated[tuple[RequiredPiece, ...], Field(min_length=1)]
    even_earlier: bool = True
    only_exit_classes: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    only_destinations: Annotated[tuple[Destination, ...], Field(min_length=1)] | None = None

    def occurrence_in_words(self, occurrence: str) -> str:
        """Return the label of the document."""
        return next((piece.label for piece in self.pieces if piece.code == occurrence), occurrence)

    @model_validator(mode="after")
    def _classes_need_an_exit(self) -> Self:
        if self.only_exit_classes is not None and self.starts_from != "exit":
            raise refuse("exit_classes", "only_exit_classes s'écrit avec starts_from: exit")
        if self.only_destinations is not None and self.starts_from != "exit":
            raise refuse("destinations", "only_destinations s'écrit avec starts_from: exit")
        return self


Obligation = Annotated[
    DeadlineAfterEvent
    | Continuity
    | CountOrSumInWindow
    | LastEvent
    | ConsecutiveEvents
    | Span
    | Ratio
    | PresenceOfPiece,
    Field(discriminator="shape"),
]
SHAPES: tuple[type[ObligationBase], ...] = (
    DeadlineAfterEvent,
    Continuity,
    CountOrSumInWindow,
    LastEvent,
    ConsecutiveEvents,
    Span,
    Ratio,
    PresenceOfPiece,
)
