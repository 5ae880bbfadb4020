"""Drafts of notes nobody took up again are not kept for ever; the notes themselves stay with the file."""

from __future__ import annotations

from datetime import date

from jalons.casefile.models import NoteDraft
from jalons.kernel.operation import operation
from jalons.network.erasing import require_system
from jalons.network.models import User
from jalons.network.retention import kept

DRAFTS = "note_drafts"


@operation
def erase_drafts(*, actor: User, on: date) -> int:
    """Erase the drafts last saved too long ago, and return how many; only the nightly work may."""
    require_system(actor)
    count, _ = NoteDraft.objects.filter(saved_at__lt=kept(DRAFTS).erased_before(on)).delete()
    return count
