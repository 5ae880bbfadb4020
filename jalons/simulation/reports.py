"""The monthly reports of operators, where the rulebook asks for them: most come before the day it says, some late, some never."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache

from jalons.agreements.models import AgreementLine, Report, ReportKind
from jalons.agreements.operations import record_report
from jalons.kernel.operation import operation
from jalons.kernel.periods import first_of_month
from jalons.network.models import User
from jalons.rulebooks.queries import rulebook_of
from jalons.rulebooks.schema.shapes import DeadlineAfterEvent
from jalons.simulation.scene import Span

ON_TIME, LATE = (3, 10), (11, 20)  # days of the month that follows the one reported
SENT_ON_TIME, SENT_LATE = 0.8, 0.15


@operation
def receive_reports(*, actor: User, on: date, span: Span, seed: int) -> int:
    """Note the reports received during the span about the month before; return how many."""
    month = first_of_month(span.first - timedelta(days=1))
    known = set(Report.objects.filter(kind=ReportKind.MONTHLY, period_start=month).values_list("line_id", flat=True))
    count = 0
    for line in AgreementLine.objects.filter(start_on__lte=month, end_on__gte=month).order_by("pk"):
        day = _received(line, span, seed)
        if day in span and line.pk not in known and _asked(line.action_code, month):
            record_report(actor=actor, on=on, line_id=line.pk, kind=ReportKind.MONTHLY, period=month, received_on=day)
            count += 1
    return count


def _received(line: AgreementLine, span: Span, seed: int) -> date | None:
    rng = random.Random(f"{seed}/report/{line.pk}/{span.first}")
    draw = rng.random()
    if draw > SENT_ON_TIME + SENT_LATE:
        return None
    return span.first.replace(day=rng.randint(*(ON_TIME if draw < SENT_ON_TIME else LATE)))


@cache
def _asked(action_code: str, on: date) -> bool:
    rulebook = rulebook_of(action_code, on=on)
    return any(
        isinstance(one, DeadlineAfterEvent) and one.starts_from == "period_end"
        for one in (rulebook.obligations_of(action_code) if rulebook else ())
    )
