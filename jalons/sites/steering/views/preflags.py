"""The list of new entrants with what the CAF suggests for each: dropped, read, its refused rows said (R-031)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.preflags import Received, receive_preflags
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering.forms_exchange import FileForm
from jalons.sites.steering.views.caf_files import authorities_for
from jalons.ui.exports import Export, csv_response
from jalons.ui.forms import FrenchDateField, refusals_on
from jalons.ui.french import plural, typography

SHOWN = 200  # refused rows on the page


class PreflagForm(FileForm):
    """The list and the day it came."""

    most_bytes = 8 * 1024 * 1024
    too_large = "Ce tableau dépasse {size} Mo. Coupez-le en plusieurs fichiers."
    received_on = FrenchDateField(label="Reçue le")
    field_order = ("authority", "file", "received_on")


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
def import_preflags(request: HttpRequest) -> HttpResponseBase:
    """Receive a list; the answer says what it changed. The same list may come again.

    With « export », the answer is the table of all the rows refused: what a list refuses is kept nowhere.
    """
    user, on = user_of(request), clock.today()
    authorities = authorities_for(user, Permission.IMPORT_RUN, on=on)
    form = PreflagForm(
        request.POST or None, request.FILES or None, authorities=authorities, initial={"received_on": on}
    )
    received: Received | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with refusals_on(form):
                received = receive_preflags(
                    actor=user, on=on, authority_id=data["authority"], content=data["file"].read(),
                    received_on=data["received_on"],
                )  # fmt: skip
        except TableRefused as refusal:
            form.add_error("file", typography(str(refusal)))
    if received is not None and "export" in request.POST:
        rows = ((one.line, typography(one.reason)) for one in received.refused)
        return csv_response(Export("Lignes refusées du pré-fléchage", ("Ligne", "Motif"), rows))
    if received is not None:
        messages.success(request, f"{plural(received.written, 'suggestion enregistrée', 'suggestions enregistrées')}.")
    context = {"form": form, "received": received, "shown": list(received.refused[:SHOWN]) if received else []}
    return render(request, "steering/import_preflags.html", context)
