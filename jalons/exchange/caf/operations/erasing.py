"""An extract nobody decided about is not kept for ever: the household is given up, and its line stays in the journal."""

from __future__ import annotations

from datetime import date

from jalons.exchange.caf.models import RecordState, RefusedRecord
from jalons.kernel import clock
from jalons.kernel.operation import operation
from jalons.network.erasing import require_system
from jalons.network.models import User
from jalons.network.retention import kept


@operation
def erase_extracts(*, actor: User, on: date) -> int:
    """Give up the households set aside long ago, their extracts erased, and return how many; only the nightly work may.

    A household somebody is deciding about at this instant is left for the next day.
    """
    require_system(actor)
    old = RefusedRecord.objects.filter(
        state=RecordState.PENDING, run__started_at__lt=kept("caf_refused").erased_before(on)
    )
    found = list(old.order_by("pk").select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    return RefusedRecord.objects.filter(pk__in=found).update(
        state=RecordState.DROPPED, raw=b"", decided_by=actor, decided_at=clock.now()
    )
