"""What several models of the room share: who did it, and dates in order."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

USER = settings.AUTH_USER_MODEL


def by(verbose: str = "par", *, null: bool = False) -> models.ForeignKey[Any, Any]:
    """Return the column that says who did it."""
    return models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=verbose, null=null)


def dates_ordered(name: str) -> models.CheckConstraint:
    """Return the constraint « a period does not end before it starts »."""
    return models.CheckConstraint(
        condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
        name=name,
        violation_error_message="La fin ne peut pas précéder le début.",
    )
