"""Reads of persons: the search that forgives accents and typos, within what the user reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from jalons.kernel.text import fold
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons

# Word similarity under which a word is another word: « dupnt » and « dupont » are at 0.5, « dubois » and « dupont » 0.29.
TYPO_THRESHOLD = 0.45
SHORTEST_FORGIVEN = 4  # letters: shorter words have too few trigrams to tell a typo from another name
LONGEST_TEXT = 120
MOST_WORDS = 6
SEARCH_LIMIT = 200

_BIRTH_DATE = re.compile(
    r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?!\d)|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)"
)
_NIR_LIKE = re.compile(
    r"(?<!\d)[1-478](?:[\s.\-]?\d){5}[\s.\-]?[\dAB](?:[\s.\-]?\d){6}(?:[\s.\-]?\d{2})?(?!\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SearchText:
    """What was typed, understood: folded words and a birth date. ``advice`` says in French what was not taken."""

    words: tuple[str, ...]
    born_on: date | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Persons found, best first; ``more`` tells that the list was cut, ``advice`` what to type instead."""

    persons: list[Person]
    more: bool = False
    advice: str = ""


def understand(text: str, *, on: date) -> SearchText:
    """Split « dupont 12/03/1985 » into words and a birth date; a number of social security is refused, unread.

    A year of two digits is the latest one that is not after ``on``.
    """
    text = text[:LONGEST_TEXT]
    if _NIR_LIKE.search(text):
        return SearchText((), advice="La recherche ne se fait pas par NIR : tapez un nom ou une date de naissance.")
    born_on, advice = None, ""
    match = _BIRTH_DATE.search(text)
    if match:
        born_on = _date_typed(match, on=on)
        if born_on is None:
            advice = "Cette date n’existe pas : écrivez-la jour/mois/année, par exemple 12/03/1985."
        text = text[: match.start()] + " " + text[match.end() :]
    return SearchText(tuple(dict.fromkeys(fold(text).split()))[:MOST_WORDS], born_on, advice)


def _date_typed(match: re.Match[str], *, on: date) -> date | None:
    if match[4]:
        year, month, day = int(match[4]), int(match[5]), int(match[6])
    else:
        day, month, year = int(match[1]), int(match[2]), int(match[3])
        if len(match[3]) == 2:
            century = on.year // 100 * 100
            year += century if century + year <= on.year else century - 100
    try:
        return date(year, month, day)
    except ValueError:
        return None


def search(
    user: User,
    text: str,
    *,
    on: date,
    within: QuerySet[Person] | None = None,
    limit: int = SEARCH_LIMIT,
    permission: Permission = Permission.PERSON_LIST,
) -> Found:
    """Return the persons ``user`` reaches whose names match ``text``: exact beginnings first, then near words.

    Every word must match. ``within`` narrows the scope further (filters of a list), never widens it. An empty text, a
    refused one, or one without word nor date finds nobody: a search is not a list.
    """
    asked = understand(text, on=on)
    if not asked.words and asked.born_on is None:
        return Found([], advice=asked.advice)
    scope = reachable_persons(user, on=on, permission=permission)
    if within is not None:
        scope = scope.filter(pk__in=within.values("pk"))
    with transaction.atomic(), connection.cursor() as cursor:
        # Read by the operator %>, for this transaction only; GIN cannot use a threshold given in the query.
        cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {TYPO_THRESHOLD}")
        rows = list(matching(scope, asked)[: limit + 1])
    return Found(rows[:limit], more=len(rows) > limit, advice=asked.advice)


def matching(scope: QuerySet[Person], asked: SearchText) -> QuerySet[Person]:
    """Return the persons of ``scope`` that match, in the order to show. Runs under the threshold set by ``search``.

    Words that begin as typed come first, then those with two letters swapped (which trigrams see badly), then near ones.
    """
    found = scope
    exact, swapped = Q(), Q()
    nearness: Combinable = Value(0.0, output_field=FloatField())
    for word in asked.words:
        beginning = _begins(word)
        exact &= beginning
        if len(word) < SHORTEST_FORGIVEN:
            found, swapped = found.filter(beginning), swapped & beginning
            continue
        typed_too_fast = _begins(*_swaps(word))
        swapped &= beginning | typed_too_fast
        found = found.filter(beginning | typed_too_fast | Q(folded__trigram_word_similar=word))
        nearness = nearness + TrigramStrictWordSimilarity(word, "folded")
    if asked.born_on is not None:
        found = found.filter(born_on=asked.born_on)
    if asked.words:
        found = found.annotate(
            _tier=Case(
                When(exact, then=Value(0)),
                When(swapped, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            ),
            _nearness=nearness,
        ).order_by("_tier", F("_nearness").desc(), "folded", "pk")
    else:
        found = found.order_by("folded", "pk")
    return found.select_related("territory")


def _begins(*starts: str) -> Q:
    """A word of the names begins with one of ``starts`` (folded: no character of a pattern can be in them)."""
    condition = Q()
    for start in starts:
        condition |= Q(folded__startswith=start) | Q(folded__contains=f" {start}")
    return condition


def _swaps(word: str) -> list[str]:
    """Return ``word`` with each pair of neighbour letters swapped: « matrin » gives « martin »."""
    swapped = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
    return [one for one in dict.fromkeys(swapped) if one != word]
