"""The summary of a demonstration: what was read, decided, followed and due, each number read from the database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from jalons.agreements.models import AgreementLine
from jalons.exchange.caf.models import IdentityConflict, RecordState, RefusedRecord
from jalons.indicators.definitions import catalogue
from jalons.indicators.queries import figures
from jalons.kernel.periods import first_of_month
from jalons.network.models import Authority
from jalons.pathways.models import Enrolment, Orientation
from jalons.people.models import Household, Person
from jalons.simulation.setting import DATASET
from jalons.todos.models import Todo
from jalons.ui.french import amount, date_long, month_long, number

SHOWN_UNITS = ("%", "jours")
MAIN_FIGURES = (
    "orientation_rate",
    "orientation_delay_days",
    "contractualisation_rate",
    "supported_beneficiaries_count",
    "entered_beneficiaries_count",
    "exited_beneficiaries_count",
    "individual_attendance_rate",
    "employment_training_step_rate",
)


def summary(*, on: date) -> str:
    """Return the summary as French lines. Totals of Annexe 2 are those of its lines only."""
    annexe = AgreementLine.objects.filter(agreement__dataset=DATASET).aggregate(
        lines=Count("pk"), places=Sum("places"), persons=Sum("persons_to_follow"), amount=Sum("amount")
    )
    people, homes = Person.objects.count(), Household.objects.count()
    waiting = RefusedRecord.objects.filter(state=RecordState.PENDING).count()
    conflicts = IdentityConflict.objects.filter(state="open").count()
    orientations, running = (
        Orientation.objects.count(),
        Enrolment.objects.filter(start_on__lte=on).exclude(end_on__lt=on).count(),
    )
    due = Todo.objects.filter(met_on__isnull=True, due_on__isnull=False)
    late = due.filter(due_on__lt=on).count()
    lines = [
        "",
        f"Personnes et résultats fictifs — état au {date_long(on)}",
        f"  Fichiers CAF       {number(homes)} foyers, {number(people)} personnes lues ; {number(waiting)} foyers refusés "
        f"et gardés, {number(conflicts)} identités à trancher",
        f"  Orientation        {number(orientations)} décisions",
        f"  Accompagnement     {number(Enrolment.objects.count())} inscriptions, {number(running)} en cours",
        f"  Conventions 2020   {number(annexe['lines'])} lignes, {number(annexe['places'] or 0)} places, "
        f"{number(annexe['persons'] or 0)} suivis, {amount(annexe['amount'] or Decimal(0))}",
        f"  Échéances          {number(late)} en retard, {number(due.filter(due_on__gte=on).count())} à venir",
        "",
        f"  Chiffres du mois   {month_long(on)}",
        *_figures(on),
        "",
    ]
    return "\n".join(lines)


def _figures(on: date) -> list[str]:
    """The month's main figures of the authority that has the agreements, from the cube."""
    authority = Authority.objects.filter(organisations__agreements__dataset=DATASET).distinct().get()
    month = first_of_month(on)
    found = {}
    for result in figures(
        MAIN_FIGURES, first=month, last=month, level="authority", keys={"authority_id": [authority.pk]}
    ):
        found[result.indicator] = result.value
    return [f"    {catalogue().indicator(code).label:<60}{_value(code, found.get(code))}" for code in MAIN_FIGURES]


def _value(code: str, value: Decimal | None) -> str:
    if value is None:
        return "non calculable"
    unit = catalogue().indicator(code).unit
    shown = number(value, 1 if unit == "%" else 0)
    return f"{shown}\u202f{unit}" if unit in SHOWN_UNITS else shown
