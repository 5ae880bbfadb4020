"""How each authority reminds of appointments."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.kernel.outbox import Channel


@tracked()
class ReminderRule(models.Model):
    """By one channel, how long before the day of the appointment, at what hours of Paris, and what it rests on.

    No row: no reminder. Hours are whole: from 9 to 19 is from 9:00 to 18:59.
    """

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="reminder_rules")
    channel = models.CharField("voie", max_length=8, choices=Channel.choices)
    days_before = models.PositiveSmallIntegerField("jours avant")
    first_hour = models.PositiveSmallIntegerField("à partir de (heure)")
    last_hour = models.PositiveSmallIntegerField("jusqu’à (heure)")
    basis = models.CharField("fondement", max_length=200)

    class Meta:
        verbose_name = "réglage des rappels"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "channel"),
                name="reminder_rule_once",
                violation_error_message="Cette voie a déjà son réglage.",
            ),
            models.CheckConstraint(
                condition=Q(days_before__gte=1, days_before__lte=30),
                name="reminder_rule_days",
                violation_error_message="Un rappel part de 1 à 30 jours avant.",
            ),
            models.CheckConstraint(
                condition=Q(first_hour__lt=F("last_hour"), last_hour__lte=24),
                name="reminder_rule_hours",
                violation_error_message="Les heures d’envoi vont de la première à la dernière, dans la même journée.",
            ),
            models.CheckConstraint(
                condition=~Q(basis=""),
                name="reminder_rule_basis",
                violation_error_message="Dites sur quoi repose ce réglage.",
            ),
        ]
