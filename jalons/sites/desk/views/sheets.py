"""Printed sheets: make one for a day or a group session, print it, receive it signed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.agenda.models import Appointment, AttendanceSheet, Outcome, SheetReturn
from jalons.agenda.operations import Line, print_sheet, return_sheet
from jalons.agenda.queries import attendances, lines_of, to_sign
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.people.permissions import reachable_persons
from jalons.sites.desk.forms_agenda import SheetReturnForm
from jalons.sites.desk.rooms import organisations_of, session_of
from jalons.sites.desk.views.session_page import expected
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.papers import sent
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on

TO_SIGN = (Outcome.PLANNED, Outcome.HELD)


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
@acts_once
def print_day(request: HttpRequest) -> HttpResponse:
    """Make the sheet of the user's interviews of a day."""
    user, on = user_of(request), clock.today()
    try:
        day = date.fromisoformat(request.POST.get("jour", ""))
    except ValueError:
        day = on
    reach = reachable_persons(user, on=on, permission=Permission.APPOINTMENT_WRITE)
    rows = Appointment.objects.filter(
        caseworker=user, on_date=day, session__isnull=True, outcome__in=TO_SIGN, person__in=reach
    ).order_by("starts_at")
    places = organisations_of(user, on=on)
    # A sheet is of one organisation: the one with the first interview of the day.
    first = rows.filter(organisation__in=places).values_list("organisation_id", flat=True).first()
    where = first or (places[0].pk if places else 0)
    ids = list(rows.filter(organisation_id=where).values_list("pk", flat=True))
    return _made(request, where, ids, "desk:agenda")


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
@acts_once
def print_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Make the sheet of a group session."""
    user, on = user_of(request), clock.today()
    session = session_of(user, session_id, on=on)
    ids = [one.pk for one in expected(user, session) if one.outcome in TO_SIGN]
    return _made(request, session.organisation_id, ids, "desk:session", session.pk)


def _made(request: HttpRequest, organisation_id: int, ids: list[int], route: str, *where: int) -> HttpResponse:
    with refusals_told(request):
        sheet = print_sheet(
            actor=user_of(request), on=clock.today(), organisation_id=organisation_id, appointment_ids=to_sign(ids)
        )
        return redirect("desk:sheet", sheet.key)
    return redirect(route, *where)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list", methods=("GET", "POST"))
@acts_once
def sheet(request: HttpRequest, sheet_key: UUID) -> HttpResponse:
    """Show a sheet: print it, then receive it signed, line by line."""
    user, on = user_of(request), clock.today()
    found = _sheet(request, sheet_key)
    printed, reached = lines_of(found.pk), _reached(request, found)
    lines = [one for one in printed if one.appointment.person_id in reached]
    proofs = attendances([one.appointment for one in lines])
    rows = [
        (line.number, proof.appointment, proof.signed is not None) for line, proof in zip(lines, proofs, strict=True)
    ]
    form = SheetReturnForm(request.POST or None, request.FILES or None, day=found.on_date, rows=rows)
    if request.method == "POST" and form.is_valid():
        back = {}
        for number, _, done in rows:
            outcome = "" if done else form.cleaned_data[f"outcome_{number}"]
            if outcome:
                back[number] = Line(Outcome(outcome), *form.hours(number))
        with refusals_on(form):
            return_sheet(actor=user, on=on, sheet_id=found.pk, scan=form.cleaned_data["scan"].read(), lines=back)
        if form.is_valid():
            messages.success(request, "Feuille signée enregistrée.")
            return redirect("desk:sheet", found.key)
    showed(request, len({one.appointment.person_id for one in lines}))
    context = {
        "sheet": found,
        "form": form,
        "rows": list(zip(lines, proofs, strict=True)),
        "open": any(not done for _, _, done in rows),
        "beyond": len(printed) - len(lines),
        "to_come": found.on_date > on,
        "returns": list(found.returns.select_related("scan", "returned_by").defer("scan__raw").order_by("pk")),
        "Outcome": Outcome,
    }
    return render(request, "desk/sheet.html", context)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list")
def sheet_document(request: HttpRequest, sheet_key: UUID) -> HttpResponse:
    """Send the sheet: always the bytes that were kept."""
    found = _whole(request, sheet_key)
    showed(request, found.lines.count())
    return sent(found.document, f"feuille-{found.reference}")


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list")
def sheet_scan(request: HttpRequest, sheet_key: UUID, scan_key: UUID) -> HttpResponse:
    """Send the scan of a signed sheet."""
    found = _whole(request, sheet_key)
    back = SheetReturn.objects.filter(sheet=found, scan__key=scan_key).select_related("scan").first()
    if back is None:
        raise Http404("scan")
    showed(request, found.lines.count())
    return sent(back.scan, f"feuille-signee-{found.reference}")


def _sheet(request: HttpRequest, key: UUID) -> AttendanceSheet:
    """Return a sheet of an organisation of the user, one of whose persons they reach; « page introuvable » for any other."""
    user, on = user_of(request), clock.today()
    places = organisations_of(user, on=on)
    rows = AttendanceSheet.objects.filter(organisation__in=places, key=key).select_related(
        "document", "session", "organisation"
    )
    found = rows.first()
    if found is None:
        raise Http404("sheet")
    if not _reached(request, found):
        raise Http404("sheet")
    return found


def _whole(request: HttpRequest, key: UUID) -> AttendanceSheet:
    """Return a sheet all of whose persons the user reaches: its paper names them all."""
    found = _sheet(request, key)
    if found.lines.exclude(appointment__person__in=_reached(request, found)).exists():
        raise Http404("sheet")
    return found


def _reached(request: HttpRequest, found: AttendanceSheet) -> set[int]:
    """Return those of the persons of a sheet whom the user reaches."""
    reach = reachable_persons(user_of(request), on=clock.today(), permission=Permission.APPOINTMENT_WRITE)
    named = found.lines.values("appointment__person_id")
    return set(reach.filter(pk__in=named).values_list("pk", flat=True))
