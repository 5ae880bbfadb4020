"""What happens during the stays: contacts, steps, jobs, orientations, contracts, obstacles, accesses, documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jalons.indicators.reference.caseload import ONE_DAY, Caseload
from jalons.kernel.periods import add_months


class World(Caseload):
    """Every fact row of a group, and what a person would ask of them."""

    def contacts(self, first: date, last: date) -> list[Mapping[str, Any]]:
        """Appointments of the stays of the group: the day belongs to the oldest stay of the person in the organisation."""
        found = []
        for a in self.rows("appointment"):
            if not first <= a["on_date"] <= last:
                continue
            stay = self._stay_of(a)
            if stay is not None and self.mine(stay):
                found.append(a)
        return found

    def _stay_of(self, appointment: Mapping[str, Any]) -> Mapping[str, Any] | None:
        day = appointment["on_date"]
        stays = [
            e
            for e in self.rows("enrolment")
            if e["person_id"] == appointment["person_id"]
            and e["organisation_id"] == appointment["organisation_id"]
            and self.seen_during(e, day, day)
        ]
        return min(stays, key=lambda e: (e["start_on"], e["enrolment_id"]), default=None)

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

    def steps_positioned(self, first: date, last: date) -> int:
        stays = {e["enrolment_id"]: e for e in self.enrolments()}
        found = [(t, t.get("positioned_on")) for t in self.rows("step") if t["enrolment_id"] in stays]
        return sum(
            1
            for t, day in found
            if day is not None and first <= day <= last and self.seen_during(stays[t["enrolment_id"]], day, day)
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
        if self._delay_starts(orientation) == "rights_and_duties":
            since: date | None = orientation["subject_since"]
            return since
        opened = [
            r["start_on"]
            for r in self.rows("right")
            if r["person_id"] == orientation["person_id"] and r["state"] != "closed"
        ]
        return min(opened, default=None)

    def _delay_starts(self, orientation: Mapping[str, Any]) -> str:
        """The word of the first rulebook of the authority that speaks on the day of the decision; else the parameter."""
        codes = {a["code"] for a in self.rows("authority") if a["authority_id"] == orientation["authority_id"]}
        day = orientation["decided_on"]
        said = [
            r
            for r in self.rows("rule_value")
            if r["path"] == "orientation_delay.starts_from"
            and r["authority_code"] in codes
            and r["valid_from"] <= day
            and (r.get("valid_to") is None or day <= r["valid_to"])
        ]
        first = min(said, key=lambda r: (r["rulebook_code"], r["value"]), default=None)
        return str(first["value"] if first else self.parameters["delay_starts"])

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
            and (a["proved"] or not self._to_sign(a))
        )

    def _to_sign(self, appointment: Mapping[str, Any]) -> bool:
        """Tell whether the last version begun on its day asks for the sign-in of an appointment of its kind."""
        stay = self._stay_of(appointment)
        said = [r for r in self.rows("rule_value") if stay is not None and r["action_code"] == stay["action_code"]]
        since = max((r["valid_from"] for r in said if r["valid_from"] <= appointment["on_date"]), default=None)
        return any(
            r["valid_from"] == since and r["path"] == "sign_in.kinds" and appointment["kind"] in r["value"].split(", ")
            for r in said
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
        return type(self)(self.facts, {}, self.parameters).exits(date(1, 1, 1), date(9999, 12, 30))

    def accesses(self, first: date, last: date) -> int:
        """Count the entries in a professional action during a stay of the group in a social one."""
        every = type(self)(self.facts, {}, self.parameters)
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
