"""Reads of an exit: the documents it waits for, what comes after it, and what followed a job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jalons.pathways.exit_facts import facts_of
from jalons.pathways.models import Exit, Job, Piece
from jalons.pathways.rulebook import ExitFacts, ExitPaper, JobSpan, Shelf


@dataclass(frozen=True, slots=True)
class Awaited:
    """A document the framework expects of an exit, and the piece that answers it when there is one."""

    paper: ExitPaper
    piece: Piece | None

    @property
    def missing(self) -> bool:
        """Whether nothing answers it."""
        return self.piece is None

    def late(self, on: date) -> bool:
        """Whether its day has passed without it."""
        return self.piece is None and self.paper.due_on < on


def papers_of(leaving: Exit) -> list[Awaited]:
    """Return the documents expected of an exit in force, with those received; its enrolment, job and step are read."""
    return papers_for(facts_of(leaving), leaving.chosen_class or leaving.computed_class, leaving.enrolment_id)


def papers_for(facts: ExitFacts, exit_class: str, enrolment_id: int) -> list[Awaited]:
    """Return the documents expected of an exit that is not written yet, with those already in the file."""
    papers = Shelf().exit_papers(facts, exit_class)
    if not papers:
        return []
    pieces = list(Piece.objects.filter(enrolment=enrolment_id).select_related("document").defer("document__raw"))
    return [Awaited(paper, _answer(paper, pieces, after=facts.exited_on)) for paper in papers]


def missing_kinds(papers: Iterable[Awaited]) -> dict[str, str]:
    """Return the kinds of documents that would answer what is missing, each with the label of what it answers."""
    return {kind: one.paper.label for one in papers if one.missing for kind in sorted(one.paper.kinds)}


def _answer(paper: ExitPaper, pieces: Iterable[Piece], *, after: date) -> Piece | None:
    for piece in sorted(pieces, key=lambda one: one.dated_on):
        if piece.kind in paper.kinds and (paper.even_earlier or piece.dated_on >= after):
            return piece
    return None


@dataclass(frozen=True, slots=True)
class JobFollowUp:
    """A job, and what the framework says of the time that follows its start."""

    job: Job
    spans: tuple[JobSpan, ...]


def follow_up_of(job: Job, *, on: date) -> JobFollowUp:
    """Return how long a job is followed: its enrolment is read. A job ended before the day asks nothing more."""
    enrolment = job.enrolment
    spans = Shelf().job_spans(
        enrolment.action_code, started_on=job.start_on, on=max(on, job.start_on), entered_on=enrolment.start_on
    )
    if job.ended_on is not None:
        spans = tuple(one for one in spans if one.until <= job.ended_on + timedelta(days=1))
    return JobFollowUp(job, spans)
