"""Rulebooks proposed and adopted: the exact bytes, who and when. A changed file never rewrites the past (R-001)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from jalons.kernel.periods import DateRange

NEVER_CHANGES = "Un cadre adopté ne change pas : adoptez une nouvelle version."
PROPOSAL_NEVER_CHANGES = "Le fichier d’une proposition ne change pas : déposez une nouvelle proposition."
_FIXED = ("code", "version", "authority_code", "label", "valid_from", "valid_to", "raw", "sha256", "adopted_on")
_PROPOSED = (
    *("code", "version", "authority_code", "label", "valid_from", "valid_to"),
    *("file_name", "raw", "sha256", "proposed_on", "proposed_by_id"),
)


def _kept(name: str, fields: tuple[str, ...], message: str, sentence: str) -> pgtrigger.Trigger:
    """Return the trigger by which the database keeps ``fields`` as written, and the row for ever."""
    changed = " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"IF TG_OP = 'DELETE' OR ({changed}) THEN RAISE EXCEPTION '{message}'"
            f" USING ERRCODE = 'integrity_constraint_violation', HINT = '{sentence}'; END IF; RETURN NEW;"
        ),
    )


class RulebookVersion(models.Model):
    """One adopted version of one framework. ``applies_to`` closes it when a later version takes over; nothing else changes."""

    code = models.CharField("cadre", max_length=60)
    version = models.CharField("version", max_length=40)
    authority_code = models.CharField("autorité", max_length=60)
    label = models.CharField("intitulé", max_length=300)
    valid_from = models.DateField("valable du")
    valid_to = models.DateField("au", null=True)
    applies_to = models.DateField("appliquée jusqu’au", null=True)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    adopted_on = models.DateField("adoptée le")
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="adoptée par"
    )  # none: the initial load

    class Meta:
        verbose_name = "cadre adopté"
        verbose_name_plural = "cadres adoptés"
        constraints = [
            models.UniqueConstraint(
                fields=("code", "version"),
                name="rulebook_version_once",
                violation_error_message="Cette version du cadre est déjà adoptée.",
            ),
            ExclusionConstraint(
                name="rulebook_one_in_force",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (DateRange("valid_from", "applies_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une autre version de ce cadre s’applique déjà à ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(applies_to__isnull=True) | Q(applies_to__gte=F("valid_from")),
                name="rulebook_dates_ordered",
                violation_error_message="Un cadre ne peut pas finir avant de commencer.",
            ),
        ]
        triggers = [_kept("rulebook_never_changes", _FIXED, "an adopted rulebook never changes", NEVER_CHANGES)]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class ProposalState(models.TextChoices):
    """Where a proposal is. Only a draft may be adopted or withdrawn; neither is undone."""

    DRAFT = "draft", "À l’étude"
    ADOPTED = "adopted", "Adoptée"
    WITHDRAWN = "withdrawn", "Retirée"


class RulebookProposal(models.Model):
    """A readable rulebook file under study: its bytes, who proposed it and when. In force only once adopted.

    ``examples_raw``: the file of examples sent with it, tried against it.
    """

    code = models.CharField("cadre", max_length=60)
    version = models.CharField("version", max_length=40)
    authority_code = models.CharField("autorité", max_length=60)
    label = models.CharField("intitulé", max_length=300)
    valid_from = models.DateField("valable du")
    valid_to = models.DateField("au", null=True)
    file_name = models.CharField("fichier", max_length=120)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    examples_name = models.CharField("fichier d’exemples", max_length=120, blank=True)
    examples_raw = models.BinaryField(null=True)
    state = models.CharField("état", max_length=10, choices=ProposalState.choices, default=ProposalState.DRAFT)
    proposed_on = models.DateField("proposée le")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="proposée par"
    )
    closed_on = models.DateField("close le", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="close par"
    )
    adopted = models.OneToOneField(
        RulebookVersion, on_delete=models.PROTECT, null=True, related_name="proposal", verbose_name="version adoptée"
    )

    class Meta:
        verbose_name = "proposition de cadre"
        verbose_name_plural = "propositions de cadres"
        indexes = [models.Index(fields=("authority_code", "-proposed_on"), name="proposal_of_authority")]
        constraints = [
            models.UniqueConstraint(
                fields=("sha256",),
                condition=Q(state=ProposalState.DRAFT),
                name="proposal_draft_once",
                violation_error_message="Ce fichier est déjà proposé.",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.DRAFT, closed_on__isnull=True, closed_by__isnull=True)
                | (~Q(state=ProposalState.DRAFT) & Q(closed_on__isnull=False, closed_by__isnull=False)),
                name="proposal_closed_by_somebody",
                violation_error_message="Une proposition adoptée ou retirée dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.ADOPTED, adopted__isnull=False)
                | (~Q(state=ProposalState.ADOPTED) & Q(adopted__isnull=True)),
                name="proposal_adopted_has_version",
                violation_error_message="Une proposition adoptée, et elle seule, a sa version du cadre.",
            ),
        ]
        triggers = [_kept("proposal_never_changes", _PROPOSED, "a proposed file never changes", PROPOSAL_NEVER_CHANGES)]

    def __str__(self) -> str:
        return f"{self.code} {self.version} ({self.get_state_display()})"


class RuleValue(models.Model):
    """One value of an adopted version, for the fact table ``rule_value``."""

    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.CASCADE, related_name="values_published")
    action_code = models.CharField(max_length=60)
    path = models.CharField(max_length=200)
    value = models.TextField(null=True)
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    basis = models.CharField(max_length=8)
    citation = models.TextField(blank=True)

    class Meta:
        verbose_name = "valeur de cadre"
        constraints = [
            models.UniqueConstraint(
                fields=("rulebook", "action_code", "path"),
                name="rule_value_once",
                violation_error_message="Cette valeur du cadre est déjà publiée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action_code} {self.path}"
