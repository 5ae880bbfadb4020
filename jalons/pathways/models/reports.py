"""Reports on a situation and breaches of contract: the rulebook proposes, a human writes (R-092, R-145…R-147)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.contracts import Contract
from jalons.pathways.models.enrolments import Enrolment
from jalons.pathways.models.exits import Piece


class ReportCause(models.TextChoices):
    """What a report is about (R-145, R-146)."""

    ABSENCES = "absences", "Absences non justifiées"
    BREACH = "breach", "Non-respect du contrat"


class ReportState(models.TextChoices):
    """What the référent decided: nothing is decided without them (R-147)."""

    WRITTEN = "written", "Signalement écrit"
    DISMISSED = "dismissed", "Écarté"
    WITHDRAWN = "withdrawn", "Retiré"


@tracked()
class Report(models.Model):
    """A « signalement »: facts and dates written by the référent, or the reason why none is made."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reports")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="reports")
    cause = models.CharField("objet", max_length=12, choices=ReportCause.choices)
    state = models.CharField("état", max_length=12, choices=ReportState.choices)
    decided_on = models.DateField("le")
    decided_by = by("par")
    facts = models.TextField("faits", blank=True)
    reason = models.CharField("raison", max_length=500, blank=True)
    rulebook_version = models.CharField(max_length=100, blank=True)
    piece = models.OneToOneField(Piece, on_delete=models.SET_NULL, null=True, related_name="report")
    withdrawn_on = models.DateField("retiré le", null=True)
    withdrawn_by = by("retiré par", null=True)
    withdrawn_reason = models.CharField("motif du retrait", max_length=300, blank=True)

    class Meta:
        verbose_name = "signalement"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="written") | ~Q(facts=""),
                name="report_has_facts",
                violation_error_message="Un signalement dit les faits et leurs dates.",
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""),
                name="report_dismissed_with_reason",
                violation_error_message="Écarter un signalement demande une raison.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True)
                | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="report_withdrawn_when_why_by_whom",
                violation_error_message="Le retrait dit quand, pourquoi et par qui.",
            ),
        ]


class ReportedAbsence(models.Model):
    """An absence a report cites: justified later, it is shown on the report (R-147)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="absences")
    appointment = models.ForeignKey("agenda.Appointment", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "absence citée"
        constraints = [
            models.UniqueConstraint(
                fields=("report", "appointment"),
                name="reported_absence_once",
                violation_error_message="Cette absence est déjà citée.",
            )
        ]


@tracked()
class ContractBreach(models.Model):
    """« Non-respect du contrat d’engagements »: the date and the facts (R-092)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="breaches")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="breaches")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="breaches")
    happened_on = models.DateField("le")
    facts = models.TextField("faits")
    piece = models.OneToOneField(Piece, on_delete=models.SET_NULL, null=True, related_name="breach")
    recorded_by = by("noté par")
    withdrawn_on = models.DateField("retiré le", null=True)
    withdrawn_by = by("retiré par", null=True)
    withdrawn_reason = models.CharField("motif du retrait", max_length=300, blank=True)

    class Meta:
        verbose_name = "non-respect du contrat"
        constraints = [
            models.CheckConstraint(
                condition=~Q(facts=""),
                name="breach_has_facts",
                violation_error_message="Un non-respect du contrat dit les faits.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True)
                | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="breach_withdrawn_when_why_by_whom",
                violation_error_message="Le retrait dit quand, pourquoi et par qui.",
            ),
        ]
