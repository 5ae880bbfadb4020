"""The facts an obligation may count or expect, named as a caseworker names them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from jalons.rulebooks.schema.common import Code, Strict

AppointmentKind = Literal["individual", "group", "tripartite", "information_session", "body", "employer_visit"]
AppointmentMode = Literal["face_to_face", "phone", "video", "mail"]
Outcome = Literal["held", "justified_absence", "unjustified_absence", "cancelled", "moved"]
ContractKind = Literal["engagement", "ppae", "plie"]
Some = Field(min_length=1)


class Appointment(Strict):
    """Appointments given by the organisation of the enrolment, during the enrolment, on their day. ``kinds`` and ``modes``
    left out mean all."""

    event: Literal["appointment"]
    kinds: Annotated[tuple[AppointmentKind, ...], Some] | None = None
    modes: Annotated[tuple[AppointmentMode, ...], Some] | None = None
    outcomes: Annotated[tuple[Outcome, ...], Some] = ("held",)


class Contract(Strict):
    """Contracts of the enrolment, not cancelled, on the day of a milestone."""

    event: Literal["contract"]
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


class Fact(Strict):
    """Other dated facts of the enrolment: a decision to maintain it, its end, a new « droits et devoirs » period, a job start."""

    event: Literal["maintenance", "enrolment_end", "duties_start", "job_start"]


Event = Annotated[Appointment | Contract | Step | Piece | Fact, Field(discriminator="event")]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Events = Annotated[tuple[Event, ...], BeforeValidator(_as_list), Some]
