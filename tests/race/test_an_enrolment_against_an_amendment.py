"""An enrolment and an amendment of its line at the same time: whichever comes second is refused, none is left outside."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections, transaction

from jalons.agreements.models import AgreementLine
from jalons.agreements.operations import amend_line
from jalons.kernel.refusals import Refusal
from jalons.pathways.models import Enrolment
from jalons.pathways.operations import enrol
from tests.worlds import World

LATE = date(2020, 11, 2)
SHORTENED = date(2020, 10, 31)


def codes(work) -> str:
    """Run ``work``; return the code of its refusal, empty when it went through."""
    try:
        work()
    except Refusal as refusal:
        return refusal.code
    finally:
        connections.close_all()
    return ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["enrolment", "amendment"])
def test_the_second_waits_for_the_first_then_is_refused(committed_world: World, first: str):
    world = committed_world
    orientation = world.oriented(on=date(2020, 10, 1))
    head, officer = world.orientation_officer, world.steering_officer

    def enters() -> None:
        enrol(actor=head, on=LATE, person_id=orientation.person_id, line_id=world.line.pk, start_on=LATE)

    def shortens() -> None:
        amend_line(actor=officer, on=LATE, line_id=world.line.pk, end_on=SHORTENED, reason="Fin anticipée")

    before, after = (enters, shortens) if first == "enrolment" else (shortens, enters)
    written, may_commit = threading.Event(), threading.Event()

    def holds() -> None:
        with transaction.atomic():
            before()
            written.set()
            may_commit.wait(timeout=30)

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(codes, holds)
        assert written.wait(timeout=30)
        waiting = pool.submit(codes, after)
        while not _somebody_waits():
            assert not waiting.done(), "the second did not wait for the first"
        may_commit.set()
        refused = {"enrolment": "line_keeps_enrolments", "amendment": "enrolment_within_line"}[first]
        assert (holding.result(), waiting.result()) == ("", refused)
    line = AgreementLine.objects.get(pk=world.line.pk)
    assert not Enrolment.objects.filter(line=line, start_on__gt=line.end_on).exists()


def _somebody_waits() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
