"""A table of agreements from a browser: previewed row by row, applied, its refused rows sent back with their reason."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from jalons.agreements.printed import TYPES_ANNEXE2, load_printed_words
from jalons.exchange.spreadsheets.agreements import Question
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.models import RowStatus, TableImport
from jalons.exchange.spreadsheets.operations import KIND, Table, import_agreements, preview_agreements
from jalons.exchange.spreadsheets.queries import refused_rows
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering import deposits
from jalons.sites.steering.forms_exchange import TableForm
from jalons.sites.steering.views.caf_files import authorities_for
from jalons.ui.exports import csv_response, xlsx_response
from jalons.ui.french import typography
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
SAMPLE = 50  # rows of one status shown before applying; the receipt has them all
ROW_COLUMNS = (
    Column("Ligne", "num"),
    Column("Organisme"),
    Column("Type"),
    Column("Places", "num"),
    Column("Ce qui change"),
)
RESULT_COLUMNS = (Column("Ligne", "num"), Column("Résultat"), Column("Motif"))


def readable_tables(user: User, *, on: date) -> QuerySet[TableImport]:
    """Return the tables of agreements received by the authorities whose imports ``user`` may read, newest first."""
    mine = [one.pk for one in authorities_for(user, Permission.IMPORT_READ, on=on)]
    return TableImport.objects.filter(authority_id__in=mine, kind=KIND).select_related("by").order_by("-at", "-pk")


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("GET", "POST"))
def import_table(request: HttpRequest) -> HttpResponse:
    """Receive the table."""
    on = clock.today()
    authorities = authorities_for(user_of(request), Permission.AGREEMENT_MANAGE, on=on)
    year = {"start_on": date(on.year, 1, 1), "end_on": date(on.year, 12, 31)}
    form = TableForm(request.POST or None, request.FILES or None, authorities=authorities, initial=year)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = {name: data[name].isoformat() for name in ("start_on", "end_on")}
        key = deposits.keep(request, data["file"], authority=data["authority"], dataset=data["dataset"], **facts)
        return redirect("steering:import_table_preview", key)
    return render(request, "steering/import_table.html", {"form": form})


def _asked(user: User, kept: deposits.Deposit, *, on: date) -> tuple[Table, Question]:
    facts = kept.facts
    for authority in authorities_for(user, Permission.AGREEMENT_MANAGE, on=on):
        if authority.pk == facts.get("authority") and "dataset" in facts:
            start_on, end_on = date.fromisoformat(facts["start_on"]), date.fromisoformat(facts["end_on"])
            words = load_printed_words(TYPES_ANNEXE2)
            question = Question(authority, facts["dataset"], words, start_on, end_on)
            return Table(kept.path.name, kept.path.read_bytes()), question
    raise Http404("authority")


@screen(permission=Permission.AGREEMENT_MANAGE)
def import_table_preview(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """Show what each row would do. Writes nothing."""
    user, on = user_of(request), clock.today()
    kept = deposits.found(request, deposit)
    table, question = _asked(user, kept, on=on)
    context: dict[str, Any] = {"deposit": kept, "question": question, "preview": None, "refusal": ""}
    try:
        preview = preview_agreements(actor=user, on=on, table=table, question=question)
    except NotAllowed:
        raise
    except (TableRefused, Refusal) as refusal:
        return render(request, "steering/import_table_preview.html", context | {"refusal": str(refusal)})
    context |= {
        "preview": preview,
        "groups": [(status, preview.counts[status], preview.of(status)[:SAMPLE]) for status in RowStatus],
        "columns": ROW_COLUMNS,
    }
    return render(request, "steering/import_table_preview.html", context)


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("POST",))
def import_table_apply(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """Make, amend and keep the rows as previewed, then show the receipt."""
    user, on = user_of(request), clock.today()
    table, question = _asked(user, deposits.found(request, deposit), on=on)
    try:
        applied = import_agreements(actor=user, on=on, table=table, question=question)
    except NotAllowed:
        raise
    except (TableRefused, Refusal) as refusal:
        messages.error(request, typography(str(refusal)))
        return redirect("steering:import_table_preview", deposit)
    deposits.forget(request, deposit)
    messages.success(request, "Tableau importé.")
    return redirect("steering:import_table_result", applied.journal.pk)


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("POST",))
def import_table_forget(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """Drop a table that will not be imported."""
    deposits.forget(request, deposit)
    messages.info(request, "Tableau écarté. Rien n’a été changé.")
    return redirect("steering:imports")


def _table(user: User, table_id: int) -> TableImport:
    found = readable_tables(user, on=clock.today()).filter(pk=table_id).first()
    if found is None:
        raise Http404("table")
    return found


@screen(permission=Permission.IMPORT_READ)
def import_table_result(request: HttpRequest, table_id: int) -> HttpResponse:
    """Show what became of each row, the refused ones first."""
    found = _table(user_of(request), table_id)
    rows = found.rows.order_by("number")
    status = request.GET.get("etat", "")
    if status in RowStatus.values:
        rows = rows.filter(status=status)
    counts = [(status, getattr(found, status.value)) for status in RowStatus]
    context = {"table": found, "page": page_of(request, rows), "columns": RESULT_COLUMNS, "counts": counts}
    return render(request, "steering/import_table_result.html", context)


@screen(permission=Permission.IMPORT_READ)
def import_table_refused(request: HttpRequest, table_id: int, layout: str) -> HttpResponseBase:
    """Send the refused rows in the layout they came in, with a column for the reason: to correct and send again."""
    if layout not in FORMATS:
        raise Http404(layout)
    return FORMATS[layout](refused_rows(_table(user_of(request), table_id)))
