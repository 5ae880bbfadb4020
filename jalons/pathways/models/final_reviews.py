"""The « bilan » of the end of an action: who took part, what was said, the skills acquired, and its paper (R-132)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.enrolments import Enrolment
from jalons.pathways.models.exits import Piece


@tracked()
class FinalReview(models.Model):
    """The « bilan » of an enrolment. Established, it has its paper in the file (``piece``) and no longer changes.

    ``version`` counts its texts: who saves says which one was in front of them.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="final_review")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="final_reviews")
    made_on = models.DateField("fait le")
    version = models.PositiveIntegerField("texte n°", default=1)
    absence_reason = models.CharField("pourquoi il manque quelqu’un", max_length=200, blank=True)
    established_on = models.DateField("établi le", null=True)
    piece = models.OneToOneField(Piece, on_delete=models.PROTECT, null=True, related_name="final_review")
    recorded_by = by("noté par")

    class Meta:
        verbose_name = "bilan de fin d’action"
        verbose_name_plural = "bilans de fin d’action"
        constraints = [
            models.CheckConstraint(
                condition=Q(established_on__isnull=True, piece__isnull=True)
                | Q(established_on__isnull=False, piece__isnull=False),
                name="final_review_established_has_its_paper",
                violation_error_message="Un bilan établi a son document au dossier.",
            )
        ]


@tracked()
class FinalReviewAttendee(models.Model):
    """One of those the rulebook wants at the « bilan »: there or not, and the name."""

    review = models.ForeignKey(FinalReview, on_delete=models.CASCADE, related_name="attendees")
    who = models.CharField("qualité", max_length=20)
    name = models.CharField("nom", max_length=120, blank=True)
    present = models.BooleanField("présent")

    class Meta:
        verbose_name = "participant au bilan"
        verbose_name_plural = "participants au bilan"
        constraints = [
            models.UniqueConstraint(
                fields=("review", "who"),
                name="final_review_attendee_once",
                violation_error_message="Ce participant est déjà noté dans ce bilan.",
            )
        ]


@tracked()
class FinalReviewAnswer(models.Model):
    """What was said under a heading of the rulebook: words, codes of options or a number."""

    review = models.ForeignKey(FinalReview, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField("rubrique", max_length=60)
    words = models.TextField("réponse", blank=True)
    codes = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name="réponses choisies")
    number = models.DecimalField("nombre", max_digits=10, decimal_places=2, null=True)

    class Meta:
        verbose_name = "réponse du bilan de fin d’action"
        constraints = [
            models.UniqueConstraint(
                fields=("review", "question"),
                name="final_review_answer_once",
                violation_error_message="Cette rubrique a déjà sa réponse dans ce bilan.",
            )
        ]


@tracked()
class AcquiredSkill(models.Model):
    """A skill acquired during the action, and what shows it: an attestation, a VAE…"""

    review = models.ForeignKey(FinalReview, on_delete=models.CASCADE, related_name="skills")
    rank = models.PositiveSmallIntegerField("ordre")
    label = models.CharField("acquis", max_length=200)
    proof = models.CharField("attesté par", max_length=40, blank=True)
    proven_on = models.DateField("le", null=True)

    class Meta:
        verbose_name = "acquis"
        verbose_name_plural = "acquis"
        constraints = [
            models.UniqueConstraint(
                fields=("review", "rank"),
                name="acquired_skill_rank_once",
                violation_error_message="Deux acquis portent le même rang.",
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="acquired_skill_has_words",
                violation_error_message="Un acquis dit ce qui a été appris.",
            ),
        ]
