"""Reports received for an agreement: note one, correct the day it came, take back one noted by mistake (R-201…R-204)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from jalons.agreements.models import AgreementLine, Report
from jalons.agreements.operations import correct_report, record_report, remove_report
from jalons.agreements.permissions import readable_agreements
from jalons.kernel import clock
from jalons.kernel.periods import first_of_month, months_between
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms import ReceivedForm, ReportForm
from jalons.sites.steering.views.agreement import agreement_of, lines_of
from jalons.ui.forms import refusals_on
from jalons.ui.french import month_long


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("GET", "POST"))
@acts_once
def add_report(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Note that a report came."""
    user, on = user_of(request), clock.today()
    found = agreement_of(user, agreement_id, on=on)
    lines = lines_of(found)
    form = ReportForm(
        request.POST or None, lines=_named(lines, on), months=_months(lines, on), initial={"received_on": on}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_report(
                actor=user,
                on=on,
                line_id=form.cleaned_data["line"],
                kind=form.cleaned_data["kind"],
                period=date.fromisoformat(form.cleaned_data["month"]),
                received_on=form.cleaned_data["received_on"],
            )
        if form.is_valid():
            messages.success(request, "Réception enregistrée.")
            return redirect("steering:agreement", found.pk)
    return render(request, "steering/report.html", {"agreement": found, "form": form, "report": None})


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("GET", "POST"))
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Correct the day a report came."""
    user, on = user_of(request), clock.today()
    found = _report_of(user, report_id, on=on)
    form = ReceivedForm(request.POST or None, initial={"received_on": found.received_on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            correct_report(actor=user, on=on, report_id=found.pk, received_on=form.cleaned_data["received_on"])
        if form.is_valid():
            messages.success(request, "Date de réception corrigée.")
            return redirect("steering:agreement", found.line.agreement_id)
    context = {"agreement": found.line.agreement, "form": form, "report": found, "labels": Labels(on=on)}
    return render(request, "steering/report.html", context)


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("POST",))
def forget_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Take back a report noted by mistake; the history keeps it."""
    user, on = user_of(request), clock.today()
    found = _report_of(user, report_id, on=on)
    remove_report(actor=user, on=on, report_id=found.pk)
    messages.success(request, "Réception retirée.")
    return redirect("steering:agreement", found.line.agreement_id)


def _report_of(user: User, report_id: int, *, on: date) -> Report:
    readable = readable_agreements(user, on=on, permission=Permission.AGREEMENT_MANAGE)
    rows = Report.objects.filter(line__agreement__in=readable)
    return get_object_or_404(rows.select_related("line__agreement__organisation"), pk=report_id)


def _named(lines: list[AgreementLine], on: date) -> list[tuple[int, str]]:
    labels = Labels(on=on)
    return [
        (
            line.pk,
            " — ".join(part for part in (line.printed_type or labels.action(line.action_code), line.theme) if part),
        )
        for line in lines
    ]


def _months(lines: list[AgreementLine], on: date) -> list[tuple[str, str]]:
    """The months of the lines that have begun, newest first."""
    if not lines:
        return []
    first, last = min(line.start_on for line in lines), min(max(line.end_on for line in lines), on)
    months = sorted({first_of_month(day) for day in months_between(first, last)}, reverse=True) if first <= last else []
    return [(month.isoformat(), month_long(month)) for month in months]
