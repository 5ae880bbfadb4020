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

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models.functions import Concat
from django.test import Client

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
NAMED = {"desk:export", "steering:agreements_export", "steering:places_export"}


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
    assert poison() >= 8
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
    assert set(seen) >= NAMED
    assert [name for name in sorted(NAMED) if not seen[name]] == [], (
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
