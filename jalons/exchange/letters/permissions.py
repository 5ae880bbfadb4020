"""Who may write to whom, and who may read a letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from jalons.documents.models import LetterKind
from jalons.exchange.letters.models import Letter
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons, require_reach_all

# What these letters tell is in the file: only who may open it writes or reads them. The others tell a date or a decision.
OF_THE_FILE = (LetterKind.CONTRACT, LetterKind.REPORT)


def require_letters(user: User, kind: LetterKind, person_ids: Iterable[int], *, on: date) -> None:
    """Raise NotAllowed unless ``user`` may write letters of this kind to all these persons."""
    wanted = set(person_ids)
    require_reach_all(user, wanted, on=on, permission=Permission.LETTER_WRITE)
    if kind in OF_THE_FILE:
        require_reach_all(user, wanted, on=on, permission=Permission.PERSON_OPEN)


def writable(user: User, kind: LetterKind, *, on: date) -> QuerySet[Person]:
    """Return the persons to whom ``user`` may write letters of this kind."""
    reached = reachable_persons(user, on=on, permission=Permission.LETTER_WRITE)
    if kind not in OF_THE_FILE:
        return reached
    return reached.filter(pk__in=reachable_persons(user, on=on, permission=Permission.PERSON_OPEN))


def readable(user: User, *, on: date) -> QuerySet[Letter]:
    """Return the letters ``user`` may read and print again, whoever wrote them."""
    reached = reachable_persons(user, on=on, permission=Permission.LETTER_WRITE)
    opened = reachable_persons(user, on=on, permission=Permission.PERSON_OPEN)
    return Letter.objects.filter(
        Q(person__in=opened) | (~Q(kind__in=OF_THE_FILE) & Q(person__in=reached)), person__in=reached
    )
