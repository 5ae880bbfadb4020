"""A large table is taken, and taken back, in the background, its page saying where it is; pages cost the same at any size."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from jalons.exchange.spreadsheets.models import MoveState
from jalons.exchange.spreadsheets.moving.operations import start_taking, take_batch
from jalons.exchange.spreadsheets.tasks import take_table, undo_table
from jalons.pathways.models import Enrolment
from jalons.sites.steering.views import moving
from tests.exchange.spreadsheets.moving.tables import bring, csv_table
from tests.worlds import DAY, World

ROWS = tuple(f"Nom{chr(97 + n)};Zoé;12/03/{1950 + n};03/02/2020;Anne Roux" for n in range(8))


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.data_officer)
    return client


def test_it_is_taken_by_the_worker_and_shown_on_its_way(
    world: World, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 0)
    move = bring(world, csv_table(*ROWS))
    page = reverse("steering:moving", args=[move.key])
    officer.post(reverse("steering:moving_take", args=[move.key]))
    job = ProcrastinateJob.objects.get(task_name__endswith="take_table")
    assert set(job.args) == {"move_id", "user_id", "on"}, "no personal data in the queue"
    assert "Import en cours" in officer.get(page).content.decode()
    take_table(**job.args)
    move.refresh_from_db()
    assert (move.state, Enrolment.objects.count()) == (MoveState.DONE, 8)
    officer.post(reverse("steering:moving_undo", args=[move.key]))
    undo_table(**ProcrastinateJob.objects.get(task_name__endswith="undo_table").args)
    assert Enrolment.objects.count() == 0
    assert "Reprise annulée" in officer.get(page).content.decode()


def test_a_worker_killed_half_way_is_replaced_by_another(world: World, officer: Client) -> None:
    move = bring(world, csv_table(*ROWS))
    start_taking(actor=world.data_officer, on=DAY, move_id=move.pk)
    take_batch(actor=world.data_officer, on=DAY, move_id=move.pk, limit=3)
    text = officer.get(reverse("steering:moving", args=[move.key])).content.decode()
    assert "Relancer" in text
    assert "3 sur 8" in text
    officer.post(reverse("steering:moving_take", args=[move.key]))
    assert Enrolment.objects.count() == 8


def test_its_pages_cost_the_same_for_more_rows(world: World, officer: Client) -> None:
    def cost(name: str, rows: tuple[str, ...], page: str, *arguments: object) -> int:
        move = bring(world, csv_table(*rows), name=name)
        with CaptureQueriesContext(connection) as seen:
            assert officer.get(reverse(page, args=[move.key, *arguments])).status_code == 200
        return len(seen)

    for page, arguments in (
        ("steering:moving", ()),
        ("steering:moving_columns", ()),
        ("steering:moving_words", ()),
        ("steering:moving_row", (2,)),
    ):
        few, many = cost("Petit", ROWS[:2], page, *arguments), cost("Grand", ROWS, page, *arguments)
        assert few == many <= 25, page
