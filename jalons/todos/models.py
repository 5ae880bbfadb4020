"""To-dos: the stored answers of obligations, with dates and no moods (« late » is a comparison at reading time)."""

from __future__ import annotations

from django.db import models


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
