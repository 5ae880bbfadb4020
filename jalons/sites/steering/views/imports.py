"""« Échanges »: the journal of the files received, what each changed, what was refused and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from jalons.exchange.caf.models import ImportRun, RecordState, RefusedRecord
from jalons.exchange.caf.operations import drop_record, replay_record, replay_run
from jalons.exchange.caf.queries import (
    kind_label,
    open_conflicts,
    records_of,
    refusals_by_reason,
    unknown_codes,
    visible_runs,
    warnings_of,
)
from jalons.exchange.spreadsheets.models import TableImport
from jalons.exchange.spreadsheets.moving.queries import counted, visible_moves
from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission, may
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.views.tables import readable_tables
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.french import typography
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
LATEST_TABLES = 20
COLUMNS = (
    Column("Fichier"),
    Column("État au"),
    Column("Résultat"),
    Column("Foyers", "num"),
    Column("Nouveaux", "num"),
    Column("Modifiés", "num"),
    Column("Inchangés", "num"),
    Column("Refusés", "num"),
    Column("Identités", "num"),
)
TABLE_COLUMNS = (
    Column("Tableau"),
    Column("Reçu le"),
    Column("Par"),
    Column("Nouvelles", "num"),
    Column("Modifiées", "num"),
    Column("Inchangées", "num"),
    Column("Refusées", "num"),
)
MOVE_COLUMNS = (
    Column("Tableau"),
    Column("Organisme"),
    Column("Reçu le"),
    Column("État"),
    Column("Lignes", "num"),
    Column("Reprises", "num"),
    Column("Refusées", "num"),
)
RECORD_COLUMNS = (Column("Rang", "num"), Column("Demande"), Column("Motif"), Column("État"), Column("À faire"))


@screen(permission=Permission.IMPORT_READ)
def imports(request: HttpRequest) -> HttpResponse:
    """Show the files of the CAF and the tables received, the latest first."""
    user, on = user_of(request), clock.today()
    tables: list[TableImport] = list(readable_tables(user, on=on)[:LATEST_TABLES])
    context = {
        "page": page_of(request, visible_runs(user, on=on)),
        "columns": COLUMNS,
        "tables": tables,
        "table_columns": TABLE_COLUMNS,
        "moves": list(counted(visible_moves(user, on=on))[:LATEST_TABLES]),
        "move_columns": MOVE_COLUMNS,
        "conflicts": open_conflicts(user, on=on).count(),
        "kind": kind_label,
    }
    return render(request, "steering/imports.html", context)


def run_of(user: User, run_id: int) -> ImportRun:
    """Return a run the user may read; Http404 for any other."""
    run = visible_runs(user, on=clock.today()).filter(pk=run_id).first()
    if run is None:
        raise Http404("run")
    return run


@screen(permission=Permission.IMPORT_READ, trace="list")
def import_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what one file changed, and the households set aside with their reason."""
    user = user_of(request)
    run = run_of(user, run_id)
    state = request.GET.get("etat", "")
    chosen = RecordState(state) if state in RecordState.values else None
    page = page_of(request, records_of(run, state=chosen))
    showed(request, len(page.object_list))
    context = {
        "run": run,
        "kind": kind_label(run),
        "page": page,
        "columns": RECORD_COLUMNS,
        "reasons": refusals_by_reason(run),
        "codes": unknown_codes(run),
        "warnings": warnings_of(run),
        "may_run": may(user, Permission.IMPORT_RUN, on=clock.today(), authority_id=run.authority_id),
        "may_resolve": may(user, Permission.IDENTITY_RESOLVE, on=clock.today(), authority_id=run.authority_id),
        "State": RecordState,
    }
    return render(request, "steering/import_run.html", context)


@screen(permission=Permission.IMPORT_READ, trace="export")
def import_refusals(request: HttpRequest, run_id: int, layout: str) -> HttpResponseBase:
    """Send the households set aside with their reason."""
    if layout not in FORMATS:
        raise Http404(layout)
    run = run_of(user_of(request), run_id)
    records = list(records_of(run).defer("raw"))
    showed(request, len(records))
    columns = ["Rang dans le fichier", "Numéro de demande", "État", "Motif"]
    return FORMATS[layout](Export(f"Foyers refusés du fichier {run.file_name}", columns, _cells(records)))


def _cells(records: list[RefusedRecord]) -> Iterator[list[Cell]]:
    for one in records:
        yield [one.position, one.request_number, RecordState(one.state).label, one.message]


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def import_replay(request: HttpRequest, run_id: int) -> HttpResponse:
    """Read again every household of a run that still waits."""
    run = run_of(user_of(request), run_id)
    with refusals_told(request):
        counts = replay_run(actor=user_of(request), on=clock.today(), run_id=run.pk)
        replayed, pending = counts.get(RecordState.REPLAYED, 0), counts.get(RecordState.PENDING, 0)
        messages.info(request, typography(f"Foyers rejoués : {replayed}. Toujours refusés : {pending}."))
    return redirect("steering:import_run", run.pk)


RECORD_ACTS: dict[str, Callable[..., RefusedRecord]] = {"rejouer": replay_record, "abandonner": drop_record}


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def import_record(request: HttpRequest, run_id: int, record_id: int, act: str) -> HttpResponse:
    """Read one household again, or give it up until the next file."""
    run = run_of(user_of(request), run_id)
    if act not in RECORD_ACTS or not run.records.filter(pk=record_id).exists():
        raise Http404("record")
    with refusals_told(request):
        record: Any = RECORD_ACTS[act](actor=user_of(request), on=clock.today(), record_id=record_id)
        told = messages.warning if record.state == RecordState.PENDING else messages.success
        told(request, typography(f"Foyer de rang {record.position} : {RecordState(record.state).label.lower()}."))
    return redirect("steering:import_run", run.pk)
