"""Letters written to persons, and the batches they were asked in."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jalons.documents.models import Document, LetterKind, LetterVersion
from jalons.kernel.history import tracked

USER = settings.AUTH_USER_MODEL


class Way(models.TextChoices):
    """How a letter reaches the person."""

    POST = "post", "Par la poste"
    EMAIL = "email", "Par courriel"
    HAND = "hand", "À remettre en main propre"


@tracked()
class LetterBatch(models.Model):
    """Letters asked for together. They are written in the background; ``bundle`` is the one PDF of those to print."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="letter_batches")
    version = models.ForeignKey(LetterVersion, on_delete=models.PROTECT, related_name="+")
    total = models.PositiveIntegerField("courriers")
    asked_on = models.DateField("demandés le")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="par")
    finished = models.BooleanField("tous écrits", default=False)
    bundle = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    stopped = models.CharField("arrêté", max_length=300, blank=True)  # a sentence; empty: nothing stops it
    unfit = models.JSONField(
        "non écrits", default=list
    )  # [fact, person, why not]: what was asked and could not be written

    class Meta:
        verbose_name = "envoi de courriers"
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0),
                name="letter_batch_not_empty",
                violation_error_message="Un envoi a au moins un courrier.",
            ),
            models.CheckConstraint(
                condition=Q(bundle__isnull=True) | Q(finished=True),
                name="letter_batch_bundle_comes_last",
                violation_error_message="La liasse se fait quand tous les courriers sont écrits.",
            ),
        ]
        indexes = [models.Index(fields=("id",), condition=Q(finished=False, stopped=""), name="letter_batch_to_write")]


@tracked()
class Letter(models.Model):
    """A letter to a person about one fact (``kind`` says which: an appointment, an orientation, a contract, a report).

    What it says is fixed when it is asked (``values``, ``recipient``); its document comes when it is written. One letter in
    force for a fact: another needs the former cancelled, which needs that it has not left.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="letters")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField("nature", max_length=12, choices=LetterKind.choices)
    subject_id = models.BigIntegerField()
    version = models.ForeignKey(LetterVersion, on_delete=models.PROTECT, related_name="letters")
    batch = models.ForeignKey(LetterBatch, on_delete=models.PROTECT, null=True, related_name="letters")
    values = models.JSONField("mentions")  # code → text
    recipient = models.JSONField("adresse")  # lines
    way = models.CharField("voie", max_length=5, choices=Way.choices)
    asked_on = models.DateField("du")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="par")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    sent_on = models.DateField("parti le", null=True)  # by post or by hand; an e-mail says it in the outbox
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="par")
    cancelled_on = models.DateField("annulé le", null=True)
    cancelled_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="par")
    cancelled_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "courrier"
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "subject_id"),
                condition=Q(cancelled_on__isnull=True),
                name="letter_one_in_force",
                violation_error_message="Un courrier est déjà écrit pour cela : imprimez-le à nouveau, ou annulez-le.",
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True, sent_by__isnull=True)
                | Q(sent_on__isnull=False, sent_by__isnull=False, document__isnull=False, sent_on__gte=F("asked_on")),
                name="letter_sent_when_and_by_whom",
                violation_error_message="Un courrier part une fois écrit, et l’on dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancelled_by__isnull=True, cancelled_reason="")
                | (Q(cancelled_on__isnull=False, cancelled_by__isnull=False) & ~Q(cancelled_reason="")),
                name="letter_cancelled_when_why_by_whom",
                violation_error_message="Un courrier annulé dit quand, par qui et pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | Q(sent_on__isnull=True),
                name="letter_gone_is_not_cancelled",
                violation_error_message="Ce courrier est parti : il ne s’annule plus.",
            ),
        ]
        indexes = [
            models.Index(fields=("person", "-asked_on"), name="letter_of_person"),
            models.Index(fields=("batch", "id"), name="letter_of_batch"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="letter_says_what_it_said",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (NEW.person_id, NEW.kind, NEW.subject_id, NEW.version_id, NEW.values, NEW.recipient, NEW.asked_on) "
                    "IS DISTINCT FROM "
                    "(OLD.person_id, OLD.kind, OLD.subject_id, OLD.version_id, OLD.values, OLD.recipient, OLD.asked_on) "
                    "OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id) "
                    "THEN RAISE EXCEPTION 'a letter never says something else' "
                    "USING ERRCODE = 'integrity_constraint_violation', "
                    "HINT = 'Un courrier ne change pas : annulez-le et écrivez-en un autre.'; END IF; RETURN NEW;"
                ),
            )
        ]

    @property
    def number(self) -> str:
        """Return the reference printed on the letter, said on the telephone."""
        return f"{self.asked_on.year}-{self.pk:06d}"
