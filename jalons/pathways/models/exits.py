"""The end of an action with its class, and the documents of the file (R-121…R-131)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.enrolments import Enrolment
from jalons.pathways.models.jobs import Job
from jalons.pathways.models.steps import Step


class Destination(models.TextChoices):
    """Where the person goes when leaving an action; the rulebook turns it into a class."""

    JOB = "job", "Emploi ou création d’activité"
    TRAINING = "training", "Formation"
    OTHER_ACTION = "other_action", "Autre action d’insertion professionnelle"
    OTHER_RIGHTS = "other_rights", "Autres droits"
    MOVED = "moved", "Déménagement"
    RIGHTS_ENDED = "rights_ended", "Fin de droits"
    REORIENTATION = "reorientation", "Réorientation"
    ABANDONED = "abandoned", "Abandon"
    DECEASED = "deceased", "Décès"
    OTHER = "other", "Autre"


class ExitState(models.TextChoices):
    """An exit is proposed from facts, confirmed by a human, and may be reversed."""

    PROPOSED = "proposed", "Proposée"
    CONFIRMED = "confirmed", "Confirmée"
    REVERSED = "reversed", "Annulée"


@tracked()
class Exit(models.Model):
    """The end of an action with its class: computed by the rulebook, or chosen against it with a reason (both kept)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="exits")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="exits")
    exited_on = models.DateField("sortie le")
    destination = models.CharField("destination", max_length=16, choices=Destination.choices)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="exits")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="exits")
    detail = models.CharField("précision", max_length=300, blank=True)
    computed_class = models.CharField("classe calculée", max_length=24, blank=True)
    chosen_class = models.CharField("classe retenue", max_length=24, blank=True)
    chosen_reason = models.CharField("motif du choix", max_length=300, blank=True)
    explanation = models.TextField("explication", blank=True)  # the sentence of the rulebook, with its citation
    rulebook_version = models.CharField(max_length=100, blank=True)
    flagged = models.BooleanField("à revoir", default=False)
    state = models.CharField("état", max_length=12, choices=ExitState.choices, default=ExitState.PROPOSED)
    recorded_by = by("notée par")
    confirmed_on = models.DateField("confirmée le", null=True)
    confirmed_by = by("confirmée par", null=True)
    reversed_on = models.DateField("annulée le", null=True)
    reversed_by = by("annulée par", null=True)
    reversed_reason = models.CharField(max_length=300, blank=True)
    # The last days its confirmation moved: what ``operations/_ends.py`` puts back when it is reversed.
    kept = models.JSONField("ce que l’annulation remet", default=dict)

    class Meta:
        verbose_name = "sortie"
        constraints = [
            models.UniqueConstraint(
                fields=("enrolment",),
                condition=~Q(state="reversed"),
                name="exit_one_in_force",
                violation_error_message="Cette inscription a déjà une sortie.",
            ),
            models.CheckConstraint(
                condition=Q(chosen_class="") | Q(chosen_class=F("computed_class")) | ~Q(chosen_reason=""),
                name="exit_choice_has_reason",
                violation_error_message="Choisir une autre classe que celle du cadre demande un motif.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_on__isnull=False, confirmed_by__isnull=False),
                name="exit_confirmed_when_and_by_whom",
                violation_error_message="La confirmation dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=Q(reversed_on__isnull=True, reversed_by__isnull=True)
                | (Q(reversed_on__isnull=False, reversed_by__isnull=False) & ~Q(reversed_reason="")),
                name="exit_reversed_when_why_by_whom",
                violation_error_message="L’annulation dit quand, pourquoi et par qui.",
            ),
        ]


@tracked()
class Piece(models.Model):
    """A document of the file: its kind and date, and its bytes when they were received; what it proves, when it proves a fact."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pieces")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="pieces")
    kind = models.CharField("pièce", max_length=60)
    dated_on = models.DateField("datée du")
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, related_name="pieces")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="pieces")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="pieces")
    recorded_by = by("notée par")

    class Meta:
        verbose_name = "pièce"
