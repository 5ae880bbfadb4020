"""Tick the missions of the référent for a person (R-057)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import MissionDone
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import require_not_after


@operation
def record_missions(
    *, actor: User, on: date, enrolment_id: int, codes: Collection[str], done_on: date
) -> list[MissionDone]:
    """Note that these missions of the rulebook were done on a day; those already noted that day are left as they are."""
    require_not_after(done_on, on=on, what="Cette mission")
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    missions = rules_of(enrolment.action_code, on=on).missions
    known = {one.code for one in missions.items} if missions else set()
    if not set(codes) <= known:
        raise Refusal("Une de ces missions n’est pas dans la liste de cette action.", code="mission_unknown")
    if done_on < enrolment.start_on:
        raise Refusal("Une mission se fait pendant l’accompagnement.", code="mission_before_start")
    noted = set(enrolment.missions.filter(done_on=done_on).values_list("code", flat=True))
    return MissionDone.objects.bulk_create(
        MissionDone(enrolment=enrolment, person_id=enrolment.person_id, code=code, done_on=done_on, recorded_by=actor)
        for code in dict.fromkeys(codes)
        if code not in noted
    )


@operation
def withdraw_mission(*, actor: User, on: date, mission_id: int) -> None:
    """Take back a mission noted by mistake; the history keeps it."""
    enrolment_id = MissionDone.objects.values_list("enrolment_id", flat=True).get(pk=mission_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    MissionDone.objects.filter(pk=mission_id).delete()
