"""Contracts of an enrolment: states, objectives, steps written in them, returns (R-076…R-091)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.kernel.periods import DateRange
from jalons.pathways.models.common import by
from jalons.pathways.models.enrolments import Enrolment


class ContractKind(models.TextChoices):
    """The contractual frame; its label is given by the rulebook (C-33)."""

    ENGAGEMENT = "engagement", "Contrat d’engagements"
    PPAE = "ppae", "PPAE"
    PLIE = "plie", "Contrat d’engagement PLIE"


class ContractState(models.TextChoices):
    """States of a contract (R-083); the table of transitions is in ``contracts/rules.py``."""

    DRAFT = "draft", "Brouillon"
    SIGNED = "signed", "Signé"
    SUBMITTED = "submitted", "À valider"
    RETURNED = "returned", "Renvoyé"
    VALIDATED = "validated", "Validé"
    HANDED_OVER = "handed_over", "Remis"
    CANCELLED = "cancelled", "Annulé"


@tracked()
class Contract(models.Model):
    """A contract of an enrolment; validated ⇒ signed, handed over ⇒ validated, dates in that order (R-076…R-084)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="contracts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="contracts")
    kind = models.CharField("nature", max_length=12, choices=ContractKind.choices, default=ContractKind.ENGAGEMENT)
    rank = models.PositiveSmallIntegerField("numéro")
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="renewal")
    state = models.CharField("état", max_length=12, choices=ContractState.choices, default=ContractState.DRAFT)
    start_on = models.DateField("début")
    end_on = models.DateField("fin")
    her_words = models.TextField("ce que je veux", blank=True)
    previous_review = models.TextField("bilan du contrat précédent", blank=True)
    signed_on = models.DateField("signé le", null=True)
    submitted_on = models.DateField("première transmission le", null=True)
    validated_on = models.DateField("validé le", null=True)
    validated_by = by("validé par", null=True)
    handed_over_on = models.DateField("remis le", null=True)
    handed_over_by = by("remis par", null=True)
    drafted_by = by("rédigé par")

    class Meta:
        verbose_name = "contrat"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")),
                name="contract_dates_ordered",
                violation_error_message="Le contrat ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(validated_on__isnull=True) | Q(signed_on__isnull=False, validated_on__gte=F("signed_on")),
                name="contract_validated_implies_signed",
                violation_error_message="Un contrat se valide après sa signature.",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_on__isnull=True)
                | Q(validated_on__isnull=False, handed_over_on__gte=F("validated_on")),
                name="contract_handed_over_implies_validated",
                violation_error_message="Un contrat se remet après sa validation.",
            ),
            models.CheckConstraint(
                condition=Q(validated_on__isnull=True, validated_by__isnull=True)
                | Q(validated_on__isnull=False, validated_by__isnull=False),
                name="contract_validated_when_and_by_whom",
                violation_error_message="La validation dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=("validated", "handed_over")) & Q(validated_on__isnull=False))
                | (Q(state__in=("draft", "signed", "submitted", "returned")) & Q(validated_on__isnull=True))
                | Q(state="cancelled"),
                name="contract_state_fits_dates",
                violation_error_message="L’état du contrat ne correspond pas à ses dates.",
            ),
            models.UniqueConstraint(
                fields=("enrolment", "kind", "rank"),
                condition=~Q(state="cancelled"),
                name="contract_rank_once",
                violation_error_message="Un contrat porte déjà ce numéro.",
            ),
            ExclusionConstraint(
                name="contract_no_overlap_in_force",
                expressions=[
                    ("enrolment", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=("validated", "handed_over")),
                violation_error_message="Un contrat validé couvre déjà une partie de ces dates.",
            ),
        ]
        indexes = [models.Index(fields=("person", "start_on"), name="contract_timeline")]


class Horizon(models.TextChoices):
    """The three horizons of objectives (R-079)."""

    SHORT = "short", "Court terme"
    MEDIUM = "medium", "Moyen terme"
    LONG = "long", "Long terme"


@tracked()
class ContractObjective(models.Model):
    """An objective of a contract."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="objectives")
    horizon = models.CharField("horizon", max_length=6, choices=Horizon.choices)
    text = models.TextField("objectif")

    class Meta:
        verbose_name = "objectif"


class StepDoer(models.TextChoices):
    """Who does a step of the contract, as it is read to the person."""

    PERSON = "person", "Moi"
    CASEWORKER = "caseworker", "Mon référent"
    BOTH = "both", "Ensemble"


@tracked()
class ContractStep(models.Model):
    """A step written in a contract: who, when, where (R-080); it becomes a planned step once validated (R-093)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="planned_steps")
    kind = models.CharField("étape", max_length=60)
    label = models.CharField("description", max_length=200)
    doer = models.CharField("qui", max_length=10, choices=StepDoer.choices, blank=True)
    planned_on = models.DateField("date", null=True)
    place = models.CharField("lieu", max_length=120, blank=True)

    class Meta:
        verbose_name = "étape du contrat"


@tracked()
class ContractReturn(models.Model):
    """A refusal to validate, with its reasons: the contract goes back to the référent (R-083)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="returns")
    returned_on = models.DateField("renvoyé le")
    returned_by = by("renvoyé par")
    reasons = models.TextField("motifs")
    codes = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name="motifs de la liste")

    class Meta:
        verbose_name = "renvoi de contrat"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="return_has_reasons",
                violation_error_message="Un renvoi donne ses motifs.",
            )
        ]


@tracked()
class ContractApproval(models.Model):
    """The approval of the organisation's head, where the rulebook asks for one before the authority validates (S-22).

    A contract that is returned or changed is approved again: the row goes, its history stays.
    """

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="approval")
    approved_on = models.DateField("approuvé le")
    approved_by = by("approuvé par")

    class Meta:
        verbose_name = "approbation de contrat"
