"""Adopted rulebooks: the exact bytes, who adopted them and when. A changed file never rewrites the past (R-001)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from jalons.kernel.periods import DateRange

NEVER_CHANGES = "Un cadre adopté ne change pas : adoptez une nouvelle version."
_FIXED = ("code", "version", "authority_code", "label", "valid_from", "valid_to", "raw", "sha256", "adopted_on")


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
        triggers = [
            pgtrigger.Trigger(
                name="rulebook_never_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF TG_OP = 'DELETE' OR ("
                    + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED)
                    + ") THEN RAISE EXCEPTION 'an adopted rulebook never changes'"
                    f" USING ERRCODE = 'integrity_constraint_violation', HINT = '{NEVER_CHANGES}'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


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
