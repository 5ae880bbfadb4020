"""A dry run: what the file would do, without writing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection, transaction

from jalons.exchange.caf.batches import Batch, read_parts
from jalons.exchange.caf.errors import UnreadableFile
from jalons.exchange.caf.models import ImportRun
from jalons.exchange.caf.operations.importing import FileRefused, Progress
from jalons.exchange.caf.order import check_order
from jalons.exchange.caf.records import Header, Refusal, Trailer
from jalons.network.models import Authority, User
from jalons.network.permissions import Permission, require

KEPT = 200  # refusals shown in full


@dataclass(slots=True)
class Forecast:
    """What an import of the file would do. Counts are households; repeated ones count once, by their last statement."""

    file_name: str
    header: Header
    households: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    repeated: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    unknown_codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)


def try_file(
    *, actor: User, on: date, authority: Authority, path: Path, processes: int = 1, progress: Progress | None = None
) -> Forecast:
    """Read the file and count new, changed, unchanged and refused households, in a read-only transaction.

    Identity conflicts are only known by the import itself. Raises FileRefused as the import would, NotAllowed.
    """
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority.pk)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SAVEPOINT jalons_dry_run; SET LOCAL transaction_read_only = on")
            try:
                return _forecast(authority, path, processes, progress)
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT jalons_dry_run")
    except UnreadableFile as error:
        raise FileRefused(error) from error


def _forecast(authority: Authority, path: Path, processes: int, progress: Progress | None) -> Forecast:
    forecast: Forecast | None = None
    classes: dict[str, str] = {}
    for part in read_parts(path, processes=processes):
        if isinstance(part, Header):
            forecast = Forecast(path.name, part)
        elif isinstance(part, Batch):
            assert forecast is not None
            if not classes and part.keys:
                _check_order(forecast.header, part.keys[0].paying_body, authority, path)
            _count(forecast, classes, part, authority)
            if progress is not None:
                progress(part.last)
        elif isinstance(part, Trailer):
            assert forecast is not None
            forecast.households = part.households
    assert forecast is not None
    totals = Counter(classes.values())
    forecast.new, forecast.changed = totals["new"], totals["changed"]
    forecast.unchanged, forecast.older = totals["unchanged"], totals["older"]
    return forecast


def _check_order(header: Header, body: tuple[str, str], authority: Authority, path: Path) -> None:
    run = ImportRun(
        authority=authority,
        kind=header.kind,
        paying_body=body[0],
        paying_body_number=body[1],
        reference_on=header.reference_on,
        file_created_at=datetime.combine(header.created_on, header.created_at, UTC),
    )
    check_order(run, path)


def _count(forecast: Forecast, classes: dict[str, str], batch: Batch, authority: Authority) -> None:
    forecast.unknown_codes.update(batch.unknown_codes)
    forecast.warnings.update(batch.warnings)
    forecast.refused += len(batch.refusals)
    forecast.refusals.extend(batch.refusals[: KEPT - len(forecast.refusals)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT request_number, as_of, content_hash FROM people_household WHERE authority_id = %s AND request_number = ANY(%s)",
            [authority.pk, [key.request_number for key in batch.keys]],
        )
        known = {number: (as_of, bytes(content)) for number, as_of, content in cursor.fetchall()}
    for key in batch.keys:
        forecast.repeated += key.request_number in classes
        classes[key.request_number] = _class(
            known.get(key.request_number), key.content_hash, forecast.header.reference_on
        )


def _class(known: tuple[date, bytes] | None, content_hash: bytes, reference_on: date) -> str:
    if known is None:
        return "new"
    as_of, before = known
    if as_of > reference_on:
        return "older"
    return "unchanged" if before == content_hash else "changed"
