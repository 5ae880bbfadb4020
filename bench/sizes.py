"""How much each bench works on: ``full`` is what the goals speak of, ``medium`` a tenth of it or more, ``small`` is for CI,
``tiny`` only shows that it runs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of rows, and of units measured one by one (``…_sample``), whose time is extrapolated."""

    households: int
    households_sample: int
    enrolments: int
    enrolments_sample: int
    events: int
    organisations: int
    persons: int
    persons_before: int  # the smaller size at which the queries of the list are counted
    load_seconds: int
    runs: int
    letters: int


SIZES = {
    "full": Size(100_000, 1_000, 100_000, 1_000, 5_000_000, 100, 100_000, 2_000, 20, 3, 1_000),
    "medium": Size(20_000, 300, 20_000, 300, 1_000_000, 100, 20_000, 2_000, 10, 3, 1_000),
    "small": Size(2_000, 200, 2_000, 200, 50_000, 100, 2_000, 500, 4, 3, 100),
    "tiny": Size(150, 20, 150, 20, 1_000, 10, 200, 100, 1, 1, 60),
}
