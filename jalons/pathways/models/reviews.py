"""An accompaniment brought before a body: a « veille » to grant, a long pathway to look at (R-142, R-143, R-144)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.enrolments import Enrolment, Pause


class ReviewDecision(models.TextChoices):
    """What came of it."""

    GRANTED = "granted", "Accordée"
    CONTINUED = "continued", "Poursuite validée"
    REORIENT = "reorient", "Réorientation à préparer"
    END = "end", "Fin d’accompagnement à préparer"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Demande retirée"


@tracked()
class CaseReview(models.Model):
    """A request and its answer. ``kind`` is a code of the rulebook's ``reviews``, ``body`` one of those it names.

    ``start_on`` and ``end_on`` are those of the « veille » asked for; a granted one is its ``pause``.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reviews")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField("examen", max_length=40)
    body = models.CharField("instance", max_length=40)
    reason = models.CharField("motif", max_length=300)
    start_on = models.DateField("début", null=True)
    end_on = models.DateField("fin", null=True)
    requested_on = models.DateField("demandé le")
    requested_by = by("demandé par")
    examined_on = models.DateField("examiné le", null=True)
    decision = models.CharField("décision", max_length=12, choices=ReviewDecision.choices, blank=True)
    answer = models.CharField("réponse", max_length=300, blank=True)
    decided_by = by("notée par", null=True)
    pause = models.OneToOneField(Pause, on_delete=models.PROTECT, null=True, related_name="review")

    class Meta:
        verbose_name = "examen en instance"
        verbose_name_plural = "examens en instance"
        constraints = [
            models.CheckConstraint(
                condition=Q(examined_on__isnull=True, decision="", decided_by__isnull=True)
                | (Q(examined_on__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
                name="review_decided_when_and_by_whom",
                violation_error_message="Une décision dit sa date, son sens et qui l’a notée.",
            ),
            models.CheckConstraint(
                condition=Q(examined_on__isnull=True) | Q(examined_on__gte=F("requested_on")),
                name="review_examined_after_asked",
                violation_error_message="L’instance examine après la demande.",
            ),
            models.UniqueConstraint(
                fields=("enrolment", "kind"),
                condition=Q(decision=""),
                name="review_one_waiting",
                violation_error_message="Cet examen est déjà demandé et attend sa réponse.",
            ),
        ]
        indexes = [
            models.Index(fields=("kind", "requested_on"), condition=Q(decision=""), name="review_waiting"),
            models.Index(fields=("person", "requested_on"), name="review_timeline"),
        ]
