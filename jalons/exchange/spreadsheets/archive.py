"""Weighs and searches an archive that says it is a workbook, before anything reads it; nothing is unpacked on disk.

The readers have no limit of their own: 0.7 MB of a hostile file cost openpyxl 149 s of processor.
"""

from __future__ import annotations

import io
import re
import zipfile

from jalons.exchange.spreadsheets.errors import TableRefused

MAX_UNZIPPED = 20 * 1024 * 1024  # 20 000 rows of ten columns weigh about 8 MB
MAX_MARKS = 1_000_000  # « < » in all parts: readers take some parts whole, even those nobody asks for
MAX_PARTS = 400
CHUNK = 256 * 1024
_DANGEROUS = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_REFUSED_PARTS = ("vbaproject.bin", "/externallinks/", "/embeddings/", "/activex/")


def inspect(content: bytes, *, asked: str, folder: str) -> None:
    """Refuse what is not a sound, small, plain workbook. Raises TableRefused.

    ``asked`` is a part it must have, in lower case; ``folder`` the beginning some part must have, empty for none.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise TableRefused("Le classeur est abîmé ou incomplet : enregistrez-le à nouveau en .xlsx.") from error
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if asked not in names or not any(name.startswith(folder) for name in names):
        raise TableRefused("Ce fichier est une archive, pas un classeur XLSX ou ODS.")
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise TableRefused("Le classeur contient trop de parties, ou deux fois la même : enregistrez-le à nouveau.")
    for part in parts:
        _inspect_name(part)
    if sum(part.file_size for part in parts) > MAX_UNZIPPED:
        raise TableRefused(
            f"Une fois ouvert, le classeur dépasse {MAX_UNZIPPED // 1024 // 1024} Mo : "
            "copiez le seul tableau dans un nouveau classeur."
        )
    marks = 0
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            marks += _inspect_xml(archive, part)
            if marks > MAX_MARKS:
                raise TableRefused("Le classeur contient trop de cellules : copiez le seul tableau dans un nouveau.")


def _inspect_name(part: zipfile.ZipInfo) -> None:
    name = part.filename.lower().replace("\\", "/")
    if part.flag_bits & 0x1:
        raise TableRefused("Le classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.")
    if name.startswith("/") or ".." in name.split("/") or ":" in name:
        raise TableRefused("Le classeur contient un chemin suspect : il est refusé.")
    if any(refused in f"/{name}" for refused in _REFUSED_PARTS):
        raise TableRefused("Le classeur contient des macros, des liens ou des objets : enregistrez-le en .xlsx simple.")


def _inspect_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Refuse entities, and encodings that would hide them; return how many marks the part holds.

    Reading it also checks that its size is the announced one.
    """
    tail, marks = b"", 0
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                if (not tail and chunk.startswith((b"\xff\xfe", b"\xfe\xff"))) or b"\x00" in chunk[:64]:
                    raise TableRefused("Le classeur n’est pas en UTF-8 : enregistrez-le à nouveau en .xlsx.")
                if _DANGEROUS.search(tail + chunk):
                    raise TableRefused("Le classeur contient des entités XML : il est refusé.")
                tail = chunk[-16:]
                marks += chunk.count(b"<")
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise TableRefused("Le classeur est abîmé ou incomplet : enregistrez-le à nouveau en .xlsx.") from error
    return marks
