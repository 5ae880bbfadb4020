"""Note the meeting of a body that follows an action, with the figures of its day (R-066)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.models import FollowUpMeeting
from jalons.pathways.queries.follow_up_meetings import figures_of
from jalons.pathways.rulebook import Shelf
from jalons.pathways.rules import require_not_after


@operation
def record_follow_up_meeting(
    *, actor: User, on: date, authority_id: int, action_code: str, body: str, held_on: date, conclusions: str
) -> FollowUpMeeting:
    """Keep what a body retained of an action; the figures of the day it met are counted now and kept.

    ``body``: a code of the rulebook's ``follow_up_bodies``. Refused: a body it does not name, the same meeting twice, a day
    to come, nothing retained.
    """
    require(actor, Permission.FIGURE_FREEZE, on=on, authority_id=authority_id)
    require_not_after(held_on, on=on, what="La réunion")
    shelf = Shelf()
    bodies = shelf.rules_of(action_code, on=held_on).follow_up_bodies
    if body not in {one.code for one in bodies}:
        known = ", ".join(f"« {one.label} »" for one in bodies)
        said = f"Instances qui suivent cette action : {known}." if known else "Aucune instance ne suit cette action."
        raise Refusal(said, code="follow_up_body")
    if not conclusions.strip():
        raise Refusal("Une réunion de suivi dit ce qu’elle retient.", code="follow_up_meeting_concludes")
    same = FollowUpMeeting.objects.filter(authority=authority_id, action_code=action_code, body=body, held_on=held_on)
    if same.exists():
        raise Refusal("Cette réunion est déjà notée ce jour-là.", code="follow_up_meeting_once_a_day")
    (figures,) = figures_of({action_code: bodies}, authority_id, on=held_on, shelf=shelf)
    return FollowUpMeeting.objects.create(
        authority_id=authority_id,
        action_code=action_code,
        body=body,
        held_on=held_on,
        places=figures.places,
        accompanied=figures.accompanied,
        unanalysed=figures.unanalysed,
        incomplete_teams=figures.incomplete_teams,
        conclusions=conclusions.strip(),
        recorded_by=actor,
    )
