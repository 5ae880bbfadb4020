"""History kept by the database: every insert, update and delete of a tracked model leaves a row nobody can rewrite.

Triggers work per statement, so that an import of 100 000 households writes its history in a few statements. The plain
database role may add history rows and read them, never change or delete them (see ``database`` grants).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """Class decorator: keep the history of a model, with who and which operation (``pghistory`` context)."""
    track: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(level=pghistory.Statement),
        pghistory.UpdateEvent(level=pghistory.Statement),
        pghistory.DeleteEvent(level=pghistory.Statement),
        exclude=list(exclude),
    )
    return track
