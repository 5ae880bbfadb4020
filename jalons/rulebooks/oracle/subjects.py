"""What obligations start from: the enrolments a rule binds, and what starts in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from jalons.rulebooks.oracle.reading import ONE_DAY, Row, Subject, World, earliest
from jalons.rulebooks.oracle.versions import Rule


def subjects(world: World, rule: Rule, anchor: str) -> Iterator[Subject]:
    """Yield the subjects of ``rule`` that start from ``anchor``."""
    find = _FINDERS[anchor]
    for row in world.rows("enrolment", action_code=rule.action_code):
        if row["start_on"] <= world.as_of and rule.binds(row["start_on"]):
            yield from (subject for subject in find(world, row) if _of_these_jobs(rule, subject))


def _of_these_jobs(rule: Rule, subject: Subject) -> bool:
    contracts = getattr(rule.obligation, "only_job_contracts", None)
    employers = getattr(rule.obligation, "only_employers", None)
    return (contracts is None or subject.job_contract in contracts) and (
        employers is None or subject.employer in employers
    )


def _enrolment_start(_: World, e: Row) -> Iterator[Subject]:
    yield Subject(e, e["enrolment_id"], e["start_on"], e.get("end_on"))


def _orientation(_: World, e: Row) -> Iterator[Subject]:
    yield Subject(e, e["enrolment_id"], e["oriented_on"], e.get("end_on"))


def _reorientation(world: World, e: Row) -> Iterator[Subject]:
    """The orientation the enrolment follows replaced another one."""
    for row in world.rows("orientation", orientation_id=e.get("orientation_id")):
        if row.get("replaces_id") is not None and row["decided_on"] <= world.as_of:
            yield Subject(e, e["enrolment_id"], row["decided_on"], e.get("end_on"))


def _first_interview(world: World, e: Row) -> Iterator[Subject]:
    """The first individual appointment held during the enrolment by its organisation."""
    held = [
        row["on_date"]
        for row in world.rows(
            "appointment",
            person_id=e["person_id"],
            organisation_id=e["organisation_id"],
            kind="individual",
            outcome="held",
        )
        if e["start_on"] <= row["on_date"] <= min(e.get("end_on") or world.as_of, world.as_of)
    ]
    if held:
        yield Subject(e, e["enrolment_id"], min(held), e.get("end_on"))


def _ends_of(table: str) -> Callable[[World, Row], Iterator[Subject]]:
    def ends(world: World, e: Row) -> Iterator[Subject]:
        """A period of the person that ended during the enrolment, with none that follows it the next day."""
        periods = world.rows(table, person_id=e["person_id"])
        starts = {period["start_on"] for period in periods}
        for period in periods:
            end = period.get("end_on")
            if end is None or end >= world.as_of or end + ONE_DAY in starts:
                continue
            if e["start_on"] <= end and (e.get("end_on") is None or end <= e["end_on"]):
                yield Subject(e, e["enrolment_id"], end, e.get("end_on"), occurrence=end.isoformat())

    return ends


def _contracts(world: World, e: Row) -> Iterator[Subject]:
    for row in world.rows("contract", enrolment_id=e["enrolment_id"]):
        in_force = row.get("in_force_on") is not None and row["state"] != "cancelled"
        if in_force and row["validated_on"] <= world.as_of:
            yield Subject(e, row["contract_id"], row["end_on"], e.get("end_on"), contract_start=row["start_on"])


def _jobs(world: World, e: Row) -> Iterator[Subject]:
    """Begun during the enrolment; over on the real last day, else on the planned one."""
    for row in world.rows("job", enrolment_id=e["enrolment_id"]):
        if e["start_on"] <= row["start_on"] <= world.as_of:
            last = earliest(e.get("end_on"), row.get("ended_on") or row.get("end_on"))
            kinds = {"job_contract": row["contract_kind"], "employer": row["employer_kind"]}
            yield Subject(e, row["job_id"], row["start_on"], last, **kinds)


def _steps(world: World, e: Row) -> Iterator[Subject]:
    for row in world.rows("step", enrolment_id=e["enrolment_id"]):
        started = row.get("started_on")
        if started is not None and e["start_on"] <= started <= world.as_of and row["state"] != "cancelled":
            yield Subject(e, row["step_id"], started, earliest(e.get("end_on"), row.get("ended_on")))


def _exits(world: World, e: Row) -> Iterator[Subject]:
    for row in world.rows("exit", enrolment_id=e["enrolment_id"]):
        if row["exited_on"] <= world.as_of and row["state"] != "reversed":
            exit_class = row.get("exit_class") or ""
            yield Subject(
                e, row["exit_id"], row["exited_on"], None, exit_class=exit_class, destination=row["destination"]
            )


_FINDERS: dict[str, Callable[[World, Row], Iterable[Subject]]] = {
    "enrolment_start": _enrolment_start,
    "orientation": _orientation,
    "reorientation": _reorientation,
    "first_interview": _first_interview,
    "duties_end": _ends_of("rights_and_duties"),
    "registration_end": _ends_of("registration"),
    "contract_end": _contracts,
    "job_start": _jobs,
    "step_start": _steps,
    "exit": _exits,
}
