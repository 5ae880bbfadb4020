"""Read grids, evaluations, pre-flags and saved searches (R-029…R-031)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from jalons.network.models import Authority
from jalons.pathways.grids import Criterion, criteria_of, default_grid
from jalons.pathways.models import Evaluation, OrientationGrid, Preflag, SavedQuery


def current_grid(authority_id: int, *, on: date) -> OrientationGrid | None:
    """Return the grid an authority gave itself, in use on that day; None: it uses the one all start from."""
    return OrientationGrid.objects.filter(authority_id=authority_id, start_on__lte=on).order_by("-start_on").first()


def grid_of(authority_id: int, *, on: date) -> tuple[Criterion, ...]:
    """Return the criteria in use on that day."""
    own = current_grid(authority_id, on=on)
    return criteria_of(own.criteria) if own else default_grid()


def latest_evaluation(person_id: int) -> Evaluation | None:
    """Return the last evaluation of a person, or None. The caller has checked the reach."""
    return (
        Evaluation.objects.filter(person_id=person_id)
        .select_related("made_by", "session")
        .order_by("-made_on", "-pk")
        .first()
    )


def preflags_of(person_ids: Collection[int], *, on: date) -> dict[int, str]:
    """Return person → what the CAF last suggested, in one query."""
    rows = Preflag.objects.filter(person__in=list(person_ids), received_on__lte=on).order_by("received_on", "pk")
    return dict(rows.values_list("person_id", "value"))


def saved_queries(authorities: QuerySet[Authority]) -> QuerySet[SavedQuery]:
    """Return the searches kept by these authorities, by name."""
    return SavedQuery.objects.filter(authority__in=authorities).order_by("name", "pk")
