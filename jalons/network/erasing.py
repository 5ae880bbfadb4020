"""Read traces are kept twelve months to the day, then erased: the database itself lets no younger one go (goal P1)."""

from __future__ import annotations

from datetime import date

from django.db.models.expressions import RawSQL

from jalons.kernel.operation import operation
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import ReadTrace, User
from jalons.network.retention import kept

CHUNK = 10_000  # rows erased in one transaction


def require_system(actor: User) -> None:
    """Raise NotAllowed unless ``actor`` is the work of the night itself: what it erases, nobody erases by hand."""
    if not (actor.is_system and actor.is_active):
        raise NotAllowed("Ce travail se fait de lui-même, chaque nuit.", code="not_allowed:system")


@operation
def erase_traces(*, actor: User, on: date, limit: int = CHUNK) -> int:
    """Erase the oldest read traces among those kept long enough, at most ``limit``, and return how many.

    The age is told by the clock of the database, as the trigger that guards it: ``on`` is only the day of the writing.
    """
    require_system(actor)
    oldest = RawSQL("now() - make_interval(months => %s)", [kept("read_traces").months])
    old = ReadTrace.objects.filter(at__lt=oldest).order_by("pk").values_list("pk", flat=True)
    count, _ = ReadTrace.objects.filter(pk__in=list(old[:limit])).delete()
    return count
