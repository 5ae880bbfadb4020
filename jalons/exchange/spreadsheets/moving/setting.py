"""Where a table belongs: the organisation, its places, its professionals, the words of its rulebooks. Read once per table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices

from jalons.agenda.models import Mode, Outcome
from jalons.agreements.models import AgreementLine
from jalons.exchange.spreadsheets.models import Move
from jalons.exchange.spreadsheets.moving.catalogue import OPEN_WORDS, catalogue, word_codes
from jalons.kernel.text import fold
from jalons.network.models import Commune, Membership, Organisation, Territory
from jalons.pathways.models import Destination, EmployerKind, JobContract, StepState
from jalons.pathways.rulebook import Shelf
from jalons.people.models import Sex
from jalons.rulebooks.queries import adopted

LONGEST_CODE = 60


@dataclass(frozen=True, slots=True)
class Worker:
    """A professional of the organisation and the days they work there."""

    user_id: int
    label: str
    names: frozenset[str]
    stays: tuple[tuple[date, date | None], ...]

    def first_day(self, wanted: date) -> date | None:
        """Return the first day from ``wanted`` on which they work there, or None."""
        days = [max(start, wanted) for start, end in self.stays if end is None or end >= wanted]
        return min(days, default=None)

    def works(self, day: date) -> bool:
        """Tell whether they work there that day."""
        return self.first_day(day) == day


@dataclass(slots=True)
class Setting:
    """What reading a table needs besides its rows."""

    organisation: Organisation
    authority_id: int
    on: date
    columns: dict[str, str]
    words: dict[str, dict[str, str]]
    action_code: str
    orient_on_entry: bool
    lines: list[AgreementLine]
    workers: dict[int, Worker]
    actions: dict[str, str]
    step_kinds: dict[str, str]
    communes: dict[str, int]
    territories: dict[str, int]
    shelf: Shelf = field(default_factory=Shelf)
    meanings: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def positions(self, keys: list[str]) -> dict[str, int]:
        """Return field code → position among the folded headers."""
        return {code: position for position, key in enumerate(keys) if (code := self.columns.get(key, ""))}

    def choices(self, code: str) -> list[tuple[str, str]]:
        """Return the (key, label) a word of this field may stand for."""
        kind = catalogue().field(code).words
        if kind == "action":
            return sorted(self.actions.items(), key=lambda one: one[1])
        if kind == "caseworker":
            return [(str(one.user_id), one.label) for one in sorted(self.workers.values(), key=lambda one: one.label)]
        if kind == "step_kind":
            return sorted(self.step_kinds.items(), key=lambda one: one[1])
        return [(key, word_label(kind, key)) for key in catalogue().words[kind]]

    def meaning(self, code: str, typed: str) -> str | None:
        """Return the key a word stands for, empty when it was said to mean nothing, None when nobody knows it."""
        if (code, typed) not in self.meanings:
            self.meanings[code, typed] = self._meaning(code, typed)
        return self.meanings[code, typed]

    def _meaning(self, code: str, typed: str) -> str | None:
        word, kind = fold(typed), catalogue().field(code).words
        said = self.words.get(code, {})
        if word in said:
            return said[word] if kind not in OPEN_WORDS or not said[word] or self._exists(kind, said[word]) else None
        if kind == "caseworker":
            found = [one.user_id for one in self.workers.values() if word in one.names]
            return str(found[0]) if len(found) == 1 else None
        if kind == "action":
            return next((key for key, label in self.actions.items() if word in (fold(label), fold(key))), None)
        if kind == "step_kind":
            if not self.step_kinds:  # no adopted rulebook lists the steps: any kind is taken as it is
                return word.replace(" ", "_")[:LONGEST_CODE]
            return next((key for key, label in self.step_kinds.items() if word in (fold(label), fold(key))), None)
        labels = {fold(label): key for key, label in self.choices(code)}
        return word_codes(kind).get(word) or labels.get(word)

    def _exists(self, kind: str, key: str) -> bool:
        if kind == "caseworker":
            return key.isdigit() and int(key) in self.workers
        return key in (self.actions if kind == "action" else self.step_kinds)

    def line_for(self, action_code: str, day: date) -> AgreementLine | None:
        """Return the places of the organisation for an action on a day, the oldest first."""
        return next(
            (one for one in self.lines if one.action_code == action_code and one.start_on <= day <= one.end_on), None
        )


def setting_of(move: Move, *, on: date) -> Setting:
    """Read what the table of ``move`` needs: seven queries whatever its size."""
    lines = list(
        AgreementLine.objects.filter(agreement__organisation=move.organisation_id)
        .select_related("agreement")
        .order_by("start_on", "pk")
    )
    codes = {line.action_code for line in lines}
    labels, kinds = _labels(codes)
    territories = Territory.objects.filter(authority=move.authority_id).values_list("pk", "code", "name")
    return Setting(
        organisation=move.organisation,
        authority_id=move.authority_id,
        on=on,
        columns=dict(move.layout.columns),
        words=dict(move.layout.words),
        action_code=move.layout.action_code or (next(iter(codes)) if len(codes) == 1 else ""),
        orient_on_entry=move.layout.orient_on_entry,
        lines=lines,
        workers=_workers(move.organisation_id),
        actions={code: labels.get(code, code) for code in codes},
        step_kinds=kinds,
        communes={
            fold(name): territory_id
            for name, territory_id in Commune.objects.filter(territory__authority=move.authority_id).values_list(
                "name", "territory_id"
            )
        },
        territories={fold(word): pk for pk, code, name in territories for word in (code, name)},
    )


def word_label(kind: str, key: str) -> str:
    """Return the French of a code: the first thing people type for it."""
    return _WORDS.get((kind, key)) or catalogue().words[kind][key][0].capitalize()


def _labels(codes: set[str]) -> tuple[dict[str, str], dict[str, str]]:
    labels: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for rulebook in adopted():  # oldest first: the latest words win
        for action in rulebook.actions:
            if action.code in codes:
                labels[action.code] = action.label
                full = rulebook.action(action.code)
                kinds |= {
                    kind.code: kind.label for one in (full.steps.families if full.steps else ()) for kind in one.kinds
                }
    return labels, kinds


def _workers(organisation_id: int) -> dict[int, Worker]:
    stays: dict[int, list[tuple[date, date | None]]] = {}
    users = {}
    rows = Membership.objects.filter(organisation=organisation_id, user__is_active=True).select_related("user")
    for row in rows.order_by("user__last_name", "user__first_name", "start_on"):
        users[row.user_id] = row.user
        stays.setdefault(row.user_id, []).append((row.start_on, row.end_on))
    surnames = [fold(user.last_name) for user in users.values()]
    return {
        pk: Worker(
            pk,
            str(user),
            frozenset(
                {
                    fold(f"{user.last_name} {user.first_name}"),
                    fold(f"{user.first_name} {user.last_name}"),
                    fold(f"{user.first_name[:1]} {user.last_name}"),
                    fold(user.email) or "-",
                    fold(user.username),
                    *({fold(user.last_name)} if surnames.count(fold(user.last_name)) == 1 else set()),
                }
            ),
            tuple(stays[pk]),
        )
        for pk, user in users.items()
    }


def _choices() -> dict[tuple[str, str], str]:
    kinds: dict[str, type[TextChoices]] = {
        "outcome": Outcome,
        "mode": Mode,
        "job_contract": JobContract,
        "employer_kind": EmployerKind,
        "destination": Destination,
        "step_result": StepState,
        "sex": Sex,
    }
    return {(kind, one.value): str(one.label) for kind, values in kinds.items() for one in values}


_WORDS = _choices()
