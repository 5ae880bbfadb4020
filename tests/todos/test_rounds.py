"""The round of everybody's to-dos: progress, taken up after a kill, one at a time, again under new rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation, touch
from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.operations import adopt
from jalons.todos.models import Round, Todo
from jalons.todos.operations import go_round, refreshing, rounds
from jalons.todos.tasks import LINES, recount_lines, refresh_all
from tests.worlds import DAY, World

BEGAN = date(2020, 1, 2)


def busy(world: World, how_many: int = 6) -> World:
    raw = (CONTENT / "lyon_2020.yaml").read_bytes()
    adopt(raw=raw, file="lyon_2020.yaml", actor=world.system, on=BEGAN)
    for person in world.persons(how_many):
        world.enrolled(person, caseworker=world.caseworker)
    return world


@pytest.fixture
def small(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Six persons in batches of two."""
    monkeypatch.setattr(refreshing, "BATCH", 2)
    return busy(world)


def test_it_tells_its_progress_and_ends(small: World) -> None:
    told: list[tuple[int, int]] = []
    done = go_round(as_of=DAY, tell=lambda one: told.append((one.done, one.total)))
    assert told == [(2, 6), (4, 6), (6, 6)]
    assert done is not None
    assert done.finished_at is not None
    assert done.written > 0


def test_done_once_a_day(small: World) -> None:
    go_round(as_of=DAY)
    Todo.objects.all().delete()
    go_round(as_of=DAY)
    assert not Todo.objects.exists()
    assert Round.objects.count() == 1


class Killed(BaseException):
    """The process dies here."""


def test_killed_it_goes_on_after_the_last_batch_kept(small: World) -> None:
    def die(one: Round) -> None:
        if one.done == 4:
            raise Killed

    with pytest.raises(Killed):
        go_round(as_of=DAY, tell=die)
    half = Round.objects.get()
    assert (half.done, half.finished_at) == (4, None)
    seen: list[int] = []
    go_round(as_of=DAY, tell=lambda one: seen.append(one.done))
    assert seen == [6]
    whole = list(Todo.objects.order_by("pk").values_list("obligation_code", "person_id", "due_on"))
    again = refreshing.refresh(as_of=DAY)
    assert (again.written, again.deleted) == (0, 0)
    assert whole == list(Todo.objects.order_by("pk").values_list("obligation_code", "person_id", "due_on"))


def test_a_batch_half_done_is_not_kept(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    monkeypatch.setattr(rounds, "_note", die)
    Todo.objects.all().delete()
    with pytest.raises(Killed):
        go_round(as_of=DAY)
    assert not Todo.objects.exists()
    assert Round.objects.get().done == 0


def test_one_at_a_time(small: World) -> None:
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"], port=settings["PORT"] or None,
        password=settings["PASSWORD"] or None, autocommit=True,
    ) as other:  # fmt: skip
        other.execute("SELECT pg_advisory_lock(hashtext(%s))", [rounds._LOCK])
        assert go_round(as_of=DAY) is None
        assert not Round.objects.exists()
        other.execute("SELECT pg_advisory_unlock_all()")
    done = go_round(as_of=DAY)
    assert done is not None
    assert done.finished_at is not None


def test_new_rules_call_for_a_new_round(small: World) -> None:
    go_round(as_of=DAY)
    text = (CONTENT / "lyon_2020.yaml").read_text(encoding="utf-8")
    text = text.replace('version: "1"', 'version: "2"', 1).replace(
        "valid_from: 2020-01-01", "valid_from: 2020-09-01", 1
    )
    adopt(raw=text.encode(), file="lyon_2020.yaml", actor=small.system, on=date(2020, 8, 20))
    go_round(as_of=DAY)
    assert Round.objects.filter(day=DAY, finished_at__isnull=False).count() == 2
    assert set(Todo.objects.values_list("rulebook_version", flat=True)) >= {"2"}


def test_a_missed_night_is_made_up_for(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jalons.todos.tasks.today", lambda: DAY)
    refresh_all(timestamp=0)
    assert Round.objects.get().day == DAY
    monkeypatch.setattr("jalons.todos.tasks.today", lambda: date(2020, 10, 19))
    refresh_all(timestamp=0)
    assert Round.objects.filter(day=date(2020, 10, 19), finished_at__isnull=False).exists()


@pytest.fixture
def queue(committed_world: World) -> Iterator[None]:
    """The queue's tables are not Django's own: empty them by hand, what the making of the world asked included."""
    _empty()
    yield
    _empty()
    connections.close_all()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers CASCADE")


def waiting() -> int:
    return ProcrastinateJob.objects.filter(queueing_lock=LINES, status="todo").count()


def test_entries_ask_once_for_the_lines_after_their_commit(committed_world: World, queue: None) -> None:
    world = busy(committed_world, 3)
    assert waiting() == 1
    AgreementLine.objects.filter(pk=world.line.pk).update(fte="0.01")
    recount_lines()
    todo = Todo.objects.get(obligation_code="caseload_per_fte", subject_id=world.line.pk)
    assert todo.measured == 3


def test_what_moves_no_line_asks_for_nothing(committed_world: World, queue: None) -> None:
    @operation
    def write(*, actor: Any, on: date) -> None:
        touch(days={DAY})

    write(actor=committed_world.system, on=DAY)
    assert waiting() == 0


def test_a_write_taken_back_asks_for_nothing(committed_world: World, queue: None) -> None:
    @operation
    def write(*, actor: Any, on: date) -> None:
        touch(lines=True)
        raise Killed

    with pytest.raises(Killed):
        write(actor=committed_world.system, on=DAY)
    assert waiting() == 0
