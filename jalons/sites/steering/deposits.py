"""A file received from a browser, kept between its preview and its application; only its depositor finds it again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest

SESSION_KEY = "deposits"
KEPT_SECONDS = 24 * 3600
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Deposit:
    """A file and what was said of it in the form (JSON values)."""

    key: UUID
    path: Path
    facts: dict[str, Any]


def keep(request: HttpRequest, upload: UploadedFile[Any], **facts: Any) -> UUID:
    """Write the file aside and return its key. Files nobody came back for within a day are dropped."""
    key = uuid4()
    home = _folder() / str(key)
    home.mkdir(mode=0o700, parents=True)
    name = Path(upload.name or "fichier").name[-LONGEST_NAME:]
    with (home / name).open("wb") as target:
        for block in upload.chunks():
            target.write(block)
    request.session[SESSION_KEY] = {**request.session.get(SESSION_KEY, {}), str(key): {"name": name, **facts}}
    _drop_old(home)
    return key


def found(request: HttpRequest, key: UUID) -> Deposit:
    """Return a deposit of this session; raises Http404 for any other."""
    facts = request.session.get(SESSION_KEY, {}).get(str(key))
    path = _folder() / str(key) / (facts or {}).get("name", "")
    if facts is None or not path.is_file():
        raise Http404("deposit")
    return Deposit(key, path, facts)


def forget(request: HttpRequest, key: UUID) -> None:
    """Drop the file: applied, or given up."""
    deposit = found(request, key)
    shutil.rmtree(deposit.path.parent, ignore_errors=True)
    kept = request.session[SESSION_KEY]
    kept.pop(str(key), None)
    request.session[SESSION_KEY] = kept


def drop_old() -> None:
    """Drop the files nobody came back for within a day, even when nobody deposits any more."""
    if _folder().is_dir():
        clock = _folder() / f"{uuid4()}.now"
        clock.touch()
        _drop_old(clock)
        clock.unlink()


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "deposits"


def _drop_old(newest: Path) -> None:
    """Compared with the file just written, by the clock of the disk: the application's own may be moved."""
    now = newest.stat().st_mtime
    for home in _folder().iterdir():
        if home.is_dir() and home.stat().st_mtime < now - KEPT_SECONDS:
            shutil.rmtree(home, ignore_errors=True)
