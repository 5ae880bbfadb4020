"""The journal of tables received: what each file was, and what became of each of its rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class RowStatus(models.TextChoices):
    """What a row is, against what is already there."""

    NEW = "new", "Nouvelle"
    CHANGED = "changed", "Modifiée"
    UNCHANGED = "unchanged", "Inchangée"
    REFUSED = "refused", "Refusée"


class TableImport(models.Model):
    """A table that was applied: by whom, when, from which bytes, with how many rows of each status."""

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)  # agreements
    dataset = models.CharField("jeu de données", max_length=40)
    file_name = models.CharField("fichier", max_length=200)
    file_hash = models.BinaryField(max_length=32)
    headers = models.JSONField()
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    new = models.PositiveIntegerField("nouvelles", default=0)
    changed = models.PositiveIntegerField("modifiées", default=0)
    unchanged = models.PositiveIntegerField("inchangées", default=0)
    refused = models.PositiveIntegerField("refusées", default=0)

    class Meta:
        verbose_name = "tableau reçu"
        indexes = [models.Index(fields=("authority", "-at"), name="tableimport_journal")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.dataset})"


class TableRow(models.Model):
    """The result of one row; its cells are kept as printed when it was refused, to be corrected and sent again."""

    table = models.ForeignKey(TableImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("ligne")
    status = models.CharField("état", max_length=12, choices=RowStatus.choices)
    reason = models.CharField("motif", max_length=1000, blank=True)
    cells = models.JSONField(null=True)
    subject_id = models.BigIntegerField(null=True)  # the line of agreement it made, changed or met

    class Meta:
        verbose_name = "ligne d’un tableau"
        constraints = [
            models.UniqueConstraint(
                fields=("table", "number"),
                name="table_row_once",
                violation_error_message="Cette ligne a déjà un résultat.",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | (~models.Q(reason="") & models.Q(cells__isnull=False)),
                name="table_row_refused_says_why",
                violation_error_message="Une ligne refusée garde son motif et ses cellules.",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.number}"
