"""Pauses, ends and versions applied to a draft."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.oracle.reading import ONE_DAY, Draft, Row, World, within
from jalons.rulebooks.oracle.versions import Rule

Dates = tuple[date | None, date | None, date | None, date | None, date | None]


def close(world: World, rule: Rule, draft: Draft) -> Answer:
    """Return the answer: nothing is breached before it is asked, in a pause, or after the end."""
    enrolment, end = draft.subject.enrolment, draft.subject.end
    pauses = _stretches(world, enrolment["enrolment_id"])
    late = None if draft.never_late else max(draft.late_on or draft.due_on + ONE_DAY, rule.asked_from)
    over = next((p for p in pauses if late is not None and within(late, p)), None)
    if over is not None:
        late = None if over.get("end_on") is None else over["end_on"] + ONE_DAY
    breached = (
        late is not None
        and late <= world.as_of
        and (draft.met_on is None or draft.met_on >= late)
        and (end is None or end >= late - ONE_DAY)
    )
    now = next((p for p in pauses if within(world.as_of, p)), None)
    if over is not None and over["start_on"] > world.as_of:
        over = None
    suspended: tuple[date | None, date | None] = (None, None)
    if draft.met_on is None:
        if breached and late is not None and draft.lost_from is not None:
            suspended = (max(draft.lost_from, late), None)
        elif end is not None:
            suspended = (end + ONE_DAY, None)
        elif draft.held is not None:
            suspended = draft.held
        elif (pause := now or over) is not None:
            suspended = (pause["start_on"], pause.get("end_on"))
    dates = (draft.due_on, draft.met_on, late if breached else None, *suspended)
    counts = (draft.measured, draft.required)
    return answer(rule, draft.subject.id, enrolment, draft.occurrence, dates, counts, draft.evidence)


def _stretches(world: World, enrolment_id: int) -> list[Row]:
    """The pauses of an enrolment, those that touch taken for one."""
    found: list[dict[str, date | None]] = []
    for pause in sorted(world.rows("pause", enrolment_id=enrolment_id), key=lambda row: row["start_on"]):
        before = found[-1]["end_on"] if found else None
        if before is not None and pause["start_on"] == before + ONE_DAY:
            found[-1]["end_on"] = pause.get("end_on")
        else:
            found.append({"start_on": pause["start_on"], "end_on": pause.get("end_on")})
    return list(found)


def answer(
    rule: Rule,
    subject_id: int,
    owner: Row,
    occurrence: str,
    dates: Dates,
    counts: tuple[int | None, Decimal | int | None],
    evidence: tuple[str, ...],
) -> Answer:
    """Return the answer of a rule about ``owner``: an enrolment or an agreement line."""
    measured, required = (None if value is None else Decimal(value) for value in counts)
    return Answer(
        rule.rulebook.code,
        rule.rulebook.version,
        rule.obligation.code,
        rule.action_code,
        rule.obligation.subject_kind,
        subject_id,
        owner["person_id"],
        owner["organisation_id"],
        owner["authority_id"],
        occurrence,
        *dates,
        measured,
        required,
        evidence,
    )
