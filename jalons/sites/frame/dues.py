"""To-dos counted by moment, nature, obligation, référent, organisation, territory and action, and these filters in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Case, CharField, F, FilteredRelation, Q, QuerySet, Value, When
from django.http import QueryDict

from jalons.network.models import Organisation, Territory, User
from jalons.sites.frame.cube import NONE, Cube, cube
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Words
from jalons.todos import queries
from jalons.todos.models import Todo
from jalons.ui.filters import Choice, Option

SOON_DAYS = 30  # how far « bientôt » looks, a choice of the screen
NATURES = {"duty": "Obligations", "alert": "Pour information"}
# Filter of the address → column of ``measured`` rows.
DIMENSIONS = {
    "quand": "cut",
    "nature": "nature",
    "obligation": "obligation_code",
    "referent": "caseworker",
    "organisme": "organisation_id",
    "territoire": "territory",
    "action": "action_code",
}
RULEBOOK = ("rulebook_code", "rulebook_version")  # kept beside, for the words of an obligation


def measured(rows: QuerySet[Todo], *, on: date) -> QuerySet[Todo]:
    """Add what the filters look at: ``cut``, ``nature``, ``caseworker``, ``territory``."""
    cuts = [
        When(condition, then=Value(moment)) for moment, condition in queries.spans(on=on, soon_days=SOON_DAYS).items()
    ]
    running = Q(person__mandates__start_on__lte=on) & (
        Q(person__mandates__end_on__isnull=True) | Q(person__mandates__end_on__gte=on)
    )
    return rows.annotate(
        mandate=FilteredRelation("person__mandates", condition=running),
        caseworker=F("mandate__caseworker_id"),
        territory=F("person__territory_id"),
        cut=Case(*cuts, default=Value("later"), output_field=CharField()),
        nature=Case(When(queries.alerts(), then=Value("alert")), default=Value("duty"), output_field=CharField()),
    )


def counted_by(rows: QuerySet[Todo], dimensions: Mapping[str, str]) -> Cube:
    """Count ``measured`` rows by some of ``DIMENSIONS``."""
    return cube(rows, dimensions, extra=RULEBOOK)


def understood(values: QueryDict) -> dict[str, str]:
    """Return the filters of an address that mean something."""
    found = {name: values.get(name, "")[:80] for name in DIMENSIONS if values.get(name)}
    for name in ("organisme", "territoire", "referent"):
        if not _is_number(found.get(name, NONE)):
            found.pop(name)
    if found.get("quand", "late") not in queries.MOMENTS:
        found.pop("quand")
    if found.get("nature", "duty") not in NATURES:
        found.pop("nature")
    return found


def moments(counted: Cube, chosen: Mapping[str, str]) -> Choice:
    """Return the filter by moment."""
    cuts = counted.options(chosen, "quand")
    options = [Option(code, label, cuts.get(code, 0)) for code, label in queries.MOMENTS.items()]
    return Choice("quand", "Quand", options, chosen.get("quand", ""))


def natures(counted: Cube, chosen: Mapping[str, str]) -> list[Choice]:
    """Return the filter by nature, none when all are of the same."""
    found = counted.options(chosen, "nature")
    if len(found) < 2 and "nature" not in chosen:
        return []
    options = [Option(code, label, found.get(code, 0)) for code, label in NATURES.items()]
    return [Choice("nature", "Nature", options, chosen.get("nature", ""))]


def lists(counted: Cube, chosen: Mapping[str, str], *, on: date) -> list[Choice]:
    """Return the filters shown as drop-downs; one with a single value is left out."""
    named: list[tuple[str, str, Callable[[list[Any]], dict[Any, str]]]] = [
        ("obligation", "Toutes les échéances", lambda codes: _obligations(counted, codes, on=on)),
        ("referent", "Tous les référents", lambda ids: {one.pk: str(one) for one in User.objects.filter(pk__in=ids)}),
        ("organisme", "Tous les organismes", lambda ids: dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))),
        ("territoire", "Tous les territoires", lambda ids: dict(Territory.objects.filter(pk__in=ids).values_list("pk", "name"))),
        ("action", "Toutes les actions", lambda codes: _actions(codes, on=on)),
    ]  # fmt: skip
    found = [_choice(counted, chosen, name, label, words) for name, label, words in named if name in counted.names]
    return [one for one in found if len(one.options) > 1 or one.value]


def _choice(
    counted: Cube, chosen: Mapping[str, str], name: str, label: str, words: Callable[[list[Any]], dict[Any, str]]
) -> Choice:
    found = counted.options(chosen, name)
    value = chosen.get(name, "")
    known = [one for one in found if one is not None]
    if value and value != NONE and value not in {str(one) for one in known}:
        known.append(int(value) if value.isdigit() else value)
        found[known[-1]] = 0
    labels = words(known) if len(found) > 1 or value else {}
    options = [
        Option(NONE if one is None else str(one), "Aucun" if one is None else labels.get(one, str(one)), count)
        for one, count in found.items()
    ]
    return Choice(name, label, sorted(options, key=lambda option: option.label), value)


def _obligations(counted: Cube, codes: list[Any], *, on: date) -> dict[Any, str]:
    """The label of each obligation, as one of the rulebooks that ask for it writes it."""
    words = Words(on=on)
    found: dict[Any, str] = {}
    for cell in counted.cells:
        code = counted.value(cell, "obligation")
        if code in codes and code not in found:
            rulebook, version = cell.extra
            action = counted.value(cell, "action")
            due = {"rulebook": rulebook, "version": version, "action": action, "code": code}
            found[code] = words.of(due).label
    return found


def _actions(codes: list[Any], *, on: date) -> dict[Any, str]:
    labels = Labels(on=on)
    return {code: labels.action(code) for code in codes}


def _is_number(value: str) -> bool:
    return value == NONE or (value.isascii() and value.isdigit() and len(value) < 19)
