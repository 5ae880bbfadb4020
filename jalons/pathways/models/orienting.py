"""What comes before and around an orientation: grid, evaluation, pre-flag, information session, request, notice (R-029…R-043)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.pathways.models.common import USER, by
from jalons.pathways.models.enrolments import Enrolment
from jalons.pathways.models.orientations import Opinion, Orientation


@tracked()
class OrientationGrid(models.Model):
    """The criteria an authority weighs before it orients, from a day on (R-029); the grid of that day is the last begun.

    ``criteria``: a list of ``{"question", "answers": [{"label", "type"}]}``; ``type`` is the accompaniment the answer speaks
    for, empty when it speaks for none.
    """

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="orientation_grids")
    start_on = models.DateField("en usage depuis le")
    criteria = models.JSONField("critères")
    adopted_by = by("adoptée par")

    class Meta:
        verbose_name = "grille d’orientation"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "start_on"),
                name="grid_one_a_day",
                violation_error_message="Une grille commence déjà ce jour-là.",
            )
        ]


@tracked()
class Evaluation(models.Model):
    """The grid filled for a person on a day: it proposes, an authorised person decides (R-029, R-035).

    ``answers``: a list of ``{"question", "answer", "type"}``, kept as they were read, whatever the grid becomes.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="evaluations")
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField("réponses")
    proposed_type = models.CharField("accompagnement proposé", max_length=16, blank=True)  # empty: the grid is divided
    made_on = models.DateField("faite le")
    made_by = by("faite par")
    session = models.ForeignKey(
        "agenda.GroupSession", on_delete=models.PROTECT, null=True, related_name="evaluations"
    )  # the information session at the end of which it was made
    orientation = models.OneToOneField(
        Orientation, on_delete=models.SET_NULL, null=True, related_name="evaluation"
    )  # the decision taken on it; empty again when the decision is undone

    class Meta:
        verbose_name = "évaluation d’orientation"
        indexes = [models.Index(fields=("person", "made_on"), name="evaluation_of_person")]


@tracked()
class Preflag(models.Model):
    """The « pré-fléchage d’orientation » the CAF gives for a person: an advice, apart from the decision (R-031)."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="preflags")
    value = models.CharField("pré-fléchage", max_length=40)
    received_on = models.DateField("reçu le")
    recorded_by = by("reçu par")

    class Meta:
        verbose_name = "pré-fléchage CAF"
        constraints = [
            models.UniqueConstraint(
                fields=("person", "received_on"),
                name="preflag_one_a_day",
                violation_error_message="Un pré-fléchage est déjà noté ce jour-là pour cette personne.",
            )
        ]


@tracked()
class SessionExemption(models.Model):
    """A person need not come to an information session; ``reason`` is a code of the reference list (R-033, S-07)."""

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="session_exemption")
    reason = models.CharField("motif", max_length=40)
    decided_on = models.DateField("décidée le")
    decided_by = by("décidée par")

    class Meta:
        verbose_name = "dispense d’information collective"


class RequestState(models.TextChoices):
    """What became of a request to orient a person elsewhere."""

    OPEN = "open", "À décider"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"


@tracked()
class ReorientationRequest(models.Model):
    """Somebody asks that a person be oriented elsewhere; then an opinion, then a decision, each dated and signed (R-042, R-043)."""

    orientation = models.ForeignKey(Orientation, on_delete=models.PROTECT, related_name="requests")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="reorientation_requests")
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField("demandée le")
    asked_by = by("demandée par")
    cause = models.CharField("cause", max_length=40)  # code of the reference list
    reason = models.CharField("motif", max_length=300)
    wanted_type = models.CharField("accompagnement souhaité", max_length=16, blank=True)
    opinion_on = models.DateField("avis du", null=True)
    opinion_body = models.CharField("instance", max_length=40, blank=True)
    opinion = models.CharField("avis", max_length=12, choices=Opinion.choices, blank=True)
    opinion_by = by("avis noté par", null=True)
    state = models.CharField("état", max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    decided_on = models.DateField("décidée le", null=True)
    decided_by = by("décidée par", null=True)
    decision_reason = models.CharField("motif de la décision", max_length=300, blank=True)
    result = models.OneToOneField(Orientation, on_delete=models.PROTECT, null=True, related_name="asked_for_by")

    class Meta:
        verbose_name = "demande de réorientation"
        constraints = [
            models.UniqueConstraint(
                fields=("person", "authority"),
                condition=Q(state="open"),
                name="reorientation_request_one_open",
                violation_error_message="Une demande de réorientation est déjà en attente pour cette personne.",
            ),
            models.CheckConstraint(
                condition=Q(opinion_on__isnull=True, opinion_body="", opinion="", opinion_by__isnull=True)
                | (Q(opinion_on__isnull=False, opinion_by__isnull=False) & ~Q(opinion_body="") & ~Q(opinion="")),
                name="reorientation_request_opinion_whole",
                violation_error_message="Un avis dit sa date, son instance, son sens et qui l’a noté.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_on__isnull=True, decided_by__isnull=True, result__isnull=True)
                | (
                    ~Q(state="open")
                    & Q(decided_on__isnull=False, decided_by__isnull=False, decided_on__gte=F("asked_on"))
                    & ~Q(decision_reason="")
                ),
                name="reorientation_request_decided_whole",
                violation_error_message="Une décision dit quand, par qui et pourquoi, après la demande.",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", result__isnull=False) | (~Q(state="accepted") & Q(result__isnull=True)),
                name="reorientation_request_accepted_has_result",
                violation_error_message="Une demande acceptée mène à une nouvelle orientation, les autres à aucune.",
            ),
        ]
        indexes = [models.Index(fields=("authority", "state", "asked_on"), name="reorientation_request_queue")]


@tracked()
class IntegrationNotice(models.Model):
    """Who oriented the person is told of her entry in an action (R-041)."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="integration_notice")
    recipient = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="integration_notices")
    sent_on = models.DateField("envoyé le")
    sent_by = by("envoyé par")
    seen_on = models.DateField("lu le", null=True)

    class Meta:
        verbose_name = "avis d’intégration"
        indexes = [models.Index(fields=("recipient", "seen_on"), name="integration_notice_inbox")]


class SavedQuery(models.Model):
    """A search on persons to orient that an authority keeps under a name (« requête RSA global », R-030)."""

    authority = models.ForeignKey("network.Authority", on_delete=models.CASCADE, related_name="saved_queries")
    name = models.CharField("nom", max_length=80)
    query = models.CharField("filtres", max_length=400)  # as in the address
    saved_by = by("gardée par")

    class Meta:
        verbose_name = "requête gardée"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "name"),
                name="saved_query_name_once",
                violation_error_message="Une requête porte déjà ce nom.",
            )
        ]
