"""What an agreement may hold: pure checks, each refusal a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jalons.agreements.models import AgreementKind, AgreementLine, ReportKind
from jalons.kernel.periods import Period, first_of_month, last_of_month
from jalons.kernel.refusals import Refusal


def check_line_dates(agreement_start: date, agreement_end: date, start_on: date, end_on: date) -> None:
    """Refuse a line that ends before it starts, or leaves the dates of its agreement."""
    if end_on < start_on:
        raise Refusal("Une ligne ne peut pas finir avant de commencer.", code="line_dates_ordered")
    if not Period(agreement_start, agreement_end).covers(Period(start_on, end_on)):
        raise Refusal(
            f"La ligne va du {start_on:%d/%m/%Y} au {end_on:%d/%m/%Y}, hors des dates de la convention :"
            f" du {agreement_start:%d/%m/%Y} au {agreement_end:%d/%m/%Y}.",
            code="line_outside_agreement",
        )


def check_amount(kind: str, amount: Decimal | None) -> None:
    """Refuse a price on an in-house offer, and an amount that is not in whole cents."""
    if amount is None:
        return
    if kind == AgreementKind.IN_HOUSE:
        raise Refusal("Une offre interne n’a pas de prix : laissez le montant vide.", code="in_house_without_price")
    if amount != amount.quantize(Decimal("0.01")):
        raise Refusal("Un montant s’écrit en euros et centimes.", code="amount_in_cents")


def reported_period(kind: str, day: date) -> Period:
    """Return the period a report of that kind speaks of: the civil month or year of ``day``."""
    if kind == ReportKind.MONTHLY:
        return Period(first_of_month(day), last_of_month(day))
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def check_report(line: AgreementLine, period: Period, received_on: date, *, on: date) -> None:
    """Refuse a report of another time than its line, or received tomorrow. December's may come before the holidays."""
    if not period.overlaps(Period(line.start_on, line.end_on)):
        raise Refusal(
            f"La ligne va du {line.start_on:%d/%m/%Y} au {line.end_on:%d/%m/%Y} : ce rapport parle d’une autre période.",
            code="report_outside_line",
        )
    if received_on > on:
        raise Refusal("La date de réception est dans le futur : notez le rapport à son arrivée.", code="report_future")
