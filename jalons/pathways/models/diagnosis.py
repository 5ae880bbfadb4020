"""What is known of a situation: assessments, obstacles and information given (R-060…R-072, R-151)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.enrolments import Enrolment


class AssessmentKind(models.TextChoices):
    """Which time the situation is looked at (R-067, R-068, R-070)."""

    INITIAL = "initial", "Bilan initial"
    REASSESSMENT = "reassessment", "Réévaluation"
    FINAL = "final", "Bilan final"


@tracked()
class Assessment(models.Model):
    """A dated assessment of the whole situation; ``recommendations`` are its conclusions in words (R-069)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="assessments")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField("bilan", max_length=12, choices=AssessmentKind.choices)
    made_on = models.DateField("fait le")
    recommendations = models.TextField("préconisations", blank=True)
    confirmed_on = models.DateField("engagement confirmé par la personne le", null=True)
    recorded_by = by("noté par")

    class Meta:
        verbose_name = "bilan de situation"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True) | Q(confirmed_on__gte=F("made_on")),
                name="assessment_confirmed_after_made",
                violation_error_message="La personne confirme son engagement le jour du bilan ou après.",
            ),
            models.UniqueConstraint(
                fields=("enrolment",),
                condition=Q(kind="initial"),
                name="assessment_one_initial",
                violation_error_message="Le bilan initial de cette inscription est déjà noté : notez une réévaluation.",
            ),
            models.UniqueConstraint(
                fields=("enrolment",),
                condition=Q(kind="final"),
                name="assessment_one_final",
                violation_error_message="Le bilan final de cette inscription est déjà noté.",
            ),
            models.UniqueConstraint(
                fields=("enrolment", "made_on"),
                name="assessment_one_a_day",
                violation_error_message="Un bilan de cette inscription est déjà noté ce jour-là.",
            ),
        ]
        indexes = [models.Index(fields=("person", "made_on"), name="assessment_timeline")]


@tracked()
class Obstacle(models.Model):
    """An obstacle (« frein »): found, worked on, lifted. A sensitive domain (health…) keeps no word about it (R-163).

    ``domain`` is a code of the reference data, ``sensitive`` what that data said when the obstacle was recorded.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="obstacles")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="obstacles")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, related_name="obstacles")
    domain = models.CharField("domaine", max_length=40)
    sensitive = models.BooleanField(default=False)
    note = models.CharField("précision", max_length=200, blank=True)
    opened_on = models.DateField("repéré le")
    worked_on = models.DateField("travaillé depuis le", null=True)
    lifted_on = models.DateField("levé le", null=True)
    recorded_by = by("noté par")

    class Meta:
        verbose_name = "frein"
        constraints = [
            models.CheckConstraint(
                condition=Q(worked_on__isnull=True) | Q(worked_on__gte=F("opened_on")),
                name="obstacle_worked_after_opened",
                violation_error_message="Un frein se travaille après avoir été repéré.",
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | Q(worked_on__isnull=False, lifted_on__gte=F("worked_on")),
                name="obstacle_lifted_after_worked",
                violation_error_message="Un frein se lève après avoir été travaillé.",
            ),
            models.CheckConstraint(
                condition=Q(sensitive=False) | Q(note=""),
                name="obstacle_sensitive_without_note",
                violation_error_message="Ce domaine est sensible : aucune précision n’est conservée.",
            ),
            models.UniqueConstraint(
                fields=("enrolment", "domain"),
                condition=Q(lifted_on__isnull=True),
                name="obstacle_once_at_a_time",
                violation_error_message="Ce frein est déjà noté et n’est pas encore levé.",
            ),
        ]
        indexes = [models.Index(fields=("person", "opened_on"), name="obstacle_timeline")]


@tracked()
class ObstacleAction(models.Model):
    """A step to reach the lifting of an obstacle: how it is worked on, planned, then done (R-072). No word on a sensitive one."""

    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField("action", max_length=60, blank=True)
    sensitive = models.BooleanField(default=False)
    note = models.CharField("précision", max_length=200, blank=True)
    planned_on = models.DateField("prévue le", null=True)
    done_on = models.DateField("faite le", null=True)
    recorded_by = by("noté par")

    class Meta:
        verbose_name = "action sur un frein"
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(done_on__isnull=False),
                name="obstacle_action_dated",
                violation_error_message="Une action sur un frein est prévue, ou faite : donnez sa date.",
            ),
            models.CheckConstraint(
                condition=Q(sensitive=False) | Q(note=""),
                name="obstacle_action_sensitive_without_note",
                violation_error_message="Ce domaine est sensible : aucune précision n’est conservée.",
            ),
        ]


class InformationKind(models.TextChoices):
    """What every person is told (R-060, R-061, R-151); a rulebook may list more, by its own codes (R-020)."""

    RIGHTS_AND_DUTIES = "rights_and_duties", "Droits et devoirs"
    RISKS = "risks", "Risques encourus"
    DECLARATIONS = "declarations", "Déclarations à faire (CAF, Pôle emploi)"


@tracked()
class Information(models.Model):
    """An information given to the person on a day, with the documents handed over (R-060)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="informations")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="informations")
    kind = models.CharField("information", max_length=40)  # of InformationKind, or of the list of a rulebook
    given_on = models.DateField("donnée le")
    documents = models.CharField("documents remis", max_length=200, blank=True)
    told = models.TextField("ce qui a été dit", blank=True)
    recorded_by = by("notée par")

    class Meta:
        verbose_name = "information donnée"
        constraints = [
            models.UniqueConstraint(
                fields=("enrolment", "kind", "given_on"),
                name="information_once_a_day",
                violation_error_message="Cette information est déjà notée ce jour-là.",
            )
        ]
        indexes = [models.Index(fields=("person", "given_on"), name="information_timeline")]
