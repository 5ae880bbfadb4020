"""Obstacles (« freins »): found, worked on, lifted, found again (R-071, R-072)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Obstacle
from jalons.pathways.operations._door import open_enrolment, open_enrolments
from jalons.pathways.rulebook import ActionRules, Shelf
from jalons.pathways.rules import require_during, require_not_after


@dataclass(frozen=True, slots=True)
class NewObstacle:
    """An obstacle to write, at any point of its life; ``domain`` is a code of the reference list."""

    enrolment_id: int
    domain: str
    opened_on: date
    note: str = ""
    worked_on: date | None = None
    lifted_on: date | None = None
    assessment_id: int | None = None


@operation
def record_obstacles(*, actor: User, on: date, obstacles: Collection[NewObstacle]) -> list[Obstacle]:
    """Write many obstacles at once; a domain is one of the list, and a sensitive one takes no word (R-163)."""
    enrolments = open_enrolments(
        actor, {one.enrolment_id for one in obstacles}, on=on, permission=Permission.SITUATION_WRITE
    )
    shelf = Shelf()
    rules = {one.pk: shelf.rules_of(one.action_code, on=on) for one in enrolments.values()}
    for one in obstacles:
        _check(one, rules[one.enrolment_id], on=on)
        require_during(enrolments[one.enrolment_id], one.opened_on, what="Le frein")
    rows = Obstacle.objects.bulk_create(
        [
            Obstacle(
                enrolment_id=one.enrolment_id,
                person_id=enrolments[one.enrolment_id].person_id,
                assessment_id=one.assessment_id,
                domain=one.domain,
                sensitive=rules[one.enrolment_id].obstacles[one.domain].sensitive,
                note=one.note.strip(),
                opened_on=one.opened_on,
                worked_on=one.worked_on or one.lifted_on,
                lifted_on=one.lifted_on,
                recorded_by=actor,
            )
            for one in obstacles
        ],
        batch_size=2000,
    )
    touch(days={day for one in rows for day in (one.opened_on, one.worked_on, one.lifted_on) if day is not None})
    return rows


@operation
def open_obstacle(
    *, actor: User, on: date, enrolment_id: int, domain: str, opened_on: date, note: str = ""
) -> Obstacle:
    """Write an obstacle that was found."""
    new = NewObstacle(enrolment_id, domain, opened_on, note)
    return record_obstacles(actor=actor, on=on, obstacles=[new])[0]


@operation
def work_on_obstacle(*, actor: User, on: date, obstacle_id: int, day: date) -> Obstacle:
    """Say since when the obstacle is worked on."""
    row = _running(actor, obstacle_id, day, on=on)
    if row.worked_on is not None:
        raise Refusal(
            f"Ce frein est travaillé depuis le {row.worked_on:%d/%m/%Y} : notez plutôt qu’il est levé.",
            code="obstacle_already_worked",
        )
    row.worked_on = day
    row.save(update_fields=["worked_on"])
    return row


@operation
def lift_obstacle(*, actor: User, on: date, obstacle_id: int, day: date) -> Obstacle:
    """Say that the obstacle is lifted; when nobody said it was worked on, that day counts for both."""
    row = _running(actor, obstacle_id, day, on=on)
    row.worked_on, row.lifted_on = row.worked_on or day, day
    row.save(update_fields=["worked_on", "lifted_on"])
    return row


@operation
def reopen_obstacle(*, actor: User, on: date, obstacle_id: int) -> Obstacle:
    """Take back a lifting written by mistake. An obstacle that comes back later is a new one: ``open_obstacle``."""
    row = _row(actor, obstacle_id, on=on)
    if row.lifted_on is None:
        raise Refusal("Ce frein n’est pas noté comme levé.", code="obstacle_not_lifted")
    touch(days={row.lifted_on})
    row.lifted_on = None
    row.save(update_fields=["lifted_on"])
    return row


@operation
def withdraw_obstacle(*, actor: User, on: date, obstacle_id: int) -> None:
    """Take back an obstacle written by mistake; the history keeps it."""
    row = _row(actor, obstacle_id, on=on)
    touch(days={row.opened_on, row.lifted_on or on})
    row.delete()


def _row(actor: User, obstacle_id: int, *, on: date) -> Obstacle:
    enrolment_id = Obstacle.objects.values_list("enrolment_id", flat=True).get(pk=obstacle_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    return Obstacle.objects.get(pk=obstacle_id)


def _running(actor: User, obstacle_id: int, day: date, *, on: date) -> Obstacle:
    row = _row(actor, obstacle_id, on=on)
    require_not_after(day, on=on, what="L’avancée")
    if row.lifted_on is not None:
        raise Refusal(f"Ce frein est déjà levé, depuis le {row.lifted_on:%d/%m/%Y}.", code="obstacle_lifted")
    since = row.worked_on or row.opened_on
    if day < since:
        said = "travaillé" if row.worked_on else "repéré"
        raise Refusal(
            f"Ce frein est {said} depuis le {since:%d/%m/%Y} : donnez une date qui suit.", code="obstacle_order"
        )
    touch(days={row.opened_on, day})
    return row


def _check(one: NewObstacle, rules: ActionRules, *, on: date) -> None:
    domain = rules.obstacles.get(one.domain)
    if domain is None:
        known = ", ".join(f"« {each.label} »" for each in rules.obstacles.values())
        raise Refusal(f"Ce domaine de frein n’est pas dans la liste : {known}.", code="obstacle_domain_unknown")
    if domain.sensitive and one.note.strip():
        raise Refusal(
            f"Le frein « {domain.label} » ne porte aucune précision : rien de médical n’entre au dossier.",
            code="obstacle_sensitive",
        )
    days = [day for day in (one.opened_on, one.worked_on, one.lifted_on) if day is not None]
    for day in days:
        require_not_after(day, on=on, what="Le frein")
    if days != sorted(days):
        raise Refusal("Un frein est repéré, puis travaillé, puis levé : ses dates se suivent.", code="obstacle_order")
