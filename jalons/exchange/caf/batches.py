"""The file as batches ready for COPY: parsed here, or by other processes on pieces cut at the end of a household.

A batch says which households it holds, so that a resumed import skips those already staged.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from jalons.exchange.caf.copytext import copy_line
from jalons.exchange.caf.cutting import CannotCut, Piece, parse_piece, pieces
from jalons.exchange.caf.mapping import rows_of
from jalons.exchange.caf.records import Header, Household, Refusal, Trailer
from jalons.exchange.caf.stream import check_beginning, check_counts, check_not_empty, read_file

BATCH = 500  # households; about 1 MB of file
SMALL = 4_000_000  # bytes; starting processes costs more than reading a smaller file
IN_FLIGHT = 4  # pieces per process waiting or being parsed: bounds memory


class HouseholdKey(NamedTuple):
    """What tells whether a household is known and changed."""

    request_number: str
    content_hash: bytes
    paying_body: tuple[str, str]


@dataclass(slots=True)
class Batch:
    """Households ``first`` to ``last`` of the file (1-based), as COPY text, with what the journal keeps of them."""

    first: int
    last: int
    households: bytes = b""
    persons: bytes = b""
    addresses: bytes = b""
    keys: list[HouseholdKey] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unknown_codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    anomalies: int = 0


Part = Header | Batch | Trailer


def batch_of(items: Iterable[Household | Refusal], first: int) -> Batch:
    """Return the batch of consecutive households, numbered from ``first``."""
    batch = Batch(first, first - 1)
    households: list[bytes] = []
    persons: list[bytes] = []
    addresses: list[bytes] = []
    for item in items:
        batch.last += 1
        if isinstance(item, Refusal):
            batch.refusals.append(item)
            continue
        batch.unknown_codes.update(item.unknown_codes)
        batch.warnings.update(item.warnings)
        batch.anomalies += item.has_anomaly
        rows = rows_of(item)
        batch.keys.append(
            HouseholdKey(item.request_number, rows.content_hash, (item.paying_body, item.paying_body_number))
        )
        households.append(copy_line((item.position, *rows.household)))
        persons.extend(copy_line((item.position, position, *row)) for position, row in enumerate(rows.persons, 1))
        addresses.extend(copy_line((item.position, *row)) for row in rows.addresses)
    batch.households, batch.persons, batch.addresses = b"".join(households), b"".join(persons), b"".join(addresses)
    return batch


def read_parts(path: Path, *, processes: int = 1, skip: int = 0) -> Iterator[Part]:
    """Yield the Header, batches, then the Trailer. Raises UnreadableFile when the file cannot be trusted.

    ``skip`` households are read but given no batch (they are already staged). With ``processes`` > 1 a file that cannot
    be cut safely (comments, exotic encoding) is read by one process from the start of what was not yet given.
    """
    check_not_empty(path)
    check_beginning(path)
    given = skip
    if processes > 1 and path.stat().st_size >= SMALL:
        try:
            for part in _by_processes(path, processes, skip):
                if isinstance(part, Batch):
                    given = part.last
                yield part
        except CannotCut:
            yield from (part for part in _by_stream(path, given) if not (isinstance(part, Header) and given > skip))
        return
    yield from _by_stream(path, skip)


def _by_stream(path: Path, skip: int) -> Iterator[Part]:
    items = read_file(path)
    header = next(items)
    assert isinstance(header, Header)
    yield header
    trailer: list[Trailer] = []

    def households() -> Iterator[Household | Refusal]:
        for item in items:
            if isinstance(item, Trailer):
                trailer.append(item)
            elif isinstance(item, Household | Refusal) and item.position > skip:
                yield item

    source, first = households(), skip + 1
    while group := list(islice(source, BATCH)):
        yield batch_of(group, first)
        first += len(group)
    yield trailer[0]


def _by_processes(path: Path, processes: int, skip: int) -> Iterator[Part]:
    context = multiprocessing.get_context("spawn")
    waiting: deque[Future[Batch]] = deque()
    read = 0
    with ProcessPoolExecutor(processes, context, _same_key, (settings.JALONS_SEALING_KEY,)) as pool:
        for piece in pieces(path, BATCH):
            if isinstance(piece, Header):
                yield piece
            elif isinstance(piece, Piece):
                read += piece.households
                if piece.first + piece.households - 1 > skip:
                    waiting.append(pool.submit(_parse, piece))
            else:
                yield from (future.result() for future in waiting)
                check_counts(piece, read, path)
                yield piece
                return
            while len(waiting) > processes * IN_FLIGHT:
                yield waiting.popleft().result()


def _same_key(sealing_key: str) -> None:
    """Seal in the new process with the key of this one, wherever it came from."""
    settings.JALONS_SEALING_KEY = sealing_key


def _parse(piece: Piece) -> Batch:
    return batch_of(parse_piece(piece), piece.first)
