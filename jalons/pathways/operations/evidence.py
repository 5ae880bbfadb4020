"""What happens when the job or the training an exit rests on changes after the exit was written (R-122, R-125)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from jalons.kernel.operation import touch
from jalons.pathways.exit_facts import facts_of
from jalons.pathways.models import Exit, ExitState
from jalons.pathways.rulebook import ExitVerdict, Shelf

CHANGED = "Classe confirmée avant que l’emploi ou la formation ne change."


def review_exits(*, job_ids: Collection[int] = (), step_ids: Collection[int] = ()) -> list[Exit]:
    """Compute again the class of the exits in force that rest on these facts; inside an operation, persons locked.

    A proposed exit follows: who had kept the former class chooses again, a class chosen with a reason stays. A confirmed
    one keeps the class a human confirmed, beside the new one, and is flagged: somebody looks again and chooses.
    """
    rests = Q(job__in=list(job_ids)) | Q(step__in=list(step_ids))
    rows = list(Exit.objects.filter(rests).exclude(state=ExitState.REVERSED).select_related("enrolment", "job", "step"))
    shelf, changed = Shelf(), []
    for row in rows:
        verdict = shelf.verdict_of(facts_of(row))
        if (verdict.exit_class, verdict.explanation) != (row.computed_class, row.explanation):
            _review(row, verdict)
            changed.append(row)
    Exit.objects.bulk_update(
        changed, ["computed_class", "chosen_class", "chosen_reason", "explanation", "rulebook_version", "flagged"]
    )
    touch(days={row.exited_on for row in changed})
    return changed


def _review(row: Exit, verdict: ExitVerdict) -> None:
    former = row.chosen_class or row.computed_class
    agreed = row.chosen_class == row.computed_class  # chosen as the rulebook had it: no reason was asked
    moved = verdict.exit_class != row.computed_class
    row.computed_class, row.explanation = verdict.exit_class, verdict.explanation
    row.rulebook_version, row.flagged = verdict.version, verdict.flagged
    if row.state == ExitState.CONFIRMED and moved:
        row.flagged = row.flagged or former != verdict.exit_class
        if former and (agreed or not row.chosen_class):
            row.chosen_class, row.chosen_reason = former, row.chosen_reason or CHANGED
    elif row.state == ExitState.PROPOSED and moved and agreed:
        row.chosen_class = row.chosen_reason = ""
