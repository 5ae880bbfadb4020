"""The référent unique of a person, and the other professionals of an enrolment (R-046)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from jalons.kernel.history import tracked
from jalons.kernel.periods import DateRange
from jalons.pathways.models.common import USER, by, dates_ordered
from jalons.pathways.models.enrolments import Enrolment


@tracked()
class Mandate(models.Model):
    """A period as référent unique: one person has one at any date (R-046)."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="mandates")
    caseworker = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="mandates", verbose_name="référent")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="mandates")
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)
    named_by = by("nommé par")
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "mandat de référent unique"
        constraints = [
            dates_ordered("mandate_dates_ordered"),
            ExclusionConstraint(
                name="mandate_one_lead_caseworker",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un référent unique suit déjà cette personne à ces dates.",
            ),
        ]
        indexes = [models.Index(fields=("caseworker", "end_on"), name="mandate_portfolio")]


@tracked()
class EnrolmentProfessional(models.Model):
    """Another professional on an enrolment, beside the référent unique: coach, référent adossé, health professional…"""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="professionals")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    # Where they work when it is not the organisation of the enrolment: the pair of an accompagnement global …
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField("rôle", max_length=40)  # a code of the rulebook's team, or words
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)

    class Meta:
        verbose_name = "autre professionnel"
        constraints = [
            dates_ordered("professional_dates_ordered"),
            ExclusionConstraint(
                name="professional_once_at_a_time",
                expressions=[
                    ("enrolment", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ce professionnel a déjà ce rôle auprès de cette personne à ces dates.",
            ),
        ]
