"""What a table can be refused for: as a whole, or one value of one row."""

from __future__ import annotations


class TableRefused(Exception):
    """The whole file cannot be read: nothing is imported. The sentence says what is wrong and what to do."""


class ValueRefused(Exception):
    """One value cannot be taken. The sentence says what to write instead; the caller adds row and column."""
