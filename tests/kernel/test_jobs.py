"""A job exists if and only if its fact does, and the worker does it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from jalons.kernel.jobs import job, run_worker

done: list[int] = []


@job()
def remember(*, number: int) -> None:
    """Keep a number, or fail on 13."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("jalons_app",)
    done.append(number)


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    """The queue's tables are not Django's own: empty them by hand, also of what a browser's test asked for before."""
    done.clear()
    _empty()
    yield
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers CASCADE")


def _drain() -> None:
    """Do what is waiting, and leave no connection behind in this thread."""
    try:
        run_worker(wait=False)
    finally:
        connections.close_all()


def test_a_job_may_be_called_as_any_function(db: None) -> None:
    done.clear()
    remember(number=3)
    assert done == [3]


@pytest.mark.usefixtures("empty_queue")
def test_a_job_disappears_with_the_transaction_that_asked_for_it() -> None:
    with transaction.atomic():
        remember.enqueue(number=1)
        assert ProcrastinateJob.objects.count() == 1
        transaction.set_rollback(True)
    assert ProcrastinateJob.objects.count() == 0


@pytest.mark.usefixtures("empty_queue")
def test_the_worker_does_what_is_waiting_once() -> None:
    remember.enqueue(number=7)
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's tests keep an event loop in this thread
        elsewhere.submit(_drain).result(60)
        elsewhere.submit(_drain).result(60)
    assert done == [7]


@pytest.mark.usefixtures("empty_queue")
def test_the_same_job_still_waiting_is_not_added_twice() -> None:
    with transaction.atomic():
        assert remember.enqueue(number=1, once="nightly") > 0
        assert remember.enqueue(number=1, once="nightly") == 0
        assert ProcrastinateJob.objects.count() == 1
