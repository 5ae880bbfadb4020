"""Evaluates all the obligations of all the rulebooks given, set-based: one SQL text per shape, on any engine of ``facts``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from jalons.facts.engines import Answer as Rows
from jalons.facts.engines import Executor
from jalons.rulebooks.obligations.anchors import subjects_cte
from jalons.rulebooks.obligations.answers import COLUMNS, Answer
from jalons.rulebooks.obligations.binding import bind, of_shape
from jalons.rulebooks.obligations.closing import CLOSING
from jalons.rulebooks.obligations.pauses import stretches_cte
from jalons.rulebooks.obligations.selectors import Selectors
from jalons.rulebooks.obligations.shapes import LINE_WRITERS, WRITERS
from jalons.rulebooks.schema import Rulebook

OF_A_LINE = "agreement_line"
MANY = 200  # persons from which joins go by hash only


def statements(rulebooks: Sequence[Rulebook], *, some_persons: bool = False) -> tuple[str, ...]:
    """Return one SQL text (DuckDB dialect, ``$as_of``) per shape used, whose columns are those of ``Answer``.

    With ``some_persons`` the texts also take ``$persons`` and leave out what speaks of agreement lines: a write on one file
    does not recount the whole line, the nightly evaluation does.
    """
    rules = [rule for rule in bind(rulebooks) if rule.obligation.subject_kind != OF_A_LINE]
    texts = []
    for writer in WRITERS:
        chosen = of_shape(rules, writer.SHAPE)
        if not chosen:
            continue
        selectors = Selectors()
        parts = writer.parts(chosen, selectors)
        ctes = [*parts.tables, subjects_cte(parts.anchors, some_persons=some_persons)]
        if selectors.used:
            ctes.append(selectors.cte(some_persons=some_persons))
        texts.append("WITH " + ",\n".join([*ctes, parts.ctes, stretches_cte(some_persons=some_persons), CLOSING]))
    return tuple(texts) if some_persons else (*texts, *line_statements(rulebooks))


def line_statements(rulebooks: Sequence[Rulebook]) -> tuple[str, ...]:
    """Return the SQL texts of what speaks of agreement lines: their caseloads, their reports."""
    rules = [rule for rule in bind(rulebooks) if rule.obligation.subject_kind == OF_A_LINE]
    chosen = [(writer, of_shape(rules, writer.SHAPE)) for writer in LINE_WRITERS]
    return tuple(writer.statement(some) for writer, some in chosen if some)


def evaluate(
    rulebooks: Sequence[Rulebook], executor: Executor, as_of: date, person_ids: Iterable[int] | None = None
) -> Iterator[Answer]:
    """Yield the answers of every obligation of ``rulebooks`` on ``as_of``, for everybody or for ``person_ids`` only.

    ``executor`` is any engine of ``jalons.facts.engines``: PostgreSQL live, DuckDB over a snapshot or given rows.
    """
    persons = None if person_ids is None else sorted(person_ids)
    params: dict[str, object] = {"as_of": as_of} if persons is None else {"as_of": as_of, "persons": persons}
    bulk = persons is None or len(persons) > MANY
    for text in statements(rulebooks, some_persons=persons is not None):
        yield from _read(executor.run(text, params, bulk=bulk))


def _read(rows: Rows) -> Iterator[Answer]:
    for row in rows.dicts():
        row["evidence"] = tuple(ref for ref in row["evidence"].split(",") if ref)
        yield Answer(**{name: row[name] for name in COLUMNS})
