"""Who may enter the action of an orientation: again after a stay, when nobody accompanies the person any more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jalons.network.models import User
from jalons.pathways.models import Enrolment, Orientation
from jalons.pathways.queries.orientation import STAYS, orientations_within
from jalons.people.models import RightsAndDuties


def without_accompaniment(user: User, *, on: date) -> QuerySet[Any]:  # orientations, annotated
    """Return the orientations in force of who left their action, accompanied by nobody and still subject to duties.

    Each carries ``left_on``, the last day of the stay; the last to leave come first.
    """
    accompanied = Enrolment.objects.filter(person=OuterRef("person")).exclude(end_on__lt=on)
    running = Q(start_on__lte=on) & (Q(end_on__isnull=True) | Q(end_on__gte=on))
    subject = RightsAndDuties.objects.filter(running, person=OuterRef("person"))
    return (
        orientations_within(user, on=on)
        .annotate(left_on=Subquery(STAYS.order_by("-end_on").values("end_on")[:1]))
        .filter(Exists(STAYS), Exists(subject))
        .exclude(Exists(accompanied))
        .order_by("-left_on", "pk")
    )


def enrollable(user: User, *, on: date) -> QuerySet[Orientation]:
    """Return the orientations in force, within reach, whose action the person may enter, or enter again."""
    return orientations_within(user, on=on).exclude(Exists(STAYS.exclude(end_on__lt=on))).order_by("decided_on", "pk")
