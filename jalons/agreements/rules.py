"""What an agreement may hold: pure checks, each refusal a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jalons.agreements.models import AgreementKind
from jalons.kernel.periods import Period
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
