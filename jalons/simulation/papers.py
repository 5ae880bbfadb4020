"""Documents noted in the files, and opinions of bodies: what the rulebooks ask for, most of the time, as a set."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache

from jalons.kernel.periods import add_months
from jalons.network.models import User
from jalons.pathways.models import Opinion, Orientation
from jalons.pathways.operations import OpinionGiven, record_opinion
from jalons.pathways.operations.pauses import NewPiece, record_pieces
from jalons.rulebooks.queries import rulebook_of
from jalons.rulebooks.schema import Length
from jalons.rulebooks.schema.shapes import DeadlineAfterEvent, PresenceOfPiece
from jalons.simulation.scene import Followed, Span

GIVEN, WAIVED, ANALYSED = 0.85, 0.7, 0.85  # shares of documents brought, waivers written, opinions asked
WAIVER = "registration_waiver"


def record_papers(group: Sequence[Followed], span: Span, *, seed: int, registered: Iterable[int]) -> None:
    """Note the documents of entries and exits of the span; a person not ``registered`` at Pôle emploi may have a waiver."""
    known = set(registered)
    wanted = [piece for one in group for piece in _papers(one, span, seed, one.enrolment.person_id in known)]
    if wanted:
        record_pieces(actor=group[0].actor, on=span.last, pieces=wanted)


def _papers(one: Followed, span: Span, seed: int, registered: bool) -> list[NewPiece]:
    rng = random.Random(f"{seed}/papers/{one.enrolment.person_id}/{one.enrolment.start_on}")
    entry, waiver = asked_papers(one.enrolment.action_code, one.enrolment.start_on)
    start, leaving = one.enrolment.start_on, one.plan.exit
    found = [(kind, start) for kind in entry if rng.random() < GIVEN]
    if leaving is not None:
        asked = papers_of_exit(one.enrolment.action_code, start, leaving.destination)
        found += [(kind, _brought(leaving.exited_on, delay, rng)) for kind, delay in asked if rng.random() < GIVEN]
    if rng.random() < WAIVED and waiver and not registered:
        found.append((WAIVER, start))
    return [NewPiece(one.enrolment.pk, kind, day) for kind, day in found if day in span]


@cache
def asked_papers(action_code: str, on: date) -> tuple[tuple[str, ...], bool]:
    """Return the documents of an entry, and whether a waiver of registration exists."""
    rulebook = rulebook_of(action_code, on=on)
    if rulebook is None:
        return (), False
    pieces = [one for one in rulebook.obligations_of(action_code) if isinstance(one, PresenceOfPiece)]
    waiver = any(document.kind == WAIVER for document in rulebook.action(action_code).documents)
    entry = tuple(each.any_of[0] for one in pieces if one.starts_from == "enrolment_start" for each in one.pieces)
    return entry, waiver


@cache
def papers_of_exit(action_code: str, on: date, destination: str) -> tuple[tuple[str, Length], ...]:
    """Return the documents asked of an exit to ``destination``, whatever its class, each with its delay after the exit."""
    rulebook = rulebook_of(action_code, on=on)
    return tuple(
        (each.any_of[0], one.delay)
        for one in (rulebook.obligations_of(action_code) if rulebook else ())
        if isinstance(one, PresenceOfPiece) and one.starts_from == "exit" and one.only_exit_classes is None
        if one.only_destinations is None or destination in one.only_destinations
        for each in one.pieces
    )


def _brought(exited_on: date, delay: Length, rng: random.Random) -> date:
    """A day from the exit to the last day of the delay."""
    last = add_months(exited_on, delay.months) + timedelta(days=delay.days)
    return exited_on + timedelta(days=rng.randint(0, (last - exited_on).days))


def give_opinions(actor: User, orientations: Iterable[Orientation], *, on: date, seed: int) -> None:
    """Write the opinion of a body behind the orientations whose rulebook asks for one; few, so one by one."""
    for one in orientations:
        bodies = asked_bodies(one.action_code, on)
        rng = random.Random(f"{seed}/opinion/{one.person_id}/{one.decided_on}")
        if bodies and rng.random() < ANALYSED:
            opinion = OpinionGiven(bodies[0], one.decided_on, Opinion.FAVOURABLE)
            record_opinion(actor=actor, on=on, orientation_id=one.pk, opinion=opinion)


@cache
def asked_bodies(action_code: str, on: date) -> tuple[str, ...]:
    """Return the bodies whose opinion must come before an orientation to an action; none for most actions."""
    rulebook = rulebook_of(action_code, on=on)
    for one in rulebook.obligations_of(action_code) if rulebook else ():
        if isinstance(one, DeadlineAfterEvent) and one.starts_from == "orientation":
            for event in one.expects:
                if event.event == "opinion" and event.bodies:
                    return tuple(event.bodies)
    return ()
