"""The steps to reach the lifting of an obstacle: planned, done, taken back (R-072)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Obstacle, ObstacleAction
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import require_not_after


@operation
def add_obstacle_action(
    *,
    actor: User,
    on: date,
    obstacle_id: int,
    kind: str = "",
    note: str = "",
    planned_on: date | None = None,
    done_on: date | None = None,
) -> ObstacleAction:
    """Write an action on an obstacle. Done, it tells the obstacle is worked on from that day, unless it was already.

    ``kind`` is one of the ways the rulebook gives for the domain; without such a list, the note says what is done.
    """
    obstacle = _open(actor, obstacle_id, on=on)
    domain = rules_of(obstacle.enrolment.action_code, on=on).obstacles.get(obstacle.domain)
    works = domain.works if domain else {}
    if kind and kind not in works:
        known = ", ".join(f"« {label} »" for label in works.values()) or "aucune liste pour ce domaine"
        raise Refusal(f"Cette action n’est pas dans la liste du cadre : {known}.", code="obstacle_action_unknown")
    if obstacle.sensitive and note.strip():
        raise Refusal(
            "Ce domaine est sensible : rien de médical n’entre au dossier, laissez la précision vide.",
            code="obstacle_sensitive",
        )
    if not kind and not note.strip() and not obstacle.sensitive:
        raise Refusal("Dites ce qui est fait pour lever ce frein.", code="obstacle_action_empty")
    row = ObstacleAction(
        obstacle=obstacle,
        kind=kind,
        sensitive=obstacle.sensitive,
        note=note.strip(),
        planned_on=planned_on,
        recorded_by=actor,
    )
    if done_on is not None:
        _do(row, obstacle, done_on, on=on)
    row.save()
    return row


@operation
def do_obstacle_action(*, actor: User, on: date, action_id: int, day: date) -> ObstacleAction:
    """Say that a planned action is done."""
    row = ObstacleAction.objects.get(pk=action_id)
    obstacle = _open(actor, row.obstacle_id, on=on)
    row.refresh_from_db()
    if row.done_on is not None:
        raise Refusal(f"Cette action est déjà faite, le {row.done_on:%d/%m/%Y}.", code="obstacle_action_done")
    _do(row, obstacle, day, on=on)
    row.save(update_fields=["done_on"])
    return row


@operation
def withdraw_obstacle_action(*, actor: User, on: date, action_id: int) -> None:
    """Take back an action written by mistake; the history keeps it."""
    row = ObstacleAction.objects.get(pk=action_id)
    _open(actor, row.obstacle_id, on=on)
    row.delete()


def _open(actor: User, obstacle_id: int, *, on: date) -> Obstacle:
    enrolment_id = Obstacle.objects.values_list("enrolment_id", flat=True).get(pk=obstacle_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    obstacle = Obstacle.objects.get(pk=obstacle_id)
    obstacle.enrolment = enrolment
    return obstacle


def _do(row: ObstacleAction, obstacle: Obstacle, day: date, *, on: date) -> None:
    require_not_after(day, on=on, what="L’action")
    if day < obstacle.opened_on:
        raise Refusal(
            f"Ce frein est repéré depuis le {obstacle.opened_on:%d/%m/%Y} : l’action vient après.",
            code="obstacle_order",
        )
    if obstacle.lifted_on is not None and day > obstacle.lifted_on:
        raise Refusal(f"Ce frein est levé depuis le {obstacle.lifted_on:%d/%m/%Y}.", code="obstacle_lifted")
    row.done_on = day
    if obstacle.worked_on is None:
        obstacle.worked_on = day
        obstacle.save(update_fields=["worked_on"])
        touch(days={day})
