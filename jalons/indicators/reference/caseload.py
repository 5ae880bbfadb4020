"""Stays, exits, active caseload and places, counted day by day and row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from jalons.kernel.periods import add_months

Facts = Mapping[str, Sequence[Mapping[str, Any]]]
Group = Mapping[str, Any]
ONE_DAY = timedelta(days=1)
CLASSES = "exits.classes."
GAINFUL = ("durable", "transition", "positive")


class Caseload:
    """Fact rows of a group, and the questions a person would ask about stays and places."""

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
        versions = self._versions(action_code)
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

    def _versions(self, action_code: str) -> list[Mapping[str, Any]]:
        about = ("active_caseload.mode", "active_caseload.positive_exit_months", "accompaniment_type")
        return [
            r
            for r in self.rows("rule_value")
            if r["action_code"] == action_code and (r["path"] in about or r["path"].startswith(CLASSES))
        ]

    def classed(self, enrolment: Mapping[str, Any], left: date) -> bool:
        """Tell whether the last version begun on the day of leaving defines exit classes, for those who entered in time."""
        row = self.exit_of(enrolment)
        if row is not None and row.get("exit_class") is not None:
            return True
        versions = self._versions(enrolment["action_code"])
        first = min((r["valid_from"] for r in versions), default=None)
        since = max((r["valid_from"] for r in versions if r["valid_from"] <= left), default=first)
        return any(
            r["valid_from"] == since
            and r["path"].startswith(CLASSES)
            and (r.get("valid_to") is None or r["valid_to"] >= enrolment["start_on"])
            for r in versions
        )

    def places_classed(self, day: date) -> int:
        """Return the places open on a day in lines that began under a version with exit classes."""
        return sum(
            self.places_of(line, day)
            for line in self.lines(day, day)
            if self.has_counted_places(line["organisation_id"]) and self._has_classes(line)
        )

    def _has_classes(self, line: Mapping[str, Any]) -> bool:
        paths = {r["path"] for r in self._versions(line["action_code"]) if r["path"].startswith(CLASSES)}
        return any(self.rule(line["action_code"], path, "value", line["start_on"]) is not None for path in paths)

    def left_on(self, enrolment: Mapping[str, Any]) -> date:
        """Return the day of the exit, else the first day out; the stay must have an end."""
        end: date = enrolment["end_on"]
        return end if self.exit_of(enrolment) else end + ONE_DAY

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
            if first <= self.left_on(e) <= last:
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
