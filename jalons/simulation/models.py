"""How far the demonstration has gone: a killed run goes on from there, a second run changes nothing."""

from __future__ import annotations

from django.db import models


class DemoState(models.Model):
    """The one demonstration of a database: its size and seed, and the last day lived."""

    people = models.PositiveIntegerField()
    seed = models.IntegerField()
    lived_through = models.DateField(null=True)
    finished = models.BooleanField(default=False)

    class Meta:
        verbose_name = "état de la démonstration"
