"""Stays in the places of an action, their pauses, and what ends them (R-121, R-133, R-142)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from jalons.kernel.history import tracked
from jalons.kernel.periods import DateRange
from jalons.pathways.models.common import by, dates_ordered
from jalons.pathways.models.orientations import Orientation


class EndReason(models.TextChoices):
    """Why an enrolment ended (R-121)."""

    EXIT = "exit", "Sortie de l’action"
    REORIENTATION = "reorientation", "Réorientation"
    RIGHTS_ENDED = "rights_ended", "Fin de droits"
    CANCELLED = "cancelled", "Inscription annulée"


@tracked()
class Enrolment(models.Model):
    """A stay of a person in the places of one line. Dates and action stay inside the line's, also after an amendment."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="enrolments")
    line = models.ForeignKey("agreements.AgreementLine", on_delete=models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="enrolments")
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    action_code = models.CharField("action", max_length=60)
    orientation = models.ForeignKey(Orientation, on_delete=models.PROTECT, null=True, related_name="enrolments")
    start_on = models.DateField("entrée")
    end_on = models.DateField("dernier jour", null=True)
    end_reason = models.CharField("motif de fin", max_length=16, choices=EndReason.choices, blank=True)
    ended_by = by("terminée par", null=True)

    class Meta:
        verbose_name = "inscription"
        constraints = [
            dates_ordered("enrolment_dates_ordered"),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(end_on__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="enrolment_end_when_why_by_whom",
                violation_error_message="La fin d’une inscription dit quand, pourquoi et par qui.",
            ),
            ExclusionConstraint(
                name="enrolment_no_overlap_in_action",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("action_code", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne est déjà inscrite dans cette action à ces dates.",
            ),
        ]
        indexes = [
            models.Index(fields=("line", "start_on"), name="enrolment_places_in_use"),
            models.Index(fields=("organisation", "end_on"), name="enrolment_of_organisation"),
        ]


@tracked()
class Pause(models.Model):
    """A « veille » or suspension of an enrolment (R-142)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pauses")
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)
    reason = models.CharField("motif", max_length=300)
    decided_by = by("décidée par")

    class Meta:
        verbose_name = "veille"
        constraints = [
            dates_ordered("pause_dates_ordered"),
            ExclusionConstraint(
                name="pause_no_overlap",
                expressions=[
                    ("enrolment", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une veille est déjà notée à ces dates.",
            ),
        ]


class ProposalState(models.TextChoices):
    """What a human answered to a proposed closure."""

    OPEN = "open", "À décider"
    CLOSED = "closed", "Accompagnement clos"
    MAINTAINED = "maintained", "Accompagnement maintenu"
    WITHDRAWN = "withdrawn", "Sans objet"


@tracked()
class ClosureProposal(models.Model):
    """The rights of a person ended: the system proposes to close or to maintain, a human decides (R-026)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="closure_proposals")
    ended_on = models.DateField("fin de droits et devoirs")
    proposed_on = models.DateField("proposée le")
    cause = models.CharField(max_length=40)  # duties_ended, household_left, mutation, missing_from_file…
    state = models.CharField(max_length=12, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_on = models.DateField(null=True)
    decided_by = by("décidée par", null=True)
    until = models.DateField("maintenu jusqu’au", null=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    # The last days a closure moved: what ``operations/_ends.py`` puts back when it is undone.
    kept = models.JSONField("ce que l’annulation remet", default=dict)

    class Meta:
        verbose_name = "proposition de clôture"
        constraints = [
            models.UniqueConstraint(
                fields=("enrolment", "ended_on"),
                name="closure_once",
                violation_error_message="Cette fin de droits est déjà proposée.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "withdrawn"))
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
                name="closure_decided_when_why_by_whom",
                violation_error_message="Clore ou maintenir demande une date, un auteur et un motif.",
            ),
        ]
