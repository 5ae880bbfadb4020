"""What a contract is made of: a table, its columns and their types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["id", "text", "int", "decimal", "bool", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a fact table: ``meaning`` is a sentence, ``source`` the requirements that ask for it."""

    name: str
    type: ColumnType
    meaning: str
    nullable: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One fact table: a row is ``row``, ``key`` names it, ``partition`` is the date that cuts the Parquet files."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partition: str | None = None

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raise ``KeyError`` naming the columns that exist."""
        for column in self.columns:
            if column.name == name:
                return column
        known = ", ".join(column.name for column in self.columns)
        raise KeyError(f"facts.{self.name} has no column {name!r}; it has: {known}")


def id_(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "id", meaning, nullable, source)


def text(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "text", meaning, nullable, source)


def date_(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "date", meaning, nullable, source)


def int_(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "int", meaning, nullable, source)


def decimal_(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "decimal", meaning, nullable, source)


def bool_(name: str, meaning: str, *, nullable: bool = False, source: str = "") -> Column:
    return Column(name, "bool", meaning, nullable, source)


PERSON_ID = id_("person_id", "the person")
ENROLMENT_ID = id_("enrolment_id", "the enrolment it belongs to")
START = date_("start_on", "first day, included")
END = date_("end_on", "last day, included; empty while it runs", nullable=True)
