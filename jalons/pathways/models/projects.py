"""The professional project, what prepares for a job, and referrals on social questions (R-063, R-064, R-075)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.enrolments import Enrolment


class ProjectOutcome(models.TextChoices):
    """How a project ends."""

    ACHIEVED = "achieved", "Réalisé"
    ABANDONED = "abandoned", "Abandonné"


@tracked()
class Project(models.Model):
    """A professional project: being drawn up, then validated, then carried out, then closed; each with its day (R-063)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="projects")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="projects")
    title = models.CharField("projet", max_length=200)
    opened_on = models.DateField("en élaboration depuis le")
    validated_on = models.DateField("validé le", null=True)
    carried_out_on = models.DateField("mis en œuvre depuis le", null=True)
    closed_on = models.DateField("terminé le", null=True)
    outcome = models.CharField("issue", max_length=10, choices=ProjectOutcome.choices, blank=True)
    recorded_by = by("noté par")

    class Meta:
        verbose_name = "projet professionnel"
        constraints = [
            models.CheckConstraint(
                condition=(Q(validated_on__isnull=True) | Q(validated_on__gte=F("opened_on")))
                & (
                    Q(carried_out_on__isnull=True)
                    | Q(validated_on__isnull=False, carried_out_on__gte=F("validated_on"))
                )
                & (Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on"))),
                name="project_dates_in_order",
                violation_error_message="Un projet s’élabore, se valide, puis se met en œuvre : ses dates se suivent.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, outcome="") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="project_end_says_how",
                violation_error_message="Un projet terminé dit s’il est réalisé ou abandonné.",
            ),
            models.UniqueConstraint(
                fields=("enrolment",),
                condition=Q(closed_on__isnull=True),
                name="project_one_open",
                violation_error_message="Un projet est déjà ouvert pour cet accompagnement : terminez-le d’abord.",
            ),
        ]


class PreparationKind(models.TextChoices):
    """What prepares for a job beside the project."""

    CV = "cv", "CV à jour"
    INTERVIEW = "interview", "Préparation d’un entretien d’embauche"


@tracked()
class Preparation(models.Model):
    """The day the CV was brought up to date, or an interview prepared (R-063)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="preparations")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="preparations")
    kind = models.CharField("préparation", max_length=10, choices=PreparationKind.choices)
    done_on = models.DateField("fait le")
    recorded_by = by("noté par")

    class Meta:
        verbose_name = "préparation à l’emploi"
        constraints = [
            models.UniqueConstraint(
                fields=("enrolment", "kind", "done_on"),
                name="preparation_once_a_day",
                violation_error_message="Cette préparation est déjà notée ce jour-là.",
            )
        ]


@tracked()
class Referral(models.Model):
    """A social question: the first answer given, and to whom the person was referred (R-064). No word on a sensitive domain."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="referrals")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="referrals")
    domain = models.CharField("domaine", max_length=40)
    sensitive = models.BooleanField(default=False)
    first_answer = models.CharField("première réponse", max_length=200, blank=True)
    referred_to = models.CharField("orientée vers", max_length=120)
    referred_on = models.DateField("le")
    recorded_by = by("noté par")

    class Meta:
        verbose_name = "relais social"
        constraints = [
            models.CheckConstraint(
                condition=Q(sensitive=False) | Q(first_answer=""),
                name="referral_sensitive_without_words",
                violation_error_message="Ce domaine est sensible : aucune précision n’est conservée.",
            )
        ]
        indexes = [models.Index(fields=("person", "referred_on"), name="referral_timeline")]
