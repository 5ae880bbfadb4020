"""Time sheets: what the agenda does not know is written, what it knows is counted, a month is closed with its paper (R-210)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from jalons.documents.models import Document
from jalons.kernel.history import tracked

USER = settings.AUTH_USER_MODEL


@tracked()
class TimeEntry(models.Model):
    """Time that no appointment tells: files, network, administrative tasks. ``label`` names no person accompanied."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    framework_code = models.CharField("cadre", max_length=60)
    on_date = models.DateField("jour")
    minutes = models.PositiveSmallIntegerField("durée, en minutes")
    category = models.CharField("catégorie", max_length=30)
    label = models.CharField("quoi", max_length=120, blank=True)

    class Meta:
        verbose_name = "temps"
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=24 * 60),
                name="time_entry_within_a_day",
                violation_error_message="Une ligne de temps dure plus de 0 minute et moins d’un jour.",
            ),
            models.CheckConstraint(
                condition=~Q(category=""),
                name="time_entry_has_a_category",
                violation_error_message="Choisissez la catégorie de ce temps.",
            ),
        ]
        indexes = [models.Index(fields=("user", "on_date"), name="time_entry_month")]


@tracked()
class TimeSheet(models.Model):
    """A month closed: the totals by category and the paper to sign. Opened again, it stays, and the next one replaces it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    framework_code = models.CharField("cadre", max_length=60)
    month = models.DateField("mois")
    expected_minutes = models.PositiveIntegerField("temps du poste, en minutes")
    totals = models.JSONField("minutes par catégorie")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField("arrêtée le")
    closed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    reopened_on = models.DateField("rouverte le", null=True)
    reopened_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "feuille de temps"
        constraints = [
            models.UniqueConstraint(
                fields=("user", "organisation", "framework_code", "month"),
                condition=Q(reopened_on__isnull=True),
                name="time_sheet_once",
                violation_error_message="La feuille de temps de ce mois est déjà arrêtée.",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="time_sheet_first_of_month",
                violation_error_message="Une feuille de temps porte sur un mois entier.",
            ),
            models.CheckConstraint(
                condition=Q(reopened_on__isnull=True, reopened_by__isnull=True)
                | Q(reopened_on__isnull=False, reopened_by__isnull=False),
                name="time_sheet_reopened_when_and_by_whom",
                violation_error_message="Une feuille rouverte dit quand et par qui.",
            ),
        ]
