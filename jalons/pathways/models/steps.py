"""Steps of the pathway (R-103…R-109)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by, dates_ordered
from jalons.pathways.models.contracts import ContractStep
from jalons.pathways.models.enrolments import Enrolment


class StepState(models.TextChoices):
    """Life of a step (R-109)."""

    PROPOSED = "proposed", "Proposée"
    POSITIONED = "positioned", "Positionnée"
    STARTED = "started", "Commencée"
    COMPLETED = "completed", "Réalisée"
    INTERRUPTED = "interrupted", "Interrompue"
    CANCELLED = "cancelled", "Abandonnée"


class StepSource(models.TextChoices):
    """Where a step comes from (R-108)."""

    COMMON_LAW = "common_law", "Droit commun"
    PROGRAMME = "programme", "Programme d’insertion"
    OWN_OFFER = "own_offer", "Offre de l’organisme"


class StepAnswer(models.TextChoices):
    """What the provider answered to a prescription (R-109)."""

    WAITING = "waiting", "Sur liste d’attente"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"


@tracked()
class StepOffer(models.Model):
    """A session or an action of a provider, with its places: what a step may be prescribed on (R-108, R-109)."""

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="step_offers")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, null=True, related_name="offers")
    provider = models.CharField("organisme", max_length=120)
    kind = models.CharField("étape", max_length=60)
    label = models.CharField("intitulé", max_length=200)
    source = models.CharField("origine", max_length=12, choices=StepSource.choices)
    places = models.PositiveSmallIntegerField("places", null=True)  # none: not counted
    territory = models.ForeignKey(
        "network.Territory", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="territoire"
    )
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True)
    contact = models.CharField("comment y répondre", max_length=200, blank=True)  # printed for the persons
    start_on = models.DateField("début", null=True)
    end_on = models.DateField("fin", null=True)
    written_for = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="écrite pour"
    )  # the house that answers for it, whoever leaves it
    opened_on = models.DateField("ouverte le")
    closed_on = models.DateField("fermée le", null=True)
    recorded_by = by("notée par")

    class Meta:
        verbose_name = "offre d’étape"
        constraints = [
            dates_ordered("step_offer_dates_ordered"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="step_offer_closed_after_opened",
                violation_error_message="Une offre ne se ferme pas avant d’avoir été ouverte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.provider}"


@tracked()
class Step(models.Model):
    """A step of the pathway; ``kind`` and ``family`` follow the rulebook's taxonomy (R-103…R-109)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="steps")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="steps")
    contract_step = models.OneToOneField(ContractStep, on_delete=models.SET_NULL, null=True, related_name="step")
    kind = models.CharField("étape", max_length=60)
    family = models.CharField("famille", max_length=24)
    source = models.CharField("origine", max_length=12, choices=StepSource.choices, default=StepSource.COMMON_LAW)
    state = models.CharField("état", max_length=12, choices=StepState.choices, default=StepState.PROPOSED)
    label = models.CharField("intitulé", max_length=200, blank=True)
    operator = models.CharField("opérateur", max_length=120, blank=True)
    offer = models.ForeignKey(StepOffer, on_delete=models.PROTECT, null=True, related_name="steps")
    paid = models.BooleanField("rémunérée", null=True)
    agreed_on = models.DateField("accord de la personne le", null=True)
    answer = models.CharField("réponse", max_length=12, choices=StepAnswer.choices, blank=True)
    answered_on = models.DateField("réponse le", null=True)
    proposed_on = models.DateField("proposée le")
    positioned_on = models.DateField("positionnée le", null=True)
    started_on = models.DateField("commencée le", null=True)
    ended_on = models.DateField("terminée le", null=True)
    planned_end_on = models.DateField("fin prévue", null=True)
    end_code = models.CharField("motif", max_length=40, blank=True)
    end_reason = models.CharField("motif de fin", max_length=200, blank=True)
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True)
    qualifying = models.BooleanField("qualifiante", default=False)
    diploma_on = models.DateField("diplôme obtenu le", null=True)

    class Meta:
        verbose_name = "étape"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=False, ended_on__gte=F("started_on")),
                name="step_ends_after_start",
                violation_error_message="Une étape se termine après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("started", "completed", "interrupted")) | Q(started_on__isnull=False),
                name="step_started_has_date",
                violation_error_message="Une étape commencée a une date de début.",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="step_answer_and_day",
                violation_error_message="La réponse de l’organisme porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours__isnull=True) | Q(weekly_hours__gt=0),
                name="step_hours_positive",
                violation_error_message="Les heures par semaine d’une étape sont plus grandes que zéro.",
            ),
        ]
        indexes = [models.Index(fields=("person", "started_on"), name="step_timeline")]
