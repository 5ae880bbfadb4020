"""A month of the demonstration's year: entrants oriented in number, then the daily work of every organisation.

Nothing is kept in memory between months: the plan of an accompaniment is drawn again from its seed, so a killed run goes on
where the last committed month left it. Writes go through the operations that screens use, as sets; the actor is a référent of
the organisation, or the officer whose decision it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from jalons.agenda.models import AppointmentKind, Mode, Outcome
from jalons.agenda.operations import NewAppointment, record_appointments
from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import Authority, OrganisationKind, User
from jalons.pathways.models import (
    ClosureProposal,
    Enrolment,
    Orientation,
    ProposalState,
)
from jalons.pathways.operations import (
    bulk_orientation,
    closures,
    enrolment,
    mandates,
)
from jalons.pathways.queries.orientation import persons_to_orient
from jalons.simulation.accompaniments import Accompaniment, Meeting, Rhythm, plan_accompaniment
from jalons.simulation.casework import record_adhesion, record_situations
from jalons.simulation.cast import Cast
from jalons.simulation.living_contracts import live_contracts
from jalons.simulation.living_exits import live_exits, live_pauses
from jalons.simulation.living_steps import live_steps
from jalons.simulation.papers import give_opinions
from jalons.simulation.scene import Followed, Span, draws, rules_on

PARIS = ZoneInfo("Europe/Paris")
CLOSED = 0.8  # share of closures decided at once
LEAST_TEAM, LARGEST_TEAM = 2, 12
SEEN_TODAY = 6  # one person out of so many has an appointment on the demonstration's day
CASELOAD = 60  # persons per référent of the demonstration, below the frameworks' hundred so that lists stay readable
RHYTHMS: dict[str, Rhythm] = {
    "nord_ii2_coaching": Rhythm(between_meetings=(5, 8), contract_months=(3,), longest_months=3),
    "plie_2014_2020": Rhythm(between_meetings=(12, 32), contract_months=(12,)),
    "lyon_pole_emploi": Rhythm(
        first_contract=(2, 14), between_meetings=(40, 90), contract_months=(12,), exit_share=0.12
    ),
}
# Where a person goes: the shares published for 2017 (activité 25 %, emploi 35 %, Pôle emploi 40 %), a few to the PLIE.
SHARES: tuple[tuple[str, int], ...] = (
    ("employment", 35),
    ("activity", 25),
    ("professional", 37),
    ("plie", 3),
)


@dataclass(frozen=True, slots=True)
class Year:
    """Whose year is lived, up to which day, with which seed and people."""

    authority: Authority
    until: date
    seed: int
    cast: Cast


def _orient_entrants(year: Year, *, on: date, share: float, lines: Mapping[str, Sequence[int]]) -> int:
    """Decide for a share of the persons to orient, in number, by kind of accompaniment; return how many were oriented."""
    waiting = list(
        persons_to_orient(year.cast.officer, on=on).filter(authority=year.authority).values_list("pk", flat=True)
    )
    chosen: dict[str, list[int]] = defaultdict(list)
    for person_id in waiting:
        rng = draws(year.seed, "orient", person_id, on)
        if rng.random() < share:
            chosen[rng.choices([kind for kind, _ in SHARES], [weight for _, weight in SHARES])[0]].append(person_id)
    count = 0
    for kind, persons in chosen.items():
        done = bulk_orientation.orient_in_bulk(
            actor=year.cast.officer,
            on=on,
            person_ids=persons,
            line_ids=list(lines[kind]),
            reason="Décision en nombre de la démonstration",
        )
        count += len(done.orientations)
        give_opinions(year.cast.officer, done.orientations, on=on, seed=year.seed)
    return count


def lines_by_kind(authority: Authority, *, on: date, persons: int) -> dict[str, list[int]]:
    """Choose the lines that receive people: enough places for the size of the demonstration, the largest first.

    With few persons, a few organisations are full rather than all of them empty.
    """
    rows = list(
        AgreementLine.objects.filter(agreement__authority=authority, start_on__lte=on, end_on__gte=on)
        .select_related("agreement__organisation")
        .order_by("agreement__kind", "-places", "pk")
    )
    found: dict[str, list[int]] = defaultdict(list)
    room: dict[str, int] = defaultdict(int)
    shares = dict(SHARES)
    for line in rows:
        organisation = line.agreement.organisation
        kind = (
            "plie" if organisation.kind == OrganisationKind.PLIE else rules_on(line.action_code, on).accompaniment_type
        )
        wanted = persons * shares.get(kind, 0) / 100 * 1.1
        if kind in shares and (room[kind] < wanted or organisation.kind in (OrganisationKind.AUTHORITY_SERVICE,)):
            found[kind].append(line.pk)
            room[kind] += line.places
    return found


@operation
def decide_and_live(
    *,
    actor: User,
    on: date,
    decided_on: date,
    share: float,
    lines: Mapping[str, Sequence[int]],
    year: Year,
    span: Span,
) -> None:
    """Orient, then live the days of ``span`` for everybody: one transaction, reactions run once at its end."""
    _orient_entrants(year, on=decided_on, share=share, lines=lines)
    authority, until, seed, cast = year.authority, year.until, year.seed, year.cast
    _enrol(on, authority, span, until, seed, cast)
    by_organisation: dict[int, list[Followed]] = defaultdict(list)
    for one in _followed(authority, span, until, seed, cast):
        by_organisation[one.enrolment.organisation_id].append(one)
    for group in by_organisation.values():
        _meetings(group, span, until)
        record_adhesion(group, span)
        live_contracts(group, span, cast)
        live_steps(group, span, until)
        record_situations(group, span, seed=seed, until=until, job_seekers=_served_by_employment(group))
        live_exits(group, span, cast, seed)
        live_pauses(group, span, cast)
    _closures(authority, span, cast, seed)


def _served_by_employment(group: Sequence[Followed]) -> bool:
    """Whether these persons are followed by the employment service itself: all of them are registered there."""
    return group[0].enrolment.organisation.kind == OrganisationKind.EMPLOYMENT_SERVICE


def _plan(seed: int, orientation: Orientation, until: date) -> Accompaniment:
    rhythm = RHYTHMS.get(orientation.action_code, Rhythm())
    rng = draws(seed, "plan", orientation.person_id, orientation.decided_on)
    return plan_accompaniment(rng, oriented_on=orientation.decided_on, until=until, rhythm=rhythm)


def _enrol(on: date, authority: Authority, span: Span, until: date, seed: int, cast: Cast) -> None:
    """Enrol, organisation by organisation, the persons whose first day has come."""
    rows = Orientation.objects.filter(authority=authority, closed_on__isnull=True, enrolments__isnull=True).order_by(
        "pk"
    )
    entries: dict[int, list[enrolment.NewEnrolment]] = defaultdict(list)
    for row in rows.iterator(chunk_size=5000):
        day = _plan(seed, row, until).enrolled_on
        if day not in span:
            continue
        entries[row.organisation_id].append(
            enrolment.NewEnrolment(
                person_id=row.person_id,
                line_id=row.line_id,
                orientation_id=row.pk,
                start_on=day,
            )
        )
    for place, asked in entries.items():
        wanted = _admitted(cast.officer, on, asked)
        namings = [
            mandates.Naming(one.person_id, cast.caseworker_of(place, one.person_id).pk, place, one.start_on)
            for one in wanted
        ]
        mandates.name_many(actor=cast.heads[place], on=on, namings=namings, reason="Répartition à l’entrée")


def _admitted(actor: User, on: date, entries: list[enrolment.NewEnrolment]) -> list[enrolment.NewEnrolment]:
    """Enrol as a set; when somebody is refused (rights stopped meanwhile), cut in two until only those are left out."""
    try:
        with transaction.atomic():
            enrolment.enrol_many(actor=actor, on=on, entries=entries)
        return entries
    except Refusal:
        half = len(entries) // 2
        return _admitted(actor, on, entries[:half]) + _admitted(actor, on, entries[half:]) if half else []


def _followed(authority: Authority, span: Span, until: date, seed: int, cast: Cast) -> Iterator[Followed]:
    rows = (
        Enrolment.objects.filter(authority=authority, start_on__lte=span.last)
        .filter(Q(end_on__isnull=True) | Q(end_on__gt=span.last))
        .select_related("orientation", "person", "organisation")
        .order_by("pk")
    )
    for row in rows:
        if row.orientation is not None:
            actor = cast.caseworker_of(row.organisation_id, row.person_id)
            yield Followed(row, _plan(seed, row.orientation, until), actor)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS)


def _meetings(group: list[Followed], span: Span, until: date) -> None:
    """Past meetings with their outcome; on the last span, the coming ones as planned."""
    wanted = []
    for one in group:
        past = [meeting for meeting in one.plan.meetings if meeting.day in span and meeting.day < until]
        wanted += [_appointment(one, meeting, meeting.day, Outcome(meeting.outcome)) for meeting in past]
        coming = [meeting for meeting in one.plan.meetings if meeting.day >= until]
        if coming and span.last == until:
            soon = one.enrolment.pk % SEEN_TODAY == 0  # so that the first page of a référent has its morning
            wanted.append(_appointment(one, coming[0], until if soon else coming[0].day, Outcome.PLANNED))
    if wanted:
        record_appointments(actor=group[0].actor, on=span.last, appointments=wanted)


def _appointment(one: Followed, meeting: Meeting, day: date, outcome: Outcome) -> NewAppointment:
    start = _at(day, meeting.hour)
    return NewAppointment(
        person_id=one.enrolment.person_id,
        organisation_id=one.enrolment.organisation_id,
        caseworker_id=one.actor.pk,
        kind=AppointmentKind(meeting.kind),
        mode=Mode(meeting.mode),
        starts_at=start,
        ends_at=start + timedelta(minutes=meeting.minutes),
        outcome=outcome,
    )


def _closures(authority: Authority, span: Span, cast: Cast, seed: int) -> None:
    """The authority closes most of the proposals older than the span; recent ones wait on its screen."""
    waiting = ClosureProposal.objects.filter(
        enrolment__authority=authority, state=ProposalState.OPEN, proposed_on__lt=span.first
    )
    for proposal in waiting.select_related("enrolment__person").order_by("pk"):
        if draws(seed, "close", proposal.enrolment_id, proposal.ended_on).random() < CLOSED:
            closures.close_proposal(
                actor=cast.chief_of(proposal.enrolment.person.territory_id),
                on=span.last,
                proposal_id=proposal.pk,
                reason="Fin de droits et devoirs constatée",
            )


def team_sizes(lines: Mapping[str, Sequence[int]], *, persons: int) -> dict[int, int]:
    """Return organisation → number of référents for the persons the chosen lines receive, at least two: one may hand over."""
    rows = list(
        AgreementLine.objects.filter(pk__in=[pk for kind in lines.values() for pk in kind]).values_list(
            "pk", "agreement__organisation_id", "places"
        )
    )
    kinds = {pk: kind for kind, chosen in lines.items() for pk in chosen}
    room: dict[str, int] = defaultdict(int)
    for pk, _, places in rows:
        room[kinds[pk]] += places
    expected: dict[int, float] = defaultdict(float)
    for pk, organisation_id, places in rows:
        kind = kinds[pk]
        arrive = min(room[kind], persons * dict(SHARES)[kind] / 100)
        expected[organisation_id] += arrive * places / max(room[kind], 1)
    return {
        organisation: max(LEAST_TEAM, min(LARGEST_TEAM, round(number / CASELOAD)))
        for organisation, number in expected.items()
    }
