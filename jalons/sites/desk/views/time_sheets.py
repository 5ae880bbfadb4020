"""« Feuille de temps »: the month of a professional, counted from the agenda and completed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.agenda.models import TimeEntry, TimeSheet
from jalons.agenda.operations import close_month, record_time, remove_time, reopen_month
from jalons.agenda.papers import hours_of
from jalons.agenda.queries import month_of, sheet_of, sheets_of
from jalons.agenda.reference import time_categories
from jalons.agenda.rulebook import Asked, Shelf
from jalons.agreements.models import AgreementLine
from jalons.kernel import clock
from jalons.kernel.periods import add_months, first_of_month, last_of_month
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission
from jalons.sites.desk.forms_agenda import CloseForm, TimeForm
from jalons.sites.desk.rooms import organisations_between, organisations_of
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.papers import sent
from jalons.sites.frame.telling import refusals_told
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("GET", "POST"))
@acts_once
def time_sheet(request: HttpRequest) -> HttpResponse:
    """Show one's month; write a line of time."""
    user, on = user_of(request), clock.today()
    month = _month(request.GET.get("mois", ""), on)
    places = _places(user, month, on)
    place = _chosen(request.GET, places)
    if place is None:
        return render(request, "desk/time_sheet.html", {"place": None, "month": month, **_around(month)})
    organisation, framework = place.organisation, place.framework
    form = TimeForm(request.POST or None, initial={"day": min(on, last_of_month(month))})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_time(
                actor=user,
                on=on,
                organisation_id=organisation.pk,
                framework_code=framework,
                **form.cleaned_data,
            )
        if form.is_valid():
            messages.success(request, "Temps enregistré.")
            return redirect(_address(form.cleaned_data["day"], place.code))
    found = month_of(user_id=user.pk, organisation_id=organisation.pk, framework_code=framework, month=month)
    closed = sheet_of(user_id=user.pk, organisation_id=organisation.pk, framework_code=framework, month=month)
    labels = time_categories().labels
    context = {
        "place": place,
        "choices": _choice(places, place),
        "asked": place.asked,
        "month": month,
        **_around(month),
        "found": found,
        "totals": [(labels[code], minutes) for code, minutes in found.totals.items()],
        "labels": labels,
        "closed": closed,
        "changed": closed is not None and closed.totals != found.totals,
        "closable": on >= last_of_month(month),
        "form": form,
        "close_form": CloseForm(),
        "sheets": sheets_of(user.pk, organisation.pk),
        "hours_of": hours_of,
    }
    return render(request, "desk/time_sheet.html", context)


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
@acts_once
def close_sheet(request: HttpRequest) -> HttpResponse:
    """Close one's month."""
    user, on = user_of(request), clock.today()
    month = _month(request.POST.get("mois", ""), on)
    place = _chosen(request.POST, _places(user, month, on))
    if place is None:
        raise Http404("time sheet")
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, typography("Donnez le temps du poste, comme 70h."))
        return redirect(_address(month, place.code))
    with refusals_told(request):
        close_month(
            actor=user,
            on=on,
            organisation_id=place.organisation.pk,
            framework_code=place.framework,
            month=month,
            expected_minutes=form.cleaned_data["expected_minutes"],
        )
        messages.success(request, "Feuille arrêtée. Imprimez-la pour la signer.")
    return redirect(_address(month, place.code))


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
def remove_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Remove a line of one's time."""
    user = user_of(request)
    entry = TimeEntry.objects.filter(pk=entry_id, user=user).first()
    if entry is None:
        raise Http404("time entry")
    with refusals_told(request):
        remove_time(actor=user, on=clock.today(), entry_id=entry.pk)
        messages.success(request, "Ligne retirée.")
    return redirect(_address(entry.on_date, _code(entry)))


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
def reopen_sheet(request: HttpRequest, time_sheet_key: UUID) -> HttpResponse:
    """Open one's month again."""
    found = _mine(request, time_sheet_key)
    with refusals_told(request):
        reopen_month(actor=user_of(request), on=clock.today(), sheet_id=found.pk)
        messages.success(request, "Mois rouvert. La feuille arrêtée reste dans la liste.")
    return redirect(_address(found.month, _code(found)))


@screen(permission=Permission.APPOINTMENT_WRITE)
def time_sheet_document(request: HttpRequest, time_sheet_key: UUID) -> HttpResponse:
    """Send a closed sheet: always the bytes that were kept. It names nobody accompanied."""
    found = _mine(request, time_sheet_key)
    return sent(found.document, f"feuille-de-temps-{found.month:%Y-%m}")


def _mine(request: HttpRequest, key: UUID) -> TimeSheet:
    found = TimeSheet.objects.filter(key=key, user=user_of(request)).select_related("document").first()
    if found is None:
        raise Http404("time sheet")
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A time sheet to keep: an organisation and a framework that asks for it. ``writable``: the user still works there."""

    organisation: Organisation
    framework: str
    asked: Asked
    writable: bool

    @property
    def code(self) -> str:
        """Return what the address says of it."""
        return f"{self.organisation.pk}-{self.framework}"


def _places(user: User, month: date, on: date) -> dict[str, Place]:
    """Return the time sheets of a month, by their code: one per organisation worked in then and framework that asks for it."""
    shelf, last = Shelf(), last_of_month(month)
    found = {one.pk: one for one in organisations_between(user, month, last)}
    now = {one.pk for one in organisations_of(user, on=on)}
    lines = AgreementLine.objects.filter(
        agreement__organisation__in=found, agreement__start_on__lte=last, agreement__end_on__gte=month
    )
    pairs = set(lines.values_list("agreement__organisation_id", "framework_code"))
    rows = [
        Place(found[pk], framework, asked, pk in now)
        for pk, framework in sorted(pairs, key=lambda pair: (found[pair[0]].name, pair[1]))
        if (asked := shelf.time_sheets(framework, on=month)) is not None
    ]
    return {one.code: one for one in rows}


def _chosen(query: QueryDict, places: dict[str, Place]) -> Place | None:
    code = chosen(query, "feuille", places)
    writable = (one for one in places.values() if one.writable)
    return places[code] if code else next(writable, next(iter(places.values()), None))


def _choice(places: dict[str, Place], place: Place) -> list[Choice]:
    """Return the choice of a sheet, nothing when there is one only."""
    if len(places) < 2:
        return []
    options = [Option(code, f"{one.organisation.name}, {one.asked.rulebook}") for code, one in places.items()]
    return [Choice("feuille", "Feuille", options, place.code, required=True)]


def _month(text: str, on: date) -> date:
    try:
        return first_of_month(date.fromisoformat(f"{text}-01" if text.count("-") == 1 else text))
    except ValueError:
        return first_of_month(on)


def _around(month: date) -> dict[str, Any]:
    return {"previous": add_months(month, -1), "following": add_months(month, 1)}


def _address(day: date, code: str) -> str:
    return reverse("desk:time_sheet", query={"mois": f"{day:%Y-%m}", "feuille": code})


def _code(row: TimeEntry | TimeSheet) -> str:
    return f"{row.organisation_id}-{row.framework_code}"
