"""Documents kept for good: the exact bytes with their hash, and the signatures that cover them."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.db.models.lookups import Exact

from jalons.kernel.history import tracked

USER = settings.AUTH_USER_MODEL


class Document(models.Model):
    """One file, never changed: made by Jalons (``template`` names how) or received. What it is about hangs on it from above."""

    append_only = True

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=40)
    title = models.CharField("titre", max_length=200)
    media_type = models.CharField("type", max_length=100)
    raw = models.BinaryField()
    sha256 = models.CharField("empreinte", max_length=64)
    size = models.PositiveIntegerField("taille, en octets")
    template = models.CharField("modèle", max_length=100, blank=True)  # empty: received from outside
    made_on = models.DateField("date")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "document"
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="document_not_empty",
                violation_error_message="Un document ne peut pas être vide.",
            ),
            models.CheckConstraint(
                condition=Exact(F("sha256"), Func(Func(F("raw"), function="sha256"), Value("hex"), function="encode")),
                name="document_hash_of_its_bytes",
                violation_error_message="L’empreinte n’est pas celle du document.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SignatureMeans(models.TextChoices):
    """How a person signed."""

    SCREEN = "screen", "À l’écran"
    PAPER = "paper", "Sur papier"


class IdentityCheck(models.TextChoices):
    """How the identity of the signer was checked."""

    KNOWN = "known", "Personne connue du professionnel"
    IDENTITY_PAPER = "identity_paper", "Pièce d’identité présentée"
    ACCOUNT = "account", "Connexion à son compte"


class SignerKind(models.TextChoices):
    """On which side the signer stands."""

    BENEFICIARY = "beneficiary", "La personne accompagnée"
    PROFESSIONAL = "professional", "Le professionnel"


class Signature(models.Model):
    """A signature covers the bytes of one document, by their hash: on screen (the strokes) or on paper (the scan)."""

    append_only = True

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    sha256 = models.CharField("empreinte signée", max_length=64)
    signer = models.CharField("signataire", max_length=12, choices=SignerKind.choices)
    means = models.CharField("moyen", max_length=6, choices=SignatureMeans.choices)
    identity_check = models.CharField("identité vérifiée", max_length=16, choices=IdentityCheck.choices)
    signed_on = models.DateField("signé le")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="recueillie par")
    strokes = models.BinaryField(null=True)  # SVG path data of the hand, as drawn
    scan = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="papier signé"
    )

    class Meta:
        verbose_name = "signature"
        constraints = [
            models.UniqueConstraint(
                fields=("document", "signer"),
                name="signature_once_per_side",
                violation_error_message="Ce document est déjà signé de ce côté.",
            ),
            models.CheckConstraint(
                condition=Q(means="screen", strokes__isnull=False, scan__isnull=True)
                | Q(means="paper", strokes__isnull=True, scan__isnull=False),
                name="signature_has_its_trace",
                violation_error_message="Une signature à l’écran garde son tracé ; une signature sur papier, son scan.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signature_covers_the_bytes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NEW.sha256 IS DISTINCT FROM (SELECT sha256 FROM documents_document WHERE id = NEW.document_id) THEN "
                    "RAISE EXCEPTION 'a signature covers the bytes shown' USING ERRCODE = 'integrity_constraint_violation', "
                    "HINT = 'Le document signé n’est pas celui qui est gardé.'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_signer_display()}, {self.signed_on:%d/%m/%Y}"


class LetterKind(models.TextChoices):
    """What a letter is about: it decides which mentions its model may hold."""

    CONVOCATION = "convocation", "Convocation"
    ORIENTATION = "orientation", "Orientation"
    CONTRACT = "contract", "Contrat"
    REPORT = "report", "Rapport"


@tracked()
class LetterModel(models.Model):
    """A letter an authority writes; what it says is in its versions. The oldest one in use of a kind is the usual one."""

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="letter_models")
    kind = models.CharField("nature", max_length=12, choices=LetterKind.choices)
    name = models.CharField("nom", max_length=80)
    withdrawn_on = models.DateField("retiré le", null=True)

    class Meta:
        verbose_name = "modèle de courrier"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "name"),
                name="letter_model_name_once",
                violation_error_message="Un modèle porte déjà ce nom : donnez-en un autre.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LetterVersion(models.Model):
    """What a model said from one day to the next version. Never changed: a letter sent points to the one it was made with."""

    append_only = True

    model = models.ForeignKey(LetterModel, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    heading = models.CharField("objet", max_length=160)
    body = models.TextField("texte")
    sender = models.TextField("expéditeur", blank=True)  # lines, at the top left
    place = models.CharField("fait à", max_length=60, blank=True)
    signatory = models.CharField("signataire", max_length=160, blank=True)
    change = models.CharField("ce qui change", max_length=200, blank=True)
    written_on = models.DateField("écrite le")
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "version d’un modèle de courrier"
        constraints = [
            models.UniqueConstraint(
                fields=("model", "number"),
                name="letter_version_number_once",
                violation_error_message="Ce modèle vient d’être modifié par quelqu’un d’autre : relisez sa version.",
            ),
            models.CheckConstraint(
                condition=~Q(heading="") & ~Q(body=""),
                name="letter_version_says_something",
                violation_error_message="Un courrier a un objet et un texte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} (version {self.number})"
