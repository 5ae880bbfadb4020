"""The judge: the same indicators counted slowly, day by day and row by row, in plain Python.

Written from the meaning of each indicator, not from its SQL; it knows nothing of the compiler and is used by tests only
to judge the engines. Facts are rows as mappings (a column left out is None). See the notes of each definition for the choices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jalons.kernel.periods import add_months, last_of_month, months_between

Facts = Mapping[str, Sequence[Mapping[str, Any]]]
Group = Mapping[str, Any]
ONE_DAY = timedelta(days=1)
GAINFUL = ("durable", "transition", "positive")


class World:
    """Fact rows, and the questions a person would ask about them."""

    def __init__(self, facts: Facts, group: Group, parameters: Mapping[str, Any] | None = None) -> None:
        self.facts = facts
        self.group = group
        self.parameters = {
            "durable_open_kinds": ["cdi", "business"],
            "durable_dated_kinds": ["cdd", "aided", "interim"],
            "durable_months": 6,
            "delay_starts": "rights_and_duties",
            "uncounted_kinds": ["employment_service", "authority_service"],
            "accompaniment_kinds": ["individual", "tripartite", "group"],
            "accompaniment_modes": ["face_to_face", "video"],
            "long_step_months": 6,
            "training_kinds": ["qualifying_training", "prequalifying_training", "training"],
            "obstacles_counted": "worked",
            "professional_types": ["employment", "professional"],
            "social_types": ["activity"],
            "action_plan_kinds": ["eti_action_plan"],
            **(parameters or {}),
        }

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        yield from self.facts.get(table, ())

    def mine(self, row: Mapping[str, Any]) -> bool:
        return all(row.get(column) == value for column, value in self.group.items())

    def enrolments(self) -> list[Mapping[str, Any]]:
        return [e for e in self.rows("enrolment") if self.mine(e)]

    def rule(self, action_code: str, path: str, column: str, day: date) -> Any:
        """Return a value of the version that governs ``day``; the first version also governs what came before it."""
        about = ("active_caseload.mode", "active_caseload.positive_exit_months")
        versions = [r for r in self.rows("rule_value") if r["action_code"] == action_code and r["path"] in about]
        if not versions:
            return None
        since = max(
            (r["valid_from"] for r in versions if r["valid_from"] <= day),
            default=min(r["valid_from"] for r in versions),
        )
        for r in versions:
            if r["valid_from"] == since and r["path"] == path and (r.get("valid_to") is None or r["valid_to"] >= day):
                return r.get(column)
        return None

    def annual(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a line, or a stay by its line, is counted over the year."""
        lines = (x["start_on"] for x in self.rows("agreement_line") if x["line_id"] == row.get("line_id"))
        day = next(lines, row["start_on"])
        return bool(self.rule(row["action_code"], "active_caseload.mode", "value", day) == "annual")

    def exit_of(self, enrolment: Mapping[str, Any]) -> Mapping[str, Any] | None:
        found = [
            x for x in self.rows("exit") if x["enrolment_id"] == enrolment["enrolment_id"] and x["state"] != "reversed"
        ]
        return max(found, key=lambda x: x["exit_id"], default=None)

    def by_employment_service(self, organisation_id: int) -> bool:
        return any(
            o["organisation_id"] == organisation_id and o.get("kind") == "employment_service"
            for o in self.rows("organisation")
        )

    def present_at_close(self, enrolment: Mapping[str, Any], day: date) -> bool:
        end = enrolment.get("end_on")
        if enrolment["start_on"] > day:
            return False
        if end is None or end > day:
            return True
        return bool(end == day and self.exit_of(enrolment) is None)

    def seen_during(self, enrolment: Mapping[str, Any], first: date, last: date) -> bool:
        end = enrolment.get("end_on")
        return bool(enrolment["start_on"] <= last and (end is None or end >= first))

    def continues(self, former: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
        same = ("person_id", "organisation_id", "action_code", "territory_id")
        return (
            former.get("end_on") is not None
            and former["end_on"] + ONE_DAY == later["start_on"]
            and self.exit_of(former) is None
            and all(former.get(column) == later.get(column) for column in same)
        )

    def entries(self, first: date, last: date) -> list[Mapping[str, Any]]:
        return [
            e
            for e in self.enrolments()
            if first <= e["start_on"] <= last and not any(self.continues(o, e) for o in self.rows("enrolment"))
        ]

    def exits(self, first: date, last: date) -> list[Mapping[str, Any]]:
        """Stays left between two days: on the day of the exit, else on the first day out."""
        out = []
        for e in self.enrolments():
            if e.get("end_on") is None or any(self.continues(e, o) for o in self.rows("enrolment")):
                continue
            left = e["end_on"] if self.exit_of(e) else e["end_on"] + ONE_DAY
            if first <= left <= last:
                out.append(e)
        return out

    def exit_class(self, enrolment: Mapping[str, Any]) -> str:
        row = self.exit_of(enrolment)
        name = row.get("exit_class") if row and row["state"] == "confirmed" else None
        return name if name in GAINFUL else "other"

    def followed(self, first: date, last: date) -> set[int]:
        return {e["person_id"] for e in self.enrolments() if self.seen_during(e, first, last)}

    def kept_until(self, enrolment: Mapping[str, Any]) -> date | None:
        """Return the first day out of the caseload after a positive exit, where the rulebook keeps it some months."""
        months = self.rule(
            enrolment["action_code"], "active_caseload.positive_exit_months", "number", enrolment["start_on"]
        )
        row = self.exit_of(enrolment)
        if months is None or row is None or row.get("exit_class") not in GAINFUL:
            return None
        for job in self.rows("job"):
            if job["job_id"] == row.get("job_id"):
                return add_months(job["start_on"], int(months))
        for step in self.rows("step"):
            if step["step_id"] == row.get("step_id"):
                day: date | None = step.get("diploma_on")
                return day
        return None

    def on_veille(self, enrolment: Mapping[str, Any], day: date) -> bool:
        number = enrolment["enrolment_id"]
        paused = any(
            p["enrolment_id"] == number and p["start_on"] <= day and (p.get("end_on") is None or p["end_on"] >= day)
            for p in self.rows("pause")
        )
        in_step = any(
            t["enrolment_id"] == number
            and t["state"] != "cancelled"
            and t.get("started_on") is not None
            and t["started_on"] <= day
            and (t["ended_on"] >= day if t.get("ended_on") else t["state"] == "started")
            for t in self.rows("step")
        )
        return paused and not in_step

    def in_caseload(self, enrolment: Mapping[str, Any], day: date) -> bool:
        kept = self.kept_until(enrolment)
        if kept is None:
            inside = self.present_at_close(enrolment, day)
        else:
            inside = enrolment["start_on"] <= day < kept
        return inside and not self.on_veille(enrolment, day)

    def has_counted_places(self, organisation_id: int) -> bool:
        kinds = {o["organisation_id"]: o.get("kind") for o in self.rows("organisation")}
        return kinds.get(organisation_id) not in self.parameters["uncounted_kinds"]

    def caseload(self, day: date, *, counted_only: bool = False) -> int:
        return sum(
            1
            for e in self.enrolments()
            if not self.annual(e)
            and self.in_caseload(e, day)
            and (not counted_only or self.has_counted_places(e["organisation_id"]))
        )

    def accompanied_annual(self, day: date, *, counted_only: bool = False) -> int:
        january = date(day.year, 1, 1)
        columns = ("person_id", "authority_id", "organisation_id", "action_code", "territory_id")
        return len(
            {
                tuple(e.get(c) for c in columns)
                for e in self.enrolments()
                if self.annual(e)
                and self.seen_during(e, january, day)
                and (not counted_only or self.has_counted_places(e["organisation_id"]))
            }
        )

    def lines(self, first: date, last: date) -> list[Mapping[str, Any]]:
        return [
            line
            for line in self.rows("agreement_line")
            if self.mine(line) and line["start_on"] <= last and (line.get("end_on") is None or line["end_on"] >= first)
        ]

    def places_of(self, line: Mapping[str, Any], day: date) -> int:
        """Return the places of a line on a day: those of the period that holds it, after or before an amendment."""
        for period in self.rows("line_places"):
            if period["line_id"] == line["line_id"] and period["start_on"] <= day <= period["end_on"]:
                return int(period["places"])
        return int(line["places"])

    def places(self, day: date, annual: bool | None = None) -> int:
        return sum(
            self.places_of(line, day)
            for line in self.lines(day, day)
            if self.has_counted_places(line["organisation_id"]) and (annual is None or self.annual(line) == annual)
        )

    def contacts(self, first: date, last: date) -> list[Mapping[str, Any]]:
        """Appointments of the stays of the group: the day belongs to the oldest stay of the person in the organisation."""
        found = []
        for a in self.rows("appointment"):
            if not first <= a["on_date"] <= last:
                continue
            stays = [
                e
                for e in self.rows("enrolment")
                if e["person_id"] == a["person_id"]
                and e["organisation_id"] == a["organisation_id"]
                and self.seen_during(e, a["on_date"], a["on_date"])
            ]
            if stays and self.mine(min(stays, key=lambda e: (e["start_on"], e["enrolment_id"]))):
                found.append(a)
        return found

    def with_step(self, family: str, first: date, last: date) -> set[int]:
        stays = {e["enrolment_id"]: e for e in self.enrolments()}
        return {
            t["person_id"]
            for t in self.rows("step")
            if t["enrolment_id"] in stays and t["family"] == family and self._started_within(t, stays, first, last)
        }

    def steps_started(self, first: date, last: date) -> int:
        stays = {e["enrolment_id"]: e for e in self.enrolments()}
        return sum(
            1 for t in self.rows("step") if t["enrolment_id"] in stays and self._started_within(t, stays, first, last)
        )

    def _started_within(
        self, step: Mapping[str, Any], stays: Mapping[int, Mapping[str, Any]], first: date, last: date
    ) -> bool:
        day = step.get("started_on")
        if day is None or step["state"] == "cancelled" or not first <= day <= last:
            return False
        return self.seen_during(stays[step["enrolment_id"]], day, day)

    def with_durable_job(self, first: date, last: date) -> set[int]:
        found = set()
        for e in self.enrolments():
            for job in self.rows("job"):
                if job["enrolment_id"] != e["enrolment_id"] or job["start_on"] < e["start_on"]:
                    continue
                day = min(job["start_on"], e.get("end_on") or job["start_on"])
                if first <= day <= last and self._durable(job):
                    found.add(job["person_id"])
        return found

    def _durable(self, job: Mapping[str, Any]) -> bool:
        if job["contract_kind"] in self.parameters["durable_open_kinds"]:
            return True
        if job["contract_kind"] not in self.parameters["durable_dated_kinds"]:
            return False
        end = job.get("end_on")
        return end is None or end + ONE_DAY >= add_months(job["start_on"], self.parameters["durable_months"])

    def subject(self, day: date) -> set[int]:
        persons = {p["person_id"] for p in self.rows("person") if self.mine(p)}
        return {d["person_id"] for d in self.rows("rights_and_duties") if d["person_id"] in persons and _covers(d, day)}

    def oriented(self, day: date, *, employment_service: bool = False) -> set[int]:
        under = {
            o["person_id"]
            for o in self.rows("orientation")
            if o["decided_on"] <= day
            and (o.get("closed_on") is None or o["closed_on"] >= day)
            and (not employment_service or self.by_employment_service(o["organisation_id"]))
        }
        return under & self.subject(day)

    def orientation_delays(self, first: date, last: date) -> list[int]:
        delays = []
        territory = {p["person_id"]: p.get("territory_id") for p in self.rows("person")}
        for o in self.rows("orientation"):
            same = [
                x
                for x in self.rows("orientation")
                if x["person_id"] == o["person_id"] and x.get("subject_since") == o.get("subject_since")
            ]
            earliest = min(same, key=lambda x: (x["decided_on"], x["orientation_id"]))
            if o.get("subject_since") is None or o is not earliest or o["person_id"] not in territory:
                continue
            if not self.mine({**o, "territory_id": territory[o["person_id"]]}):
                continue
            since = self._delay_start(o)
            if since is not None and since <= o["decided_on"] and first <= o["decided_on"] <= last:
                delays.append((o["decided_on"] - since).days)
        return delays

    def _delay_start(self, orientation: Mapping[str, Any]) -> date | None:
        if self.parameters["delay_starts"] == "rights_and_duties":
            since: date | None = orientation["subject_since"]
            return since
        opened = [
            r["start_on"]
            for r in self.rows("right")
            if r["person_id"] == orientation["person_id"] and r["state"] != "closed"
        ]
        return min(opened, default=None)

    def followed_at(self, day: date) -> set[int]:
        return {
            e["person_id"]
            for e in self.enrolments()
            if self.present_at_close(e, day) and not self.by_employment_service(e["organisation_id"])
        }

    def under_contract(self, day: date) -> set[int]:
        covered = {
            c["enrolment_id"]
            for c in self.rows("contract")
            if c["state"] in ("validated", "handed_over")
            and c.get("in_force_on") is not None
            and c["in_force_on"] <= day <= c["end_on"]
        }
        return {
            e["person_id"]
            for e in self.enrolments()
            if e["enrolment_id"] in covered
            and self.present_at_close(e, day)
            and not self.by_employment_service(e["organisation_id"])
        }

    def contract_delays(self, first: date, last: date) -> list[int]:
        stays = {e["enrolment_id"]: e for e in self.enrolments()}
        return [
            (c["validated_on"] - stays[c["enrolment_id"]]["oriented_on"]).days
            for c in self.rows("contract")
            if c["enrolment_id"] in stays
            and c["rank"] == 1
            and c["state"] in ("validated", "handed_over")
            and c.get("validated_on") is not None
            and first <= c["validated_on"] <= last
            and stays[c["enrolment_id"]]["oriented_on"] <= c["validated_on"]
        ]

    def minutes(self, first: date, last: date) -> int:
        return sum(
            a.get("minutes") or 0
            for a in self.contacts(first, last)
            if a["outcome"] == "held"
            and a["kind"] in self.parameters["accompaniment_kinds"]
            and a["mode"] in self.parameters["accompaniment_modes"]
        )

    def long_steps(self, first: date, last: date) -> list[int]:
        """Return the tripartite reviews held in each step that reaches its length between two days."""
        stays = {e["enrolment_id"]: e for e in self.enrolments()}
        found = []
        for t in self.rows("step"):
            stay, began = stays.get(t["enrolment_id"]), t.get("started_on")
            if stay is None or began is None or t["state"] == "cancelled" or began < stay["start_on"]:
                continue
            day = add_months(began, self.parameters["long_step_months"]) - ONE_DAY
            running = t["ended_on"] >= day if t.get("ended_on") else t["state"] == "started"
            if first <= day <= last and running and self.seen_during(stay, day, day):
                found.append(self._reviews(t["person_id"], stay["organisation_id"], began, day))
        return found

    def _reviews(self, person_id: int, organisation_id: int, first: date, last: date) -> int:
        return sum(
            1
            for a in self.rows("appointment")
            if (a["person_id"], a["organisation_id"]) == (person_id, organisation_id)
            and (a["kind"], a["outcome"]) == ("tripartite", "held")
            and first <= a["on_date"] <= last
        )

    def left_on(self, enrolment: Mapping[str, Any]) -> date:
        end: date = enrolment["end_on"]
        return end if self.exit_of(enrolment) else end + ONE_DAY

    def alike(self, enrolment: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the stays of the same person in the same action of the same organisation."""
        same = ("person_id", "organisation_id", "action_code")
        return [e for e in self.rows("enrolment") if all(e[column] == enrolment[column] for column in same)]

    def leavers(self, first: date, last: date, *, trained: bool = False) -> set[int]:
        return {e["person_id"] for e in self.exits(first, last) if not trained or self._trained(e, self.left_on(e))}

    def _trained(self, enrolment: Mapping[str, Any], day: date) -> bool:
        numbers = {e["enrolment_id"] for e in self.alike(enrolment)}
        return any(
            t["enrolment_id"] in numbers
            and t["state"] != "cancelled"
            and t.get("started_on") is not None
            and t["started_on"] <= day
            and (t["qualifying"] or t["kind"] in self.parameters["training_kinds"])
            for t in self.rows("step")
        )

    def obstacles(self, first: date, last: date) -> list[bool]:
        """Tell, for each obstacle of an accompaniment closed between two days, whether it was lifted."""
        stays = {e["enrolment_id"]: e for e in self.rows("enrolment")}
        found = []
        for o in self.rows("obstacle"):
            if self.parameters["obstacles_counted"] == "worked" and o.get("worked_on") is None:
                continue
            own = stays[o["enrolment_id"]]
            closed = [
                e
                for e in self._departures()
                if e in self.alike(own) and e["start_on"] >= own["start_on"] and self.left_on(e) >= o["opened_on"]
            ]
            if not closed:
                continue
            stay = min(closed, key=lambda e: (self.left_on(e), e["enrolment_id"]))
            if self.mine(stay) and first <= self.left_on(stay) <= last:
                found.append(o.get("lifted_on") is not None and o["lifted_on"] <= self.left_on(stay))
        return found

    def _departures(self) -> list[Mapping[str, Any]]:
        return World(self.facts, {}, self.parameters).exits(date(1, 1, 1), date(9999, 12, 30))

    def accesses(self, first: date, last: date) -> int:
        """Count the entries in a professional action during a stay of the group in a social one."""
        every = World(self.facts, {}, self.parameters)
        return sum(
            1
            for n in every.entries(first, last)
            for e in self.enrolments()
            if e["person_id"] == n["person_id"]
            and self._type_among(n, "professional_types", first, last)
            and self._type_among(e, "social_types", first, last)
            and self.seen_during(e, n["start_on"], n["start_on"])
        )

    def _type_among(self, enrolment: Mapping[str, Any], wanted: str, first: date, last: date) -> bool:
        return any(
            r["action_code"] == enrolment["action_code"]
            and r["path"] == "accompaniment_type"
            and r["value"] in self.parameters[wanted]
            and r["valid_from"] <= last
            and (r.get("valid_to") is None or r["valid_to"] >= first)
            for r in self.rows("rule_value")
        )

    def arrivals(self, first: date, last: date) -> list[int]:
        """Return the days between the orientation and the entry, for each entry that follows an orientation."""
        return [
            (e["start_on"] - e["oriented_on"]).days
            for e in self.entries(first, last)
            if e.get("orientation_id") is not None and e["oriented_on"] <= e["start_on"]
        ]

    def action_plans(self, first: date, last: date) -> set[int]:
        stays = {e["enrolment_id"] for e in self.enrolments()}
        return {
            p["enrolment_id"]
            for p in self.rows("piece")
            if p["enrolment_id"] in stays
            and p["kind"] in self.parameters["action_plan_kinds"]
            and first <= p["dated_on"] <= last
        }

    def received(self, first: date, last: date) -> int:
        lines = {x["line_id"]: x for x in self.rows("agreement_line")}
        return sum(
            1
            for o in self.rows("orientation")
            if first <= o["decided_on"] <= last
            and self.mine({**o, "territory_id": lines.get(o.get("line_id"), {}).get("territory_id")})
        )


def _covers(period: Mapping[str, Any], day: date) -> bool:
    return bool(period["start_on"] <= day and (period.get("end_on") is None or period["end_on"] >= day))


def _individual(a: Mapping[str, Any], *modes: str) -> bool:
    return a["kind"] in ("individual", "tripartite") and a["mode"] in modes


def _tally(condition: Callable[[Mapping[str, Any]], bool]) -> Callable[[World, date, date], Decimal]:
    return lambda world, first, last: Decimal(sum(1 for a in world.contacts(first, last) if condition(a)))


_interviews = _tally(lambda a: _individual(a, "face_to_face", "video") and a["outcome"] == "held")
_honoured = _tally(lambda a: _individual(a, "face_to_face", "video", "phone") and a["outcome"] == "held")
_expected = _tally(
    lambda a: (
        _individual(a, "face_to_face", "video", "phone")
        and a["outcome"] in ("held", "justified_absence", "unjustified_absence")
    )
)
_group_held = _tally(lambda a: a["kind"] == "group" and a["outcome"] == "held")
_group_expected = _tally(
    lambda a: a["kind"] == "group" and a["outcome"] in ("held", "justified_absence", "unjustified_absence")
)
_others = _tally(
    lambda a: a["outcome"] == "held" and (a["kind"] == "employer_visit" or _individual(a, "phone", "mail"))
)


def _of_class(*names: str) -> Callable[[World, date, date], Decimal]:
    return lambda w, first, last: Decimal(sum(1 for e in w.exits(first, last) if w.exit_class(e) in names))


def _all_exits(w: World, first: date, last: date) -> Decimal:
    return Decimal(len(w.exits(first, last)))


def _followed(w: World, first: date, last: date) -> Decimal:
    return Decimal(len(w.followed(date(last.year, 1, 1), last)))


def _month_ends(first: date, last: date) -> list[date]:
    return [last_of_month(month) for month in months_between(first, last)]


def _occupied(w: World, first: date, last: date) -> Decimal:
    ends = _month_ends(first, last)
    by_month = Decimal(sum(w.caseload(day, counted_only=True) for day in ends)) / len(ends)
    return by_month + w.accompanied_annual(last, counted_only=True)


def _open_places(w: World, first: date, last: date) -> Decimal:
    ends = _month_ends(first, last)
    return Decimal(sum(w.places(day, annual=False) for day in ends)) / len(ends) + w.places(last, annual=True)


def _prorata_places(w: World, first: date, last: date) -> Decimal:
    return Decimal(sum(w.places(day) for day in _month_ends(first, last))) / 12


def _caseload_at_end(w: World, first: date, last: date) -> Decimal:
    return Decimal(w.caseload(last) + w.accompanied_annual(last))


def _step(family: str) -> Callable[[World, date, date], Decimal]:
    return lambda w, first, last: Decimal(len(w.with_step(family, first, last)))


def _durable_persons(w: World, first: date, last: date) -> Decimal:
    return Decimal(len(w.with_durable_job(first, last)))


def _agreed(column: str) -> Callable[[World, date, date], Decimal]:
    def total(w: World, first: date, last: date) -> Decimal:
        lines = w.lines(date(last.year, 1, 1), last)
        return sum((Decimal(x.get(column) or 0) for x in lines if x["kind"] == "convention"), Decimal(0))

    return total


def _number(what: str) -> Callable[[World, date, date], Decimal]:
    return lambda w, first, last: Decimal(len(getattr(w, what)(first, last)))


def _mean_fte(w: World, first: date, last: date) -> Decimal:
    ends = _month_ends(first, last)
    return sum((Decimal(x.get("fte") or 0) for day in ends for x in w.lines(day, day)), Decimal(0)) / len(ends)


def _classed_exits(w: World, first: date, last: date) -> Decimal:
    exits = [w.exit_of(e) for e in w.exits(first, last)]
    return Decimal(sum(1 for x in exits if x and x["state"] == "confirmed" and x.get("exit_class")))


Question = Callable[[World, date, date], Decimal]
# code → (numerator, denominator, scale), asked for the days of the interval.
QUESTIONS: dict[str, tuple[Question, Question | None, int | Fraction]] = {
    "supported_beneficiaries_count": (
        lambda w, _, last: Decimal(sum(1 for e in w.enrolments() if w.present_at_close(e, last))),
        None,
        1,
    ),
    "entered_beneficiaries_count": (lambda w, first, last: Decimal(len(w.entries(first, last))), None, 1),
    "exited_beneficiaries_count": (_all_exits, None, 1),
    "participants_supported_count": (_followed, None, 1),
    "occupied_places": (_caseload_at_end, None, 1),
    "mean_occupied_places": (_occupied, None, 1),
    "place_occupancy_rate": (_occupied, _open_places, 100),
    "active_caseload_per_fte": (
        _caseload_at_end,
        lambda w, _, last: sum((Decimal(x.get("fte") or 0) for x in w.lines(last, last)), Decimal(0)),
        1,
    ),
    "durable_exits_count": (_of_class("durable"), None, 1),
    "transition_exits_count": (_of_class("transition"), None, 1),
    "positive_exits_count": (_of_class("positive"), None, 1),
    "other_exits_count": (_of_class("other"), None, 1),
    "durable_exit_rate": (_of_class("durable"), _all_exits, 100),
    "transition_exit_rate": (_of_class("transition"), _all_exits, 100),
    "employment_exit_rate": (_of_class("durable", "transition"), _all_exits, 100),
    "dynamic_exit_rate": (_of_class(*GAINFUL), _all_exits, 100),
    "positive_exit_rate": (_of_class("positive"), _all_exits, 100),
    "durable_exits_per_100_places": (_of_class("durable"), _prorata_places, 100),
    "transition_exits_per_100_places": (_of_class("transition"), _prorata_places, 100),
    "action_exits_per_100_places": (_all_exits, _prorata_places, 100),
    "employment_training_step_rate": (_step("employment_training"), _followed, 100),
    "employment_access_step_rate": (_step("employment_access"), _followed, 100),
    "mobilisation_step_rate": (_step("mobilisation"), _followed, 100),
    "employment_training_mobilisation_rate": (_step("employment_training"), _followed, 100),
    "durable_employment_access_rate": (_durable_persons, _followed, 100),
    "durable_share_of_mobilised": (_durable_persons, _step("employment_training"), 100),
    "started_steps_count": (lambda w, first, last: Decimal(w.steps_started(first, last)), None, 1),
    "mean_individual_interviews": (_interviews, _followed, 1),
    "mean_group_times": (_group_held, _followed, 1),
    "mean_other_contacts": (_others, _followed, 1),
    "individual_attendance_rate": (_honoured, _expected, 100),
    "group_attendance_rate": (_group_held, _group_expected, 100),
    "group_time_reach_rate": (
        lambda w, first, last: Decimal(
            len({a["person_id"] for a in w.contacts(first, last) if a["kind"] == "group" and a["outcome"] == "held"})
        ),
        _followed,
        100,
    ),
    "orientation_rate": (
        lambda w, _, last: Decimal(len(w.oriented(last))),
        lambda w, _, last: Decimal(len(w.subject(last))),
        100,
    ),
    "pole_emploi_orientation_share": (
        lambda w, _, last: Decimal(len(w.oriented(last, employment_service=True))),
        lambda w, _, last: Decimal(len(w.subject(last))),
        100,
    ),
    "orientation_delay_days": (
        lambda w, first, last: Decimal(sum(w.orientation_delays(first, last))),
        lambda w, first, last: Decimal(len(w.orientation_delays(first, last))),
        1,
    ),
    "contractualisation_rate": (
        lambda w, _, last: Decimal(len(w.under_contract(last))),
        lambda w, _, last: Decimal(len(w.followed_at(last))),
        100,
    ),
    "contractualisation_delay_days": (
        lambda w, first, last: Decimal(sum(w.contract_delays(first, last))),
        lambda w, first, last: Decimal(len(w.contract_delays(first, last))),
        1,
    ),
    "eti_action_plan_rate": (_number("action_plans"), _prorata_places, 100),
    "aci_training_rate": (
        lambda w, first, last: Decimal(len(w.leavers(first, last, trained=True))),
        _number("leavers"),
        100,
    ),
    "lifted_obstacles_rate": (
        lambda w, first, last: Decimal(sum(w.obstacles(first, last))),
        _number("obstacles"),
        100,
    ),
    "professional_action_access_per_100_places": (
        lambda w, first, last: Decimal(w.accesses(first, last)),
        _prorata_places,
        100,
    ),
    "persons_per_fte_year": (_followed, _mean_fte, 1),
    "plie_accompaniment_hours": (
        lambda w, first, last: Decimal(w.minutes(first, last)),
        _followed,
        Fraction(1, 60),
    ),
    "plie_steps_per_participant": (lambda w, first, last: Decimal(w.steps_started(first, last)), _followed, 1),
    "tripartite_reviews_per_long_step": (
        lambda w, first, last: Decimal(sum(w.long_steps(first, last))),
        _number("long_steps"),
        1,
    ),
    "global_support_orientation_delay_days": (
        lambda w, first, last: Decimal(sum(w.arrivals(first, last))),
        _number("arrivals"),
        1,
    ),
    "global_support_positive_exits": (_of_class("positive"), _classed_exits, 100),
    "reinforced_support_beneficiaries": (_followed, None, 1),
    "orientations_received_count": (lambda w, first, last: Decimal(w.received(first, last)), None, 1),
    "agreed_places_count": (_agreed("places"), None, 1),
    "agreed_followed_persons_count": (_agreed("persons_to_follow"), None, 1),
    "subsidies_committed_amount": (_agreed("amount"), None, 1),
    "persons_per_place_ratio": (_agreed("persons_to_follow"), _agreed("places"), 1),
    "cost_per_place": (_agreed("amount"), _agreed("places"), 1),
}

# What a month asks otherwise than a year.
QUESTIONS_OF_A_MONTH: dict[str, tuple[Question, Question | None, int | Fraction]] = {
    "reinforced_support_beneficiaries": (lambda w, _, last: Decimal(len(w.followed_at(last))), None, 1),
}


def judge(
    code: str, facts: Facts, *, month: date, interval: str, group: Group, parameters: Mapping[str, Any] | None = None
) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """Return (numerator, denominator, value) of ``code`` for ``month``, or since 1 January when ``interval`` is year."""
    asked = QUESTIONS_OF_A_MONTH if interval == "month" else QUESTIONS
    numerator_of, denominator_of, scale = asked.get(code, QUESTIONS[code])
    world = World(facts, group, parameters)
    last = last_of_month(month)
    first = date(last.year, 1, 1) if interval == "year" else last.replace(day=1)
    numerator = numerator_of(world, first, last)
    if denominator_of is None:
        return numerator, None, numerator
    denominator = denominator_of(world, first, last)
    if not denominator:
        return numerator, denominator, None
    whole = Fraction(scale)
    return numerator, denominator, numerator * whole.numerator / (denominator * whole.denominator)
