"""Jobs done later or at fixed hours, kept in the same database: a job exists if and only if its fact does.

A thin front over procrastinate, shaped like Django's own tasks so that the standard can replace it. Rooms declare
their jobs in `tasks.py`, which the worker imports by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, ParamSpec, TypeVar

import procrastinate
from django.db import connections, transaction
from procrastinate.contrib.django import app

P = ParamSpec("P")
R = TypeVar("R")

# Waits 10 s, 100 s, 1 000 s: a partner's short outage passes, a lasting one is seen within the half-hour.
DEFAULT_RETRY = procrastinate.RetryStrategy(max_attempts=3, exponential_wait=10)


class Job(Generic[P, R]):
    """A function that may be called at once, as any function, or put in the queue."""

    def __init__(self, function: Callable[P, R], task: Any) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._task = task

    @property
    def name(self) -> str:
        """The stable name kept in the queue."""
        return str(self._task.name)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._function(*args, **kwargs)

    def enqueue(
        self,
        *,
        at: datetime | None = None,
        after_seconds: int | None = None,
        lock: str | None = None,
        once: str | None = None,
        **kwargs: Any,
    ) -> int:
        """Put a call in the queue, in the running transaction, and return its number.

        Arguments are JSON values: ids, never personal data. `at` waits for an instant, `after_seconds` for a while; two jobs
        of the same `lock` never run together; a second one of the same `once` still waiting is not added (the running
        transaction is then kept whole and 0 is returned).
        """
        wait = {} if after_seconds is None else {"schedule_in": {"seconds": after_seconds}}
        configured = self._task.configure(schedule_at=at, lock=lock, queueing_lock=once, **wait)
        if once is None:
            return int(configured.defer(**kwargs))
        if _is_waiting(once):
            return 0
        try:
            with transaction.atomic():
                return int(configured.defer(**kwargs))
        except procrastinate.exceptions.AlreadyEnqueued:  # another transaction added it between the look and the write
            return 0


def job(
    *, queue: str = "default", cron: str | None = None, retry: procrastinate.RetryStrategy = DEFAULT_RETRY
) -> Callable[[Callable[P, R]], Job[P, R]]:
    """Make a function a job. `cron` (five fields, UTC) runs it by itself; it then receives `timestamp`, in seconds."""

    def decorate(function: Callable[P, R]) -> Job[P, R]:
        @functools.wraps(function)
        def work(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            finally:
                connections.close_all()  # the worker's threads come and go: none leaves a connection behind

        task: Any = app.task(name=f"{function.__module__}.{function.__qualname__}", queue=queue, retry=retry)(work)
        if cron is not None:
            task = app.periodic(cron=cron)(task)
        return Job(function, task)

    return decorate


def run_worker(*, concurrency: int = 2, wait: bool = True) -> None:
    """Do the jobs of the queue; `wait=False` returns when the queue is empty (tests, end of the demo)."""
    connector: Any = app.connector  # Django's, which knows how to make the worker's own connection
    with app.replace_connector(connector.get_worker_connector()):
        app.run_worker(concurrency=concurrency, wait=wait, install_signal_handlers=wait, delete_jobs="successful")


def _is_waiting(once: str) -> bool:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(queueing_lock=once, status="todo").exists()
