"""Decisions that send a person to an organisation and action (R-027…R-045)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by


class Channel(models.TextChoices):
    """How an orientation was decided (R-027)."""

    INDIVIDUAL = "individual", "Individuelle"
    INFORMATION_SESSION = "information_session", "Information collective"
    BULK = "bulk", "En nombre"


class Opinion(models.TextChoices):
    """What a body said of a re-orientation or of an entry (R-042, R-066)."""

    FAVOURABLE = "favourable", "Favorable"
    RESERVED = "reserved", "Réservé"
    UNFAVOURABLE = "unfavourable", "Défavorable"


@tracked()
class Orientation(models.Model):
    """A decision that sends a person to an organisation and action (R-027). A re-orientation closes the former."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="orientations")
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="orientations")
    line = models.ForeignKey("agreements.AgreementLine", on_delete=models.PROTECT, related_name="orientations")
    action_code = models.CharField("action", max_length=60)
    accompaniment_type = models.CharField("type", max_length=16)  # employment, activity, professional
    channel = models.CharField("canal", max_length=20, choices=Channel.choices, default=Channel.INDIVIDUAL)
    preflag = models.CharField("pré-fléchage CAF", max_length=40, blank=True)  # advisory only
    proposed_by = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("décidée le")
    decided_by = by("décidée par")
    reason = models.CharField("motif", max_length=300)
    subject_since = models.DateField(null=True)  # start of droits et devoirs at the decision, for the delay (S-08)
    closed_on = models.DateField("close le", null=True)
    closed_by = by("close par", null=True)
    closed_reason = models.CharField(max_length=300, blank=True)
    # The orientation this one replaced, and the opinion of the body (ITT…) when there was one.
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    opinion_on = models.DateField("avis du", null=True)
    opinion_body = models.CharField("instance", max_length=40, blank=True)
    opinion = models.CharField("avis", max_length=12, choices=Opinion.choices, blank=True)
    batch = models.UUIDField(null=True)  # the bulk decision it belongs to, for its receipt

    class Meta:
        verbose_name = "orientation"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_by__isnull=True)
                | Q(closed_on__isnull=False, closed_by__isnull=False),
                name="orientation_closed_when_and_by_whom",
                violation_error_message="Une orientation close dit quand et par qui.",
            ),
            models.UniqueConstraint(
                fields=("person", "authority"),
                condition=Q(closed_on__isnull=True),
                name="orientation_one_in_force",
                violation_error_message="Cette personne a déjà une orientation en cours : faites une réorientation.",
            ),
            models.CheckConstraint(
                condition=Q(opinion_on__isnull=True, opinion_body="", opinion="")
                | (Q(opinion_on__isnull=False) & ~Q(opinion_body="") & ~Q(opinion="")),
                name="orientation_opinion_when_by_whom",
                violation_error_message="Un avis dit sa date, son instance et son sens.",
            ),
            models.CheckConstraint(
                condition=Q(opinion_on__isnull=True) | Q(opinion_on__lte=F("decided_on")),
                name="orientation_opinion_comes_first",
                violation_error_message="L’avis précède la décision.",
            ),
        ]
        indexes = [models.Index(fields=("person", "decided_on"), name="orientation_timeline")]
