"""How often a professional means to meet a person: closer at some moments, further apart at others (R-049, R-051)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.kernel.periods import DateRange

USER = settings.AUTH_USER_MODEL


class RhythmUnit(models.TextChoices):
    """What the interval between two interviews is counted in."""

    WEEK = "week", "semaine"
    MONTH = "month", "mois"


@tracked()
class Rhythm(models.Model):
    """One interview every ``every`` weeks or months, from a day until the next rhythm."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="rhythms")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    every = models.PositiveSmallIntegerField("tous les")
    unit = models.CharField("unité", max_length=5, choices=RhythmUnit.choices)
    start_on = models.DateField("à compter du")
    end_on = models.DateField("jusqu’au", null=True)
    reason = models.CharField("motif", max_length=200, blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "rythme des entretiens"
        constraints = [
            models.CheckConstraint(
                condition=Q(every__gt=0),
                name="rhythm_has_an_interval",
                violation_error_message="Un rythme a un intervalle.",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="rhythm_dates_ordered",
                violation_error_message="Un rythme ne peut pas finir avant de commencer.",
            ),
            ExclusionConstraint(
                name="rhythm_one_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un seul rythme à la fois pour une personne dans un organisme.",
            ),
        ]
