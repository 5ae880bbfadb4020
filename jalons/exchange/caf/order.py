"""The order of the files of one paying body: an older one never overwrites a newer one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.db.models import QuerySet

from jalons.exchange.caf.errors import UnreadableFile
from jalons.exchange.caf.models import ImportRun, RunState
from jalons.exchange.caf.stream import KINDS, NOTHING

COMPLETE = "M"


def _earlier_runs(run: ImportRun) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(
        authority_id=run.authority_id,
        paying_body=run.paying_body,
        paying_body_number=run.paying_body_number,
        state=RunState.DONE,
    ).exclude(pk=run.pk)


def check_order(run: ImportRun, path: Path) -> None:
    """Raise UnreadableFile when a newer file is already imported.

    A monthly file is compared with monthly files only: it arrives days after its reference date, when daily files of later
    days are already in; the households these changed are then left as they are. Two files of one reference date are
    ordered by their creation.
    """
    done = _earlier_runs(run)
    if run.kind == COMPLETE:
        done = done.filter(kind=COMPLETE)
    newest = done.order_by("reference_on", "file_created_at").last()
    if newest is None:
        return
    assert run.reference_on is not None
    assert run.file_created_at is not None
    assert newest.reference_on is not None
    assert newest.file_created_at is not None
    if (newest.reference_on, newest.file_created_at) > (run.reference_on, run.file_created_at):
        raise UnreadableFile(
            "older",
            f"Le fichier {path.name} décrit l’état au {run.reference_on:%d/%m/%Y}. Un fichier {KINDS[newest.kind]} plus récent "
            f"(état au {newest.reference_on:%d/%m/%Y}) est déjà importé, et un fichier plus ancien ne remplace jamais un plus "
            f"récent. Importez les fichiers dans l’ordre de leur date. {NOTHING}",
        )


def previous_complete_on(run: ImportRun) -> date | None:
    """Return the reference date of the last monthly file before this one, or None."""
    previous = _earlier_runs(run).filter(kind=COMPLETE, reference_on__lt=run.reference_on)
    newest = previous.order_by("-reference_on").first()
    return newest.reference_on if newest is not None else None
