"""A message that leaves the house, and the journal of what became of it.

The kernel stands under every room: persons, organisations and users are numbers here, and the subject is a kind and a number.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Channel(models.TextChoices):
    """By what way it leaves."""

    EMAIL = "email", "Courriel"
    SMS = "sms", "SMS"


class State(models.TextChoices):
    """What became of a message. « unknown » is left by a human only."""

    QUEUED = "queued", "À envoyer"
    SENDING = "sending", "Envoi en cours"
    SENT = "sent", "Envoyé"
    REFUSED = "refused", "Refusé"
    UNKNOWN = "unknown", "Sort inconnu"
    CANCELLED = "cancelled", "Annulé avant l’envoi"


class Message(models.Model):
    """One message to one address. ``key`` is given to gateways that take an idempotency key, and never changes.

    ``subject_kind``, ``subject_id``, ``kind`` and ``channel`` say what it is for: the same thing is never said twice.
    ``claim`` is the lock of the worker that is sending it; hours are those of Paris during which it may leave.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField("voie", max_length=8, choices=Channel.choices)
    kind = models.SlugField("nature", max_length=40)
    subject_kind = models.SlugField(max_length=24)
    subject_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    authority_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField(null=True)
    address = models.CharField("adresse", max_length=254)
    title = models.CharField("objet", max_length=160, blank=True)
    body = models.TextField("texte")
    attachment = models.BinaryField(null=True)
    attachment_name = models.CharField(max_length=60, blank=True)
    attachment_type = models.CharField(max_length=60, blank=True)
    first_hour = models.PositiveSmallIntegerField(null=True)
    last_hour = models.PositiveSmallIntegerField(null=True)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("tentatives", default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField("demandé le", db_default=Now())
    settled_at = models.DateTimeField("réglé le", null=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    reference = models.CharField("référence du prestataire", max_length=200, blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "message"
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "subject_kind", "subject_id", "channel"),
                condition=~Q(
                    state="cancelled"
                ),  # cancelled because the address changed: it is asked again, to the new one
                name="message_said_once",
                violation_error_message="Ce message est déjà demandé.",
            ),
            models.CheckConstraint(
                condition=(Q(state="sending", claim__isnull=False, claimed_at__isnull=False)) | ~Q(state="sending"),
                name="message_sending_is_claimed",
                violation_error_message="Un message en cours d’envoi dit qui l’envoie et depuis quand.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "sending"), settled_at__isnull=True)
                | Q(state="sent", settled_at__isnull=False)
                | (Q(state__in=("refused", "unknown", "cancelled"), settled_at__isnull=False) & ~Q(reason="")),
                name="message_settled_says_why",
                violation_error_message="Un message refusé, annulé ou de sort inconnu dit quand et pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True, decided_at__isnull=True)
                | Q(decided_by_id__isnull=False, decided_at__isnull=False),
                name="message_decided_when_and_by_whom",
                violation_error_message="Une décision sur un message dit quand et par qui.",
            ),
        ]
        indexes = [
            models.Index(fields=("next_attempt_at", "id"), condition=Q(state="queued"), name="message_next"),
            models.Index(fields=("claimed_at",), condition=Q(state="sending"), name="message_being_sent"),
            models.Index(fields=("authority_id", "state", "-id"), name="message_of_authority"),
            models.Index(fields=("person_id", "queued_at"), name="message_of_person"),
            models.Index(fields=("subject_kind", "subject_id"), name="message_of_subject"),
        ]


class MessageEvent(models.Model):
    """One change of state of a message: when, why, and by which user when a human decided. Never rewritten."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField("le", db_default=Now())
    state = models.CharField("état", max_length=10, choices=State.choices)
    reason = models.CharField("motif", max_length=300, blank=True)
    user_id = models.BigIntegerField(null=True)

    append_only = True

    class Meta:
        verbose_name = "étape d’un message"
        indexes = [models.Index(fields=("message", "at"), name="messageevent_story")]
