"""Reads of steps: the offers one may prescribe with their places left, what a step has beside its dates, its news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from jalons.pathways.models import FollowUpContact, StepAnswer, StepOffer, StepState

# A place is held from the day the provider accepts, or the step starts without an answer, until the end of the session:
# somebody who stops midway is not replaced.
HOLDS_A_PLACE = Q(answer=StepAnswer.ACCEPTED) & ~Q(state=StepState.CANCELLED) | Q(
    state__in=(StepState.STARTED, StepState.COMPLETED, StepState.INTERRUPTED)
)


@dataclass(frozen=True, slots=True)
class OfferPlaces:
    """An offer with its places: ``left`` is None when they are not counted; ``waiting`` prescriptions have no answer yet."""

    offer: StepOffer
    taken: int
    waiting: int

    @property
    def left(self) -> int | None:
        """How many places are left."""
        return None if self.offer.places is None else max(0, self.offer.places - self.taken)


def open_offers(authority_ids: Iterable[int], *, on: date) -> QuerySet[StepOffer]:
    """Return the offers of these authorities that are neither closed nor over, by date of start then name."""
    rows = StepOffer.objects.filter(authority__in=list(authority_ids))
    rows = rows.exclude(closed_on__lte=on).exclude(end_on__lt=on)
    return rows.select_related("organisation", "territory").order_by("start_on", "label", "pk")


def with_places(offers: QuerySet[StepOffer]) -> list[OfferPlaces]:
    """Return these offers with their places taken and waiting; one query."""
    holds = Q(steps__answer=StepAnswer.ACCEPTED) & ~Q(steps__state=StepState.CANCELLED) | Q(
        steps__state__in=(StepState.STARTED, StepState.COMPLETED, StepState.INTERRUPTED)
    )
    waits = Q(steps__state=StepState.POSITIONED) & ~Q(steps__answer=StepAnswer.ACCEPTED)
    rows = offers.annotate(
        taken=Count("steps", filter=holds, distinct=True), waits=Count("steps", filter=waits, distinct=True)
    )
    return [OfferPlaces(one, one.taken, one.waits) for one in rows]


def news_of(*, step_ids: Iterable[int] = (), job_ids: Iterable[int] = ()) -> list[FollowUpContact]:
    """Return the news taken of these steps and jobs, the last first."""
    rows = FollowUpContact.objects.filter(Q(step__in=list(step_ids)) | Q(job__in=list(job_ids)))
    return list(rows.select_related("recorded_by").order_by("-made_on", "-pk"))
