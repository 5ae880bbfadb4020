"""Meetings of the bodies that follow an action as a whole, with the figures of their day (R-066)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by


@tracked()
class FollowUpMeeting(models.Model):
    """What a body saw and said of an action. No person is named: it counts those accompanied on the day it met.

    ``body`` is a code of the rulebook's ``follow_up_bodies``. ``places`` are those of the lines in force that day.
    """

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="follow_up_meetings")
    action_code = models.CharField("action", max_length=60)
    body = models.CharField("instance", max_length=60)
    held_on = models.DateField("tenue le")
    places = models.PositiveIntegerField("places")
    accompanied = models.PositiveIntegerField("personnes accompagnées")
    unanalysed = models.PositiveIntegerField("entrées sans analyse d’une instance")
    incomplete_teams = models.PositiveIntegerField("équipes incomplètes")
    conclusions = models.TextField("conclusions")
    recorded_by = by("notée par")

    class Meta:
        verbose_name = "réunion de suivi d’une action"
        verbose_name_plural = "réunions de suivi d’une action"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "action_code", "body", "held_on"),
                name="follow_up_meeting_once_a_day",
                violation_error_message="Cette réunion est déjà notée ce jour-là.",
            ),
            models.CheckConstraint(
                condition=~Q(conclusions=""),
                name="follow_up_meeting_concludes",
                violation_error_message="Une réunion de suivi dit ce qu’elle retient.",
            ),
        ]
