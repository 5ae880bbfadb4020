"""All the obligations of all the shipped rulebooks: two engines against a loop over dossiers, and one dossier in its write."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

from bench import databases, timing
from bench.report import Line, count, seconds, tell
from bench.run import size_asked
from bench.sizes import SIZES, Size
from bench.world import TODAY, World, fill

# Everything an answer holds goes into the sums, so that no engine may leave a part of the work out.
SUMMED = """SELECT count(*), count(a.met_on), count(a.breached_on), count(a.suspended_from),
    count(a.suspended_to), count(a.person_id),
    coalesce(sum(a.measured), 0), coalesce(sum(a.required), 0), coalesce(sum(length(a.evidence)), 0),
    coalesce(sum(date_diff('day', date '2000-01-01', a.due_on)), 0) FROM ({text}) AS a"""


def main() -> None:
    """Fill, then measure each way of answering the same question."""
    django.setup()
    from jalons.facts.engines import DuckDBExecutor, PostgresExecutor
    from jalons.facts.snapshot import take_snapshot
    from jalons.network.operations import system_user
    from jalons.rulebooks.operations import load_shipped
    from jalons.rulebooks.queries import adopted

    size = SIZES[size_asked()]
    load_shipped(actor=system_user(), on=date(2020, 1, 1))
    books = adopted()
    with databases.bulk() as cursor:
        fill(cursor, World(size.enrolments, size.organisations, appointments=10, steps=2), books)
    databases.analyse()

    loop = _loop(books, size)
    per_dossier = loop / size.enrolments_sample
    one_by_one = per_dossier * size.enrolments
    taken = f"{size.enrolments_sample} dossiers par l’ORM, extrapolé : {seconds(one_by_one)}"
    asked = count(size.enrolments, "inscriptions")

    totals = []
    postgres = timing.median(
        lambda: totals.append(_in_batches(books, PostgresExecutor(), size.enrolments)), size.runs, warm=size.runs > 1
    )
    tell(_against_loop("obligations, PostgreSQL, par lots comme la nuit", asked, postgres, taken, one_by_one, 30))
    with tempfile.TemporaryDirectory(prefix="jalons-bench-facts-") as folder:
        export, taken_rows = timing.once(lambda: take_snapshot(Path(folder), at=datetime(2020, 10, 15, tzinfo=UTC)))
        tell(Line("  instantané Parquet (une fois)", count(taken_rows.rows, "lignes"), seconds(export)))
        with DuckDBExecutor.over_snapshot(Path(folder)) as engine:
            duck = timing.median(lambda: totals.append(_all(books, engine)), size.runs)
    tell(_against_loop("obligations, DuckDB sur instantané Parquet", asked, duck, taken, one_by_one, 200))
    if len(set(totals)) != 1:
        raise SystemExit(f"obligations: the engines disagree: {sorted(set(totals), key=str)}")
    tell(Line("  réponses, égales sur les deux moteurs", asked, count(int(totals[0][0]), "")))
    tell(Line("  mémoire de pointe du processus", asked, f"{timing.peak() / 1e6:.0f} Mo"))
    _stored(asked)
    _one_dossier(size, per_dossier)


def _against_loop(name: str, asked: str, value: float, taken: str, loop: float, goal: float) -> Line:
    return Line(name, asked, seconds(value), taken, loop / value, goal, "at least")


def _all(books: Sequence[Any], engine: Any) -> tuple[Decimal, ...]:
    """Answer everything inside the engine; return the sums over all shapes."""
    from jalons.rulebooks.engine import statements

    return _summed([engine.run(SUMMED.format(text=text), {"as_of": TODAY}).rows[0] for text in statements(books)])


def _in_batches(books: Sequence[Any], engine: Any, persons: int) -> tuple[Decimal, ...]:
    """The same as the nightly run asks it of PostgreSQL: so many persons at a time, joined by hash, then the agreement lines."""
    from jalons.rulebooks.engine import line_statements, statements
    from jalons.todos.operations import BATCH

    texts = [SUMMED.format(text=text) for text in statements(books, some_persons=True)]
    rows = []
    for first in range(1, persons + 1, BATCH):
        given = {"as_of": TODAY, "persons": list(range(first, min(first + BATCH, persons + 1)))}
        rows += [engine.run(text, given, bulk=True).rows[0] for text in texts]
    rows += [engine.run(SUMMED.format(text=text), {"as_of": TODAY}).rows[0] for text in line_statements(books)]
    return _summed(rows)


def _summed(rows: Sequence[Any]) -> tuple[Decimal, ...]:
    return tuple(sum((Decimal(row[place]) for row in rows), Decimal(0)) for place in range(len(rows[0])))


def _loop(books: Sequence[Any], size: Size) -> float:
    """The seconds of the sample, dossier by dossier: the ORM reads its rows, plain Python judges them."""
    from django.db import connection

    from jalons.pathways.models import Enrolment
    from jalons.rulebooks.oracle import evaluate

    judges = {action.code: book.only(action.code) for book in books for action in book.actions}
    step = max(1, size.enrolments // size.enrolments_sample)
    chosen = list(range(1, size.enrolments + 1, step))[: size.enrolments_sample]

    def work() -> int:
        found = 0
        for pk in chosen:
            enrolment = Enrolment.objects.select_related("line", "orientation", "person").get(pk=pk)
            found += len(evaluate([judges[enrolment.action_code]], _facts_of(enrolment), TODAY))
        return found

    took, _ = timing.once(work)
    connection.close()
    return took


def _facts_of(e: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of one dossier, read with the ORM, as the facts its obligations speak of."""
    from django.db.models import Q

    from jalons.agenda.models import Appointment
    from jalons.pathways.models import ClosureProposal, Contract, Exit, Job, Pause, Piece, Step
    from jalons.people.models import RightsAndDuties

    def rows(model: Any, key: str, *columns: str, where: Q) -> list[dict[str, Any]]:
        whose = {"enrolment_id": e.pk, "person_id": e.person_id}
        return [
            {key: row.pk, **whose, **{name: getattr(row, name) for name in columns}}
            for row in model.objects.filter(where)
        ]

    mine, person = Q(enrolment_id=e.pk), Q(person_id=e.person_id)
    dates = ("start_on", "end_on", "signed_on", "submitted_on", "validated_on")
    contracts = rows(Contract, "contract_id", "kind", "rank", "state", *dates, where=mine)
    for contract in contracts:
        valid = contract["validated_on"]
        contract["in_force_on"] = max(contract["start_on"], valid) if valid else None
    return {
        "enrolment": [
            {
                "enrolment_id": e.pk,
                "person_id": e.person_id,
                "line_id": e.line_id,
                "authority_id": e.authority_id,
                "organisation_id": e.organisation_id,
                "action_code": e.action_code,
                "start_on": e.start_on,
                "end_on": e.end_on,
                "oriented_on": e.orientation.decided_on,
            }
        ],
        "person": [
            {"person_id": e.person_id, "born_on": e.person.born_on, "disabled_worker": e.person.disabled_worker}
        ],
        "appointment": [
            {**row, "minutes": 40 if row["outcome"] == "held" else None}
            for row in rows(
                Appointment, "appointment_id", "organisation_id", "kind", "mode", "outcome", "on_date", where=person
            )
        ],
        "contract": contracts,
        "step": rows(Step, "step_id", "kind", "family", "state", "positioned_on", "started_on", "ended_on", where=mine),
        "job": rows(Job, "job_id", "contract_kind", "employer_kind", "start_on", "end_on", "ended_on", where=mine),
        "exit": [
            {**row, "exit_class": row["computed_class"]}
            for row in rows(Exit, "exit_id", "exited_on", "destination", "state", "computed_class", where=mine)
        ],
        "piece": rows(Piece, "piece_id", "kind", "dated_on", where=mine),
        "pause": rows(Pause, "pause_id", "start_on", "end_on", where=mine),
        "maintenance": rows(
            ClosureProposal, "maintenance_id", "decided_on", "until", where=mine & Q(state="maintained")
        ),
        "rights_and_duties": rows(RightsAndDuties, "period_id", "start_on", "end_on", where=person),
    }


def _stored(asked: str) -> None:
    """The nightly run: everything recomputed, the differences written."""
    from jalons.todos.operations import refresh

    first, changes = timing.once(lambda: refresh(as_of=TODAY))
    tell(
        Line(
            "  échéances recalculées et gardées, base vide",
            asked,
            seconds(first),
            count(changes.written, "échéances écrites"),
        )
    )
    databases.analyse()
    again, changes = timing.once(lambda: refresh(as_of=TODAY))
    tell(
        Line(
            "  les mêmes le lendemain, rien de changé",
            asked,
            seconds(again),
            count(changes.written, "échéances écrites"),
        )
    )


def _one_dossier(size: Size, per_dossier: float) -> None:
    from jalons.agenda.operations import record_held
    from jalons.network.models import User
    from jalons.pathways.models import Mandate
    from jalons.todos.operations import refresh

    mandates = list(Mandate.objects.filter(end_on__isnull=True).order_by("pk")[: min(50, size.enrolments_sample)])

    def each(work: Callable[[Mandate], object]) -> float:
        work(mandates[0])
        return statistics.median(timing.once(lambda one=mandate: work(one))[0] for mandate in mandates)  # type: ignore[misc]

    alone = each(lambda mandate: refresh(as_of=TODAY, person_ids=[mandate.person_id]))
    hour = datetime.combine(TODAY - timedelta(days=1), time(14), UTC)

    def write(mandate: Mandate) -> object:
        return record_held(
            actor=User.objects.get(pk=mandate.caseworker_id),
            on=TODAY,
            person_id=mandate.person_id,
            organisation_id=mandate.organisation_id,
            starts_at=hour,
            ends_at=hour + timedelta(minutes=45),
        )

    whole = each(write)
    loop = f"le même dossier par l’ORM : {seconds(per_dossier)}"
    asked = count(size.enrolments, "inscriptions")
    tell(
        Line("obligations d’un seul dossier, recalculées et gardées", asked, seconds(alone), loop, per_dossier / alone),
        Line("  l’écriture entière (« RDV fait ») qui les contient", asked, seconds(whole)),
    )


if __name__ == "__main__":
    main()
