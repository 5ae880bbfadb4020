"""The accompaniment of a person as her page shows it: pause, team, missions, reviews by a body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jalons.network.models import User
from jalons.network.permissions import Permission, permissions_of
from jalons.pathways.models import CaseReview, Enrolment, EnrolmentProfessional, Mandate, MissionDone, Pause
from jalons.pathways.preconditions import flags_of
from jalons.pathways.queries.handovers import running
from jalons.pathways.queries.reviews import long_since, reviews_of
from jalons.pathways.queries.teams import Gathered, teams_of
from jalons.people.models import Person
from jalons.sites.desk.places import writable
from jalons.sites.frame.labels import Labels
from jalons.ui.french import date_short


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A review by a body, in words."""

    pk: int
    label: str
    state: str
    waiting: bool


@dataclass(frozen=True, slots=True)
class Accompaniment:
    """What the page of a person says of it; every sentence is ready to show."""

    pause: Pause | None
    professionals: list[EnrolmentProfessional]
    flags: list[str]  # conditions of entry that were not met
    teams: list[Gathered]
    reviews: list[ShownReview]
    long_since: date | None
    missions: tuple[int, int] | None  # done at least once, all of them
    may_write: bool
    may_ask: bool
    writes_note: bool
    pause_by_body: bool  # a « veille » is asked of a body, not decided by the head
    roles: dict[str, str]  # code of a role → its words
    may_pause: bool
    may_name: bool


def accompaniment_of(
    person: Person, enrolments: list[Enrolment], mandate: Mandate | None, *, user: User, labels: Labels, on: date
) -> Accompaniment:
    """Read it in ten queries at most, whatever the number of rows; fewer where the rulebook asks for less."""
    rules = {one.pk: labels.rules(one.action_code) for one in enrolments}
    asked = [review for one in rules.values() for review in one.reviews]
    codes = {one.code for rule in rules.values() if rule.missions for one in rule.missions.items}
    done = set(MissionDone.objects.filter(enrolment__in=enrolments).values_list("code", flat=True) if codes else ())
    teams = teams_of(enrolments, on=on, shelf=labels.shelf)
    may_name = bool(writable(user, enrolments, Permission.MANDATE_NAME, on=on))
    beside = EnrolmentProfessional.objects.filter(running(on), enrolment__in=enrolments).select_related("user")
    return Accompaniment(
        pause=Pause.objects.filter(running(on), enrolment__person=person).first(),
        professionals=list(beside.order_by("start_on", "pk")),
        flags=[sentence for found in flags_of(enrolments, shelf=labels.shelf).values() for sentence in found],
        teams=teams,
        reviews=[_shown(one, labels) for one in reviews_of(person.pk)[:5]] if asked else [],
        long_since=long_since(enrolments, labels.shelf, on=on),
        missions=(len(done & codes), len(codes)) if codes else None,
        may_write=bool(writable(user, enrolments, Permission.SITUATION_WRITE, on=on)),
        may_ask=bool(asked) and Permission.REVIEW_ASK in permissions_of(user, on=on),
        writes_note=mandate is not None and (mandate.caseworker_id == user.pk or may_name),
        pause_by_body=any(one.purpose == "pause" for one in asked),
        roles={seat.role.code: seat.role.label for team in teams for seat in team.seats},
        may_pause=bool(writable(user, enrolments, Permission.ENROLMENT_MANAGE, on=on)),
        may_name=may_name,
    )


def review_label(review: CaseReview, labels: Labels) -> str:
    """Return the label of the rulebook for a review, its code when the rulebook no longer has it."""
    rules = labels.rules(review.enrolment.action_code).reviews
    return next((one.label for one in rules if one.code == review.kind), review.kind)


def _shown(one: CaseReview, labels: Labels) -> ShownReview:
    if not one.decision:
        state = f"demandé le {date_short(one.requested_on)}, {labels.body(one.body)}"
    else:
        state = f"{one.get_decision_display().lower()} le {date_short(one.examined_on)}"
        state += f" : {one.answer}" if one.answer else ""
    return ShownReview(one.pk, review_label(one, labels), state, not one.decision)
