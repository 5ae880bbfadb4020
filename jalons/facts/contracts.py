"""The fact tables: what obligations, indicators and analyses may read.

A contract says which columns exist, their type and their meaning. Each room's ``published.py`` maps its models to
these contracts; nothing above reads a model where a fact will do. The same tables are written to Parquet by
``jalons snapshot`` and read by every engine, so a column keeps one meaning at any size.

Types: ``id`` (64-bit integer), ``text``, ``int``, ``decimal``, ``bool``, ``date``. Every period is inclusive on both
sides; an empty ``end_on`` means « still running ». Facts carry no name, no NIR, no address and no free text (R-166).
"""

from __future__ import annotations

from jalons.facts.tables.agreements import AGREEMENT_LINE, LINE_PLACES
from jalons.facts.tables.columns import Column, ColumnType, Table
from jalons.facts.tables.days import APPOINTMENT, ASSESSMENT, INFORMATION, JOB, OBSTACLE, PIECE, REPORT, STEP
from jalons.facts.tables.network import AUTHORITY, ORGANISATION, TERRITORY
from jalons.facts.tables.pathways import CONTRACT, ENROLMENT, EXIT, MAINTENANCE, MANDATE, ORIENTATION, PAUSE
from jalons.facts.tables.people import (
    HOUSEHOLD_MEMBER,
    MONTHLY_MOVEMENT,
    PERSON,
    REGISTRATION,
    RIGHT,
    RIGHTS_AND_DUTIES,
)
from jalons.facts.tables.rules import OBLIGATION, RULE_VALUE

__all__ = [
    "AGREEMENT_LINE",
    "APPOINTMENT",
    "ASSESSMENT",
    "AUTHORITY",
    "BY_NAME",
    "CONTRACT",
    "ENROLMENT",
    "EXIT",
    "HOUSEHOLD_MEMBER",
    "INFORMATION",
    "JOB",
    "LINE_PLACES",
    "MAINTENANCE",
    "MANDATE",
    "MONTHLY_MOVEMENT",
    "OBLIGATION",
    "OBSTACLE",
    "ORGANISATION",
    "ORIENTATION",
    "PAUSE",
    "PERSON",
    "PIECE",
    "REGISTRATION",
    "REPORT",
    "RIGHT",
    "RIGHTS_AND_DUTIES",
    "RULE_VALUE",
    "STEP",
    "TABLES",
    "TERRITORY",
    "Column",
    "ColumnType",
    "Table",
]

TABLES: tuple[Table, ...] = (
    AUTHORITY,
    TERRITORY,
    ORGANISATION,
    PERSON,
    HOUSEHOLD_MEMBER,
    RIGHT,
    RIGHTS_AND_DUTIES,
    REGISTRATION,
    MONTHLY_MOVEMENT,
    AGREEMENT_LINE,
    LINE_PLACES,
    ORIENTATION,
    ENROLMENT,
    PAUSE,
    MAINTENANCE,
    MANDATE,
    CONTRACT,
    APPOINTMENT,
    STEP,
    JOB,
    EXIT,
    PIECE,
    ASSESSMENT,
    OBSTACLE,
    INFORMATION,
    REPORT,
    RULE_VALUE,
    OBLIGATION,
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
