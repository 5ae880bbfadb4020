"""Handing persons over: a decision and whom it moved, and what the next référent has to know (R-046, R-084)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import USER, by
from jalons.pathways.models.enrolments import Enrolment
from jalons.pathways.models.mandates import Mandate


@tracked()
class Handover(models.Model):
    """One decision that hands one or many persons over, inside an organisation or to another one (``to_line``)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to_caseworker = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="à")
    to_organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    to_line = models.ForeignKey("agreements.AgreementLine", on_delete=models.PROTECT, null=True, related_name="+")
    effective_on = models.DateField("à compter du")
    reason = models.CharField("motif", max_length=300)
    decided_on = models.DateField("décidée le")
    decided_by = by("décidée par")
    undone_on = models.DateField("annulée le", null=True)
    undone_by = by("annulée par", null=True)

    class Meta:
        verbose_name = "passation"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="handover_says_why",
                violation_error_message="Une passation demande un motif.",
            ),
            models.CheckConstraint(
                condition=Q(undone_on__isnull=True, undone_by__isnull=True)
                | Q(undone_on__isnull=False, undone_by__isnull=False),
                name="handover_undone_when_and_by_whom",
                violation_error_message="Une passation annulée dit quand et par qui.",
            ),
        ]
        indexes = [models.Index(fields=("to_organisation", "decided_on"), name="handover_received")]


@tracked()
class HandedOver(models.Model):
    """A person of a handover: the mandate and the enrolment she leaves, those she gets. What undoing needs."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="handovers")
    from_organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    # Undoing removes what the handover made: the row stays, to say who had been handed over.
    from_mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    to_mandate = models.ForeignKey(Mandate, on_delete=models.SET_NULL, null=True, related_name="+")
    from_enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, related_name="+")
    to_enrolment = models.ForeignKey(Enrolment, on_delete=models.SET_NULL, null=True, related_name="+")
    # The last days it moved and the appointments that followed: what ``operations/_ends.py`` puts back.
    kept = models.JSONField("ce que l’annulation remet", default=dict)

    class Meta:
        verbose_name = "personne transmise"
        verbose_name_plural = "personnes transmises"
        constraints = [
            models.UniqueConstraint(
                fields=("handover", "person"),
                name="handed_over_once",
                violation_error_message="Cette personne est déjà dans cette passation.",
            )
        ]


@tracked()
class HandoverNote(models.Model):
    """« Ce que la personne suivante doit savoir », written by who leaves, read once by who comes. Never medical (R-163).

    It belongs to the mandate under which it was written; the référent who comes next reads it on the file.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="handover_notes")
    mandate = models.OneToOneField(Mandate, on_delete=models.PROTECT, related_name="handover_note")
    text = models.TextField("ce que la personne suivante doit savoir")
    written_on = models.DateField("écrite le")
    written_by = by("écrite par")
    read_on = models.DateField("lue le", null=True)
    read_by = by("lue par", null=True)

    class Meta:
        verbose_name = "note de passation"
        constraints = [
            models.CheckConstraint(
                condition=Q(read_on__isnull=True, read_by__isnull=True)
                | Q(read_on__isnull=False, read_by__isnull=False),
                name="handover_note_read_when_and_by_whom",
                violation_error_message="Une note lue dit quand et par qui.",
            )
        ]
