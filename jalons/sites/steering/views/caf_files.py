"""A CAF file from a browser: what it is and would do, then what it did."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.exchange.caf.operations import FileRefused, import_file, try_file
from jalons.exchange.caf.stream import KINDS
from jalons.exchange.caf.values import WARNINGS
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Authority, User
from jalons.network.permissions import Permission, may
from jalons.network.queries import authorities_of
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.steering import deposits
from jalons.sites.steering.forms_exchange import FileForm
from jalons.ui.french import typography


def authorities_for(user: User, permission: Permission, *, on: date) -> list[Authority]:
    """Return the authorities in which ``user`` may use ``permission``."""
    return [one for one in authorities_of(user, on=on) if may(user, permission, on=on, authority_id=one.pk)]


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
def import_caf(request: HttpRequest) -> HttpResponse:
    """Receive the file; nothing is read in the database yet."""
    authorities = authorities_for(user_of(request), Permission.IMPORT_RUN, on=clock.today())
    form = FileForm(request.POST or None, request.FILES or None, authorities=authorities)
    if request.method == "POST" and form.is_valid():
        key = deposits.keep(request, form.cleaned_data["file"], authority=form.cleaned_data["authority"])
        return redirect("steering:import_caf_preview", key)
    return render(request, "steering/import_caf.html", {"form": form})


@screen(permission=Permission.IMPORT_RUN, trace="list")
def import_caf_preview(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """Show what the file would change. Read-only: looking twice changes nothing."""
    user, on = user_of(request), clock.today()
    kept = deposits.found(request, deposit)
    authority = _authority(user, kept, on=on)
    context: dict[str, Any] = {"deposit": kept, "forecast": None, "refusal": "", "authority": authority}
    try:
        forecast = try_file(actor=user, on=on, authority=authority, path=kept.path)
    except FileRefused as refusal:
        showed(request, 0)
        return render(request, "steering/import_caf_preview.html", context | {"refusal": refusal.sentence})
    showed(request, len(forecast.refusals))
    context |= {
        "forecast": forecast,
        "kind": KINDS.get(forecast.header.kind, forecast.header.kind),
        "warnings": [(WARNINGS.get(code, code), count) for code, count in sorted(forecast.warnings.items())],
    }
    return render(request, "steering/import_caf_preview.html", context)


def _authority(user: User, kept: deposits.Deposit, *, on: date) -> Authority:
    for one in authorities_for(user, Permission.IMPORT_RUN, on=on):
        if one.pk == kept.facts.get("authority"):
            return one
    raise Http404("authority")


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def import_caf_apply(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """Import the file, then show its line of the journal."""
    user, on = user_of(request), clock.today()
    kept = deposits.found(request, deposit)
    try:
        run = import_file(actor=user, on=on, authority=_authority(user, kept, on=on), path=kept.path)
    except FileRefused as refusal:
        messages.error(request, typography(refusal.sentence))
        deposits.forget(request, deposit)
        return redirect("steering:import_run", refusal.run.pk) if refusal.run else redirect("steering:imports")
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
        return redirect("steering:import_caf_preview", deposit)
    deposits.forget(request, deposit)
    messages.success(request, "Fichier importé.")
    return redirect("steering:import_run", run.pk)


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def import_caf_forget(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """Drop a file that will not be imported."""
    deposits.forget(request, deposit)
    messages.info(request, "Fichier écarté. Rien n’a été changé.")
    return redirect("steering:imports")
