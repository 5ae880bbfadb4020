"""Agreements, in-house offers and their lines of places; amendments change a line without rewriting the past."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked


class AgreementKind(models.TextChoices):
    """A convention is paid; an in-house offer has places but no price (Pôle emploi, own services, PLIE)."""

    CONVENTION = "convention", "Convention"
    IN_HOUSE = "in_house", "Offre interne"


@tracked()
class Agreement(models.Model):
    """An agreement of an authority with an organisation (R-192). ``dataset`` says which table it came from (R-200)."""

    authority = models.ForeignKey(
        "network.Authority", on_delete=models.PROTECT, related_name="agreements", verbose_name="autorité"
    )
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, related_name="agreements", verbose_name="organisme"
    )
    # The group this organisation answers with: its places are counted for the group and for the member.
    group = models.ForeignKey(
        "network.OrganisationGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name="groupement",
    )
    kind = models.CharField("nature", max_length=12, choices=AgreementKind.choices, default=AgreementKind.CONVENTION)
    reference = models.CharField("référence", max_length=60)
    start_on = models.DateField("début")
    end_on = models.DateField("fin")
    dataset = models.CharField("jeu de données", max_length=40, blank=True)
    fictitious = models.BooleanField("fictive", default=False)

    class Meta:
        verbose_name = "convention"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "reference"),
                name="agreement_reference_once",
                violation_error_message="Une convention porte déjà cette référence.",
            ),
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")),
                name="agreement_dates_ordered",
                violation_error_message="La convention ne peut pas finir avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


@tracked()
class AgreementLine(models.Model):
    """Places of one action, maybe for a theme or a territory. Amounts are read as printed, never recomputed (C-22)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="lines")
    rank = models.PositiveSmallIntegerField("rang")
    framework_code = models.CharField("cadre", max_length=60)
    action_code = models.CharField("action", max_length=60)
    printed_type = models.CharField("type imprimé", max_length=80, blank=True)
    territory = models.ForeignKey("network.Territory", on_delete=models.PROTECT, null=True, blank=True)
    theme = models.CharField("thématique", max_length=80, blank=True)
    start_on = models.DateField("début")
    end_on = models.DateField("fin")
    places = models.PositiveIntegerField("places")
    persons_to_follow = models.PositiveIntegerField("suivis", null=True)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2, null=True)
    fte = models.DecimalField("ETP", max_digits=6, decimal_places=2, null=True)

    class Meta:
        verbose_name = "ligne de convention"
        constraints = [
            models.UniqueConstraint(
                fields=("agreement", "rank"),
                name="line_rank_once",
                violation_error_message="Cette convention a déjà une ligne de ce rang.",
            ),
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")),
                name="line_dates_ordered",
                violation_error_message="Une ligne ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="line_amount_not_negative",
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]
        indexes = [models.Index(fields=("action_code", "start_on"), name="line_by_action")]


@tracked()
class Amendment(models.Model):
    """A dated change of a line (« avenant »): places or end date, before and after, with its reason."""

    line = models.ForeignKey(AgreementLine, on_delete=models.PROTECT, related_name="amendments")
    decided_on = models.DateField("décidé le")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    places_before = models.PositiveIntegerField()
    places_after = models.PositiveIntegerField()
    end_before = models.DateField()
    end_after = models.DateField()
    reason = models.CharField("motif", max_length=300)

    class Meta:
        verbose_name = "avenant"


class ReportKind(models.TextChoices):
    """What an operator sends: the figures of a month, the review of a year, the accounts of a year (R-201, R-203, R-204)."""

    MONTHLY = "monthly", "Bilan mensuel"
    ANNUAL = "annual", "Bilan annuel"
    FINANCIAL = "financial", "Rapport financier"


@tracked()
class Report(models.Model):
    """A report received for a line: which period it speaks of, when it came, who noted it. Its figures come elsewhere."""

    line = models.ForeignKey(AgreementLine, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField("nature", max_length=12, choices=ReportKind.choices)
    period_start = models.DateField("période")  # first day of the month or of the civil year reported
    received_on = models.DateField("reçu le")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "rapport reçu"
        verbose_name_plural = "rapports reçus"
        constraints = [
            models.UniqueConstraint(
                fields=("line", "kind", "period_start"),
                name="report_once_per_period",
                violation_error_message="Ce rapport est déjà noté pour cette période : corrigez sa date de réception.",
            ),
            models.CheckConstraint(
                condition=Q(period_start__day=1) & (Q(kind=ReportKind.MONTHLY) | Q(period_start__month=1)),
                name="report_period_begins",
                violation_error_message="La période d’un rapport commence le premier jour d’un mois ou d’une année.",
            ),
            models.CheckConstraint(
                condition=Q(received_on__gte=F("period_start")),
                name="report_after_its_period_begins",
                violation_error_message="Un rapport ne peut pas arriver avant le début de la période dont il parle.",
            ),
        ]
        indexes = [models.Index(fields=("line", "kind", "received_on"), name="report_by_line")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_start:%Y-%m}"
