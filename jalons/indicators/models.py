"""What the room keeps: the monthly cube that screens read, the months to count again, and the frozen figures."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from jalons.kernel.clock import now

NEVER_CHANGES = (
    "Un chiffre gelé ne change jamais. Recalculez-le : l’écart avec le chiffre publié s’affiche comme une correction."
)


class MonthlyCube(models.Model):
    """One base measure for one month and one group. Derived: it can always be counted again from the facts.

    Identifiers are those of the facts, not foreign keys: the cube follows them, it never holds them back.
    """

    measure = models.CharField("mesure", max_length=60)
    month = models.DateField("mois")  # first day
    level = models.CharField("niveau", max_length=24)
    authority_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    action_code = models.CharField(max_length=80, null=True)
    territory_id = models.BigIntegerField(null=True)
    value = models.DecimalField("valeur", max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = "mesure mensuelle"
        verbose_name_plural = "mesures mensuelles"
        constraints = [
            models.UniqueConstraint(
                fields=("level", "measure", "month", "authority_id", "organisation_id", "action_code", "territory_id"),
                name="cube_cell_once",
                nulls_distinct=False,
                violation_error_message="Cette mesure est déjà comptée pour ce mois et ce groupe.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month:%Y-%m}"


class StaleMonth(models.Model):
    """A month whose figures changed since the cube was counted; the counting takes it and the months after it.

    One row per write, on purpose: a unique month would make writers wait for one another, and a mark left while the
    counting runs would be taken for one it has seen.
    """

    month = models.DateField("mois")

    class Meta:
        verbose_name = "mois à recompter"
        verbose_name_plural = "mois à recompter"

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class FrozenFigure(models.Model):
    """A figure as it was published, with its definition and the rows counted, under keys that name nobody (R-218)."""

    indicator = models.CharField("indicateur", max_length=60)
    label = models.CharField("libellé", max_length=200)
    definition_version = models.PositiveIntegerField("version de la définition")
    definition = models.JSONField("définition")  # the whole definition as it stood
    interval = models.CharField("pas", max_length=8)
    month = models.DateField("mois")  # first day of the month, or of the last month of the year counted
    filters = models.JSONField("groupe", default=dict)  # column → values
    authority_id = models.BigIntegerField(null=True)
    numerator = models.DecimalField("numérateur", max_digits=24, decimal_places=8)
    denominator = models.DecimalField("dénominateur", max_digits=24, decimal_places=8, null=True)
    value = models.DecimalField("valeur", max_digits=24, decimal_places=8, null=True)  # empty = « non calculable »
    published_as = models.CharField("publié sous la forme", max_length=120, blank=True)  # « 66 % », « environ 60 % »
    source = models.CharField("source", max_length=200, blank=True)
    rows = models.JSONField("lignes comptées", default=dict)  # part → {pseudonymous key: share}
    frozen_on = models.DateField("gelé le")
    frozen_at = models.DateTimeField("enregistré à", default=now)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="gelé par"
    )

    append_only = True

    class Meta:
        verbose_name = "chiffre gelé"
        verbose_name_plural = "chiffres gelés"
        ordering = ("-frozen_on", "indicator")
        constraints = [
            models.CheckConstraint(
                condition=Q(interval__in=("month", "year")),
                name="frozen_figure_interval",
                violation_error_message="Un chiffre gelé porte sur un mois ou sur une année.",
            ),
            models.CheckConstraint(
                condition=~Q(denominator=0) | Q(value__isnull=True),
                name="frozen_figure_empty_denominator",
                violation_error_message="Sans personne au dénominateur, un indicateur est « non calculable ».",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_figure_never_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "RAISE EXCEPTION 'a frozen figure never changes'"
                    f" USING ERRCODE = 'integrity_constraint_violation', HINT = '{NEVER_CHANGES}';"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.month:%Y-%m}"
