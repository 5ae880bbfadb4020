"""Small counts of a simulation stay hidden, and cannot be found again from what is shown (R-166)."""

from __future__ import annotations

import pytest

from jalons.todos.comparison.masking import hidden_counts, hidden_rows
from jalons.todos.comparison.simulation import Row

pytestmark = pytest.mark.req("R-166")
LARGE = {"answers_before": 60, "answers_after": 60, "late_before": 20, "late_after": 30, "changed": 40, "earlier": 40}


def row(**given: int) -> Row:
    return Row(**{"later": 0, "moved_days": -400, **LARGE, **given})


def test_a_row_with_one_small_count_is_hidden_whole() -> None:
    rows = {"a": row(later=4), "b": row(), "c": row(changed=30), "d": row(late_before=2)}
    assert hidden_rows(rows, dict.fromkeys(rows, 10), 5) == {"a", "d"}


def test_a_small_difference_of_two_shown_counts_is_hidden() -> None:
    rows = {"a": row(late_after=21), "b": row(late_before=57), "c": row()}
    assert hidden_rows(rows, dict.fromkeys(rows, 10), 5) == {"a", "b"}


def test_a_single_hidden_row_takes_the_next_smallest_with_it() -> None:
    rows = {"a": row(), "b": row(changed=30), "c": row()}
    assert hidden_rows(rows, {"a": 3, "b": 10, "c": 10}, 5) == {"a", "b"}
    assert hidden_rows({"a": row()}, {"a": 3}, 5) == {"a"}


def test_counts_of_a_table_with_a_total() -> None:
    assert hidden_counts({"a": 2, "b": 9, "c": 30, "d": 0}, 5) == {"a", "b"}
    assert hidden_counts({"a": 2, "b": 3, "c": 30}, 5) == {"a", "b"}
    assert hidden_counts({"a": 7, "b": 9}, 5) == frozenset()


def test_who_may_open_the_files_sees_all() -> None:
    assert hidden_rows({"a": row(later=1)}, {"a": 1}, 0) == frozenset()
