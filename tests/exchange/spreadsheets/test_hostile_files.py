"""Files made to hurt, or that are no table at all: refused with a sentence, within 200 MB of memory (goal S7).

The child that reads them all is bounded by the system (RLIMIT_AS); ``pytest -s -k two_hundred`` tells the slowest and the peak.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from jalons.exchange.spreadsheets.agreements import FIELDS
from jalons.exchange.spreadsheets.cells import MAX_COLUMNS, MAX_ROWS, Formula
from jalons.exchange.spreadsheets.columns import find_layout
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.reading import MAX_BYTES, read_bytes

ROW = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'


def workbook(**parts: bytes) -> bytes:
    """A good small workbook, with parts added or replaced (``__`` stands for ``/``, ``_xml`` for ``.xml``)."""
    book = Workbook()
    book.active.append(["Structure", "Places"])
    book.active.append(["ALPHA", 3])
    first, target = io.BytesIO(), io.BytesIO()
    book.save(first)
    changed = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): body for name, body in parts.items()
    }
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, changed.pop(name, source.read(name)))
        for name, body in changed.items():
            made.writestr(name, body)
    return target.getvalue()


def sheet(rows: bytes, head: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0"?>'
        + head
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + rows + b"</sheetData></worksheet>"
    )


def archive(**names: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in names.items():
            made.writestr(name, body)
    return target.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: workbook(xl__worksheets__sheet1_xml=sheet(b" " * 60_000_000)), "Une fois ouvert"),
    "many bombs": (lambda: workbook(**{f"xl__a{i}_xml": b" " * 1_000_000 for i in range(40)}), "Une fois ouvert"),
    "too many rows": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"".join(ROW % (i, i) for i in range(1, MAX_ROWS + 3)))),
        "dépasse 20000 lignes",
    ),
    "millions of empty elements": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"<a/>" * 1_500_000)),
        "trop de cellules",
    ),
    "one row at the very end": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(ROW % (1_048_576, 1_048_576))),
        "dépasse 20000 lignes",
    ),
    "one cell at the far right": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b'<row r="1"><c r="BI1"><v>1</v></c></row>')),
        f"plus de {MAX_COLUMNS} colonnes",
    ),
    "entities": (lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"", LAUGHS)), "entités XML"),
    "entities in the styles": (lambda: workbook(xl__styles_xml=OUTSIDE + b"<styleSheet/>"), "entités XML"),
    "entities hidden in UTF-16": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"", LAUGHS).decode().encode("utf-16")),
        "UTF-8",
    ),
    "macros": (lambda: workbook(xl__vbaProject_bin=b"x"), "macros"),
    "external links": (lambda: workbook(xl__externalLinks__externalLink1_xml=b"<x/>"), "liens"),
    "a path out of the archive": (lambda: workbook(**{"../../etc/cron": b"x"}), "chemin suspect"),
    "another archive": (lambda: archive(a=b"x"), "archive, pas un classeur"),
    "not XML inside": (lambda: workbook(xl__worksheets__sheet1_xml=b"\x01\x02 not xml"), "abîmé"),
    "a cut workbook": (lambda: workbook()[:-200], "abîmé"),
    "a thousand parts": (lambda: workbook(**{f"xl__p{i}_xml": b"<x/>" for i in range(1000)}), "trop de parties"),
    "an old or locked workbook": (lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600, "ancien classeur Excel"),
    "a PDF": (lambda: b"%PDF-1.7 ...", "PDF"),
    "a web page": (lambda: b"<html><table><tr><td>Structure</td></tr></table></html>", "page web"),
    "an XML with entities": (lambda: b'<?xml version="1.0"?>' + OUTSIDE + b"<x>&a;</x>", "page web ou du XML"),
    "a program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 100, "ni un CSV ni un classeur"),
    "nothing": (lambda: b"", "vide"),
    "blanks": (lambda: b"\xef\xbb\xbf \r\n\r\n", "vide"),
    "zeros": (lambda: b"\x00" * 5000, "vide"),
    "too heavy": (lambda: b"a;b\n" * (MAX_BYTES // 4 + 1), "dépasse 10 Mo"),
    "a quote that never closes": (lambda: b'Structure;Places\n"ALPHA;3\nBETA;4\n', "guillemet"),
    "one endless cell": (lambda: b"Structure;Places\n" + b"A" * 60_000 + b";3\n", "caractères"),
    "too many cells of text": (lambda: (b"y;" * 49 + b"y\n") * 4_100, "dépasse 200000 cellules"),
    "too many lines": (lambda: b"a;1\n" * (MAX_ROWS + 2), "dépasse 20000 lignes"),
    "too many columns": (lambda: b";".join([b"x"] * 100) + b"\n", "plus de 60 colonnes"),
    "false UTF-16": (lambda: b"\xff\xfea", "UTF-16"),
    "unreadable characters": (lambda: b"Structure;Places\n\x81\x8d\x8f;3\n", "illisibles"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence(name: str) -> None:
    make, sentence = HOSTILE[name]
    with pytest.raises(TableRefused, match=sentence):
        find_layout(read_bytes(make()), FIELDS)


PROJECT = Path(__file__).resolve().parents[3]
WATCHED = """
import contextlib, json, resource, sys, time
from jalons.exchange.spreadsheets.columns import Field, find_layout
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.reading import read_bytes

most = 200 * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (most, most))
fields = (Field("name", "Structure", (), True), Field("places", "Places", (), True))
for path in sys.stdin:
    with open(path.strip(), "rb") as file:
        raw = file.read()
    start = time.process_time()
    try:
        said = len(find_layout(read_bytes(raw), fields).rows) and "received"
    except TableRefused as refusal:
        said = str(refusal)
    except MemoryError:
        said = "memory"
    spent = time.process_time() - start
    peak = 0  # not getrusage, which counts the parent before the child was itself; told where /proc does
    with contextlib.suppress(OSError), open("/proc/self/status") as file:
        peak = next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    print(json.dumps([said, spent, peak * 1024]), flush=True)
"""


def test_every_hostile_table_is_refused_within_two_hundred_megabytes(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(len(HOSTILE))]
    for path, (make, _) in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(make())
    child = subprocess.run(
        [sys.executable, "-c", WATCHED], input="\n".join(map(str, paths)), capture_output=True, text=True, cwd=PROJECT,
        check=False, env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert child.returncode == 0, child.stderr[-2000:]
    answers = dict(zip(HOSTILE, map(json.loads, child.stdout.splitlines()), strict=True))
    slowest = max(answers, key=lambda kind: answers[kind][1])
    peak = max(peak for *_, peak in answers.values())
    print(
        f"{len(answers)} kinds; slowest: {slowest}, {answers[slowest][1]:.2f} s of processor; peak: {peak / 1e6:.0f} MB"
    )
    assert {kind: said for kind, (said, *_) in answers.items() if said in ("memory", "received")} == {}
    assert all(len(said) > 15 for said, *_ in answers.values())


def test_a_good_workbook_passes() -> None:
    layout = find_layout(read_bytes(workbook()), FIELDS)
    assert [row.cells for row in layout.rows] == [("ALPHA", 3)]


def test_formulas_of_a_workbook_are_seen_as_formulas() -> None:
    book = Workbook()
    book.active.append(["Structure", "Places"])
    book.active.append(["ALPHA", "=1+2"])
    target = io.BytesIO()
    book.save(target)
    (row,) = find_layout(read_bytes(target.getvalue()), FIELDS).rows
    assert isinstance(row.cells[1], Formula)


def test_hidden_sheets_are_not_read() -> None:
    book = Workbook()
    book.active.append(["rien"])
    hidden = book.create_sheet("caché")
    hidden.append(["Structure", "Places"])
    hidden.append(["ALPHA", 3])
    hidden.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(TableRefused, match="Il manque"):
        find_layout(read_bytes(target.getvalue()), FIELDS)


def test_the_sheet_with_the_table_is_found_wherever_it_is() -> None:
    book = Workbook()
    book.active.append(["Mode d’emploi"])
    second = book.create_sheet("Données")
    second.append(["Structures", "Nombre de places proposées 2021"])
    second.append(["ALPHA", 3])
    target = io.BytesIO()
    book.save(target)
    assert find_layout(read_bytes(target.getvalue()), FIELDS).sheet == "Données"
