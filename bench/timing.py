"""Clocks and memory."""

from __future__ import annotations

import contextlib
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
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


class Memory:
    """Samples what this process and its children hold together, shared pages counted once; where `/proc` tells (Linux).

    ``peak`` is 0 elsewhere.
    """

    EVERY = 0.2  # seconds

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self.EVERY):
            self.peak = max(self.peak, sum(_held(pid) for pid in ["self", *_children()]))


def _children() -> list[str]:
    found: list[str] = []
    for file in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += file.read_text().split()
    return found


def _held(pid: str) -> int:
    """Proportional set size of a process in bytes; 0 when it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
