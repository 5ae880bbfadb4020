"""Exits that would be of another class: each confirmed or proposed exit classed by both sides of a reform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jalons.facts.engines import Executor
from jalons.rulebooks.exits import ExitProposal, JobFacts, TrainingFacts, propose
from jalons.rulebooks.governing import version_for
from jalons.rulebooks.schema import Rulebook
from jalons.todos.comparison.caseload import Question

_EXITS = """SELECT x.exit_id, x.person_id, x.organisation_id, x.action_code, x.exited_on, x.destination, x.state, x.exit_class,
  x.computed_class, j.contract_kind, j.employer_kind, j.weekly_hours, j.start_on, j.end_on, j.ended_on,
  s.qualifying, s.started_on, s.ended_on AS training_ended_on, s.diploma_on, e.start_on AS entered_on
FROM facts.exit AS x
JOIN facts.enrolment AS e ON e.enrolment_id = x.enrolment_id
LEFT JOIN facts.job AS j ON j.job_id = x.job_id
LEFT JOIN facts.step AS s ON s.step_id = x.step_id
WHERE x.state <> 'reversed' AND x.exited_on <= $as_of AND x.action_code = any($actions){more}
ORDER BY x.exited_on, x.exit_id"""
NO_CLASS = ""


@dataclass(frozen=True, slots=True)
class ExitChange:
    """An exit whose class differs: codes and labels on each side (empty: no class), and why on the new one.

    ``chosen``: a human chose the class in force against the rulebook; the reform does not change that choice.
    """

    exit_id: int
    person_id: int
    organisation_id: int
    action_code: str
    exited_on: date
    state: str
    class_before: str
    class_after: str
    label_before: str
    label_after: str
    reason: str
    citation: tuple[str, ...]
    chosen: bool

    @property
    def classes(self) -> tuple[str, str, str]:
        """The action, and the label of the class on each side."""
        return self.action_code, self.label_before, self.label_after


def exit_changes(question: Question, executor: Executor) -> Iterator[ExitChange]:
    """Yield the exits that change class, by date: by the versions that speak of each on its day, as when it is proposed."""
    params: dict[str, Any] = {"as_of": question.as_of, "actions": list(question.reform.actions)}
    more = ""
    if question.authority_id is not None:
        params["authority"], more = question.authority_id, " AND x.authority_id = $authority"
    for row in executor.run(_EXITS.format(more=more), params).dicts():
        before, after = _proposal(question.reform.before, row), _proposal(question.reform.after, row)
        if before.exit_class == after.exit_class:
            continue
        yield ExitChange(
            exit_id=row["exit_id"],
            person_id=row["person_id"],
            organisation_id=row["organisation_id"],
            action_code=row["action_code"],
            exited_on=row["exited_on"],
            state=row["state"],
            class_before=before.exit_class or NO_CLASS,
            class_after=after.exit_class or NO_CLASS,
            label_before=before.label or "",
            label_after=after.label or "",
            reason=after.reason_fr,
            citation=after.citation,
            chosen=row["exit_class"] != row["computed_class"],
        )


def _proposal(books: Sequence[Rulebook], row: dict[str, Any]) -> ExitProposal:
    code = row["action_code"]
    book = version_for(books, code, on=row["exited_on"], entered_on=row["entered_on"])
    if book is None:
        return ExitProposal(None, None, "aucun cadre en vigueur ce jour-là", ())
    return propose(
        book.action(code), destination=row["destination"], on=row["exited_on"], job=_job(row), training=_training(row)
    )


def _job(row: dict[str, Any]) -> JobFacts | None:
    if row["contract_kind"] is None:
        return None
    return JobFacts(
        row["contract_kind"],
        row["start_on"],
        employer_kind=row["employer_kind"],
        weekly_hours=row["weekly_hours"],
        end_on=row["end_on"],
        ended_on=row["ended_on"],
    )


def _training(row: dict[str, Any]) -> TrainingFacts | None:
    if row["qualifying"] is None:
        return None
    return TrainingFacts(
        row["qualifying"],
        started_on=row["started_on"],
        ended_on=row["training_ended_on"],
        diploma_on=row["diploma_on"],
    )
