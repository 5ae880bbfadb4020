"""The rows a list of the CAF was refused are not kept for ever; the list stays in the journal, with their number."""

from __future__ import annotations

from datetime import date

from jalons.exchange.spreadsheets.models import TableImport, TableRow
from jalons.kernel.operation import operation
from jalons.network.erasing import require_system
from jalons.network.models import User
from jalons.network.retention import kept

ROWS = "refused_list_rows"


def kept_until(table: TableImport) -> date:
    """Return the last day on which the refused rows of a list are kept."""
    return kept(ROWS).last_day(table.at)


@operation
def erase_refused(*, actor: User, on: date) -> int:
    """Erase the sealed rows of the lists kept long enough, and return how many; only the nightly work may."""
    require_system(actor)
    old = TableRow.objects.filter(sealed__isnull=False, table__at__lt=kept(ROWS).erased_before(on))
    count, _ = old.delete()
    return count
