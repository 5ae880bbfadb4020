"""The facts an obligation may count or expect, named as a caseworker names them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from jalons.rulebooks.schema.common import Code, Strict
from jalons.rulebooks.schema.entering import InformationCode

AppointmentKind = Literal["individual", "group", "tripartite", "information_session", "body", "employer_visit"]
AppointmentMode = Literal["face_to_face", "phone", "video", "mail"]
Outcome = Literal["held", "justified_absence", "unjustified_absence", "cancelled", "moved"]
ContractKind = Literal["engagement", "ppae", "plie"]
AssessmentKind = Literal["initial", "reassessment", "final"]
InformationKind = Literal["rights_and_duties", "risks", "declarations"]
ReportKind = Literal["monthly", "annual", "financial"]
Some = Field(min_length=1)


class Appointment(Strict):
    """Appointments given by the organisation of the enrolment, during the enrolment, on their day. ``kinds`` and ``modes``
    left out mean all. ``even_after_end``: those after the last day of the enrolment count too (follow-up of an exit)."""

    event: Literal["appointment"]
    even_after_end: bool = False
    kinds: Annotated[tuple[AppointmentKind, ...], Some] | None = None
    modes: Annotated[tuple[AppointmentMode, ...], Some] | None = None
    outcomes: Annotated[tuple[Outcome, ...], Some] = ("held",)


class Contract(Strict):
    """Contracts of the enrolment, not cancelled, on the day of a milestone. ``of: person`` takes those the person holds in
    other enrolments too, unless they ended before this one began."""

    event: Literal["contract"]
    of: Literal["enrolment", "person"] = "enrolment"
    milestone: Literal["signed", "submitted", "in_force"]
    kinds: Annotated[tuple[ContractKind, ...], Some]


class Step(Strict):
    """Steps of the enrolment, on the day they are positioned, started or ended. ``families`` and ``kinds`` left out mean all."""

    event: Literal["step"]
    milestone: Literal["positioned", "started", "ended"]
    families: (
        Annotated[tuple[Literal["employment_training", "employment_access", "mobilisation"], ...], Some] | None
    ) = None
    kinds: Annotated[tuple[Code, ...], Some] | None = None


class Piece(Strict):
    """Documents of the enrolment's file, on the date of the document."""

    event: Literal["piece"]
    kinds: Annotated[tuple[Code, ...], Some]


class Registration(Strict):
    """Periods of registration at Pôle emploi of the person, on their first day, unless they ended before the enrolment began."""

    event: Literal["registration"]


class Assessment(Strict):
    """« Bilans » of the enrolment, on the day they are made. ``kinds`` left out mean all."""

    event: Literal["assessment"]
    kinds: Annotated[tuple[AssessmentKind, ...], Some] | None = None


class Obstacle(Strict):
    """« Freins » of the enrolment, on the day they are opened, worked on or lifted. ``domains`` left out mean all."""

    event: Literal["obstacle"]
    milestone: Literal["opened", "worked", "lifted"]
    domains: Annotated[tuple[Code, ...], Some] | None = None


class Information(Strict):
    """Information given to the person in the enrolment, on its day. ``kinds`` left out mean all.

    A kind is one every person is told, or one that ``contract.told`` of the actions concerned lists.
    """

    event: Literal["information"]
    kinds: Annotated[tuple[InformationKind | InformationCode, ...], Some] | None = None


class Opinion(Strict):
    """The opinion of a body on the orientation the enrolment follows, on its day. ``bodies`` left out mean all."""

    event: Literal["opinion"]
    bodies: Annotated[tuple[Code, ...], Some] | None = None


class Report(Strict):
    """Reports of an agreement line for the period they tell, on the day they are received: with ``starts_from: period_end``."""

    event: Literal["report"]
    kinds: Annotated[tuple[ReportKind, ...], Some]


class WeeklyActivity(Strict):
    """Minutes of activity of a calendar week: held appointments of the enrolment on their day, and the weekly hours of its
    steps and jobs, in proportion to the days they run, on the last of these days."""

    event: Literal["weekly_activity"]


class Fact(Strict):
    """Other dated facts of the enrolment: a decision to maintain it, its end, a new « droits et devoirs » period, a job start."""

    event: Literal["maintenance", "enrolment_end", "duties_start", "job_start"]


Event = Annotated[
    Appointment
    | Contract
    | Step
    | Piece
    | Registration
    | Assessment
    | Obstacle
    | Information
    | Opinion
    | Report
    | WeeklyActivity
    | Fact,
    Field(discriminator="event"),
]
Cover = Annotated[Contract | Registration, Field(discriminator="event")]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Events = Annotated[tuple[Event, ...], BeforeValidator(_as_list), Some]
Covers = Annotated[tuple[Cover, ...], BeforeValidator(_as_list), Some]
