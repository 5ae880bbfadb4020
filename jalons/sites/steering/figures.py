"""What the figures screens share: whose figures a user sees, a figure in words, its target, its trend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.indicators.definitions import Indicator, Interval, Level, catalogue
from jalons.indicators.engine import Result
from jalons.indicators.queries import figures
from jalons.kernel.periods import add_months, first_of_month, months_between
from jalons.network.models import Authority, Organisation, RoleCode, Territory, User
from jalons.network.permissions import ROLES, Permission, memberships
from jalons.pathways.rulebook import rules_of
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Target
from jalons.ui.french import number

# The eight figures of the first page, in the order of the chain: orient, contract, follow, leave.
MAIN: tuple[str, ...] = (
    "orientation_rate",
    "orientation_delay_days",
    "contractualisation_rate",
    "supported_beneficiaries_count",
    "place_occupancy_rate",
    "individual_attendance_rate",
    "employment_training_step_rate",
    "exited_beneficiaries_count",
)
NOT_COMPUTABLE = "non calculable"
GROUP_FIELD: dict[str, str] = {
    "organisation": "organisation_id",
    "territory": "territory_id",
    "action": "action_code",
    "organisation_action": "action_code",
}
SHOWN_UNITS = ("%", "jours", "€")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: an authority, or the organisation where the user works."""

    label: str
    level: Level
    keys: Mapping[str, Sequence[int | str]]
    authority_id: int

    @property
    def of_authority(self) -> bool:
        """Tell whether figures may be cut by organisation and territory."""
        return self.level == "authority"


@dataclass(frozen=True, slots=True)
class Goal:
    """An expected result of a rulebook, with the documents' reserve (R-139)."""

    action: str
    text: str
    reserve: str
    citation: str


def scope_of(user: User, *, on: date) -> Scope:
    """Return whose figures ``user`` reads: the authority's when they work for it, else their organisation's."""
    rows = [row for row in memberships(user, on=on) if Permission.FIGURE_READ in ROLES[RoleCode(row.role)].permissions]
    for row in rows:
        if row.authority is not None:
            return Scope(row.authority.name, "authority", {"authority_id": [row.authority.pk]}, row.authority.pk)
    house = rows[0].organisation
    assert house is not None
    return Scope(house.name, "organisation", {"organisation_id": [house.pk]}, house.authority_id)


def month_asked(text: str, *, on: date) -> date:
    """Read « 2020-09 »; the month of ``on`` when it is absent, wrong or still to come."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = first_of_month(on)
    return min(month, first_of_month(on))


def interval_of(indicator: Indicator, asked: str = "") -> Interval:
    """Return the interval asked for when the indicator has it, else its first one."""
    return next((known for known in indicator.intervals if known == asked), indicator.intervals[0])


def in_words(indicator: Indicator, value: Decimal | None) -> str:
    """Return a figure as shown: « 66,0 % », « 120 jours », « non calculable » — never 0 for an empty denominator."""
    if value is None:
        return NOT_COMPUTABLE
    shown = number(value, indicator.decimals if indicator.denominator else 0)
    return f"{shown}\u202f{indicator.unit}" if indicator.unit in SHOWN_UNITS else shown


def at_level(indicator: Indicator, level: Level) -> bool:
    """Tell whether the indicator is computed at this level."""
    return level in indicator.levels


def series(indicator: Indicator, scope: Scope, month: date, interval: Interval) -> list[tuple[date, Result | None]]:
    """Return the twelve months up to ``month``, the figure of each or None when nothing was counted."""
    first = add_months(first_of_month(month), -11)
    found = {
        row.month: row
        for row in figures(
            [indicator.code], first=first, last=month, level=scope.level, interval=interval, keys=scope.keys
        )
    }
    return [(day, found.get(day)) for day in months_between(first, month)]


def trend(indicator: Indicator, now: Result | None, before: Result | None) -> str:
    """Return the change since the month before, in words; empty when one of the two is missing."""
    if now is None or before is None or now.value is None or before.value is None:
        return ""
    change = now.value - before.value
    places = indicator.decimals if indicator.denominator else 0
    shown = number(abs(change), places)
    if Decimal(shown.replace("\u202f", "").replace(",", ".")) == 0:
        return "stable sur un mois"
    return f"{'+' if change > 0 else '−'} {shown} sur un mois"


def goals(authority_code: str, *, on: date) -> dict[str, list[Goal]]:
    """Return indicator → targets set by the authority's rulebooks in force on a day; one query."""
    found: dict[str, list[Goal]] = defaultdict(list)
    for rulebook in adopted():
        head = rulebook.framework
        in_force = head.valid_from <= on and (head.valid_to is None or head.valid_to >= on)
        if not in_force or rulebook.authority.code != authority_code:
            continue
        for code in [action.code for action in rulebook.actions]:
            action = rulebook.action(code)
            for target in action.targets:
                if target.threshold is not None:
                    text = f"{target.label}\u202f: {threshold_words(target)}"
                    goal = Goal(action.label, text, target.reserve or "", " ; ".join(target.citation))
                    found[target.indicator].append(goal)
    return found


def threshold_words(target: Target) -> str:
    """Return « au moins 60 % »; the target has a threshold."""
    words = {"at_least": "au moins", "at_most": "au plus", "about": "environ"}
    units = {"percent": "\u202f%", "per_100_places": " pour 100 places", "days": " jours", "hours": " heures"}
    assert target.threshold is not None
    return f"{words[target.comparison]} {number(target.threshold)}{units.get(target.unit, '')}"


def names_of(level: Level, rows: Iterable[Result], *, on: date) -> dict[object, str]:
    """Return the group of each row in words: one query for organisations or territories, none for actions."""
    field = GROUP_FIELD[level]
    ids = {row.keys[field] for row in rows}
    if field == "action_code":
        return {code: rules_of(str(code), on=on).label or str(code) for code in ids}
    model: type[Organisation | Territory] = Organisation if level == "organisation" else Territory
    names: dict[object, str] = {None: "Sans territoire"}
    names.update(model.objects.filter(pk__in=[one for one in ids if one is not None]).values_list("pk", "name"))
    return names


def definition(code: str) -> Indicator:
    """Return the definition of an indicator; raises KeyError when there is none."""
    return catalogue().indicators[code]


def authority_of(scope: Scope) -> Authority:
    """Return the authority of a scope."""
    return Authority.objects.get(pk=scope.authority_id)
