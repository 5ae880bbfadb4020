"""Import a file: read and stage it batch by batch, then merge it in one transaction. Killed anywhere, it resumes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection, transaction

from jalons.exchange.caf import staging
from jalons.exchange.caf.batches import Batch, read_parts
from jalons.exchange.caf.errors import UnreadableFile
from jalons.exchange.caf.models import ImportRun, RecordState, RefusedRecord, RunState
from jalons.exchange.caf.operations.integrating import integrate
from jalons.exchange.caf.order import check_order
from jalons.exchange.caf.records import Header, Trailer
from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.models import Authority, User
from jalons.network.permissions import Permission, require

# Called with the households read so far and the size of the file in bytes read, to draw a progress bar.
Progress = Callable[[int], None]


class FileRefused(Refusal):
    """The file is refused whole and nothing was changed; ``run`` is its line in the journal."""

    def __init__(self, error: UnreadableFile, run: ImportRun | None = None) -> None:
        super().__init__(error.sentence, code=f"caf_file:{error.code}")
        self.run = run


def import_file(
    *, actor: User, on: date, authority: Authority, path: Path, processes: int = 1, progress: Progress | None = None
) -> ImportRun:
    """Import a file of ``authority`` and return its run; the same bytes interrupted before go on from where they were.

    Raises FileRefused (French sentence, journal kept) when the file is not sound or older than what is known, NotAllowed,
    or Refusal ``caf_busy`` when another import of this authority is running.
    """
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority.pk)
    if not path.is_file() or path.stat().st_size == 0:
        word = "est vide" if path.is_file() else "n’existe pas"
        raise FileRefused(
            UnreadableFile("empty", f"Le fichier {path.name} {word} : vérifiez l’envoi. Rien n’a été changé.")
        )
    with one_import_at_a_time(authority):
        run = _open_run(actor, authority, path)
        try:
            if run.state == RunState.READING or staging.reached(run.pk) != run.households:
                _read(run, path, processes, progress)
            return integrate(actor=actor, on=on, run=run, path=path)
        except UnreadableFile as error:
            _refuse(run, error)
            raise FileRefused(error, run) from error


@contextmanager
def one_import_at_a_time(authority: Authority) -> Iterator[None]:
    """Hold the authority's import lock for this connection; it dies with the process. Raises Refusal ``caf_busy``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('jalons.exchange.caf'), %s)", [authority.pk])
        if not cursor.fetchone()[0]:
            raise Refusal("Un import de fichier CAF est déjà en cours : attendez qu’il finisse.", code="caf_busy")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            connection.cursor().execute(
                "SELECT pg_advisory_unlock(hashtext('jalons.exchange.caf'), %s)", [authority.pk]
            )


def _open_run(actor: User, authority: Authority, path: Path) -> ImportRun:
    """Return the run of these bytes that was interrupted, or a new one."""
    digest = sha256(path)
    unfinished = ImportRun.objects.filter(
        authority=authority, sha256=digest, state__in=(RunState.READING, RunState.MERGING)
    ).first()
    if unfinished is not None:
        return unfinished
    return ImportRun.objects.create(
        authority=authority,
        actor=actor,
        file_name=path.name[:200],
        file_size=path.stat().st_size,
        sha256=digest,
        started_at=clock.now(),
    )


def sha256(path: Path) -> bytes:
    """Return the digest of a file, read by pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _read(run: ImportRun, path: Path, processes: int, progress: Progress | None) -> None:
    """Stage the whole file; at the end the run is ``merging`` and every household is in staging or refused."""
    skip = staging.reached(run.pk)
    if skip == 0:
        _start_again(run)
    for part in read_parts(path, processes=processes, skip=skip):
        if isinstance(part, Header):
            _take_header(run, part, path)
        elif isinstance(part, Batch):
            _take_batch(run, part, path)
            if progress is not None:
                progress(part.last)
        else:
            _take_trailer(run, part)


def _start_again(run: ImportRun) -> None:
    """Nothing is staged: first try, or the database crashed and emptied the staging."""
    with transaction.atomic():
        run.records.all().delete()
        run.state, run.position, run.unknown_codes, run.warnings = RunState.READING, 0, [], {}
        run.save()


def _take_header(run: ImportRun, header: Header, path: Path) -> None:
    run.kind, run.sender, run.reference_on = header.kind, header.sender, header.reference_on
    run.file_created_at = datetime.combine(header.created_on, header.created_at, UTC)
    run.save()


def _take_batch(run: ImportRun, batch: Batch, path: Path) -> None:
    """Rows, refusals, tallies and checkpoint, in one transaction."""
    with transaction.atomic():
        staging.add(run.pk, batch)
        if not run.paying_body:
            _take_paying_body(run, path)
        RefusedRecord.objects.bulk_create(
            RefusedRecord(
                run=run,
                position=refusal.position,
                request_number=refusal.request_number or "",
                reason=refusal.reason,
                message=refusal.message,
                raw=refusal.raw,
            )
            for refusal in batch.refusals
        )
        codes = Counter({(entry["tag"], entry["code"]): entry["count"] for entry in run.unknown_codes})
        codes.update(batch.unknown_codes)
        run.unknown_codes = [{"tag": tag, "code": code, "count": count} for (tag, code), count in sorted(codes.items())]
        warnings = Counter(run.warnings)
        warnings.update(batch.warnings)
        warnings["anomaly"] += batch.anomalies
        run.warnings = {code: count for code, count in sorted(warnings.items()) if count}
        run.position = batch.last
        run.save()


def _take_paying_body(run: ImportRun, path: Path) -> None:
    """The header does not name the paying body, the households do; only then can the order of the files be checked."""
    bodies = staging.paying_bodies(run.pk)
    if bodies:
        run.paying_body, run.paying_body_number = bodies[0]
        check_order(run, path)


def _take_trailer(run: ImportRun, trailer: Trailer) -> None:
    run.households, run.state = trailer.households, RunState.MERGING
    run.refused = run.records.filter(state=RecordState.PENDING).count()
    run.save()


def _refuse(run: ImportRun, error: UnreadableFile) -> None:
    """Forget everything the file brought and keep the reason."""
    with transaction.atomic():
        staging.clear(run.pk)
        run.records.all().delete()
        run.state, run.error, run.finished_at = RunState.REFUSED, error.sentence, clock.now()
        run.refused = 0
        run.save()
