"""Appointments, group sessions and what became of them (R-094…R-098)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked

USER = settings.AUTH_USER_MODEL


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
    form = models.CharField("forme", max_length=30, blank=True)  # a code of the list of forms: workshop, club, visit…
    animator = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="animé par")
    preparation_minutes = models.PositiveSmallIntegerField("préparation, en minutes", default=0)
    series = models.UUIDField("série", null=True)  # sessions planned together
    cancelled_at = models.DateTimeField("annulé le", null=True)
    cancelled_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "temps collectif"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="session_cancelled_when_and_by_whom",
                violation_error_message="L’annulation d’un temps collectif dit quand et par qui.",
            ),
        ]
        indexes = [models.Index(fields=("organisation", "starts_at"), name="session_of_organisation")]

    def __str__(self) -> str:
        return self.theme


@tracked()
class SessionAnswer(models.Model):
    """What the persons present answered to a question, counted together: nobody is named (R-098)."""

    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField("question", max_length=40)
    yes = models.PositiveSmallIntegerField("oui")
    answers = models.PositiveSmallIntegerField("réponses")

    class Meta:
        verbose_name = "réponse de satisfaction"
        constraints = [
            models.UniqueConstraint(
                fields=("session", "question"),
                name="session_answer_once",
                violation_error_message="Cette question a déjà sa réponse pour ce temps collectif.",
            ),
            models.CheckConstraint(
                condition=Q(answers__gt=0, yes__lte=F("answers")),
                name="session_answer_counts",
                violation_error_message="Les « oui » ne peuvent pas être plus nombreux que les réponses.",
            ),
        ]


@tracked()
class Appointment(models.Model):
    """An appointment of one person. The justification of an absence keeps a kind, never a reason of health (R-095)."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="appointments")
    caseworker = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="appointments")
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
    outcome_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    moved_to = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="moved_from")
    note = models.TextField("compte rendu", blank=True)
    series = models.UUIDField("série", null=True)  # appointments planned together
    justification = models.CharField(
        "justification", max_length=30, blank=True
    )  # a kind, never medical; empty: not kept
    mistake = models.CharField("noté par erreur", max_length=200, blank=True)  # why; empty: it was not

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
            models.CheckConstraint(
                condition=Q(justification="") | Q(outcome="justified_absence"),
                name="appointment_justification_of_an_absence",
                violation_error_message="Seule une absence justifiée garde une justification.",
            ),
            models.CheckConstraint(
                condition=Q(mistake="") | Q(outcome="cancelled"),
                name="appointment_mistake_counts_for_nothing",
                violation_error_message="Un rendez-vous noté par erreur n’a pas eu lieu.",
            ),
            models.UniqueConstraint(
                fields=("session", "person"),
                condition=Q(session__isnull=False),
                name="appointment_once_per_session",
                violation_error_message="Cette personne est déjà inscrite à ce temps collectif.",
            ),
            models.UniqueConstraint(
                fields=("person", "organisation", "caseworker", "kind", "starts_at"),
                condition=Q(session__isnull=True) & ~Q(outcome__in=("cancelled", "moved")),
                name="appointment_once",
                violation_error_message="Ce rendez-vous est déjà dans l’agenda à cette heure : rien n’a été écrit deux fois.",
            ),
        ]
        indexes = [
            models.Index(fields=("person", "on_date"), name="appointment_timeline"),
            models.Index(fields=("caseworker", "on_date"), name="appointment_day_of_worker"),
            models.Index(fields=("organisation", "on_date"), name="appointment_organisation_month"),
        ]

    @property
    def became(self) -> str:
        """What became of it, in words."""
        return "Noté par erreur" if self.mistake else self.get_outcome_display()
