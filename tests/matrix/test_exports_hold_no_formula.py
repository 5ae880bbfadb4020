"""Every table that leaves the house, opened as a spreadsheet does: whatever people typed, no cell computes (goal S8).

The exports are found among the routes themselves: a new one is tried without being named here.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models.functions import Concat
from django.test import Client

from jalons.exchange.spreadsheets.models import MoveRow, TableImport, TableRow
from jalons.exchange.spreadsheets.moving.cells import sealed, unsealed
from jalons.todos.operations import refresh
from jalons.ui.exports import Export, csv_response, xlsx_response
from tests.matrix.table import TABLE, USERS
from tests.matrix.test_matrix import PARAMETERS, _address
from tests.matrix.things import arguments, furnish
from tests.worlds import World

PROJECT = Path(__file__).resolve().parents[2]
LIVE = re.compile(r"^[\s\u00a0\u202f\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]")
FIGURE = re.compile(r"^-?\d+(,\d+)?$")
TYPED = {"last_name", "first_name", "name", "short_name", "label", "place", "operator", "employer", "note", "title", "theme",
         "reason", "reference", "file_name"}  # fmt: skip
POISON = '=HYPERLINK("http://x";"clic")'
# What they show needs a choice of two rulebooks, or a simulation: their rows go through the same writer, shown below.
NEED_MORE = {"steering:rulebook_compare_export", "steering:simulate_export", "steering:simulate_rows_export"}


def poison() -> int:
    """Put a formula before every text people can type, where the database lets it; return how many columns took it."""
    taken = 0
    for model in apps.get_models():
        if (
            not model.__module__.startswith("jalons.")
            or model._meta.label.endswith("Event")
            or model.__name__ == "Document"
        ):
            continue
        for field in model._meta.local_fields:
            if field.name not in TYPED or not isinstance(field, models.CharField | models.TextField) or field.choices:
                continue
            try:
                with transaction.atomic():
                    model._default_manager.update(**{field.name: Concat(models.Value(POISON), field.name)})
                taken += 1
            except DatabaseError:
                continue  # too short for it, or never changed
    return taken


def poison_kept_rows() -> None:
    """Put the formula in the cells kept of tables received, sealed or not: they leave again in the columns they came in."""
    rows = [*MoveRow.objects.filter(cells__isnull=False), *TableRow.objects.filter(sealed__isnull=False)]
    assert {type(row) for row in rows} == {MoveRow, TableRow}
    for row in rows:
        name = "cells" if isinstance(row, MoveRow) else "sealed"
        kept = [POISON if isinstance(cell, str) else cell for cell in unsealed(bytes(getattr(row, name)))]
        type(row)._default_manager.filter(pk=row.pk).update(**{name: sealed(kept)})
    table = TableImport.objects.get(kind="agreements")
    table.headers = ["Organisme", "Places"]
    table.save()
    TableRow.objects.create(table=table, number=2, status="refused", reason="Organisme inconnu.", cells=[POISON, "1"])


def cells(response: Any) -> Iterator[str]:
    """Yield what a spreadsheet would read of an answer; refuse a live formula of a workbook at once."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response["Content-Type"].startswith("text/csv"):
        for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"):
            yield from row
        return
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            assert "<f>" not in text, f"{name} holds a formula"
            assert "<f " not in text, f"{name} holds a formula"
            yield from re.findall(r"<t[^>]*>([^<]*)</t>", text)


def test_no_export_holds_a_live_formula(world: World) -> None:
    values = arguments(world, furnish(world))
    refresh(as_of=world.day)
    assert poison() >= 8
    poison_kept_rows()
    seen: dict[str, int] = {}
    for name in (one for one in TABLE if "layout" in PARAMETERS[one]):
        opens = [user for user, code in zip(USERS, TABLE[name].split(), strict=True) if code == "o"]
        for user in opens[:1]:
            client = Client()
            client.force_login(getattr(world, user))
            for layout in ("csv", "xlsx"):
                query = "?qui=toutes" if name.startswith("desk") else ""
                response = client.get(_address(name, {**values, "layout": layout}) + query)
                assert response.status_code == 200, (name, layout)
                assert "attachment" in response["Content-Disposition"], name
                found = list(cells(response))
                live = [text for text in found if LIVE.match(text) and not FIGURE.match(text)]
                assert live == [], f"{name} in {layout}"
                seen[name] = seen.get(name, 0) + sum("HYPERLINK" in text for text in found)
    tables = {name for name in TABLE if "layout" in PARAMETERS[name]}
    assert tables - set(seen) == NEED_MORE, "an export nobody of the matrix opens is not tried"
    assert [name for name in sorted(seen) if not seen[name]] == [], (
        "the formulas typed must reach them, else this proves nothing"
    )


def test_tables_are_written_in_one_place_only() -> None:
    """Elsewhere, a writer of CSV or of workbooks would go round the care taken in ``jalons.ui.exports``."""
    writers = re.compile(r"csv\.(?:writer|DictWriter)|Workbook\(|text/csv")
    found = {
        str(file.relative_to(PROJECT))
        for file in (PROJECT / "jalons").rglob("*.py")
        if writers.search(file.read_text(encoding="utf-8"))
    }
    assert found == {"jalons/ui/exports.py"}


@pytest.mark.parametrize("respond", [csv_response, xlsx_response])
def test_the_one_writer_leaves_nothing_live_wherever_the_formula_is(respond: Any) -> None:
    """Title, filters, headers and cells."""
    export = Export(POISON, [POISON, "Places"], [[POISON, 1], [f"\t{POISON}", None]], [(POISON, POISON)])
    found = list(cells(respond(export)))
    assert sum("HYPERLINK" in text for text in found) == 6
    assert [text for text in found if LIVE.match(text) and not FIGURE.match(text)] == []
