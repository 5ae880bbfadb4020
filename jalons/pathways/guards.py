"""Who may enter an action (R-017, R-018): named guards, each with a sentence a caseworker could read aloud.

Which guards bind an action is said by its rulebook (``rulebook.py``); what they look at is read for many persons at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from jalons.kernel.refusals import Refusal
from jalons.people.models import Person, RightsAndDuties, RightState, RsaRight


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a person on a day: rights, duties, domicile."""

    person_id: int
    authority_id: int
    territory_id: int | None
    right_state: str | None
    basic_rsa: bool
    subject_since: date | None


def _covering(rows: QuerySet, day: date) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(start_on__lte=day).filter(Q(end_on__isnull=True) | Q(end_on__gte=day))


def standings(person_ids: Iterable[int], *, on: date) -> dict[int, Standing]:
    """Return person → standing on that day, in three queries whatever the number of persons."""
    ids = list(set(person_ids))
    rights = {
        person_id: (state, basic)
        for person_id, state, basic in _covering(RsaRight.objects.filter(person__in=ids), on).values_list(
            "person_id", "state", "basic_rsa"
        )
    }
    duties = dict(_covering(RightsAndDuties.objects.filter(person__in=ids), on).values_list("person_id", "start_on"))
    return {
        pk: Standing(pk, authority_id, territory_id, *rights.get(pk, (None, False)), duties.get(pk))
        for pk, authority_id, territory_id in Person.objects.filter(pk__in=ids).values_list(
            "pk", "authority_id", "territory_id"
        )
    }


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of entry: its code in the rulebook, how it holds, what is said when it does not."""

    code: str
    holds: Callable[[Standing, int], bool]
    sentence: str


GUARDS: dict[str, Guard] = {
    guard.code: guard
    for guard in (
        Guard(
            "rsa",
            lambda who, _: who.right_state not in (None, RightState.CLOSED),
            "Cette personne n’a pas de droit RSA ouvert à cette date.",
        ),
        Guard(
            "basic_rsa",
            lambda who, _: who.right_state not in (None, RightState.CLOSED) and who.basic_rsa,
            "Cette action est réservée aux allocataires du RSA socle.",
        ),
        Guard(
            "rights_and_duties",
            lambda who, _: who.subject_since is not None,
            "Cette personne n’est pas soumise aux droits et devoirs à cette date.",
        ),
        Guard(
            "domicile",
            lambda who, authority_id: who.authority_id == authority_id and who.territory_id is not None,
            "Le domicile de cette personne n’est pas sur le territoire de l’autorité.",
        ),
    )
}


def obstacle(who: Standing, conditions: Collection[str], *, authority_id: int) -> Refusal | None:
    """Return the first of the ``conditions`` that does not hold, as a refusal whose code is the guard's; else None."""
    for code in GUARDS:  # the order of the table, so that the same person always reads the same sentence
        if code in conditions and not GUARDS[code].holds(who, authority_id):
            return Refusal(GUARDS[code].sentence, code=code)
    return None
