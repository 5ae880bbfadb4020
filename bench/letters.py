"""A batch of letters from end to end: asked for, its worker killed (-9) in the middle, resumed, bound in one PDF.

``python -m bench.letters resume`` is the second worker: what the job of the next minute does, without waiting for it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

import django

from bench import databases, timing
from bench.report import Line, count, megabytes, seconds, tell
from bench.run import size_asked
from bench.sizes import SIZES
from bench.world import FIRST_USER, TODAY, World, fill

LOOK = 0.05  # seconds between two looks at what is written
PATIENCE = 1800  # seconds


def main() -> None:
    """Fill, ask, kill, resume, then count what is there."""
    django.setup()
    if sys.argv[1:] == ["resume"]:
        resume()
        return
    wanted = SIZES[size_asked()].letters
    _fill(wanted)
    size = count(wanted, "courriers")
    asking, batch = timing.once(lambda: _ask(wanted))
    tell(Line("envoi de courriers : la demande, aperçu compris", size, seconds(asking)))
    writing, killed = timing.once(lambda: _killed(batch, wanted))
    tell(Line("  écriture, travailleur tué (-9) au milieu", count(killed, "écrits"), seconds(writing)))
    ending, _ = timing.once(_resumed)
    tell(Line("  reprise par un autre, puis une liasse", count(wanted - killed, "écrits"), seconds(ending)))
    _check(batch, wanted)
    tell(Line("  du début à la liasse, chaque courrier une fois", size, seconds(asking + writing + ending)))
    tell(Line("  mémoire de pointe d’un travailleur", size, megabytes(timing.peak_of_children())))


def resume() -> None:
    """Go on with the batches nobody writes any more."""
    from jalons.exchange.letters import tasks

    tasks.resume(timestamp=0)


def _fill(wanted: int) -> None:
    """Persons of one organisation with an orientation in force, each at an address."""
    from jalons.network.operations import system_user
    from jalons.rulebooks.operations import load_shipped
    from jalons.rulebooks.queries import adopted

    load_shipped(actor=system_user(), on=World(1, 1, 1, 1).first)
    with databases.bulk() as cursor:
        fill(cursor, World(2 * wanted, 1, appointments=1, steps=1), adopted())
        cursor.execute(
            "INSERT INTO people_household (id, authority_id, request_number, previous_request_number, paying_body,"
            " paying_body_number, file_number, family_code, no_fixed_abode, state_code, reason_code, as_of, content_hash)"
            " SELECT id, 1, lpad(id::text, 11, '0'), '', 'CAF', '691', id::text, '', false, '2', '', %(on)s, ''"
            " FROM people_person",
            {"on": TODAY},
        )
        cursor.execute(
            "INSERT INTO people_householdmember (household_id, person_id, role, start_on)"
            " SELECT id, id, 'applicant', date '2018-01-01' FROM people_person"
        )
        cursor.execute(
            "INSERT INTO people_address (household_id, rank, complement, street, postcode, insee_code, city, abroad)"
            " SELECT id, 1, '', id || ' rue des Lilas', '69001', '', 'LYON', false FROM people_person"
        )
    databases.analyse()


def _ask(wanted: int) -> Any:
    from jalons.documents.models import LetterKind
    from jalons.exchange.letters.operations import ask_letters
    from jalons.exchange.letters.waiting import Filter, waiting
    from jalons.network.models import User

    user = User.objects.get(pk=FIRST_USER)
    rows = waiting(user, LetterKind.ORIENTATION, Filter(), on=TODAY).values_list("pk", flat=True)
    asked = ask_letters(actor=user, on=TODAY, kind=LetterKind.ORIENTATION, subject_ids=list(rows[:wanted]))
    if asked.refused or asked.batch.total != wanted:
        raise SystemExit(f"letters: {asked.batch.total} of {wanted} can be written")
    return asked.batch


def _written(batch: Any) -> int:
    from jalons.exchange.letters.models import Letter

    return Letter.objects.filter(batch=batch, document__isnull=False).count()


def _killed(batch: Any, wanted: int) -> int:
    """Start a real worker and kill it once half of the letters are written; return how many are."""
    worker = subprocess.Popen([sys.executable, "-m", "jalons", "worker"], env=dict(os.environ), start_new_session=True)
    until = time.monotonic() + PATIENCE
    while _written(batch) < wanted / 2 and time.monotonic() < until:
        time.sleep(LOOK)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    batch.refresh_from_db()
    written = _written(batch)
    if batch.finished or not written:
        raise SystemExit(f"letters: the worker was killed after {written} letters, not in the middle")
    return written


def _resumed() -> None:
    subprocess.run([sys.executable, "-m", "bench.letters", "resume"], check=True, timeout=PATIENCE)


def _check(batch: Any, wanted: int) -> None:
    """None lost, none twice, one PDF with all their pages."""
    from jalons.documents.models import Document
    from jalons.documents.queries import bytes_of
    from jalons.documents.rendering import page_count

    batch.refresh_from_db()
    kept = Document.objects.filter(kind="letter").exclude(pk=batch.bundle_id)
    pages = sum(page_count(bytes_of(one)) for one in kept.iterator(chunk_size=100))
    bound = page_count(bytes_of(batch.bundle)) if batch.bundle else 0
    found = (batch.finished, _written(batch), kept.count(), bound)
    if found != (True, wanted, wanted, pages):
        raise SystemExit(
            f"letters: finished, written, kept, pages bound are {found}, not {(True, wanted, wanted, pages)}"
        )


if __name__ == "__main__":
    main()
