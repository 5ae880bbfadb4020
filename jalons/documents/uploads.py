"""Files received from outside: what they are is read in their bytes, never in their name; what could act is refused.

A scan is a picture of a paper: PDF, JPEG or PNG, without anything that runs, opens or carries another file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from jalons.kernel.refusals import Refusal

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024  # of the compressed tables of a PDF, where its objects may hide
KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)
# What a PDF does on its own, or carries: names of ISO 32000-1, 7.11.4, 12.6.4, 12.7.8 and 13.7. Long names only: a picture
# of 10 MB holds « /JS » by chance, and a script always says « /JavaScript » too.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE)(?![A-Za-z0-9])"
)
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm(?![A-Za-z0-9]).{0,400}?stream\r?\n", re.DOTALL)
_END = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND"}
_TAIL = 2048
MOST_NAME = 150
_ENDINGS = {"application/pdf": ("pdf",), "image/jpeg": ("jpg", "jpeg", "jpe"), "image/png": ("png",)}
# A path, a drive, a control sign, a sign that turns the reading round, or an ending that runs hidden before the last one.
_TRICKY = re.compile(
    r"[\x00-\x1f\x7f/\\:\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\.\.|\.(?:exe|com|bat|cmd|scr|js|vbs|ps1|html?|svg|php|hta|lnk)\.",
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
    if _END[media_type] not in raw[-_TAIL:]:
        raise Refusal("Ce fichier est incomplet : il s’arrête avant sa fin. Déposez-le à nouveau.", code="upload_cut")
    if media_type == "application/pdf":
        _passive(raw)
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
            f"Le nom finit par « .{ending} » mais le contenu est « {extension_of(media_type)} » : enregistrez-le à nouveau.",
            code="upload_other_ending",
        )


def extension_of(media_type: str) -> str:
    """Return the extension of a kept file, « bin » when its kind is none of ours."""
    return next((extension for _, kind, extension in KINDS if kind == media_type), "bin")


def _passive(raw: bytes) -> None:
    for part in (raw, *_unpacked(raw)):
        names = _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), part)
        if _ENCRYPTED.search(names):
            raise Refusal(
                "Ce PDF est protégé par un mot de passe : déposez-le sans protection.", code="upload_encrypted"
            )
        if _ACTIVE.search(names):
            raise Refusal(
                "Ce PDF contient du code, un formulaire ou un autre fichier : imprimez-le en PDF, ou numérisez le papier.",
                code="upload_active",
            )


def _unpacked(raw: bytes) -> Iterator[bytes]:
    """Yield the objects that a PDF keeps compressed, up to ``MOST_UNPACKED`` bytes in all."""
    left = MOST_UNPACKED
    for found in _PACKED.finditer(raw):
        try:
            text = zlib.decompressobj().decompress(raw[found.end() :], left)
        except zlib.error:
            raise Refusal("Ce PDF est abîmé : numérisez le papier à nouveau.", code="upload_damaged") from None
        left -= len(text)
        if left <= 0:
            raise Refusal(
                "Ce PDF se déplie au-delà de ce qu’un papier numérisé contient : numérisez le papier à nouveau.",
                code="upload_bomb",
            )
        yield text
