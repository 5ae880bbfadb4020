"""The demonstration's year: CAF files written, read back, and lived month after month up to « today »."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from jalons.exchange.caf.operations import import_file
from jalons.indicators.operations import refresh_cube
from jalons.kernel.periods import first_of_month, last_of_month, months_between
from jalons.network.models import Authority, User
from jalons.network.operations import system_user
from jalons.rulebooks.operations import load_shipped
from jalons.simulation.caf_files import file_name, write_daily, write_monthly
from jalons.simulation.cast import Cast, hire
from jalons.simulation.furnishing import furnish
from jalons.simulation.models import DemoState
from jalons.simulation.months import Year, decide_and_live, lines_by_kind, team_sizes
from jalons.simulation.reports import receive_reports
from jalons.simulation.scene import Span
from jalons.simulation.setting import YEAR, set_the_stage
from jalons.todos import operations as todos

FIRST_FILE = date(2019, 12, 31)  # the stock on the eve of the agreements
FILE_DAY, ORIENTATION_DAY = 5, 12  # days of the month on which the file comes and decisions are taken
FIRST_SHARE, USUAL_SHARE = 0.45, 0.6  # of the persons to orient, decided each month
UNREADABLE_PER_THOUSAND = 2  # households the screens of refusals have something to show with
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate: size, seed, « today », and where the files go."""

    people: int
    seed: int
    today: date
    folder: Path


class OtherDemo(RuntimeError):
    """The database already holds a demonstration of another size or seed."""


def run(plan: Plan, tell: Step) -> DemoState:
    """Live the year up to ``plan.today``; go on where a killed run stopped; do nothing when it is finished.

    ``tell(what, done, total)`` is called as the work goes. Raises OtherDemo when the database holds another one.
    """
    actor = system_user()
    state = _state(plan)
    if state.finished:
        return state
    tell("Cadres et conventions", 0, 1)
    load_shipped(actor=actor, on=YEAR[0])
    authority = set_the_stage(actor=actor, on=YEAR[0])
    lines = lines_by_kind(authority, on=YEAR[0], persons=plan.people)
    cast = hire(
        actor=actor, on=YEAR[0], authority=authority, teams=team_sizes(lines, persons=plan.people), since=YEAR[0]
    )
    tell("Cadres et conventions", 1, 1)
    months = list(months_between(YEAR[0], plan.today))
    for rank, month in enumerate(months):
        span = Span(month, min(last_of_month(month), plan.today))
        if state.lived_through is None or state.lived_through < span.last:
            _live_month(plan, state, authority, cast, actor, span, lines, tell)
        tell("Mois vécus", rank + 1, len(months))
    tell("Échéances et chiffres", 0, 1)
    todos.refresh(as_of=plan.today)  # what comes with the day and not with a write: breaches, caseloads
    refresh_cube(until=plan.today)
    tell("Échéances et chiffres", 1, 1)
    state.finished = True
    state.save(update_fields=["finished"])
    return state


def _state(plan: Plan) -> DemoState:
    state = DemoState.objects.first() or DemoState.objects.create(people=plan.people, seed=plan.seed)
    if (state.people, state.seed) != (plan.people, plan.seed):
        raise OtherDemo(
            f"Cette base contient déjà une démonstration de {state.people} personnes (graine {state.seed}). "
            f"Relancez-la telle quelle, ou prenez un autre dossier de données (JALONS_DATA)."
        )
    return state


def _live_month(
    plan: Plan,
    state: DemoState,
    authority: Authority,
    cast: Cast,
    actor: User,
    span: Span,
    lines: dict[str, list[int]],
    tell: Step,
) -> None:
    previous = span.first - timedelta(days=1)
    _import(plan, authority, actor, "M", previous, span.first + timedelta(days=FILE_DAY - 1), tell)
    decided = min(span.first + timedelta(days=ORIENTATION_DAY - 1), span.last)
    first = previous == FIRST_FILE
    with transaction.atomic():
        decide_and_live(
            actor=actor,
            on=span.last,
            decided_on=decided,
            share=FIRST_SHARE if first else USUAL_SHARE,
            lines=lines,
            year=Year(authority, plan.today, plan.seed, cast),
            span=span,
        )
        receive_reports(actor=actor, on=span.last, span=span, seed=plan.seed)
        if span.last == plan.today:
            furnish(actor=actor, on=span.last, authority=authority, cast=cast)
        state.lived_through = span.last
        state.save(update_fields=["lived_through"])
    if span.last == plan.today != last_of_month(plan.today):
        _import(plan, authority, actor, "I", plan.today - timedelta(days=1), plan.today, tell)


def _import(plan: Plan, authority: Authority, actor: User, kind: str, day: date, on: date, tell: Step) -> None:
    """Write a file as the CAF does, then read it as an authority does. The same file again changes nothing."""
    path = plan.folder / file_name(kind, on)
    if not path.exists():
        written = path.with_suffix(".part")
        if kind == "M":
            write_monthly(
                written,
                day=day,
                people=plan.people,
                start=FIRST_FILE,
                seed=plan.seed,
                unreadable=UNREADABLE_PER_THOUSAND,
            )
        else:
            write_daily(
                written, day=day, people=plan.people, start=FIRST_FILE, seed=plan.seed, since=first_of_month(day)
            )
        written.rename(path)
    tell(f"Fichier CAF du {on:%d/%m/%Y}", 0, 1)
    import_file(actor=actor, on=on, authority=authority, path=path)
    tell(f"Fichier CAF du {on:%d/%m/%Y}", 1, 1)
