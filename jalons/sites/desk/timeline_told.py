"""Small dated facts of a person's file, read from their tables in one query per room; who told them is in the same row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from jalons.pathways.models import (
    Assessment,
    ContractReturn,
    Enrolment,
    FollowUpContact,
    Information,
    Job,
    Mandate,
    Obstacle,
    Pause,
    Report,
)
from jalons.people.models import JobSeekerRegistration, RightsAndDuties, RsaRight

NOTHING = Value("")


class Fact(NamedTuple):
    """One row: what it is, its days, up to two codes, who or where, a longer text. Each kind says what its codes are."""

    kind: str
    day: date
    end: date | None
    code: str
    more: str
    who: str
    text: str


def of_pathway(person_id: int) -> Iterator[Fact]:
    """Yield what pathways keeps beside its contracts, steps, orientations and exits, oldest first; one query."""
    person = {"person_id": person_id}
    returned = ContractReturn.objects.filter(contract__person_id=person_id)
    news, obstacles = FollowUpContact.objects.filter(**person), Obstacle.objects.filter(**person)
    found: dict[str, Any] = {
        "code": F("finding"),
        "more": F("contact_with"),
        "who": _name("recorded_by"),
        "text": F("note"),
    }
    opened: dict[str, Any] = {"code": F("domain"), "more": F("enrolment__action_code")}
    worked = obstacles.filter(worked_on__isnull=False).filter(~Q(worked_on=F("lifted_on")) | Q(lifted_on=None))
    reports, made = Report.objects.filter(**person), Assessment.objects.filter(**person)
    given = Information.objects.filter(**person)
    jobs, stays, place = Job.objects.filter(**person), Enrolment.objects.filter(**person), F("organisation__name")
    parts = [
        part(returned, "return", "returned_on", more=F("contract__rank"), who=_name("returned_by"), text=F("reasons")),
        part(news.exclude(job=None), "news_of_job", "made_on", **found),
        part(news.filter(job=None), "news_of_step", "made_on", **found),
        part(
            reports, "report", "decided_on", "withdrawn_on", code=F("state"), more=F("cause"), who=_name("decided_by")
        ),
        part(given, "information", "given_on", code=F("kind"), more=F("enrolment__action_code"), text=F("documents")),
        part(made, "assessment", "made_on", code=F("kind"), who=_name("recorded_by"), text=F("recommendations")),
        part(obstacles, "obstacle_found", "opened_on", **opened, text=F("note")),
        part(worked, "obstacle_worked", "worked_on", **opened),
        part(obstacles.exclude(lifted_on=None), "obstacle_lifted", "lifted_on", **opened),
        part(jobs, "job", "start_on", "ended_on", code=F("contract_kind"), more=F("weekly_hours"), who=F("employer")),
        part(stays, "enrolment", "start_on", "end_on", code=F("action_code"), more=F("end_reason"), who=place),
        part(Mandate.objects.filter(**person), "mandate", "start_on", more=place, who=_name("caseworker")),
        part(Pause.objects.filter(enrolment__person_id=person_id), "pause", "start_on", "end_on", text=F("reason")),
    ]
    return told(parts)


def of_rights(person_id: int) -> Iterator[Fact]:
    """Yield the rights of a person and her registrations, oldest first; one query."""
    person = {"person_id": person_id}
    return told(
        [
            part(RsaRight.objects.filter(**person), "right", "start_on", code=F("state"), more=F("reason_code")),
            part(RightsAndDuties.objects.filter(**person), "duties", "start_on", "end_on"),
            part(
                JobSeekerRegistration.objects.filter(**person), "registered", "start_on", "end_on", code=F("end_reason")
            ),
        ]
    )


def part(rows: QuerySet[Any], kind: str, day: str, end: str = "", **texts: Any) -> Any:  # rows of values
    """Return rows as columns of ``Fact``; ``texts``: expressions for ``code``, ``more``, ``who``, ``text``."""
    last: Any = F(end) if end else Value(None)
    columns = {"told_kind": Value(kind, CharField()), "told_day": F(day), "told_end": Cast(last, DateField())}
    for name in ("code", "more", "who", "text"):
        columns[f"told_{name}"] = Coalesce(Cast(texts.get(name, NOTHING), CharField()), NOTHING)
    return rows.order_by().annotate(**columns, told_pk=F("pk")).values_list(*columns, "told_pk")


def told(parts: list[Any]) -> Iterator[Fact]:
    """Yield the facts of all parts, oldest first; one query."""
    rows = parts[0].union(*parts[1:], all=True).order_by("told_day", "told_pk")
    return (Fact(*row[:-1]) for row in rows)


def _name(user: str) -> Any:
    """The name of a user as ``str`` gives it."""
    full = Trim(Concat(f"{user}__first_name", Value(" "), f"{user}__last_name"))
    return Coalesce(NullIf(full, NOTHING), F(f"{user}__username"))
