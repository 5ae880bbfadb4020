"""Time sheets: write the time no appointment tells, close a month with its paper, open it again (R-210)."""

from __future__ import annotations

from datetime import date

from jalons.agenda.models import TimeEntry, TimeSheet
from jalons.agenda.papers import SheetOfTime, time_sheet_paper
from jalons.agenda.queries.time import month_of, sheet_of
from jalons.agenda.reference import time_categories
from jalons.agenda.rulebook import Shelf
from jalons.documents.operations import keep_paper
from jalons.kernel.operation import operation
from jalons.kernel.periods import first_of_month, last_of_month
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, require

KIND = "time_sheet"


@operation
def record_time(
    *,
    actor: User,
    on: date,
    organisation_id: int,
    framework_code: str,
    day: date,
    minutes: int,
    category: str,
    label: str = "",
) -> TimeEntry:
    """Write a line of one's own time in a framework. Refused: no category, a day to come, a month that is closed."""
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=organisation_id)
    if category not in time_categories().labels:
        raise Refusal("Choisissez la catégorie de ce temps.", code="time_entry_has_a_category")
    if day > on:
        raise Refusal(
            "Ce jour n’est pas encore passé : le temps se note le jour même ou après.", code="time_entry_to_come"
        )
    if not 0 < minutes <= 24 * 60:
        raise Refusal("Une ligne de temps dure plus de 0 minute et moins d’un jour.", code="time_entry_within_a_day")
    _require_open(actor, organisation_id, framework_code, day)
    return TimeEntry.objects.create(
        user=actor,
        organisation_id=organisation_id,
        framework_code=framework_code,
        on_date=day,
        minutes=minutes,
        category=category,
        label=label,
    )


@operation
def remove_time(*, actor: User, on: date, entry_id: int) -> None:
    """Remove a line of one's own time; history keeps it."""
    entry = TimeEntry.objects.get(pk=entry_id)
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=entry.organisation_id)
    if entry.user_id != actor.pk:
        raise NotAllowed("Chacun tient sa feuille de temps.", code="time_entry_of_another")
    _require_open(actor, entry.organisation_id, entry.framework_code, entry.on_date)
    entry.delete()


def _lock_sheets(actor: User) -> None:
    """One writing at a time in the time sheets of a professional: no line is added to a month while it closes."""
    User.objects.select_for_update().get(pk=actor.pk)


def _require_open(actor: User, organisation_id: int, framework_code: str, day: date) -> None:
    _lock_sheets(actor)
    if sheet_of(user_id=actor.pk, organisation_id=organisation_id, framework_code=framework_code, month=day):
        raise Refusal(
            "La feuille de temps de ce mois est arrêtée : rouvrez-la pour la corriger.", code="time_sheet_closed"
        )


@operation
def close_month(
    *, actor: User, on: date, organisation_id: int, framework_code: str, month: date, expected_minutes: int
) -> TimeSheet:
    """Close one's month: the time of the post is fully split over the categories, the paper to sign is kept (R-210).

    ``expected_minutes`` is the time of the post in the month. Refused: a month under way, a framework without time sheets,
    a total that is not the time of the post.
    """
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=organisation_id)
    month = first_of_month(month)
    asked = Shelf().time_sheets(framework_code, on=month)
    if asked is None:
        raise Refusal("Ce cadre ne demande pas de feuille de temps.", code="time_sheet_not_asked")
    if on < last_of_month(month):
        raise Refusal(
            "Ce mois n’est pas fini : sa feuille s’arrête le dernier jour ou après.", code="time_sheet_too_soon"
        )
    place = {
        "user_id": actor.pk, "organisation_id": organisation_id, "framework_code": framework_code, "month": month
    }  # fmt: skip
    _lock_sheets(actor)
    if sheet_of(user_id=actor.pk, organisation_id=organisation_id, framework_code=framework_code, month=month):
        raise Refusal("La feuille de temps de ce mois est déjà arrêtée.", code="time_sheet_once")
    found = month_of(user_id=actor.pk, organisation_id=organisation_id, framework_code=framework_code, month=month)
    _require_split(found.minutes, expected_minutes)
    labels = time_categories().labels
    paper = time_sheet_paper(
        SheetOfTime(
            professional=str(actor),
            organisation=Organisation.objects.get(pk=organisation_id).name,
            framework=asked.rulebook,
            month=month,
            expected_minutes=expected_minutes,
            totals={labels[code]: minutes for code, minutes in found.totals.items()},
            lines=[(one.day, one.what, labels[one.category], one.minutes) for one in found.lines],
        ),
        day=on,
    )
    return TimeSheet.objects.create(
        **place,
        expected_minutes=expected_minutes,
        totals=found.totals,
        document=keep_paper(actor=actor, on=on, paper=paper, kind=KIND),
        closed_on=on,
        closed_by=actor,
    )


def _require_split(noted: int, expected: int) -> None:
    if noted == expected:
        return
    gap = abs(noted - expected)
    words = "manquent" if noted < expected else "sont en trop"
    raise Refusal(
        f"Le temps du poste n’est pas réparti : {gap // 60} h {gap % 60:02d} {words} sur {expected // 60} h {expected % 60:02d}.",
        code="time_sheet_not_split",
    )


@operation
def reopen_month(*, actor: User, on: date, sheet_id: int) -> TimeSheet:
    """Open one's closed month again; the sheet that was signed stays, the next one replaces it."""
    sheet = TimeSheet.objects.select_for_update().get(pk=sheet_id)
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=sheet.organisation_id)
    if sheet.user_id != actor.pk:
        raise NotAllowed("Chacun tient sa feuille de temps.", code="time_entry_of_another")
    if sheet.reopened_on is not None:
        raise Refusal("Cette feuille est déjà rouverte.", code="time_sheet_reopened")
    sheet.reopened_on, sheet.reopened_by = on, actor
    sheet.save(update_fields=["reopened_on", "reopened_by"])
    return sheet
