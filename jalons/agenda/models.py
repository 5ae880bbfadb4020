"""Appointments, group sessions and what became of them (R-094…R-098)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked


class AppointmentKind(models.TextChoices):
    """What the appointment is for (R-094)."""

    INDIVIDUAL = "individual", "Entretien individuel"
    GROUP = "group", "Temps collectif"
    TRIPARTITE = "tripartite", "Bilan tripartite"
    INFORMATION_SESSION = "information_session", "Information collective"
    BODY = "body", "Instance"
    EMPLOYER_VISIT = "employer_visit", "Visite en entreprise"


class Mode(models.TextChoices):
    """How it takes place; only face-to-face counts for the common base (R-047)."""

    FACE_TO_FACE = "face_to_face", "En face à face"
    PHONE = "phone", "Par téléphone"
    VIDEO = "video", "En visio"
    MAIL = "mail", "Par courriel"


class Outcome(models.TextChoices):
    """What became of it (R-095). « planned » is the only one that may change."""

    PLANNED = "planned", "Prévu"
    HELD = "held", "Venu"
    JUSTIFIED_ABSENCE = "justified_absence", "Absence justifiée"
    UNJUSTIFIED_ABSENCE = "unjustified_absence", "Absence non justifiée"
    CANCELLED = "cancelled", "Annulé par l’organisme"
    MOVED = "moved", "Déplacé"


@tracked()
class GroupSession(models.Model):
    """A workshop, a club, an information session: one date, several persons (R-098)."""

    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(max_length=20, choices=AppointmentKind.choices, default=AppointmentKind.GROUP)
    theme = models.CharField("thème", max_length=120)
    place = models.CharField("lieu", max_length=120, blank=True)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    capacity = models.PositiveSmallIntegerField("places", null=True)

    class Meta:
        verbose_name = "temps collectif"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message="La fin doit venir après le début.",
            )
        ]


@tracked()
class Appointment(models.Model):
    """An appointment of one person. The justification of an absence keeps a kind, never a reason of health (R-095)."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="appointments")
    caseworker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="appointments"
    )
    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, null=True, related_name="appointments")
    kind = models.CharField("nature", max_length=20, choices=AppointmentKind.choices)
    mode = models.CharField("modalité", max_length=12, choices=Mode.choices, default=Mode.FACE_TO_FACE)
    place = models.CharField("lieu", max_length=120, blank=True)
    starts_at = models.DateTimeField("prévu le")
    ends_at = models.DateTimeField("jusqu’à")
    on_date = models.DateField("jour")  # the local day of starts_at, so that no engine has to know about time zones
    outcome = models.CharField("issue", max_length=20, choices=Outcome.choices, default=Outcome.PLANNED)
    real_start = models.DateTimeField(null=True)
    real_end = models.DateTimeField(null=True)
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    moved_to = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="moved_from")
    note = models.TextField("compte rendu", blank=True)

    class Meta:
        verbose_name = "rendez-vous"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="appointment_ends_after_start",
                violation_error_message="La fin du rendez-vous doit venir après son début.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="planned", outcome_at__isnull=True, outcome_by__isnull=True)
                | (~Q(outcome="planned") & Q(outcome_at__isnull=False, outcome_by__isnull=False)),
                name="appointment_outcome_when_and_by_whom",
                violation_error_message="L’issue d’un rendez-vous dit quand et par qui elle a été notée.",
            ),
            models.CheckConstraint(
                condition=Q(real_start__isnull=True, real_end__isnull=True)
                | Q(real_start__isnull=False, real_end__gt=F("real_start"), outcome="held"),
                name="appointment_attendance_times",
                violation_error_message="Une présence a une heure de début et une heure de fin, dans cet ordre.",
            ),
            models.UniqueConstraint(
                fields=("session", "person"),
                condition=Q(session__isnull=False),
                name="appointment_once_per_session",
                violation_error_message="Cette personne est déjà inscrite à ce temps collectif.",
            ),
        ]
        indexes = [
            models.Index(fields=("person", "on_date"), name="appointment_timeline"),
            models.Index(fields=("caseworker", "on_date"), name="appointment_day_of_worker"),
            models.Index(fields=("organisation", "on_date"), name="appointment_organisation_month"),
        ]
