"""The sign-in (émargement): who signed which hours, on the tablet or on a printed sheet (R-100)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.db.models.lookups import Exact

from jalons.agenda.models.appointments import Appointment, GroupSession
from jalons.documents.models import Document, IdentityCheck, SignatureMeans, SignerKind

USER = settings.AUTH_USER_MODEL


class AttendanceSheet(models.Model):
    """A sheet printed to be signed: the bytes kept, and the appointments it lists in their order."""

    append_only = True

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, null=True, related_name="sheets")
    on_date = models.DateField("jour")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "feuille d’émargement"
        indexes = [models.Index(fields=("organisation", "on_date"), name="sheet_of_organisation")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What is printed at the foot of the sheet, so that the paper finds its way back."""
        return f"FE-{self.key.hex[:8].upper()}"


class SheetLine(models.Model):
    """One line of a sheet: the appointment that stands there, and the hours printed, which are those signed for."""

    append_only = True

    sheet = models.ForeignKey(AttendanceSheet, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField("ligne")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="sheet_lines")
    starts_at = models.DateTimeField("début imprimé")
    ends_at = models.DateTimeField("fin imprimée")

    class Meta:
        verbose_name = "ligne de feuille d’émargement"
        constraints = [
            models.UniqueConstraint(
                fields=("sheet", "number"),
                name="sheet_line_number",
                violation_error_message="Deux lignes d’une feuille ont le même numéro.",
            ),
            models.UniqueConstraint(
                fields=("sheet", "appointment"),
                name="sheet_line_appointment",
                violation_error_message="Ce rendez-vous est déjà sur la feuille.",
            ),
        ]


class SheetReturn(models.Model):
    """The signed sheet come back: its scan. A sheet of several pages may come back in several times."""

    append_only = True

    sheet = models.ForeignKey(AttendanceSheet, on_delete=models.PROTECT, related_name="returns")
    scan = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    returned_on = models.DateField("revenue le")
    returned_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "retour de feuille d’émargement"


class SignIn(models.Model):
    """A person signed the hours of an appointment. ``statement`` is the sentence they read, ``sha256`` its hash.

    A sign-in is never changed: hours noted wrong make it void, and it is signed again.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="sign_ins")
    signer = models.CharField("signataire", max_length=12, choices=SignerKind.choices)
    means = models.CharField("moyen", max_length=6, choices=SignatureMeans.choices)
    identity_check = models.CharField("identité vérifiée", max_length=16, choices=IdentityCheck.choices)
    statement = models.TextField("ce qui est signé")
    sha256 = models.CharField("empreinte", max_length=64)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    strokes = models.BinaryField(null=True)  # SVG path data of the hand, as drawn
    sheet_return = models.ForeignKey(SheetReturn, on_delete=models.PROTECT, null=True, related_name="sign_ins")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="recueilli par")
    voided_at = models.DateTimeField("sans effet depuis", null=True)
    voided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "émargement"
        constraints = [
            models.UniqueConstraint(
                fields=("appointment", "signer"),
                condition=Q(voided_at__isnull=True),
                name="sign_in_once",
                violation_error_message="Ce rendez-vous est déjà émargé de ce côté.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="sign_in_hours",
                violation_error_message="Un émargement a une heure de début et une heure de fin, dans cet ordre.",
            ),
            models.CheckConstraint(
                condition=Q(means="screen", strokes__isnull=False, sheet_return__isnull=True)
                | Q(means="paper", strokes__isnull=True, sheet_return__isnull=False),
                name="sign_in_has_its_trace",
                violation_error_message="Un émargement à l’écran garde son tracé ; sur papier, la feuille numérisée.",
            ),
            models.CheckConstraint(
                condition=Exact(
                    F("sha256"),
                    Func(
                        Func(
                            Func(F("statement"), Value("UTF8"), function="convert_to"),
                            function="sha256",
                            output_field=models.BinaryField(),
                        ),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    ),
                ),
                name="sign_in_hash_of_its_statement",
                violation_error_message="L’empreinte n’est pas celle de la phrase signée.",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="sign_in_void_when_and_by_whom",
                violation_error_message="Un émargement sans effet dit depuis quand et par qui.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="sign_in_never_changed",
                fields=[
                    "appointment", "signer", "means", "identity_check", "statement", "sha256", "starts_at", "ends_at",
                    "strokes", "sheet_return", "recorded_by",
                ],
            ),
            pgtrigger.Protect(name="sign_in_never_deleted", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.statement
