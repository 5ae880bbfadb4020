"""Where persons are followed: the answer the agenda asks for (port ``agenda.followed``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Q

from jalons.agenda.followed import Followed
from jalons.pathways.models import Enrolment


def followed_between(*, person_ids: Collection[int], first: date, last: date) -> Sequence[Followed]:
    """Return where these persons are followed between two days, oldest first; one query."""
    rows = Enrolment.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gte=first), person__in=list(person_ids), start_on__lte=last
    ).order_by("start_on", "pk")
    return [
        Followed(*row)
        for row in rows.values_list(
            "person_id", "organisation_id", "action_code", "line__framework_code", "start_on", "end_on"
        )
    ]
