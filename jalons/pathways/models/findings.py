"""What an assessment finds: domain by domain, question by question, and what it recommends (R-067…R-075)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jalons.kernel.history import tracked
from jalons.pathways.models.contracts import ContractObjective, StepDoer
from jalons.pathways.models.diagnosis import Assessment
from jalons.pathways.models.steps import Step


class Standing(models.TextChoices):
    """How a domain of the situation stands on the day of an assessment."""

    STRENGTH = "strength", "Atout"
    NEUTRAL = "neutral", "Rien à signaler"
    OBSTACLE = "obstacle", "Frein"


@tracked()
class AssessedDomain(models.Model):
    """A domain looked at in an assessment. A sensitive one keeps no word (R-163)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField("domaine", max_length=40)
    standing = models.CharField("constat", max_length=10, choices=Standing.choices)
    sensitive = models.BooleanField(default=False)
    note = models.CharField("précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "domaine regardé"
        constraints = [
            models.UniqueConstraint(
                fields=("assessment", "domain"),
                name="assessed_domain_once",
                violation_error_message="Ce domaine est déjà noté dans ce bilan.",
            ),
            models.CheckConstraint(
                condition=Q(sensitive=False) | Q(note=""),
                name="assessed_domain_sensitive_without_note",
                violation_error_message="Ce domaine est sensible : aucune précision n’est conservée.",
            ),
        ]


@tracked()
class GridAnswer(models.Model):
    """The answer to a question of the grid of the rulebook: words, codes of options or a number."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField("question", max_length=60)
    words = models.TextField("réponse", blank=True)
    codes = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name="réponses choisies")
    number = models.DecimalField("nombre", max_digits=10, decimal_places=2, null=True)

    class Meta:
        verbose_name = "réponse de la grille"
        constraints = [
            models.UniqueConstraint(
                fields=("assessment", "question"),
                name="grid_answer_once",
                violation_error_message="Cette question a déjà sa réponse dans ce bilan.",
            )
        ]


@tracked()
class Recommendation(models.Model):
    """A line of the plan of actions an assessment ends in; it may be taken up by an objective or a step (R-069)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="plan")
    rank = models.PositiveSmallIntegerField("ordre")
    text = models.CharField("préconisation", max_length=300)
    domain = models.CharField("domaine", max_length=40, blank=True)
    doer = models.CharField("qui", max_length=10, choices=StepDoer.choices, blank=True)
    by_when = models.DateField("pour le", null=True)
    objective = models.ForeignKey(
        ContractObjective, on_delete=models.SET_NULL, null=True, related_name="recommendations"
    )
    step = models.ForeignKey(Step, on_delete=models.SET_NULL, null=True, related_name="recommendations")
    dropped_on = models.DateField("abandonnée le", null=True)
    dropped_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "préconisation"
        constraints = [
            models.UniqueConstraint(
                fields=("assessment", "rank"),
                name="recommendation_rank_once",
                violation_error_message="Deux préconisations portent le même rang.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="recommendation_has_words",
                violation_error_message="Une préconisation dit ce qu’elle propose.",
            ),
            models.CheckConstraint(
                condition=Q(dropped_on__isnull=True, dropped_reason="")
                | (Q(dropped_on__isnull=False) & ~Q(dropped_reason="")),
                name="recommendation_dropped_says_why",
                violation_error_message="Une préconisation s’abandonne avec un motif.",
            ),
        ]
