"""To-dos: the stored answers of obligations, with dates and no moods (« late » is a comparison at reading time)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Todo(models.Model):
    """One answer of one obligation for one subject and occurrence. Rewritten by the recomputation, never by hand."""

    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    obligation_code = models.CharField(max_length=80)
    occurrence = models.CharField(max_length=24, blank=True)
    rulebook_code = models.CharField(max_length=60)
    rulebook_version = models.CharField(max_length=40)
    action_code = models.CharField(max_length=60)
    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, null=True, related_name="todos"
    )  # none: an agreement line
    organisation = models.ForeignKey("network.Organisation", on_delete=models.CASCADE, related_name="todos")
    authority = models.ForeignKey("network.Authority", on_delete=models.CASCADE, related_name="todos")
    due_on = models.DateField("échéance", null=True)
    met_on = models.DateField("fait le", null=True)
    breached_on = models.DateField("manqué le", null=True)
    suspended_from = models.DateField(null=True)
    suspended_to = models.DateField(null=True)
    measured = models.DecimalField("compté", max_digits=12, decimal_places=2, null=True)
    required = models.DecimalField("demandé", max_digits=12, decimal_places=2, null=True)
    evidence = models.JSONField(default=list)  # fact references, e.g. ["appointment:12"]

    class Meta:
        verbose_name = "échéance"
        constraints = [
            models.UniqueConstraint(
                fields=("action_code", "obligation_code", "subject_kind", "subject_id", "occurrence"),
                name="todo_once",
                violation_error_message="Cette échéance existe déjà.",
            )
        ]
        indexes = [
            models.Index(
                fields=("organisation", "due_on"),
                condition=models.Q(met_on__isnull=True),
                name="todo_open_of_organisation",
            ),
            models.Index(
                fields=("authority", "due_on"), condition=models.Q(met_on__isnull=True), name="todo_open_of_authority"
            ),
            models.Index(fields=("person", "due_on"), name="todo_of_person"),
        ]


class Reminder(models.Model):
    """« Me le rappeler le… »: somebody puts a to-do out of their own sight until a day. Its due date does not move.

    It names the to-do by what makes it the same from one recomputation to the next, not by its row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, null=True, related_name="+")
    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    obligation_code = models.CharField(max_length=80)
    occurrence = models.CharField(max_length=24, blank=True)
    action_code = models.CharField(max_length=60)
    set_on = models.DateField("demandé le")
    remind_on = models.DateField("à rappeler le")

    class Meta:
        verbose_name = "rappel"
        constraints = [
            models.UniqueConstraint(
                fields=("user", "subject_id", "obligation_code", "subject_kind", "occurrence", "action_code"),
                name="reminder_once",
                violation_error_message="Un rappel est déjà noté pour cette échéance.",
            ),
            models.CheckConstraint(
                condition=Q(remind_on__gt=F("set_on")),
                name="reminder_later",
                violation_error_message="Le rappel vient après le jour où il est demandé.",
            ),
        ]


class CalendarFeed(models.Model):
    """The calendar of one professional, read by their own calendar program at a secret address.

    Only the hash of the secret is kept: nobody can read the address again, it is made anew.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    secret_hash = models.BinaryField(max_length=32, unique=True)
    made_on = models.DateField("créé le")
    last_read_on = models.DateField("lu le", null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True)  # when the contents were first seen as they are: Last-Modified

    class Meta:
        verbose_name = "calendrier"


class Round(models.Model):
    """One recomputation of everybody, for a day and a set of adopted rulebooks. An interrupted one is taken up again."""

    day = models.DateField("jour")
    rulebooks = models.CharField(max_length=64)  # digest of the versions adopted
    started_at = models.DateTimeField("commencé le")
    finished_at = models.DateTimeField("fini le", null=True)
    total = models.PositiveIntegerField("personnes", default=0)
    done = models.PositiveIntegerField("recalculées", default=0)
    last_person_id = models.BigIntegerField(default=0)  # every person up to this key is done
    written = models.PositiveIntegerField("écrites", default=0)
    deleted = models.PositiveIntegerField("effacées", default=0)

    class Meta:
        verbose_name = "calcul des échéances"
        constraints = [
            models.UniqueConstraint(
                fields=("day", "rulebooks"),
                name="round_once",
                violation_error_message="Ce calcul existe déjà.",
            )
        ]
