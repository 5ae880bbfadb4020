"""Files received from outside: what they are is read in their bytes, never in their name; what could act is refused.

A scan is a picture of a paper: PDF, JPEG or PNG, without anything that runs, opens or carries another file. Whoever receives one
calls ``scan_kind`` (its bytes) or ``file_kind`` (its name too) before keeping it.
"""

from __future__ import annotations

import re

from jalons.documents.received_pdf import look_at_pdf
from jalons.documents.received_pictures import PNG_MAGIC, look_at_jpeg, look_at_png
from jalons.kernel.refusals import Refusal

MOST_BYTES = 10 * 1024 * 1024
MOST_NAME = 150
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
KINDS = ((b"%PDF-", PDF, "pdf"), (b"\xff\xd8\xff", JPEG, "jpg"), (PNG_MAGIC, PNG, "png"))
_END = {PDF: b"%%EOF", JPEG: b"\xff\xd9", PNG: b"IEND"}
_LOOK = {PDF: look_at_pdf, JPEG: look_at_jpeg, PNG: look_at_png}
_TAIL = 2048
_ZIP_TAIL = 66_000  # an archive is read from its end: its last record and its comment
_ENDINGS = {PDF: ("pdf",), JPEG: ("jpg", "jpeg", "jpe"), PNG: ("png",)}
# A path, a drive, a control sign, a sign that turns the reading round, or an ending that runs hidden before the last one.
_TRICKY = re.compile(
    r"[\x00-\x1f\x7f/\\:\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\.\."
    r"|\.(?:exe|com|bat|cmd|scr|js|vbs|ps1|html?|svg|php|hta|lnk)\.",
    re.IGNORECASE,
)


def scan_kind(raw: bytes) -> str:
    """Return the media type of a scan. Refused, with the sentence to act on: empty, too large, another kind, cut, active."""
    if not raw:
        raise Refusal("Ce fichier est vide : numérisez le papier à nouveau.", code="upload_empty")
    if len(raw) > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        raise Refusal(
            f"Ce fichier dépasse {most} Mo : numérisez en noir et blanc ou à 150 points par pouce.",
            code="upload_too_large",
        )
    media_type = next((kind for magic, kind, _ in KINDS if raw.startswith(magic)), None)
    if media_type is None:
        raise Refusal("Ce fichier n’est ni un PDF, ni une image JPEG ou PNG.", code="upload_kind")
    if b"PK\x05\x06" in raw[-_ZIP_TAIL:] and b"PK\x03\x04" in raw:
        raise Refusal("Ce fichier cache une archive : numérisez le papier à nouveau.", code="upload_active")
    if b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in raw:
        raise Refusal("Ce fichier contient la signature d’un virus : il n’est pas reçu.", code="upload_virus")
    if _END[media_type] not in raw[-_TAIL:]:
        raise Refusal("Ce fichier est incomplet : il s’arrête avant sa fin. Déposez-le à nouveau.", code="upload_cut")
    _LOOK[media_type](raw)
    return media_type


def file_kind(raw: bytes, name: str) -> str:
    """Return the media type of a file received under ``name``. Refused as a scan is, or for a name made to deceive."""
    media_type = scan_kind(raw)
    plain_name(name, media_type)
    return media_type


def plain_name(name: str, media_type: str) -> None:
    """Refuse a name that hides what the file is, or where it would go. The name is never used to store anything."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if _TRICKY.search(name) or len(name) > MOST_NAME or name.startswith("."):
        raise Refusal("Ce nom de fichier est inhabituel : renommez le fichier simplement.", code="upload_name")
    if ending not in _ENDINGS[media_type]:
        raise Refusal(
            f"Le contenu est « {extension_of(media_type)} », le nom finit par « {ending} » : enregistrez-le à nouveau.",
            code="upload_other_ending",
        )


def extension_of(media_type: str) -> str:
    """Return the extension of a kept file, « bin » when its kind is none of ours."""
    return next((extension for _, kind, extension in KINDS if kind == media_type), "bin")
