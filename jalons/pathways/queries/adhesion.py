"""What a person was told before adhering (R-020): the list of the rulebook of the action, what is noted, what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from jalons.pathways.models import Contract, Information
from jalons.pathways.rulebook import ActionRules, Shelf
from jalons.rulebooks.schema.entering import ToldItem
from jalons.ui.french import typography

Missing = tuple[str, str]  # code, French sentence
CODE = "contract_without_information"


def untold(contracts: Iterable[Contract], *, on: date, shelf: Shelf, missing: str) -> dict[int, list[Missing]]:
    """Return contract → what the person was not told by its signature (by ``on`` when it is not signed).

    ``missing``: only where the rulebook says that a missing one ``refuses``, or ``warns``. One query, none without a list.
    """
    asked: list[tuple[Contract, tuple[ToldItem, ...]]] = []
    for one in contracts:
        told = shelf.rules_of(one.enrolment.action_code, on=on).contract.told
        if told is not None and told.missing == missing:
            asked.append((one, told.items))
    if not asked:
        return {}
    given = _given({one.enrolment_id for one, _ in asked})
    found: dict[int, list[Missing]] = {}
    for one, items in asked:
        last = one.signed_on or on
        lacking = [item for item in items if given.get((one.enrolment_id, item.code), date.max) > last]
        if lacking:
            found[one.pk] = [
                (CODE, f"Il manque l’information à donner avant l’adhésion : {it.label}.") for it in lacking
            ]
    return found


def told_before(contract: Contract, rules: ActionRules, *, on: date) -> list[tuple[str, date | None]]:
    """Return the list of the rulebook for one contract, each with its first day (None: not noted); one query at most."""
    if rules.contract.told is None:
        return []
    given = _given({contract.enrolment_id})
    days = [
        (typography(item.label), given.get((contract.enrolment_id, item.code))) for item in rules.contract.told.items
    ]
    return [(label, day if day is not None and day <= on else None) for label, day in days]


def _given(enrolment_ids: Collection[int]) -> dict[tuple[int, str], date]:
    """Return (enrolment, code) → the first day it was given."""
    rows = Information.objects.filter(enrolment__in=enrolment_ids).order_by("-given_on")
    return {(enrolment, kind): day for enrolment, kind, day in rows.values_list("enrolment_id", "kind", "given_on")}
