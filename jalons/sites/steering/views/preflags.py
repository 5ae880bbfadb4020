"""The list of new entrants with what the CAF suggests for each: dropped, read, its refused rows said (R-031)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from jalons.exchange.spreadsheets.erasing import kept_until
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.models import TableImport
from jalons.exchange.spreadsheets.preflags import KIND, receive_preflags
from jalons.exchange.spreadsheets.queries import refused_rows
from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.steering.forms_exchange import FileForm
from jalons.sites.steering.views.caf_files import authorities_for
from jalons.ui.exports import csv_response, xlsx_response
from jalons.ui.forms import FrenchDateField, refusals_on
from jalons.ui.french import plural, typography
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
LATEST = 20
LIST_COLUMNS = (
    Column("Liste"),
    Column("Reçue le"),
    Column("Par"),
    Column("Enregistrées", "num"),
    Column("Déjà connues", "num"),
    Column("Refusées", "num"),
)
ROW_COLUMNS = (Column("Ligne", "num"), Column("Motif"))


class PreflagForm(FileForm):
    """The list and the day it came."""

    most_bytes = 8 * 1024 * 1024
    too_large = "Ce tableau dépasse {size} Mo. Coupez-le en plusieurs fichiers."
    received_on = FrenchDateField(label="Reçue le")
    field_order = ("authority", "file", "received_on")


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
def import_preflags(request: HttpRequest) -> HttpResponse:
    """Receive a list, then show what it changed; the same list may come again. Those received before are below."""
    user, on = user_of(request), clock.today()
    authorities = authorities_for(user, Permission.IMPORT_RUN, on=on)
    form = PreflagForm(
        request.POST or None, request.FILES or None, authorities=authorities, initial={"received_on": on}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with refusals_on(form):
                received = receive_preflags(
                    actor=user, on=on, authority_id=data["authority"], content=data["file"].read(),
                    received_on=data["received_on"], file_name=data["file"].name or "liste",
                )  # fmt: skip
        except TableRefused as refusal:
            form.add_error("file", typography(str(refusal)))
        else:
            if form.is_valid() and received.journal is not None:
                messages.success(
                    request, f"{plural(received.written, 'suggestion enregistrée', 'suggestions enregistrées')}."
                )
                return redirect("steering:preflag_list", received.journal.pk)
    lists = list(_lists(user, on=on)[:LATEST])
    return render(request, "steering/import_preflags.html", {"form": form, "lists": lists, "columns": LIST_COLUMNS})


def _lists(user: User, *, on: date) -> QuerySet[TableImport]:
    """Return the lists received by the authorities for which ``user`` imports, newest first."""
    mine = [one.pk for one in authorities_for(user, Permission.IMPORT_RUN, on=on)]
    found = TableImport.objects.filter(authority_id__in=mine, kind=KIND)
    return found.select_related("by").order_by("-at", "-pk")


def _list(user: User, list_id: int) -> TableImport:
    found = _lists(user, on=clock.today()).filter(pk=list_id).first()
    if found is None:
        raise Http404("list")
    return found


@screen(permission=Permission.IMPORT_RUN)
def preflag_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """Show what a list did, and why rows were refused: by their line, nobody is named."""
    found = _list(user_of(request), list_id)
    page = page_of(request, found.rows.defer("sealed").order_by("number"))
    context = {"table": found, "page": page, "columns": ROW_COLUMNS, "kept_until": kept_until(found)}
    return render(request, "steering/preflag_list.html", context)


@screen(permission=Permission.IMPORT_RUN, trace="export")
def preflag_refused(request: HttpRequest, list_id: int, layout: str) -> HttpResponseBase:
    """Send the refused rows in the columns they came in, with the reason: to correct and send again."""
    if layout not in FORMATS:
        raise Http404(layout)
    found = _list(user_of(request), list_id)
    showed(request, found.rows.count())
    return FORMATS[layout](refused_rows(found, "suggestions de la CAF"))
