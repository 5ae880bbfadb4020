"""How long the file stays open after an exit: as long as the rulebook expects something of the organisation (R-119, R-120)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import F

from jalons.kernel.periods import add_months
from jalons.pathways.models import Enrolment, Exit
from jalons.pathways.rulebook import ExitFacts, Shelf
from jalons.people.models import AccessReason, DossierAccess


def keep_open(exits: Collection[Exit]) -> None:
    """Count the months of the authority from the last document these confirmed exits wait for, rather than from the exit.

    Inside an operation, persons locked. A file already open longer stays so; with no follow-up nothing changes.
    """
    shelf = Shelf()
    last = {one.enrolment_id: day for one in exits if (day := _last_awaited(one, shelf)) > one.exited_on}
    if not last:
        return
    months = dict(Enrolment.objects.filter(pk__in=last).values_list("pk", F("authority__file_months_after_end")))
    groups: dict[date, list[int]] = {}
    for pk, day in last.items():
        groups.setdefault(add_months(day, months[pk]), []).append(pk)
    for until, ids in groups.items():
        held = DossierAccess.objects.filter(
            reason=AccessReason.ENROLMENT, source_id__in=ids, organisation__isnull=False
        )
        held.filter(end_on__lt=until).update(end_on=until)


def _last_awaited(one: Exit, shelf: Shelf) -> date:
    facts = ExitFacts(one.enrolment.action_code, one.enrolment.start_on, one.exited_on, one.destination)
    papers = shelf.exit_papers(facts, one.chosen_class or one.computed_class)
    return max((paper.due_on for paper in papers), default=one.exited_on)
