"""A month of the demonstration's year: entrants oriented in number, then the daily work of every organisation.

Nothing is kept in memory between months: the plan of an accompaniment is drawn again from its seed, so a killed run goes on
where the last committed month left it. Writes go through the operations that screens use, as sets; the actor is a référent of
the organisation, or the officer whose decision it is.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from jalons.agenda.models import AppointmentKind, Mode, Outcome
from jalons.agenda.operations import NewAppointment, record_appointments
from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation
from jalons.kernel.periods import end_of_months
from jalons.kernel.refusals import Refusal
from jalons.network.models import Authority, OrganisationKind, User
from jalons.pathways.models import (
    ClosureProposal,
    Contract,
    ContractKind,
    ContractState,
    Destination,
    EmployerKind,
    Enrolment,
    Horizon,
    Job,
    JobContract,
    Orientation,
    ProposalState,
    ReviewDecision,
    StepDoer,
    StepState,
)
from jalons.pathways.operations import (
    bulk_orientation,
    closures,
    contracts,
    drafts,
    enrolment,
    exits,
    jobs,
    mandates,
    pauses,
    reviews,
    steps,
)
from jalons.pathways.queries.orientation import persons_to_orient
from jalons.pathways.reference import step_ends
from jalons.pathways.rulebook import ActionRules, rules_of
from jalons.simulation.accompaniments import Accompaniment, ContractPlan, Meeting, Rhythm, StepPlan, plan_accompaniment
from jalons.simulation.casework import record_adhesion, record_situations
from jalons.simulation.cast import Cast
from jalons.simulation.papers import give_opinions
from jalons.simulation.scene import Followed, Span

PARIS = ZoneInfo("Europe/Paris")
CONFIRMED, CLOSED = 0.85, 0.8  # shares of exits and of closures decided at once
USUAL_END = 0.7  # completed steps that simply went to their end
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
# Hours a week of a step, by family: round figures chosen for a credible demo.
WEEKLY_HOURS: dict[str, tuple[int, ...]] = {
    "employment_training": (24, 28, 30, 35),
    "employment_access": (3, 4, 6, 12),
    "mobilisation": (2, 3, 4, 6),
}
# Where a person goes: the shares published for 2017 (activité 25 %, emploi 35 %, Pôle emploi 40 %), a few to the PLIE.
SHARES: tuple[tuple[str, int], ...] = (
    ("employment", 35),
    ("activity", 25),
    ("professional", 37),
    ("plie", 3),
)


@cache
def _rules(action_code: str, on: date) -> ActionRules:
    """The rules of an action on a day, read once: no rulebook is adopted while the demonstration runs."""
    return rules_of(action_code, on=on)


@dataclass(frozen=True, slots=True)
class Year:
    """Whose year is lived, up to which day, with which seed and people."""

    authority: Authority
    until: date
    seed: int
    cast: Cast


def _rng(seed: int, *parts: object) -> random.Random:
    return random.Random("/".join(str(part) for part in (seed, *parts)))


def _orient_entrants(year: Year, *, on: date, share: float, lines: Mapping[str, Sequence[int]]) -> int:
    """Decide for a share of the persons to orient, in number, by kind of accompaniment; return how many were oriented."""
    waiting = list(
        persons_to_orient(year.cast.officer, on=on).filter(authority=year.authority).values_list("pk", flat=True)
    )
    chosen: dict[str, list[int]] = defaultdict(list)
    for person_id in waiting:
        rng = _rng(year.seed, "orient", person_id, on)
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
        kind = "plie" if organisation.kind == OrganisationKind.PLIE else _rules(line.action_code, on).accompaniment_type
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
        _contracts(group, span, cast)
        _steps(group, span, until)
        record_situations(group, span, seed=seed, until=until, job_seekers=_served_by_employment(group))
        _jobs_and_exits(group, span, cast, seed)
        _pauses(group, span, cast)
    _closures(authority, span, cast, seed)


def _served_by_employment(group: Sequence[Followed]) -> bool:
    """Whether these persons are followed by the employment service itself: all of them are registered there."""
    return group[0].enrolment.organisation.kind == OrganisationKind.EMPLOYMENT_SERVICE


def _plan(seed: int, orientation: Orientation, until: date) -> Accompaniment:
    rhythm = RHYTHMS.get(orientation.action_code, Rhythm())
    rng = _rng(seed, "plan", orientation.person_id, orientation.decided_on)
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


def _draft(one: Followed, plan: ContractPlan, previous: int | None) -> drafts.Draft:
    rules = _rules(one.enrolment.action_code, plan.start_on)
    kind = next((known for known in ContractKind if known.value in rules.contract.kinds), ContractKind.ENGAGEMENT)
    kinds = list(rules.steps)
    step = kinds[(one.enrolment.pk + plan.rank) % len(kinds)] if kinds else None
    return drafts.Draft(
        enrolment_id=one.enrolment.pk,
        start_on=plan.start_on,
        end_on=plan.end_on,
        kind=kind,
        her_words="Retrouver un emploi stable près de chez moi.",
        previous_review="Les étapes prévues ont été faites en partie ; la recherche continue." if previous else "",
        previous_id=previous,
        objectives=(
            drafts.Objective(Horizon.SHORT, "Faire le point sur mes démarches et mes droits."),
            drafts.Objective(Horizon.MEDIUM, "Suivre une étape choisie ensemble."),
            drafts.Objective(Horizon.LONG, "Accéder à un emploi durable."),
        ),
        steps=(
            drafts.PlannedStep(
                kind=step,
                planned_on=plan.start_on + timedelta(days=30),
                place="" if rules.steps[step].sensitive else "Dans les locaux de l’organisme",
                doer=StepDoer.BOTH,
            ),
        )
        if step
        else (),
    )


def _contracts(group: list[Followed], span: Span, cast: Cast) -> None:
    """Signatures, transmissions, returns, validations and hand-overs of the span, in the order of their days."""
    actor, on = group[0].actor, span.last
    territory = {one.enrolment.person_id: one.enrolment.person.territory_id for one in group}
    known = _contracts_of(group)
    wanted = []
    for one in group:
        for plan in one.plan.contracts:
            previous = known.get((one.enrolment.pk, plan.rank - 1))
            ready = plan.rank == 1 or (previous is not None and previous.validated_on is not None)
            if plan.signed_on in span and (one.enrolment.pk, plan.rank) not in known and ready:
                wanted.append(_draft(one, plan, previous.pk if previous else None))
    if wanted:
        drafts.draft_many(actor=actor, on=on, drafts=wanted)
        known = _contracts_of(group)
    pairs = [
        (known[one.enrolment.pk, plan.rank], plan)
        for one in group
        for plan in one.plan.contracts
        if (one.enrolment.pk, plan.rank) in known
    ]
    _move(contracts.sign_many, actor, on, ((c, p.signed_on) for c, p in pairs if c.state == ContractState.DRAFT), span)
    pairs = _fresh(pairs)
    _move(
        contracts.submit_many,
        actor,
        on,
        ((c, p.submitted_on) for c, p in pairs if c.state == ContractState.SIGNED),
        span,
    )
    pairs = _fresh(pairs)
    for contract, plan in pairs:
        if contract.state == ContractState.SUBMITTED and plan.returned_on in span and not contract.returns.exists():
            contracts.return_contract(
                actor=cast.chief_of(territory[contract.person_id]),
                on=on,
                contract_id=contract.pk,
                reasons="Précisez le calendrier de la deuxième étape.",
            )
            contracts.sign(actor=actor, on=on, contract_id=contract.pk, signed_on=plan.returned_on)
            contracts.submit(actor=actor, on=on, contract_id=contract.pk)
    pairs = _fresh(pairs)
    for place in sorted(set(territory.values()), key=str):
        due = [
            (c, p.validated_on)
            for c, p in pairs
            if c.state == ContractState.SUBMITTED and territory[c.person_id] == place
        ]
        _move(contracts.validate_many, cast.chief_of(place), on, due, span)
    pairs = _fresh(pairs)
    _move(
        contracts.hand_over_many,
        actor,
        on,
        ((c, p.handed_over_on) for c, p in pairs if c.state == ContractState.VALIDATED),
        span,
    )


Pairs = list[tuple[Contract, ContractPlan]]


def _contracts_of(group: list[Followed]) -> dict[tuple[int, int], Contract]:
    rows = Contract.objects.filter(enrolment__in=[one.enrolment.pk for one in group]).exclude(
        state=ContractState.CANCELLED
    )
    return {(row.enrolment_id, row.rank): row for row in rows}


def _fresh(pairs: Pairs) -> Pairs:
    rows = Contract.objects.in_bulk([contract.pk for contract, _ in pairs])
    return [(rows[contract.pk], plan) for contract, plan in pairs]


def _move(
    operate: Callable[..., object], actor: User, on: date, days: Iterable[tuple[Contract, date | None]], span: Span
) -> None:
    moves = [
        contracts.ContractMove(contract.pk, max(day, span.first))
        for contract, day in days
        if day is not None and day <= span.last
    ]
    if moves:
        operate(actor=actor, on=on, moves=moves)


def _steps(group: list[Followed], span: Span, until: date) -> None:
    """Each step is written when its story is over, or where it stands on the last day."""
    wanted = []
    for one in group:
        kinds: dict[str, list[str]] = defaultdict(list)
        for code, rule in _rules(one.enrolment.action_code, span.last).steps.items():
            kinds[rule.family].append(code)
        for plan in one.plan.steps:
            day = _told_on(plan, until)
            if day in span and kinds[plan.family]:
                wanted.append(_step(one, plan, kinds[plan.family], until))
    if wanted:
        steps.record_steps(actor=group[0].actor, on=span.last, steps=wanted)


def _told_on(plan: StepPlan, until: date) -> date:
    known = [day for day in (plan.proposed_on, plan.started_on, plan.ended_on) if day is not None and day <= until]
    return max(known)


def _step(one: Followed, plan: StepPlan, kinds: list[str], until: date) -> steps.NewStep:
    started = plan.started_on if plan.started_on and plan.started_on <= until else None
    ended = plan.ended_on if started and plan.ended_on and plan.ended_on <= until else None
    kind = kinds[int(plan.pick * len(kinds))]
    return steps.NewStep(
        enrolment_id=one.enrolment.pk,
        kind=kind,
        proposed_on=plan.proposed_on,
        positioned_on=plan.proposed_on if started else None,
        started_on=started,
        ended_on=ended,
        interrupted=ended is not None and not plan.completed,
        end_code=_end_code(plan) if ended else "",
        weekly_hours=_weekly_hours(plan) if started else None,
        qualifying=kind == "qualifying_training",
        diploma_on=ended if ended and plan.completed and kind == "qualifying_training" else None,
    )


def _end_code(plan: StepPlan) -> str:
    """A reason of the list, never words: some kinds of steps say something of health (R-163)."""
    codes = list(step_ends(StepState.COMPLETED if plan.completed else StepState.INTERRUPTED))
    return codes[0] if plan.completed and plan.pick < USUAL_END else codes[int(plan.pick * 1000) % len(codes)]


def _weekly_hours(plan: StepPlan) -> Decimal:
    choices = WEEKLY_HOURS.get(plan.family, (3,))
    return Decimal(choices[int(plan.pick * 1000) % len(choices)])


def _jobs_and_exits(group: list[Followed], span: Span, cast: Cast, seed: int) -> None:
    actor, on = group[0].actor, span.last
    leaving = [one for one in group if one.plan.exit is not None and one.plan.exit.exited_on in span]
    if not leaving:
        return
    hired = [one for one in leaving if one.plan.job is not None]
    if hired:
        jobs.record_jobs(actor=actor, on=on, jobs=[_job(one) for one in hired])
    rests_on = {
        row.enrolment_id: row.pk for row in Job.objects.filter(enrolment__in=[one.enrolment.pk for one in leaving])
    }
    trained = _trainings(actor, on, leaving)
    proposed = exits.propose_exits(actor=actor, on=on, exits=[_exit(one, rests_on, trained) for one in leaving])
    sure = [row.pk for row in proposed if _rng(seed, "confirm", row.enrolment_id).random() < CONFIRMED]
    if sure:
        exits.confirm_exits(actor=cast.heads[leaving[0].enrolment.organisation_id], on=on, exit_ids=sure)


def _job(one: Followed) -> jobs.NewJob:
    plan = one.plan.job
    assert plan is not None
    return jobs.NewJob(
        enrolment_id=one.enrolment.pk,
        contract_kind=JobContract(plan.contract_kind),
        employer_kind=EmployerKind(plan.employer_kind),
        employer="Entreprise fictive",
        weekly_hours=Decimal(plan.weekly_hours),
        start_on=max(plan.start_on, one.enrolment.start_on),
        end_on=end_of_months(max(plan.start_on, one.enrolment.start_on), plan.months) if plan.months else None,
    )


def _trainings(actor: User, on: date, leaving: list[Followed]) -> dict[int, int]:
    """Write the training that an exit towards a training rests on; return enrolment → step."""
    wanted = []
    for one in leaving:
        assert one.plan.exit is not None
        kinds = [code for code in _rules(one.enrolment.action_code, on).steps if code == "qualifying_training"]
        if one.plan.exit.destination == "training" and kinds:
            day = one.plan.exit.exited_on
            wanted.append(
                steps.NewStep(
                    enrolment_id=one.enrolment.pk, kind=kinds[0], proposed_on=day, started_on=day, qualifying=True
                )
            )
    if not wanted:
        return {}
    return {row.enrolment_id: row.pk for row in steps.record_steps(actor=actor, on=on, steps=wanted)}


def _exit(one: Followed, rests_on: Mapping[int, int], trained: Mapping[int, int]) -> exits.NewExit:
    plan = one.plan.exit
    assert plan is not None
    step_id = trained.get(one.enrolment.pk)
    destination = Destination(plan.destination)
    if destination == Destination.TRAINING and step_id is None:
        destination = Destination.OTHER_ACTION
    return exits.NewExit(
        enrolment_id=one.enrolment.pk,
        exited_on=plan.exited_on,
        destination=destination,
        job_id=rests_on.get(one.enrolment.pk) if plan.job else None,
        step_id=step_id,
    )


def _pauses(group: list[Followed], span: Span, cast: Cast) -> None:
    """Put on hold; where a body grants it, it is asked by the head and granted the same day."""
    for one in group:
        if one.plan.pause is not None and one.plan.pause[0] in span:
            start, end = one.plan.pause
            asked = next(
                (r for r in _rules(one.enrolment.action_code, span.last).reviews if r.purpose == "pause"), None
            )
            if asked is not None:
                _granted(one, asked.code, span, cast)
                continue
            pauses.start_pause(
                actor=cast.heads[one.enrolment.organisation_id],
                on=span.last,
                enrolment_id=one.enrolment.pk,
                start_on=start,
                end_on=end,
                reason="Indisponibilité temporaire",
            )


def _granted(one: Followed, kind: str, span: Span, cast: Cast) -> None:
    assert one.plan.pause is not None
    start, end = one.plan.pause
    review = reviews.ask_review(
        actor=cast.heads[one.enrolment.organisation_id],
        on=span.last,
        enrolment_id=one.enrolment.pk,
        kind=kind,
        reason="Indisponibilité temporaire",
        start_on=start,
        end_on=end,
    )
    reviews.decide_review(
        actor=cast.chief_of(one.enrolment.person.territory_id),
        on=span.last,
        review_id=review.pk,
        decision=ReviewDecision.GRANTED,
        examined_on=span.last,
    )


def _closures(authority: Authority, span: Span, cast: Cast, seed: int) -> None:
    """The authority closes most of the proposals older than the span; recent ones wait on its screen."""
    waiting = ClosureProposal.objects.filter(
        enrolment__authority=authority, state=ProposalState.OPEN, proposed_on__lt=span.first
    )
    for proposal in waiting.select_related("enrolment__person").order_by("pk"):
        if _rng(seed, "close", proposal.enrolment_id, proposal.ended_on).random() < CLOSED:
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
