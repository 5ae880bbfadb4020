"""The exit of an action: proposed from facts, its class computed by the rulebook, confirmed by a human (R-121…R-131)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.exit_facts import facts_of
from jalons.pathways.models import (
    Destination,
    EndReason,
    Enrolment,
    EnrolmentProfessional,
    Exit,
    ExitState,
    Job,
    Pause,
    Piece,
    Step,
)
from jalons.pathways.operations._door import open_enrolments
from jalons.pathways.operations._ends import moved_since, put_back, read_ends
from jalons.pathways.operations.enrolment import close_enrolments, led_until, reopen_enrolment
from jalons.pathways.operations.following import keep_open
from jalons.pathways.operations.mandates import reopen_mandate
from jalons.pathways.rulebook import ExitVerdict, Shelf
from jalons.pathways.rules import EXIT_TRANSITIONS, require_not_after, require_transition
from jalons.people.models import AccessReason, DossierAccess


@dataclass(frozen=True, slots=True)
class NewExit:
    """An exit to propose: where the person goes, and the job or training it rests on."""

    enrolment_id: int
    exited_on: date
    destination: Destination
    job_id: int | None = None
    step_id: int | None = None
    detail: str = ""


@operation
def propose_exits(*, actor: User, on: date, exits: Collection[NewExit]) -> list[Exit]:
    """Propose exits; the class, its sentence and its version come from the rulebook, empty when it defines none (R-131)."""
    enrolments = open_enrolments(actor, {one.enrolment_id for one in exits}, on=on, permission=Permission.EXIT_WRITE)
    jobs = Job.objects.in_bulk({one.job_id for one in exits if one.job_id is not None})
    steps = Step.objects.in_bulk({one.step_id for one in exits if one.step_id is not None})
    shelf, rows = Shelf(), []
    for one in exits:
        enrolment = enrolments[one.enrolment_id]
        job, step = jobs.get(one.job_id or 0), steps.get(one.step_id or 0)
        _check(one, enrolment, job, step, on=on)
        row = _row(one, enrolment, job, step, actor)
        _judge(row, shelf.verdict_of(facts_of(row)))
        rows.append(row)
    made = Exit.objects.bulk_create(rows, batch_size=2000)
    touch(days={one.exited_on for one in exits})
    return made


@operation
def propose_exit(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    exited_on: date,
    destination: Destination,
    job_id: int | None = None,
    step_id: int | None = None,
    detail: str = "",
) -> Exit:
    """Propose the exit of one enrolment; ``detail`` says its reason in words, counted with its characteristics (R-129)."""
    new = NewExit(enrolment_id, exited_on, destination, job_id, step_id, detail)
    return propose_exits(actor=actor, on=on, exits=[new])[0]


def preview_exit(new: NewExit) -> ExitVerdict:
    """Return the class the rulebook would give, without writing (the form shows it while one types)."""
    enrolment = Enrolment.objects.get(pk=new.enrolment_id)
    job = Job.objects.filter(pk=new.job_id or 0).first()
    step = Step.objects.filter(pk=new.step_id or 0).first()
    return Shelf().verdict_of(facts_of(_row(new, enrolment, job, step)))


@operation
def confirm_exits(*, actor: User, on: date, exit_ids: Collection[int]) -> list[Exit]:
    """Confirm proposed exits: each enrolment ends on the day of its exit (R-127)."""
    exits = _open(actor, exit_ids, on=on)
    for one in exits:
        require_transition(EXIT_TRANSITIONS, ExitState(one.state), ExitState.CONFIRMED, what="Cette sortie")
        _require_choice(one)
        _require_same_end(one)
    _require_proofs(exits)
    ids = [one.pk for one in exits]
    Exit.objects.filter(pk__in=ids).update(state=ExitState.CONFIRMED, confirmed_on=on, confirmed_by=actor)
    for one in exits:
        one.state, one.confirmed_on, one.confirmed_by = ExitState.CONFIRMED, on, actor
    touch(persons={one.person_id for one in exits}, days={one.exited_on for one in exits})
    _close(actor, [one for one in exits if one.enrolment.end_on is None], on=on)
    keep_open(exits)
    return exits


def _close(actor: User, exits: Collection[Exit], *, on: date) -> None:
    """End the enrolments of exits, and keep with each the last days this moves: a reversal puts them back."""
    if not exits:
        return
    days = {one.enrolment_id: one.exited_on for one in exits}
    before = read_ends({one.person_id for one in exits}, after=min(days.values()))
    groups: dict[date | None, list[Enrolment]] = {}
    for one in exits:
        groups.setdefault(led_until(one.enrolment, one.exited_on, on), []).append(one.enrolment)
    for until, rows in groups.items():
        last_days = {row.pk: days[row.pk] for row in rows}
        close_enrolments(actor, rows, last_days=last_days, reason=EndReason.EXIT, lead_until=until)
    moved = moved_since(before)
    for one in exits:
        one.kept = moved.get(one.person_id, {})
    Exit.objects.bulk_update(exits, ["kept"])


@operation
def confirm_exit(*, actor: User, on: date, exit_id: int) -> Exit:
    """Confirm one exit."""
    return confirm_exits(actor=actor, on=on, exit_ids=[exit_id])[0]


@operation
def choose_class(*, actor: User, on: date, exit_id: int, exit_class: str, reason: str) -> Exit:
    """Keep another class than the computed one; both stay, with the reason (R-126, R-127)."""
    (exit_,) = _open(actor, [exit_id], on=on)
    if exit_.state == ExitState.REVERSED:
        raise Refusal("Cette sortie est annulée.", code="exit_reversed")
    verdict = _again(exit_)
    if verdict.classes and exit_class not in verdict.classes:
        raise Refusal("Cette classe n’existe pas dans le cadre.", code="exit_class_unknown")
    if exit_class != exit_.computed_class and not reason.strip():
        raise Refusal("Choisir une autre classe que celle du cadre demande un motif.", code="exit_choice_has_reason")
    exit_.chosen_class, exit_.chosen_reason = exit_class, reason.strip()
    if exit_.state == ExitState.CONFIRMED:
        _require_proofs([exit_])  # a class that needs a proof needs it after the confirmation too
        keep_open([exit_])
    exit_.save(update_fields=["chosen_class", "chosen_reason"])
    touch(persons={exit_.person_id}, days={exit_.exited_on})
    return exit_


@operation
def reverse_exit(*, actor: User, on: date, exit_id: int, reason: str) -> Exit:
    """Undo an exit, with a reason: the enrolment it ended runs again, with its mandate, its team and its « veille »."""
    if not reason.strip():
        raise Refusal("L’annulation d’une sortie demande un motif.", code="exit_reversed_when_why_by_whom")
    (exit_,) = _open(actor, [exit_id], on=on)
    require_transition(EXIT_TRANSITIONS, ExitState(exit_.state), ExitState.REVERSED, what="Cette sortie")
    confirmed = exit_.state == ExitState.CONFIRMED
    exit_.state, exit_.reversed_on, exit_.reversed_by, exit_.reversed_reason = (
        ExitState.REVERSED,
        on,
        actor,
        reason.strip(),
    )
    exit_.save()
    if confirmed and exit_.enrolment.end_reason == EndReason.EXIT:
        reopen_enrolment(exit_.enrolment)
        reopen_mandate(exit_.person_id, exit_.enrolment.organisation_id, ended_on=exit_.exited_on, on=on)
        put_back_beside(exit_.enrolment_id, exit_.kept)
    touch(days={exit_.exited_on})
    return exit_


def put_back_beside(enrolment_id: int, kept: dict[str, dict[str, str | None]]) -> None:
    """Give the team and the pauses of an enrolment that runs again the last days they had, and their accesses too."""
    pauses = Pause.objects.filter(enrolment=enrolment_id, pk__in=kept.get("pauses", {}))
    team = EnrolmentProfessional.objects.filter(enrolment=enrolment_id, pk__in=kept.get("team", {}))
    accesses = DossierAccess.objects.filter(
        reason=AccessReason.TEAM, source_id__in=team.values("pk"), pk__in=kept.get("accesses", {})
    )
    rows: dict[str, QuerySet[Any]] = {"pauses": pauses, "team": team, "accesses": accesses}
    put_back([{name: {str(one.pk): kept[name][str(one.pk)] for one in found} for name, found in rows.items()}])


def _open(actor: User, exit_ids: Iterable[int], *, on: date) -> list[Exit]:
    ids = list(exit_ids)
    enrolment_ids = set(Exit.objects.filter(pk__in=ids).values_list("enrolment_id", flat=True))
    enrolments = open_enrolments(actor, enrolment_ids, on=on, permission=Permission.EXIT_CONFIRM)
    found: Mapping[int, Exit] = Exit.objects.in_bulk(ids)
    for one in found.values():
        one.enrolment = enrolments[one.enrolment_id]
    return [found[pk] for pk in ids]


def _again(one: Exit) -> ExitVerdict:
    """What the rulebook says today of an exit already written."""
    return preview_exit(NewExit(one.enrolment_id, one.exited_on, Destination(one.destination), one.job_id, one.step_id))


def _require_choice(one: Exit) -> None:
    """A doubtful class that the rulebook leaves to somebody is chosen, with a reason, before the exit is confirmed (R-126)."""
    if not one.flagged or one.chosen_class:
        return
    decided_by = _again(one).decided_by
    if decided_by:
        raise Refusal(
            f"Le cadre laisse cette classe à la décision de : {decided_by}. Choisissez-la avec un motif.",
            code="exit_to_choose",
        )


def _require_same_end(exit_: Exit) -> None:
    """Something else may have ended the enrolment since the proposal: the two dates must agree."""
    ended = exit_.enrolment.end_on
    if ended is not None and ended != exit_.exited_on:
        raise Refusal(
            f"Cette inscription s’est terminée le {ended:%d/%m/%Y} : annulez cette sortie, puis notez-la à cette date.",
            code="exit_after_end",
        )


def _require_proofs(exits: Iterable[Exit]) -> None:
    """A class that asks for a document is not confirmed without it (R-128)."""
    rows = list(exits)
    shelf = Shelf()
    held: dict[int, set[str]] = {}
    for enrolment_id, kind in Piece.objects.filter(enrolment__in={one.enrolment_id for one in rows}).values_list(
        "enrolment_id", "kind"
    ):
        held.setdefault(enrolment_id, set()).add(kind)
    for one in rows:
        exit_class = one.chosen_class or one.computed_class
        entered_on = one.enrolment.start_on
        for proof in shelf.exit_proofs(one.enrolment.action_code, exit_class, on=one.exited_on, entered_on=entered_on):
            if not proof.kinds & held.get(one.enrolment_id, set()):
                raise Refusal(f"Cette sortie demande une pièce au dossier : {proof.label}.", code="exit_without_proof")


def _check(one: NewExit, enrolment: Enrolment, job: Job | None, step: Step | None, *, on: date) -> None:
    require_not_after(one.exited_on, on=on, what="La sortie")
    if one.exited_on < enrolment.start_on:
        raise Refusal("Une sortie ne peut pas précéder l’entrée.", code="exit_before_entry")
    if enrolment.end_on is not None and one.exited_on != enrolment.end_on:
        raise Refusal(
            f"Cette inscription s’est terminée le {enrolment.end_on:%d/%m/%Y} : la sortie porte cette date.",
            code="exit_after_end",
        )
    if one.exited_on > enrolment.line.end_on:
        raise Refusal(
            f"La convention de cette inscription s’est arrêtée le {enrolment.line.end_on:%d/%m/%Y} : datez la sortie de ce"
            " jour au plus tard.",
            code="exit_after_line",
        )
    if any(fact is not None and fact.person_id != enrolment.person_id for fact in (job, step)):
        raise Refusal("L’emploi ou la formation est celui d’une autre personne.", code="exit_of_another")
    if one.destination == Destination.JOB and job is None:
        raise Refusal("Une sortie vers l’emploi repose sur un emploi : notez-le d’abord.", code="exit_without_job")
    if one.destination == Destination.TRAINING and step is None:
        raise Refusal(
            "Une sortie vers une formation repose sur une étape : notez-la d’abord.", code="exit_without_training"
        )


def _row(one: NewExit, enrolment: Enrolment, job: Job | None, step: Step | None, actor: User | None = None) -> Exit:
    return Exit(
        enrolment=enrolment,
        person_id=enrolment.person_id,
        exited_on=one.exited_on,
        destination=one.destination,
        detail=one.detail.strip(),
        job=job,
        step=step,
        recorded_by=actor,
    )


def _judge(row: Exit, verdict: ExitVerdict) -> None:
    row.computed_class, row.explanation = verdict.exit_class, verdict.explanation
    row.rulebook_version, row.flagged = verdict.version, verdict.flagged
