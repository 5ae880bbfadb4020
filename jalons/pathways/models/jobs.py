"""Jobs and businesses of an accompanied person (R-122, R-125)."""

from __future__ import annotations

from django.db import models

from jalons.kernel.history import tracked
from jalons.pathways.models.common import dates_ordered
from jalons.pathways.models.enrolments import Enrolment


class JobContract(models.TextChoices):
    """Kinds of work contract that exit classes read (R-122, R-125)."""

    CDI = "cdi", "CDI"
    CDD = "cdd", "CDD"
    INTERIM = "interim", "Intérim"
    CDDI = "cddi", "CDDI (insertion)"
    AIDED = "aided", "Contrat aidé"
    APPRENTICESHIP = "apprenticeship", "Alternance"
    BUSINESS = "business", "Création d’activité"


class EmployerKind(models.TextChoices):
    """Kinds of employer that exit classes read (R-122, R-126)."""

    ORDINARY = "ordinary", "Employeur classique"
    SIAE = "siae", "SIAE"
    ACI = "aci", "Atelier ou chantier d’insertion"
    LENDING = "lending", "Mise à disposition"


@tracked()
class Job(models.Model):
    """A job or business as a fact: employer, kind, hours, dates."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="jobs")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="jobs")
    employer = models.CharField("employeur", max_length=120, blank=True)
    occupation = models.CharField("poste", max_length=120, blank=True)
    contract_kind = models.CharField("contrat", max_length=16, choices=JobContract.choices)
    employer_kind = models.CharField(
        "type d’employeur", max_length=12, choices=EmployerKind.choices, default=EmployerKind.ORDINARY
    )
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True)
    start_on = models.DateField("début")
    end_on = models.DateField("fin prévue", null=True)
    ended_on = models.DateField("fin réelle", null=True)
    end_code = models.CharField("motif de fin", max_length=40, blank=True)

    class Meta:
        verbose_name = "emploi"
        constraints = [dates_ordered("job_dates_ordered")]
        indexes = [models.Index(fields=("person", "start_on"), name="job_timeline")]
