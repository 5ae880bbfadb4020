"""What some steps have beside their dates: an offer of places, an immersion, an application; and who was met on the way."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.jobs import Job
from jalons.pathways.models.steps import Step


class ImmersionPurpose(models.TextChoices):
    """What an immersion in a company is for (R-105)."""

    DISCOVER = "discover", "Découvrir un métier ou un secteur"
    CONFIRM = "confirm", "Confirmer un projet professionnel"
    HIRE = "hire", "Initier un recrutement"


@tracked()
class Immersion(models.Model):
    """The company side of a work situation (PMSMP, internship): where, for what, and the agreement signed (R-105, R-113)."""

    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="immersion")
    host = models.CharField("entreprise d’accueil", max_length=120)
    occupation = models.CharField("métier", max_length=120, blank=True)
    purpose = models.CharField("objet", max_length=12, choices=ImmersionPurpose.choices)
    agreed_on = models.DateField("convention signée le", null=True)

    class Meta:
        verbose_name = "immersion"


class ApplicationResult(models.TextChoices):
    """How an application ended (R-114)."""

    HIRED = "hired", "Recrutement"
    REFUSED = "refused", "Refus de l’employeur"
    NO_ANSWER = "no_answer", "Sans réponse"
    WITHDRAWN = "withdrawn", "La personne a renoncé"


@tracked()
class JobApplication(models.Model):
    """An offer of employment somebody is positioned on: prepared, sent, interview, result (R-114)."""

    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="application")
    employer = models.CharField("employeur", max_length=120)
    title = models.CharField("poste", max_length=120)
    reference = models.CharField("référence ou adresse de l’offre", max_length=300, blank=True)
    prepared_on = models.DateField("préparée le", null=True)
    sent_on = models.DateField("candidature envoyée le", null=True)
    interview_on = models.DateField("entretien le", null=True)
    result = models.CharField("résultat", max_length=12, choices=ApplicationResult.choices, blank=True)
    result_on = models.DateField("résultat le", null=True)

    class Meta:
        verbose_name = "candidature"
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", result_on__isnull=True) | (~Q(result="") & Q(result_on__isnull=False)),
                name="application_result_and_day",
                violation_error_message="Un résultat porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(interview_on__isnull=True) | Q(sent_on__isnull=True) | Q(interview_on__gte=F("sent_on")),
                name="application_interview_after_sending",
                violation_error_message="L’entretien vient après l’envoi de la candidature.",
            ),
        ]


class ContactWith(models.TextChoices):
    """Who was asked for news of a step or a job (R-113, R-102)."""

    PERSON = "person", "La personne"
    EMPLOYER = "employer", "L’employeur ou l’organisme"
    TRIPARTITE = "tripartite", "Bilan tripartite : la personne, le référent et l’organisme"


class Finding(models.TextChoices):
    """What the news were (R-113)."""

    GOES_WELL = "goes_well", "Se passe bien"
    DIFFICULTY = "difficulty", "Difficulté à suivre"
    STOPPED = "stopped", "S’est arrêté"
    UNREACHED = "unreached", "Injoignable"


@tracked()
class FollowUpContact(models.Model):
    """News taken during a step or a job, from the person or the employer (R-113, R-117, R-120)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="follow_up_contacts")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="contacts")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="contacts")
    made_on = models.DateField("le")
    contact_with = models.CharField("avec", max_length=12, choices=ContactWith.choices)
    finding = models.CharField("constat", max_length=12, choices=Finding.choices)
    note = models.CharField("précision", max_length=500, blank=True)
    recorded_by = by("notée par")

    class Meta:
        verbose_name = "nouvelle d’une étape ou d’un emploi"
        constraints = [
            models.CheckConstraint(
                condition=Q(step__isnull=True, job__isnull=False) | Q(step__isnull=False, job__isnull=True),
                name="follow_up_of_a_step_or_a_job",
                violation_error_message="Une nouvelle porte sur une étape ou sur un emploi.",
            )
        ]
        indexes = [models.Index(fields=("person", "made_on"), name="follow_up_timeline")]
