"""Clocks and memory."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")
UNIT = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in


def once(work: Callable[[], R]) -> tuple[float, R]:
    """Return the seconds and the result of one run."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def median(work: Callable[[], object], runs: int, *, warm: bool = True) -> float:
    """Return the median seconds of ``runs``, after one that does not count."""
    if warm:
        work()
    return statistics.median(once(work)[0] for _ in range(runs))


def peak() -> int:
    """Return the largest resident memory this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def peak_of_children() -> int:
    """Return the largest resident memory of one child that has ended, in bytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * UNIT
