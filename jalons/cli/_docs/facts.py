"""docs/facts.md: the contracts of the fact tables."""

from __future__ import annotations

from jalons.facts.builder import discover, one_publisher_each
from jalons.facts.contracts import TABLES, Table

HEAD = """# The fact tables

<!-- Written by `jalons docs`: do not edit. `jalons docs --check` fails when it is out of date. -->

Obligations and indicators read these tables and nothing else. Each has one publisher: the `published.py` of a room maps
its models to the contract, `jalons migrate` makes a view `facts.<table>` of it, and `jalons snapshot` writes the same rows
to Parquet. Every period includes its first and its last day; an empty `end_on` means « still running ». Facts carry no name,
no NIR, no address and no free text (R-166).

Types: `id` 64-bit integer, `text`, `int` 32-bit integer, `decimal`, `bool`, `date`. The contracts are written in
`jalons/facts/tables/`.
"""


def text() -> str:
    """Return the page."""
    publishers = {name: room for name, (room, _) in one_publisher_each(discover()).items()}
    index = "\n".join(f"- [`{t.name}`](#{t.name}): {t.row}" for t in TABLES)
    return "\n".join([HEAD, index, *(_section(table, publishers.get(table.name)) for table in TABLES)])


def _section(table: Table, room: str | None) -> str:
    cut = f"; cut by month of `{table.partition}` in a snapshot" if table.partition else ""
    published = f"`{room}`" if room else "nobody yet (the view is empty)"
    lines = [
        "",
        f"## {table.name}",
        "",
        f"A row is {table.row}. Key: {', '.join(f'`{name}`' for name in table.key)}. Published by {published}{cut}.",
        "",
        "| Column | Type | May be empty | Meaning | Source |",
        "|---|---|---|---|---|",
    ]
    for column in table.columns:
        empty = "yes" if column.nullable else ""
        lines.append(f"| `{column.name}` | {column.type} | {empty} | {column.meaning} | {column.source} |")
    return "\n".join(lines)
