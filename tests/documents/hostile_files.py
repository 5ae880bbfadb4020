"""Hostile files, one per kind of attack, made here so that none lies on a disk: name → (file name, bytes)."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

from tests.documents.pictures import JPEG, PNG, chunk, jpeg, png

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MB = 1024 * 1024


def pdf(*objects: bytes, tail: bytes = b"") -> bytes:
    """Return a PDF of these objects; readers do without a table of them."""
    base = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate([*base, *objects], start=1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R " + tail + b">>\n%%EOF\n"


def stream(head: bytes, data: bytes) -> bytes:
    """Return an object with a stream."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)


def many_tables(how_many: int) -> bytes:
    """Return 9 MB that begin with small tables of objects."""
    table = stream(b"/Type /Obj#53tm /Filter /FlateDecode", zlib.compress(b"1 0 "))
    return pdf(*[table] * how_many, b"(" + b"x" * (9 * MB) + b")")


def zipped(**members: bytes) -> bytes:
    """Return an archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return kept.getvalue()


def endless(size: int = 900 * MB) -> bytes:
    """Return less than a megabyte that unfolds to ``size`` zeros."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)  # after a full flush a block stands alone
    return first + again * (size // MB - 1) + packer.flush()


def _itxt_bomb() -> bytes:
    return png(extra=chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(80 * MB), 9)))


def _svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _xxe() -> bytes:
    return b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'


def _laughs() -> bytes:
    lines = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">' + lines + b"]><r>&l9;</r>"


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
HOSTILE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "empty": lambda: ("scan.pdf", b""),
    "too large": lambda: ("scan.pdf", b"%PDF-1.7\n" + b"0" * (10 * MB) + b"%%EOF"),
    "program": lambda: ("scan.pdf", b"MZ\x90\x00" + b"\x00" * 200),
    "web page": lambda: ("scan.pdf", b"<html><script>alert(1)</script></html>"),
    "picture with a script": lambda: ("photo.svg", _svg()),
    "other picture": lambda: ("photo.gif", b"GIF89a" + b"\x00" * 40),
    "archive bomb": lambda: ("dossier.pdf", zipped(**{f"f{n}": bytes(40 * MB) for n in range(3)})),
    "paths in an archive": lambda: ("dossier.zip", zipped(**{"..__..__etc__passwd": b"x"})),
    "workbook with macros": lambda: ("table.xlsm", zipped(**{"xl__vbaProject.bin": b"Attribute VB_Name"})),
    "document with macros": lambda: ("lettre.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512),
    "external entity": lambda: ("scan.xml", _xxe()),
    "billion laughs": lambda: ("scan.xml", _laughs()),
    "formula": lambda: ("table.csv", b'=cmd|" /C calc"!A0;1\r\n'),
    "virus": lambda: ("scan.png", png(extra=chunk(b"tEXt", b"Comment\x00" + EICAR))),
    "cut picture": lambda: ("scan.png", PNG[:-20]),
    "cut photo": lambda: ("scan.jpg", JPEG[:-2]),
    "picture bomb": lambda: ("scan.png", png(60_000, 60_000)),
    "photo bomb": lambda: ("scan.jpg", jpeg(65_500, 65_500)),
    "text bomb in a picture": lambda: ("scan.png", _itxt_bomb()),
    "picture and archive": lambda: ("scan.png", PNG + zipped(**{"a.js": b"alert(1)"})),
    "photo and archive": lambda: ("scan.jpg", JPEG + zipped(**{"a.js": b"alert(1)"}) + JPEG),
    "picture and web page": lambda: ("scan.png", png(extra=chunk(b"tEXt", b"Comment\x00<script>alert(1)</script>"))),
    "photo and program": lambda: ("scan.jpg", jpeg(extra=b"\xff\xfe\x00\x1c<?php system($_GET[1]); ?>")),
    "paper and archive": lambda: ("scan.pdf", pdf() + zipped(**{"a.js": b"alert(1)"}) + b"%%EOF"),
    "paper that runs": lambda: ("scan.pdf", pdf(SCRIPT)),
    "paper that runs, spelt out": lambda: ("scan.pdf", pdf(SCRIPT.replace(b"JavaScript", b"J#61vaScri#70t"))),
    "paper that opens a program": lambda: ("scan.pdf", pdf(b"<< /S /Launch /F (calc.exe) >>")),
    "paper that carries a file": lambda: ("scan.pdf", pdf(b"<< /EmbeddedFiles << /Names [] >> >>")),
    "paper with a live form": lambda: ("scan.pdf", pdf(b"<< /AcroForm << /XFA (x) >> >>")),
    "paper with an external entity": lambda: ("scan.pdf", pdf(stream(b"/Type /Metadata", _xxe()))),
    "locked paper": lambda: ("scan.pdf", pdf(tail=b"/Encrypt 5 0 R ")),
    "script in packed objects": lambda: (
        "scan.pdf",
        pdf(stream(b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", zlib.compress(b"9 0 " + SCRIPT))),
    ),
    "bomb of packed objects": lambda: (
        "scan.pdf",
        pdf(stream(b"/Type /ObjStm /Filter /FlateDecode", endless(40 * MB))),
    ),
    "bomb of pages": lambda: ("scan.pdf", pdf(stream(b"/Filter /FlateDecode", endless()))),
    "bomb in a bomb": lambda: (
        "scan.pdf",
        pdf(stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(endless(200 * MB), 9))),
    ),
    "picture bomb in a paper": lambda: ("scan.pdf", pdf(stream(b"/Subtype /Image /Width 400000 /Height 400000", b"0"))),
    "paper of a million pages": lambda: ("scan.pdf", pdf(b"<< /Type /Pages /Kids [2 0 R] /Count 1000000 >>")),
    "paper without bottom": lambda: ("scan.pdf", pdf(b"[" * (9 * MB))),
    "paper of a million streams": lambda: ("scan.pdf", pdf(b"<< /ObjStm >>stream\nx" * (MB // 3))),
    "paper of a thousand tables": lambda: ("scan.pdf", many_tables(1000)),
    "paper of escapes": lambda: ("scan.pdf", pdf(b"#41" * (3 * MB))),
    "name that is a path": lambda: ("../../etc/passwd.png", PNG),
    "name of another system": lambda: ("C:\\Windows\\scan.png", PNG),
    "name read backwards": lambda: ("facture\u202egnp.exe.png", PNG),
    "name with two endings": lambda: ("contrat.exe.png", PNG),
    "name of another kind": lambda: ("contrat.pdf", PNG),
    "name without end": lambda: ("a" * 400 + ".png", PNG),
}
