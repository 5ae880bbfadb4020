"""A reform tried on the caseload: what is told is what one reckons by hand, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from django.db import InternalError, connection

from jalons.facts.engines import DuckDBExecutor, Executor, PostgresExecutor
from jalons.facts.snapshot import take_snapshot
from jalons.kernel.refusals import Refusal
from jalons.rulebooks.obligations.answers import state
from jalons.rulebooks.queries import adopted
from jalons.todos.comparison.caseload import Question, changes, page_of_changes, read_only
from jalons.todos.comparison.exits import exit_changes
from jalons.todos.comparison.reform import reform
from jalons.todos.comparison.simulation import Simulation, simulate
from jalons.todos.comparison.statement import STATE
from jalons.todos.models import Todo
from tests.todos.reform_cases import TODAY, Cases, book, lived
from tests.todos.reform_files import current, proposed
from tests.worlds import ACTION, World

CONTRACT, SIX_MONTHS, INTERVIEW = "contract_after_orientation", "six_month_check", "first_interview"


@pytest.fixture
def cases(world: World) -> Cases:
    return lived(world)


def asked(question: Question, executor: Executor | None = None) -> Simulation:
    with read_only():
        return simulate(question, executor or PostgresExecutor())


@pytest.mark.req("R-001")
def test_a_shorter_delay_makes_late_and_moves_deadlines(cases: Cases) -> None:
    found = {(one.obligation_code, one.person_id): one for one in changes(cases.question(), PostgresExecutor())}
    recent = found[CONTRACT, cases.recent.person_id]
    assert (recent.state_before, recent.state_after) == ("coming", "late")
    assert (recent.due_before, recent.due_after, recent.moved) == (date(2020, 11, 1), date(2020, 10, 1), -31)
    old = found[CONTRACT, cases.old.person_id]
    assert (old.state_before, old.state_after, old.moved) == ("late", "late", -31)
    signed = found[CONTRACT, cases.signed.person_id]
    assert (signed.state_before, signed.state_after) == ("met", "met_late")


def test_obligations_appear_and_disappear(cases: Cases) -> None:
    rows = asked(cases.question()).by_obligation()
    new, gone = rows[ACTION, INTERVIEW], rows[ACTION, SIX_MONTHS]
    assert (new.appeared, new.answers_after, new.late_after) == (True, 3, 2)
    assert (gone.gone, gone.answers_before, gone.late_before) == (True, 3, 1)
    contract = rows[ACTION, CONTRACT]
    assert (contract.answers_before, contract.answers_after) == (3, 3)
    assert (contract.late_before, contract.late_after, contract.earlier, contract.later) == (1, 2, 3, 0)
    assert contract.mean_move == pytest.approx(-31)


def test_totals_by_state_by_organisation_and_by_person(cases: Cases) -> None:
    result = asked(cases.question())
    assert result.transitions()["coming", "late"] == 1
    assert result.transitions()["", "late"] == 2
    assert result.states() == {"coming": (2, 0), "late": (2, 4), "met": (2, 1), "met_late": (0, 1)}
    assert result.counted.persons == result.counted.asked == 3
    assert result.counted.persons_by_organisation == {cases.world.house.pk: 3}
    assert result.counted.persons_by_obligation[ACTION, CONTRACT] == 3


def test_from_a_date_what_began_before_keeps_its_rules(cases: Cases) -> None:
    found = list(changes(cases.question(from_on=date(2020, 7, 1)), PostgresExecutor()))
    assert {one.person_id for one in found} == {cases.recent.person_id}
    assert {one.obligation_code for one in found} == {CONTRACT, SIX_MONTHS, INTERVIEW}


@pytest.mark.req("R-122")
def test_exits_that_change_class(cases: Cases) -> None:
    (found,) = exit_changes(cases.question(), PostgresExecutor())
    assert asked(cases.question()).exits == {(ACTION, "Emploi durable", "Autre sortie"): 1}
    assert (found.person_id, found.label_before, found.label_after) == (
        cases.signed.person_id,
        "Emploi durable",
        "Autre sortie",
    )
    assert found.citation == ("article 7",)
    assert asked(cases.question(from_on=date(2020, 10, 1))).exits == {}


@pytest.mark.req("R-001")
def test_the_same_rules_change_no_exit_of_who_entered_under_a_version_that_has_ended(cases: Cases) -> None:
    ended = book(current().replace("valid_from: 2020-01-01", "valid_from: 2020-01-01\n  valid_to: 2020-08-31"))
    same = book(current().replace('version: "1"', 'version: "2"'))
    for from_on in (None, date(2020, 9, 1)):  # the exit is of 30 September
        question = Question(reform(same, [ended], from_on=from_on), TODAY, cases.world.authority.pk)
        assert list(exit_changes(question, PostgresExecutor())) == []
    question = Question(reform(book(proposed()), [ended]), TODAY, cases.world.authority.pk)
    (found,) = exit_changes(question, PostgresExecutor())
    assert (found.class_before, found.class_after) == ("durable", "other")


@pytest.mark.req("R-193")
def test_amounts_before_and_after(cases: Cases) -> None:
    result = asked(cases.question())
    (line,) = [one for one in result.lines if one.action_code == ACTION]
    assert (line.places, line.before.euros, line.after.euros) == (20, Decimal(10_000), Decimal(12_000))
    assert (result.amounts.before, result.amounts.after) == (Decimal(10_000), Decimal(12_000))
    (kept,) = asked(cases.question(from_on=date(2020, 7, 1))).lines
    assert kept.difference == 0, "a line that began before keeps its price"


@pytest.mark.req("R-194")
def test_a_part_of_a_year_is_paid_in_part(cases: Cases) -> None:
    """From 1 July 2020 to the end of the year, 10 places of 100: half of 5 000 €, then half of 6 000 €, by months."""
    cases.world.place(places=10, start_on=date(2020, 7, 1))
    by_months = '    funding: {part_of_year: months, rounding: cent, citation: "article 9", basis: stated}\n    price:'
    sides = [book(text().replace("    price:", by_months)) for text in (current, proposed)]
    lines = asked(Question(reform(sides[1], sides[:1]), TODAY)).lines
    (late,) = [one for one in lines if one.places == 10]
    assert (late.before.euros, late.after.euros) == (Decimal(2_500), Decimal(3_000))


RATIO = """  - code: caseload
    shape: ratio
    label: "Personnes par place"
    per: places
    at_most: {at_most}
    do: "Revoir le nombre de personnes"
    why: "Pas trop de personnes par place."
    citation: "article 6"
    basis: stated
"""


def test_what_speaks_of_agreement_lines_is_compared_too(cases: Cases) -> None:
    """Three persons present for 20 places: fine for one person a place, too many for 0.05."""
    sides = [book(current() + RATIO.format(at_most=most)) for most in ("1", "0.05")]
    question = Question(reform(sides[1], sides[:1]), TODAY, cases.world.authority.pk)
    (change,) = changes(question, PostgresExecutor())
    assert (change.subject_kind, change.subject_id, change.person_id) == ("agreement_line", cases.world.line.pk, None)
    assert (change.state_before, change.state_after) == ("met", "breached")
    assert asked(question).by_obligation()[ACTION, "caseload"].late_after == 1


def test_a_reform_that_asks_nothing_more_is_told(cases: Cases) -> None:
    bare = book(proposed().partition("obligations:")[0])
    result = asked(Question(reform(bare, adopted()), TODAY))
    assert result.states() == {"coming": (2, 0), "late": (2, 0), "met": (2, 0)}
    assert all(row.gone for row in result.by_obligation().values())


@pytest.mark.req("R-001")
def test_versions_side_by_side_are_replaced_together(cases: Cases) -> None:
    """From July a second version asks for one month already: only what began before moves."""
    second = current().replace('version: "1"', 'version: "1b"').replace("2020-01-01", "2020-07-01")
    second = second.replace("count: 2, unit: months", "count: 1, unit: months")
    versions = [
        book(current().replace("valid_from: 2020-01-01", "valid_from: 2020-01-01\n  valid_to: 2020-06-30")),
        book(second),
    ]
    tried = reform(book(proposed()), versions)
    assert [one.version for one in tried.before] == ["1", "1b"]
    assert (tried.after[0].framework.valid_from, tried.after[0].framework.valid_to) == (date(2020, 1, 1), None)
    found = [one for one in changes(Question(tried, TODAY), PostgresExecutor()) if one.obligation_code == CONTRACT]
    assert {one.person_id for one in found} == {cases.old.person_id, cases.signed.person_id}


@pytest.mark.req("R-139")
def test_targets_before_and_after(cases: Cases) -> None:
    (goal,) = asked(cases.question()).goals
    assert goal.before is not None
    assert goal.after is not None
    assert (goal.before.threshold, goal.after.threshold) == (Decimal(95), Decimal(4))
    assert goal.changed
    assert goal.value is not None
    assert (goal.reached(goal.before), goal.reached(goal.after)) == (False, True)


def test_nothing_can_be_written_meanwhile(cases: Cases) -> None:
    with pytest.raises(InternalError, match="read-only transaction"), read_only():
        Todo.objects.all().delete()


def test_nothing_is_written(cases: Cases) -> None:
    before = list(Todo.objects.order_by("pk").values())
    asked(cases.question())
    assert list(Todo.objects.order_by("pk").values()) == before
    assert len(adopted()) == 1


def test_a_snapshot_gives_the_same(committed_world: World, tmp_path: Path) -> None:
    cases = lived(committed_world)
    live = asked(cases.question())
    take_snapshot(tmp_path, at=datetime(2020, 10, 15, tzinfo=UTC))
    with DuckDBExecutor.over_snapshot(tmp_path) as engine:
        columnar = simulate(cases.question(), engine)
        listed = sorted(changes(cases.question(), engine), key=str)
    assert columnar.counted == live.counted
    assert columnar.exits == live.exits
    assert columnar.lines == live.lines
    assert [one.value for one in columnar.goals] == [one.value for one in live.goals]
    assert listed == sorted(changes(cases.question(), PostgresExecutor()), key=str)


def test_what_both_ask_alike_is_counted_on_both_sides(cases: Cases) -> None:
    """Only the price and the words change: no answer moves, and all are still counted."""
    reworded = current().replace("50000", "60000").replace("Point à six mois", "Bilan du semestre")
    question = Question(reform(book(reworded), adopted()), TODAY)
    result = asked(question)
    assert list(changes(question, PostgresExecutor())) == []
    assert result.counted.persons == 0
    assert result.states() == {"coming": (2, 2), "late": (2, 2), "met": (2, 2)}
    assert result.amounts.after == 12_000


def test_pages_hold_the_persons_given_and_no_other(cases: Cases) -> None:
    persons = [cases.recent.person_id, cases.old.person_id]
    with read_only():
        first, total = page_of_changes(cases.question(), PostgresExecutor(), persons=persons, size=4)
        rest, _ = page_of_changes(cases.question(), PostgresExecutor(), persons=persons, size=4, skip=4)
        late, _ = page_of_changes(cases.question(), PostgresExecutor(), persons=persons, size=9, kind="late")
    assert total == 6
    assert (len(first), len(rest)) == (4, 2)
    assert {one.person_id for one in (*first, *rest)} == set(persons)
    assert {(one.obligation_code, one.person_id) for one in late} == {
        (CONTRACT, cases.recent.person_id),
        (INTERVIEW, cases.recent.person_id),
        (INTERVIEW, cases.old.person_id),
    }


def test_a_neighbouring_authority_is_not_counted(cases: Cases) -> None:
    theirs = Question(cases.question().reform, TODAY, cases.world.neighbour_authority.pk)
    result = asked(theirs)
    assert (result.counted.asked, result.counted.cells, result.exits, result.lines) == (0, [], {}, ())


def test_a_reform_of_other_actions_is_refused(cases: Cases) -> None:
    foreign = book(proposed().replace(ACTION, "autre_action"))
    with pytest.raises(Refusal, match="ne décrit aucune action"):
        reform(foreign, adopted())


DAYS = (None, date(2020, 10, 14), TODAY, date(2020, 10, 16))


def test_the_state_of_an_answer_is_the_same_in_sql(db: None) -> None:
    """Every combination of dates before, on and after the day, on both engines, as ``answers.state`` says."""
    names = ("due_on", "met_on", "breached_on", "suspended_from", "suspended_to")
    combinations = list(product(DAYS, repeat=len(names)))
    expected = [state(TODAY, **dict(zip(names, dates, strict=True))) for dates in combinations]
    rows = ", ".join(
        f"({rank}, {', '.join('NULL' if day is None else repr(str(day)) for day in dates)})"
        for rank, dates in enumerate(combinations)
    )
    casts = ", ".join(f"CAST(v.{name} AS DATE) AS {name}" for name in names)
    text = (
        f"WITH v(rank, {', '.join(names)}) AS (VALUES {rows}), a AS (SELECT v.rank, {casts} FROM v) "
        f"SELECT {STATE} AS state FROM a ORDER BY a.rank"
    )
    for engine in _engines():
        assert [row[0] for row in engine.run(text, {"as_of": TODAY})] == expected, engine.name


def _engines() -> Iterator[Executor]:
    assert connection.vendor == "postgresql"
    yield PostgresExecutor()
    with DuckDBExecutor.over_rows({}) as engine:
        yield engine
