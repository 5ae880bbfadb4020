"""Notes, the drafts that keep what is being typed, and the documents filed in a person's file (R-160, R-163)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jalons.documents.models import Document
from jalons.kernel.history import tracked

USER = settings.AUTH_USER_MODEL


@tracked()
class Note(models.Model):
    """A note about a person, dated. ``version`` counts its texts: who saves says which one was in front of them.

    The history keeps every version, so that what somebody typed over is never lost.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="notes")
    written_on = models.DateField("date")
    text = models.TextField("texte")
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="écrite par")
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="dernier texte de")
    changed_at = models.DateTimeField(db_default=Now())
    withdrawn_on = models.DateField("retirée le", null=True)
    withdrawn_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="retirée par"
    )
    withdrawn_reason = models.CharField("motif du retrait", max_length=200, blank=True)

    class Meta:
        verbose_name = "note"
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="note_not_empty",
                violation_error_message="Écrivez la note avant d’enregistrer.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="note_withdrawn_when_by_whom_and_why",
                violation_error_message="Retirer une note demande un motif.",
            ),
        ]
        indexes = [models.Index(fields=("person", "written_on"), name="note_timeline")]
        triggers = [
            pgtrigger.Trigger(
                name="note_counts_its_texts",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF NEW.person_id <> OLD.person_id OR NEW.author_id <> OLD.author_id "
                    "OR (NEW.text <> OLD.text AND NEW.version <> OLD.version + 1) THEN "
                    "RAISE EXCEPTION 'a text replaces the one that was read' USING ERRCODE = 'integrity_constraint_violation', "
                    "HINT = 'Cette note a changé entre-temps : relisez les deux textes.'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"note du {self.written_on:%d/%m/%Y}"


class NoteDraft(models.Model):
    """What somebody is typing, kept every few seconds, for that person's eyes only. One page open is one draft.

    ``note`` is the note being changed, None for a new one; ``seen`` the version of it that was in front of the writer;
    ``step`` counts the autosaves, so that a page left open never writes over a later one.
    """

    key = models.UUIDField(unique=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="note_drafts")
    note = models.ForeignKey(Note, on_delete=models.PROTECT, null=True, related_name="drafts")
    writer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="de")
    written_on = models.DateField("date", null=True)
    text = models.TextField("texte")
    seen = models.PositiveIntegerField(default=0)
    step = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "brouillon de note"
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="note_draft_not_empty",
                violation_error_message="Un brouillon vide ne se garde pas.",
            )
        ]
        indexes = [models.Index(fields=("person", "writer"), name="note_draft_of_writer")]


@tracked()
class FiledDocument(models.Model):
    """A document received for a person's file: the kept bytes, what they are and when they are dated. Withdrawn, never erased."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="filed_documents")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("nature", max_length=40)
    title = models.CharField("intitulé", max_length=120, blank=True)
    dated_on = models.DateField("daté du")
    filed_on = models.DateField("versé le")
    filed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="versé par")
    withdrawn_on = models.DateField("retiré le", null=True)
    withdrawn_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="retiré par"
    )
    withdrawn_reason = models.CharField("motif du retrait", max_length=200, blank=True)

    class Meta:
        verbose_name = "document du dossier"
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="filed_document_withdrawn_when_by_whom_and_why",
                violation_error_message="Retirer un document demande un motif.",
            ),
        ]
        indexes = [models.Index(fields=("person", "dated_on"), name="filed_document_timeline")]

    def __str__(self) -> str:
        return self.title or self.kind


@tracked()
class CafQuestion(models.Model):
    """A question asked to the CAF through its « boîte de dialogue », as a contact of the file (R-044).

    What was asked and answered stays at the CAF: a subject of the list and dates are kept, never a word of its file.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="caf_questions")
    subject = models.CharField("sujet", max_length=40)
    asked_on = models.DateField("posée le")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="posée par")
    answered_on = models.DateField("réponse reçue le", null=True)
    answer_noted_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="réponse notée par"
    )

    class Meta:
        verbose_name = "question à la CAF"
        verbose_name_plural = "questions à la CAF"
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=models.F("asked_on")),
                name="caf_question_answered_after_asked",
                violation_error_message="La réponse de la CAF ne peut pas précéder la question.",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer_noted_by__isnull=True)
                | Q(answered_on__isnull=False, answer_noted_by__isnull=False),
                name="caf_question_answered_when_and_by_whom",
                violation_error_message="La réponse de la CAF dit son jour et qui l’a notée.",
            ),
        ]
        indexes = [models.Index(fields=("person", "asked_on"), name="caf_question_timeline")]
