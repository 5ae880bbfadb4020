"""The exit wizard: which question comes next, what was answered, and what it means. Nothing is written before the end.

The answers travel with the page, never in the address; « Modifier » goes back to one of them and keeps the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jalons.pathways.models import Destination, EmployerKind, Enrolment, Job, JobContract, Step
from jalons.pathways.operations import Leaving, NewExit, NewJob, NewStep, foresee
from jalons.pathways.queries.leaving import Awaited, papers_for
from jalons.pathways.reference import detail_of
from jalons.pathways.rulebook import ExitVerdict, Shelf
from jalons.rulebooks.exit_questions import Answers, Question
from jalons.sites.desk.forms_leaving import (
    NEW,
    DiplomaDayForm,
    EmployerForm,
    HoursForm,
    QualifyingForm,
    TrainingEndForm,
    TrainingForm,
    WhereForm,
    WhichForm,
    WorkForm,
    of,
    which_job,
    which_step,
)
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import KitForm

TITLES = {
    "where": "La sortie",
    "which": "Sur quoi repose la sortie ?",
    "work": "L’emploi",
    "employer": "L’employeur",
    "hours": "Le temps de travail",
    "training": "La formation",
    "qualifying": "La qualification",
    "training_end": "La fin de la formation",
    "diploma": "Le diplôme",
}
OF_QUESTION = {
    Question.CONTRACT_KIND: "work",
    Question.JOB_DATES: "work",
    Question.EMPLOYER_KIND: "employer",
    Question.WEEKLY_HOURS: "hours",
    Question.QUALIFYING: "qualifying",
    Question.TRAINING_DATES: "training_end",
    Question.DIPLOMA: "diploma",
}
PLAIN: dict[str, type[KitForm]] = {
    "work": WorkForm,
    "employer": EmployerForm,
    "hours": HoursForm,
    "qualifying": QualifyingForm,
    "training_end": TrainingEndForm,
    "diploma": DiplomaDayForm,
}


@dataclass
class Wizard:
    """What the wizard knows at one moment. ``form`` is the question asked now, None when everything is answered."""

    enrolments: list[Enrolment]
    jobs: list[Job]
    steps: list[Step]
    labels: Labels
    on: date
    data: dict[str, Any] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    current: str = ""
    form: KitForm | None = None

    # What was answered

    @property
    def enrolment(self) -> Enrolment:
        """The accompaniment that ends."""
        found = of(self.enrolments, self.data["enrolment"])
        assert found is not None
        return found

    @property
    def job(self) -> Job | None:
        """The job of the file the exit rests on."""
        return next((one for one in self.jobs if self._rests_on(one.pk, Destination.JOB)), None)

    @property
    def step(self) -> Step | None:
        """The training of the file the exit rests on."""
        return next((one for one in self.steps if self._rests_on(one.pk, Destination.TRAINING)), None)

    def _rests_on(self, pk: int, destination: Destination) -> bool:
        return self.data.get("destination") == destination and self.data.get("which") == str(pk)

    def answers(self) -> Answers:
        """Return what is known, for the rulebook to say what it still needs."""
        data, job, step = self.data, self.job, self.step
        given = {question for question, stage in OF_QUESTION.items() if stage in self.done}
        if job is not None:
            given |= {Question.CONTRACT_KIND, Question.JOB_DATES, Question.EMPLOYER_KIND}
            given |= {Question.WEEKLY_HOURS} if job.weekly_hours is not None else set()
        if step is not None:
            given |= {Question.QUALIFYING, Question.TRAINING_DATES, Question.DIPLOMA}
        return Answers(
            destination=data["destination"],
            on=data["exited_on"],
            given=frozenset(given),
            contract_kind=job.contract_kind if job else data.get("contract_kind"),
            employer_kind=job.employer_kind if job else data.get("employer_kind"),
            start_on=job.start_on if job else data.get("start_on"),
            end_on=job.end_on if job else data.get("end_on"),
            weekly_hours=(job.weekly_hours if job else None) or data.get("weekly_hours"),
            qualifying=step.qualifying if step else data.get("qualifying"),
            training_start_on=step.started_on if step else data.get("training_start_on"),
            training_end_on=(step.ended_on or step.planned_end_on) if step else data.get("training_end_on"),
            diploma_on=step.diploma_on if step else data.get("diploma_on"),
        )

    # What it means

    def leaving(self) -> Leaving:
        """Return the write these answers ask for."""
        data, stay = self.data, self.enrolment
        job, step = self.job, self.step
        asked = NewExit(
            stay.pk,
            data["exited_on"],
            Destination(data["destination"]),
            job.pk if job else None,
            step.pk if step else None,
            data.get("detail", ""),
        )
        hours = data.get("weekly_hours") if job is not None and job.weekly_hours is None else None
        return Leaving(asked, self._new_job(), self._new_training(), hours_of_job=hours)

    def _new_job(self) -> NewJob | None:
        data = self.data
        if data["destination"] != Destination.JOB or self.job is not None:
            return None
        return NewJob(
            enrolment_id=self.enrolment.pk,
            contract_kind=JobContract(data["contract_kind"]),
            start_on=data["start_on"],
            employer_kind=EmployerKind(data.get("employer_kind") or EmployerKind.ORDINARY),
            employer=data.get("employer", ""),
            weekly_hours=data.get("weekly_hours"),
            end_on=data.get("end_on"),
            occupation=data.get("occupation", ""),
        )

    def _new_training(self) -> NewStep | None:
        data = self.data
        if data["destination"] != Destination.TRAINING or self.step is not None:
            return None
        end = data.get("training_end_on")
        over = end is not None and end <= self.on
        return NewStep(
            enrolment_id=self.enrolment.pk,
            kind=data["kind"],
            proposed_on=min(data["training_start_on"], self.on),
            label=data.get("label", ""),
            operator=data.get("operator", ""),
            started_on=data["training_start_on"],
            ended_on=end if over else None,
            planned_end_on=None if over else end,
            qualifying=bool(data.get("qualifying")),
            diploma_on=data.get("diploma_on"),
        )

    def foreseen(self) -> tuple[ExitVerdict, list[Awaited]]:
        """Return the class the framework gives, and the documents it will ask for."""
        leaving, stay = self.leaving(), self.enrolment
        job = self.job
        if job is not None and leaving.hours_of_job is not None:
            job.weekly_hours = leaving.hours_of_job
        facts, verdict = foresee(
            leaving, entered_on=stay.start_on, action_code=stay.action_code, job=job, step=self.step
        )
        return verdict, papers_for(facts, verdict.exit_class, stay.pk)


def walk(wizard: Wizard, posted: Mapping[str, Any], *, stage: str, done: list[str], back: str) -> None:
    """Read the answers in order up to the first question that has none, which becomes the form shown."""
    initial = {name: posted.get(name) for name in posted}
    kept = done[: done.index(back)] if back in done else [*done, *([stage] if stage and stage not in done else [])]
    shelf = Shelf()
    while True:
        name = _next(wizard, shelf)
        if name is None:
            wizard.current, wizard.form = "", None
            return
        make = _maker(wizard, name)
        if name in kept:
            form = make(data=posted)
            if form.is_valid():
                wizard.data |= form.cleaned_data
                wizard.done.append(name)
                continue
            wizard.current, wizard.form = name, form
            return
        wizard.current = name
        wizard.form = make(initial={**_first(wizard), **({k: v for k, v in initial.items() if v})})
        return


def _next(wizard: Wizard, shelf: Shelf) -> str | None:
    if "where" not in wizard.done:
        return "where"
    destination, done = wizard.data["destination"], wizard.done
    if destination in (Destination.JOB, Destination.TRAINING):
        known = wizard.jobs if destination == Destination.JOB else wizard.steps
        if known and "which" not in done:
            return "which"
        base = "work" if destination == Destination.JOB else "training"
        if wizard.job is None and wizard.step is None and base not in done:
            return base
    stay = wizard.enrolment
    question = shelf.question_of(stay.action_code, wizard.answers(), entered_on=stay.start_on)
    stage = OF_QUESTION[question] if question is not None else None
    return None if stage in done else stage


def _maker(wizard: Wizard, name: str) -> Callable[..., KitForm]:
    if name == "where":
        return lambda **given: WhereForm(enrolments=wizard.enrolments, labels=wizard.labels, **given)
    if name == "which":
        if wizard.data["destination"] == Destination.JOB:
            jobs = which_job(wizard.jobs)
            return lambda **given: WhichForm(choices=jobs, label="Quel emploi ?", **given)
        steps = which_step(wizard.steps, wizard.labels)
        return lambda **given: WhichForm(choices=steps, label="Quelle formation ?", **given)
    if name == "training":
        kinds = _trainings(wizard)
        return lambda **given: TrainingForm(kinds=kinds, **given)
    return PLAIN[name]


def _trainings(wizard: Wizard) -> list[tuple[str, Any]]:
    """The kinds of steps that are trainings; all of them when the framework names none so."""
    kinds = wizard.labels.rules(wizard.enrolment.action_code).steps
    found = [(code, kind.label) for code, kind in kinds.items() if detail_of(code) == "training"]
    return found or wizard.labels.step_choices([wizard.enrolment])


def _first(wizard: Wizard) -> dict[str, Any]:
    return {"exited_on": wizard.on, "start_on": wizard.data.get("exited_on"), "which": NEW}
