"""The « bilan » made at the end of an action: what is asked, who takes part, whether skills acquired are listed (R-132)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jalons.rulebooks.schema.common import Cited, Code, Strict, Text, refuse
from jalons.rulebooks.schema.diagnosis import GridOption, GridSection, Question, require_known_questions

Attendance = Literal["person", "caseworker", "prescriber"]
Some = Field(min_length=1)


class Attendee(Strict):
    """Somebody the « bilan » is made with; it is not established without them, or the reason of their absence."""

    who: Attendance
    label: Text


class Skills(Cited):
    """Skills acquired are listed; ``proofs``: what shows one (an attestation, a VAE…)."""

    label: Text
    proofs: Annotated[tuple[GridOption, ...], Some]


class FinalReview(Cited):
    """The « bilan » of the end of the action. ``piece``: the code of the document it brings to the file.

    Without this block, the document is noted as any other.
    """

    label: Text
    piece: Code
    attendees: Annotated[tuple[Attendee, ...], Some]
    sections: Annotated[tuple[GridSection, ...], Some]
    skills: Skills | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order of the paper."""
        return tuple(question for section in self.sections for question in section.questions)

    @model_validator(mode="after")
    def _once_and_known(self) -> Self:
        require_known_questions(self.questions)
        who = [one.who for one in self.attendees]
        if len(set(who)) != len(who):
            raise refuse("attendee_twice", "final_review : le même participant est écrit deux fois")
        return self
