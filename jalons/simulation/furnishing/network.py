"""A group of organisations, around the house of the référent."""

from __future__ import annotations

from typing import Any

from jalons.network.groups import add_member, create_group
from jalons.network.models import Organisation
from jalons.simulation.furnishing.stage import Stage

MEMBERS = 3


def furnish(stage: Stage) -> None:
    """Open a group around the house, with two other organisations of the agreements."""
    given: dict[str, Any] = {"actor": stage.director, "on": stage.on}
    group = create_group(**given, authority_id=stage.authority.pk, name="Groupement de démonstration")
    others = Organisation.objects.filter(authority=stage.authority, agreements__isnull=False).exclude(pk=stage.house.pk)
    chosen = [stage.house.pk, *others.order_by("pk").distinct().values_list("pk", flat=True)[: MEMBERS - 1]]
    for pk in chosen:
        add_member(**given, group_id=group.pk, organisation_id=pk, start_on=stage.on.replace(month=1, day=1))
