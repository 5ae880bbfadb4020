"""A group of organisations around the house of the référent, the time its référents give, and their accesses to CDAP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jalons.network.cdap import open_access
from jalons.network.groups import add_member, create_group
from jalons.network.models import Membership, Organisation, RoleCode
from jalons.network.operations import set_working_time
from jalons.simulation.furnishing.stage import Stage

MEMBERS = 3
TIMES = (Decimal(1), Decimal("0.8"))


def furnish(stage: Stage) -> None:
    """Open a group with two other organisations of the agreements; say the working time of each référent, and their accesses."""
    given: dict[str, Any] = {"actor": stage.director, "on": stage.on}
    group = create_group(**given, authority_id=stage.authority.pk, name="Groupement de démonstration")
    others = Organisation.objects.filter(authority=stage.authority, agreements__isnull=False).exclude(pk=stage.house.pk)
    chosen = [stage.house.pk, *others.order_by("pk").distinct().values_list("pk", flat=True)[: MEMBERS - 1]]
    for pk in chosen:
        add_member(**given, group_id=group.pk, organisation_id=pk, start_on=stage.on.replace(month=1, day=1))
    posts = Membership.objects.filter(organisation=stage.house, role=RoleCode.CASEWORKER).order_by("pk")
    for rank, post in enumerate(posts):
        set_working_time(actor=stage.head, on=stage.on, membership_id=post.pk, fte=TIMES[rank % len(TIMES)])
    for holder in {post.user_id for post in posts}:
        open_access(
            actor=stage.head, on=stage.on, user_id=holder, organisation_id=stage.house.pk, start_on=stage.day(-60)
        )
