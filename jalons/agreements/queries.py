"""Places and persons of agreements: what is sold, who sits in them on a day, who was followed over a period (R-133).

Enrolments belong to a higher room: they are read as facts. Every count is made for all lines at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from jalons.agreements.models import AgreementLine
from jalons.facts.engines import PostgresExecutor
from jalons.indicators.caseload import Presence, held_on, presences
from jalons.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a line offers and what is used of it.

    ``occupied`` counts the places held at the close of the day, as pages and figures do: whoever exits that day has freed
    theirs (R-134). ``paused`` counts the enrolments in « veille », who hold none. ``followed`` counts different persons over
    the period: two persons may use one place in turn.
    """

    line: AgreementLine
    occupied: int
    paused: int
    followed: int

    @property
    def places(self) -> int:
        """Places held at once, by the line's last amendment."""
        return self.line.places

    @property
    def free(self) -> int:
        """Places free that day; negative when more persons sit than places were bought."""
        return self.line.places - self.occupied


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over lines: ``amount`` is in euros, None when no line of the group has a price."""

    label: str
    lines: int
    places: int
    persons_to_follow: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The total of some lines and its cuts; every cut adds up to the total."""

    overall: Total
    by_type: tuple[Total, ...]
    by_theme: tuple[Total, ...]
    by_dataset: tuple[Total, ...]


_USED = """
SELECT enrolment.line_id,
       COUNT(*) FILTER (WHERE enrolment.start_on <= $on AND (enrolment.end_on IS NULL OR enrolment.end_on >= $on)
                          AND pause.pause_id IS NOT NULL) AS paused,
       COUNT(DISTINCT enrolment.person_id) FILTER (
           WHERE enrolment.start_on <= $last AND (enrolment.end_on IS NULL OR enrolment.end_on >= $first)) AS followed
  FROM facts.enrolment AS enrolment
  LEFT JOIN facts.pause AS pause
    ON pause.enrolment_id = enrolment.enrolment_id
   AND pause.start_on <= $on AND (pause.end_on IS NULL OR pause.end_on >= $on)
   AND NOT EXISTS (SELECT 1 FROM facts.step AS step
                    WHERE step.enrolment_id = enrolment.enrolment_id AND step.state <> 'cancelled' AND step.started_on <= $on
                      AND CASE WHEN step.ended_on IS NULL THEN step.state = 'started' ELSE step.ended_on >= $on END)
 WHERE enrolment.line_id = ANY($lines)
 GROUP BY enrolment.line_id
"""

_TOTALS = """
SELECT grouping(line.printed_type, line.theme, agreement.dataset),
       coalesce(line.printed_type, line.theme, agreement.dataset, ''),
       count(*), coalesce(sum(line.places), 0), coalesce(sum(line.persons_to_follow), 0), sum(line.amount)
  FROM agreements_agreementline AS line
  JOIN agreements_agreement AS agreement ON agreement.id = line.agreement_id
 WHERE line.id = ANY(%s)
 GROUP BY GROUPING SETS ((line.printed_type), (line.theme), (agreement.dataset), ())
 ORDER BY 2
"""
_BY_TYPE, _BY_THEME, _BY_DATASET, _OVERALL = 0b011, 0b101, 0b110, 0b111  # a bit of grouping() is 1 when folded


def open_lines(authority_id: int, *, on: date, action_code: str | None = None) -> QuerySet[AgreementLine]:
    """Return the lines of an authority whose places can be used on that day, by organisation."""
    lines = AgreementLine.objects.filter(agreement__authority_id=authority_id, start_on__lte=on, end_on__gte=on)
    if action_code is not None:
        lines = lines.filter(action_code=action_code)
    return lines.select_related("agreement__organisation", "territory").order_by("agreement__organisation__name", "pk")


def capacities(lines: Iterable[AgreementLine], *, on: date, period: Period | None = None) -> list[Capacity]:
    """Return the capacity of each line on that day, in the order given, with the persons followed over ``period``.

    ``period`` is the year of ``on`` up to that day when left out. At most four queries whatever the number of lines,
    besides the one that reads the lines. A queryset should carry ``select_related`` for what the caller shows.
    """
    rows = list(lines)
    ids = [line.pk for line in rows]
    january = date(on.year, 1, 1)
    period = period or Period(january, on)
    engine = PostgresExecutor()
    here: dict[int, list[Presence]] = defaultdict(list)
    for one in presences(engine, line_ids=ids, first=january, last=on):
        here[one.line_id].append(one)
    used = engine.run(_USED, {"lines": ids, "on": on, "first": period.start, "last": period.end or date.max})
    by_line = {line_id: numbers for line_id, *numbers in used}
    return [Capacity(line, held_on(here[line.pk], on), *by_line.get(line.pk, (0, 0))) for line in rows]


def totals(lines: QuerySet[AgreementLine]) -> Totals:
    """Return the sums of these lines and their cuts by printed type, theme and dataset, in one grouped query (R-200)."""
    ids = list(lines.order_by().values_list("pk", flat=True))
    cuts: dict[int, list[Total]] = {_BY_TYPE: [], _BY_THEME: [], _BY_DATASET: [], _OVERALL: []}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, [ids])
        for cut, label, *numbers in cursor.fetchall():
            cuts[cut].append(Total(label, *numbers))
    overall = cuts[_OVERALL][0]
    return Totals(overall, tuple(cuts[_BY_TYPE]), tuple(cuts[_BY_THEME]), tuple(cuts[_BY_DATASET]))
