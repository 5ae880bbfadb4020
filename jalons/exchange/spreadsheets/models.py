"""The journal of tables received: what each file was, and what became of each of its rows."""

from __future__ import annotations

import uuid

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
    sealed = models.BinaryField(null=True)  # instead of ``cells`` when the row speaks of a person
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
                condition=~models.Q(status="refused")
                | (~models.Q(reason="") & (models.Q(cells__isnull=False) | models.Q(sealed__isnull=False))),
                name="table_row_refused_says_why",
                violation_error_message="Une ligne refusée garde son motif et ses cellules.",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.number}"


class KeptLayout(models.Model):
    """How the columns and the words of an organisation's own table are read, kept so that they are asked once.

    ``columns`` is folded header → field code (empty: left aside), ``words`` field code → folded word → code or key.
    """

    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("nom du tableau", max_length=60)
    columns = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    action_code = models.CharField("action des entrées", max_length=60, blank=True)  # when no column says it
    orient_on_entry = models.BooleanField("noter l’orientation au jour de l’entrée", default=False)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "correspondance de colonnes"
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "name"),
                name="kept_layout_once",
                violation_error_message="Une correspondance porte déjà ce nom pour cet organisme.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MoveState(models.TextChoices):
    """Where a table of an organisation stands."""

    COLUMNS = "columns", "Colonnes à relier"
    READY = "ready", "À vérifier"
    RUNNING = "running", "Import en cours"
    DONE = "done", "Importé"
    UNDONE = "undone", "Annulé"
    ERASED = "erased", "Effacé"  # nothing was taken, and its rows were kept long enough


class Move(models.Model):
    """A table an organisation comes with: its rows wait, are tried, taken, and may be taken back."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    layout = models.ForeignKey(KeptLayout, on_delete=models.PROTECT, related_name="moves")
    file_name = models.CharField("fichier", max_length=200)
    file_hash = models.BinaryField(max_length=32)
    sheet = models.CharField("feuille", max_length=120, blank=True)
    headers = models.JSONField()
    state = models.CharField("état", max_length=8, choices=MoveState.choices, default=MoveState.COLUMNS)
    unknown = models.JSONField(default=dict)  # field code → word → how many rows: what the words screen asks
    at = models.DateTimeField("déposé le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField("importé le", null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField("annulé le", null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    erased_rows = models.PositiveIntegerField("lignes effacées", default=0)  # kept long enough, and never taken
    erased_on = models.DateField("effacées le", null=True)

    class Meta:
        verbose_name = "reprise d’un tableau"
        indexes = [models.Index(fields=("authority", "-at"), name="move_journal")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="move_undone_when_and_by_whom",
                violation_error_message="L’annulation d’une reprise dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=models.Q(erased_rows=0, erased_on__isnull=True)
                | models.Q(erased_rows__gt=0, erased_on__isnull=False),
                name="move_erased_rows_and_day",
                violation_error_message="Des lignes effacées disent combien et quel jour.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class MoveRow(models.Model):
    """A row of the table. Its cells are sealed (they may hold a NIR) and forgotten once it is taken.

    ``rank`` is the order in which rows are taken: entries first. ``summary`` says what the row does, without any name.
    """

    move = models.ForeignKey(Move, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("ligne")
    rank = models.PositiveIntegerField(default=0)
    cells = models.BinaryField(null=True)
    status = models.CharField("état", max_length=12, choices=RowStatus.choices, default=RowStatus.REFUSED)
    reason = models.CharField("motif", max_length=1000, blank=True)
    summary = models.CharField("ce que fait la ligne", max_length=300, blank=True)
    remark = models.CharField("remarque", max_length=500, blank=True)
    taken = models.BooleanField("reprise", default=False)
    person = models.ForeignKey("people.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "ligne d’une reprise"
        constraints = [
            models.UniqueConstraint(
                fields=("move", "number"),
                name="move_row_once",
                violation_error_message="Cette ligne est déjà dans la reprise.",
            ),
            models.CheckConstraint(
                condition=models.Q(taken=True) | models.Q(cells__isnull=False),
                name="move_row_waiting_keeps_its_cells",
                violation_error_message="Une ligne qui attend garde ses cellules.",
            ),
        ]
        indexes = [models.Index(fields=("move", "taken", "rank"), name="move_row_next")]

    def __str__(self) -> str:
        return f"ligne {self.number}"


class FactKind(models.TextChoices):
    """What a row may write."""

    PERSON = "person", "personne"
    ORIENTATION = "orientation", "orientation"
    ENROLMENT = "enrolment", "inscription"
    MANDATE = "mandate", "référent"
    APPOINTMENT = "appointment", "rendez-vous"
    STEP = "step", "étape"
    JOB = "job", "emploi"
    EXIT = "exit", "sortie"


class MoveFact(models.Model):
    """Something a row wrote, or changed (``before`` keeps the former values), with its fingerprint to undo it safely.

    ``person_id`` and ``object_id`` are no foreign keys: the journal outlives what an undo takes back.
    """

    move = models.ForeignKey(Move, on_delete=models.CASCADE, related_name="facts")
    row = models.ForeignKey(MoveRow, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=12, choices=FactKind.choices)
    person_id = models.BigIntegerField()
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    fingerprint = models.BinaryField(max_length=32)
    undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = "fait repris"
        indexes = [models.Index(fields=("move", "person_id"), name="move_fact_of_person")]


class OwnNumber(models.Model):
    """The number a person has in an organisation's own tool: finds them again at the next table."""

    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.CharField("numéro", max_length=60)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="own_numbers")
    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "numéro dans l’outil de l’organisme"
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "number"),
                name="own_number_once",
                violation_error_message="Ce numéro est déjà celui d’une autre personne de cet organisme.",
            )
        ]
