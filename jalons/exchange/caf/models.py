"""The journal of the CAF files: each run, each household refused, each identity that waits for a human."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class RunState(models.TextChoices):
    """How far an import is. ``reading`` and ``merging`` can be resumed; ``refused`` changed nothing."""

    READING = "reading", "Lecture en cours"
    MERGING = "merging", "Intégration en cours"
    DONE = "done", "Importé"
    REFUSED = "refused", "Fichier refusé"


class ImportRun(models.Model):
    """One import of one file. Counts are households; ``position`` is how many are read and safe."""

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey("network.User", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField("fichier", max_length=200)
    file_size = models.BigIntegerField("taille")
    sha256 = models.BinaryField(max_length=32)
    kind = models.CharField("type", max_length=1, blank=True)  # M, I or R
    sender = models.CharField("application émettrice", max_length=3, blank=True)
    paying_body = models.CharField("organisme payeur", max_length=3, blank=True)
    paying_body_number = models.CharField(max_length=3, blank=True)
    reference_on = models.DateField("état au", null=True)
    file_created_at = models.DateTimeField("fichier créé le", null=True)
    state = models.CharField("état", max_length=8, choices=RunState.choices, default=RunState.READING)
    position = models.PositiveIntegerField("foyers lus", default=0)
    households = models.PositiveIntegerField("foyers du fichier", null=True)
    new = models.PositiveIntegerField("nouveaux", default=0)
    changed = models.PositiveIntegerField("modifiés", default=0)
    unchanged = models.PositiveIntegerField("inchangés", default=0)
    older = models.PositiveIntegerField("plus anciens que l’état connu", default=0)
    repeated = models.PositiveIntegerField("répétés dans le fichier", default=0)
    refused = models.PositiveIntegerField("refusés", default=0)
    waiting = models.PositiveIntegerField("en attente d’une décision d’identité", default=0)
    absent = models.PositiveIntegerField("absents du fichier", default=0)
    entrants = models.PositiveIntegerField("entrants", null=True)  # empty: no earlier monthly file to compare with
    leavers = models.PositiveIntegerField("sortants", null=True)
    ended = models.PositiveIntegerField("fins de droits", default=0)
    unknown_codes = models.JSONField("codes inconnus", default=list)  # [{"tag", "code", "count"}]
    warnings = models.JSONField("avertissements", default=dict)  # {code: count}
    error = models.TextField("erreur", blank=True)
    started_at = models.DateTimeField("début")
    finished_at = models.DateTimeField("fin", null=True)

    class Meta:
        verbose_name = "import CAF"
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("done", "refused")) | Q(finished_at__isnull=False),
                name="caf_run_finished_has_time",
                violation_error_message="Un import terminé porte l’heure de sa fin.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(error=""),
                name="caf_run_refused_has_error",
                violation_error_message="Un fichier refusé porte la raison de son refus.",
            ),
        ]
        indexes = [models.Index(fields=("authority", "-reference_on"), name="caf_run_order_of_files")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"

    @property
    def resumable(self) -> bool:
        """Tell whether the import was interrupted, or is running."""
        return self.state in (RunState.READING, RunState.MERGING)


class RecordState(models.TextChoices):
    """What became of a household set aside."""

    PENDING = "pending", "En attente"
    REPLAYED = "replayed", "Rejoué"
    DROPPED = "dropped", "Abandonné"
    SUPERSEDED = "superseded", "Remplacé par un envoi plus récent"


class RefusedRecord(models.Model):
    """A household not imported: why, and the extract that can be read again.

    ``reason`` is a code of the reader, or ``identity`` when the household waits for a human decision. ``raw`` is kept as long
    as the household waits, and emptied with the decision: it holds the NIR and everything else the file says.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="records")
    position = models.PositiveIntegerField("rang dans le fichier")
    request_number = models.CharField("numéro de demande", max_length=11, blank=True)
    reason = models.CharField("motif", max_length=24)
    message = models.TextField("explication")
    raw = models.BinaryField()
    state = models.CharField("état", max_length=10, choices=RecordState.choices, default=RecordState.PENDING)
    decided_by = models.ForeignKey("network.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("décidé le", null=True)

    class Meta:
        verbose_name = "foyer refusé"
        ordering = ("run", "position")
        constraints = [
            models.UniqueConstraint(
                fields=("run", "position"),
                name="caf_record_once",
                violation_error_message="Ce foyer est déjà refusé dans cet import.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="caf_record_decision_paired",
                violation_error_message="Une décision a une date et un auteur.",
            ),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(raw=b""),
                name="caf_record_forgotten",
                violation_error_message="L’extrait d’un foyer qui n’attend plus n’est pas conservé.",
            ),
        ]
        indexes = [
            models.Index(fields=("state", "request_number"), name="caf_record_pending")
        ]  # what waits, and what a newer file replaces

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position}"


class ConflictReason(models.TextChoices):
    """Why the import will not choose a person."""

    OTHER_NIR = "other_nir", "Même identité, NIR différent"
    NIR_OF_ANOTHER = "nir_of_another", "Même NIR, identité différente"
    TWO_CANDIDATES = "two_candidates", "Plusieurs personnes possibles"
    SAME_IDENTITY = "same_identity", "Même identité dans un autre dossier, sans NIR pour trancher"


class IdentityDecision(models.TextChoices):
    """What the human says."""

    SAME = "same", "C’est cette personne"
    OTHER = "other", "C’est une autre personne"


class IdentityConflict(models.Model):
    """Somebody in a file who may be somebody known. The whole household waits; the decision serves for later files too."""

    record = models.ForeignKey(RefusedRecord, on_delete=models.PROTECT, related_name="conflicts")
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    request_number = models.CharField("numéro de demande", max_length=11)
    role = models.CharField("rôle", max_length=12)
    reason = models.CharField("motif", max_length=16, choices=ConflictReason.choices)
    last_name = models.CharField("nom", max_length=60)
    birth_name = models.CharField("nom de naissance", max_length=60)
    first_name = models.CharField("prénom", max_length=60)
    born_on = models.DateField("date de naissance")
    birth_rank = models.PositiveSmallIntegerField("rang de naissance", null=True)
    identity = models.CharField(max_length=160)  # folded key that later files are compared with
    nir_match = models.BinaryField(max_length=32, null=True)
    candidates = ArrayField(models.BigIntegerField(), default=list)
    state = models.CharField(
        "état", max_length=8, choices=(("open", "À décider"), ("resolved", "Décidé")), default="open"
    )
    decision = models.CharField("décision", max_length=8, choices=IdentityDecision.choices, blank=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey("network.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("décidé le", null=True)

    class Meta:
        verbose_name = "conflit d’identité"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                F("authority"), F("request_number"), F("identity"), F("nir_match"),
                name="caf_conflict_once",
                nulls_distinct=False,
                violation_error_message="Ce conflit attend déjà une décision.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decision="", decided_by__isnull=True, decided_at__isnull=True)
                | (Q(state="resolved", decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")),
                name="caf_conflict_decision_whole",
                violation_error_message="Une décision d’identité a un choix, une date et un auteur.",
            ),
            models.CheckConstraint(
                condition=~Q(decision="same") | Q(person__isnull=False),
                name="caf_conflict_same_names_person",
                violation_error_message="Dites de quelle personne il s’agit.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.request_number} ({self.get_reason_display()})"


class MonthlyPresence(models.Model):
    """Whether a person was with rights in the last monthly file of a paying body: what the next one is compared with."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    paying_body = models.CharField(max_length=3)
    paying_body_number = models.CharField(max_length=3)
    present = models.BooleanField()
    since = models.DateField()  # reference date of the file that said so

    class Meta:
        verbose_name = "présence au dernier fichier mensuel"
        constraints = [
            models.UniqueConstraint(
                fields=("person", "paying_body", "paying_body_number"),
                name="caf_presence_once",
                violation_error_message="La présence de cette personne est déjà connue.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.present}"
