"""Orient a person: a dated decision to an organisation and action, effective on its own day (R-027, R-032)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.guards import Standing, obstacle, standings
from jalons.pathways.models import (
    Channel,
    EndReason,
    Enrolment,
    Evaluation,
    Opinion,
    Orientation,
    ReorientationRequest,
    RequestState,
)
from jalons.pathways.operations._door import open_persons
from jalons.pathways.operations.enrolment import (
    close_enrolments,
    drop_leads_to_come,
    drop_unbegun,
    end_leads,
    within_line,
)
from jalons.pathways.queries.evaluations import preflags_of
from jalons.pathways.reference import bodies
from jalons.pathways.rulebook import Shelf
from jalons.people.access import close_grants
from jalons.people.models import AccessReason, DossierAccess, Person


@dataclass(frozen=True, slots=True)
class Choice:
    """Where one person goes."""

    person_id: int
    line_id: int


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """The opinion of a body before the decision (R-042); ``body`` is a code of the reference list."""

    body: str
    given_on: date
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions written, and the persons left out with the reason."""

    orientations: list[Orientation]
    refused: list[tuple[int, Refusal]]


@operation
def orient(
    *,
    actor: User,
    on: date,
    person_id: int,
    line_id: int,
    reason: str,
    channel: Channel = Channel.INDIVIDUAL,
    proposed_by_id: int | None = None,
    preflag: str = "",
    opinion: OpinionGiven | None = None,
) -> Orientation:
    """Orient a person who has no orientation in force. Full places warn before, they never block (R-038)."""
    decided = decide(
        actor,
        [Choice(person_id, line_id)],
        on=on,
        reason=reason,
        channel=channel,
        permission=Permission.ORIENTATION_DECIDE,
        proposed_by_id=proposed_by_id,
        preflag=preflag,
        opinion=opinion,
    )
    if decided.refused:
        raise decided.refused[0][1]
    return decided.orientations[0]


@operation
def reorient(
    *,
    actor: User,
    on: date,
    person_id: int,
    line_id: int,
    reason: str,
    channel: Channel = Channel.INDIVIDUAL,
    proposed_by_id: int | None = None,
    opinion: OpinionGiven | None = None,
) -> Orientation:
    """Orient elsewhere: the former orientation and its enrolments end on the eve, with the reason (R-042, R-121).

    Without the opinion of a body the decision stands; the rulebook says whether it is compliant.
    """
    open_persons(actor, [person_id], on=on, permission=Permission.ORIENTATION_DECIDE)
    line = _lines([line_id])[line_id]
    former = Orientation.objects.filter(
        person_id=person_id, authority_id=line.agreement.authority_id, closed_on__isnull=True
    ).first()
    if former is None:
        raise Refusal(
            "Cette personne n’a pas d’orientation en cours : décidez une première orientation.",
            code="nothing_to_reorient",
        )
    if former.line_id == line_id:
        raise _already_there(former)
    if on < former.decided_on:
        raise Refusal(
            f"L’orientation en cours date du {former.decided_on:%d/%m/%Y} : une réorientation ne peut pas la précéder.",
            code="reorientation_too_early",
        )
    _close(actor, former, on=on, reason=reason, keep_mandates=former.organisation_id == line.agreement.organisation_id)
    new = orient(
        actor=actor,
        on=on,
        person_id=person_id,
        line_id=line_id,
        reason=reason,
        channel=channel,
        proposed_by_id=proposed_by_id,
        preflag=former.preflag,
        opinion=opinion,
    )
    new.replaces = former
    new.save(update_fields=["replaces"])
    answer_requests(actor, {former.pk: new}, on=on, reason=reason)
    return new


def answer_requests(actor: User, replaced: Mapping[int, Orientation], *, on: date, reason: str) -> None:
    """A request that waited on a former orientation is granted by the one that replaces it, whoever looked at it (R-042).

    ``replaced``: former orientation → the new one. Called inside an operation.
    """
    for request in ReorientationRequest.objects.filter(orientation__in=replaced, state=RequestState.OPEN):
        request.state, request.result = RequestState.ACCEPTED, replaced[request.orientation_id]
        request.decided_on, request.decided_by, request.decision_reason = on, actor, reason.strip()
        request.save()


@operation
def record_opinion(*, actor: User, on: date, orientation_id: int, opinion: OpinionGiven) -> Orientation:
    """Add, or correct, the opinion that came before a decision and was not written with it (R-042)."""
    found = Orientation.objects.select_related("person").get(pk=orientation_id)
    persons = open_persons(actor, [found.person_id], on=on, permission=Permission.ORIENTATION_DECIDE)
    territory_id = persons[found.person_id].territory_id
    require(actor, Permission.ORIENTATION_DECIDE, on=on, authority_id=found.authority_id, territory_id=territory_id)
    check_opinion(opinion, decided_on=found.decided_on)
    row = Orientation.objects.get(pk=orientation_id)
    row.opinion_body, row.opinion_on, row.opinion = opinion.body, opinion.given_on, opinion.opinion
    row.save(update_fields=["opinion_body", "opinion_on", "opinion"])
    touch(days={row.decided_on})
    return row


def _already_there(former: Orientation) -> Refusal:
    said = "Cette personne est déjà orientée vers cette offre"
    stays = Enrolment.objects.filter(orientation=former, action_code=former.action_code, end_on__isnull=True)
    again = "." if stays.exists() else " : inscrivez-la de nouveau, depuis « À inscrire »."
    return Refusal(said + again, code="same_orientation")


def _close(actor: User, former: Orientation, *, on: date, reason: str, keep_mandates: bool) -> None:
    eve = on - timedelta(days=1)
    former.closed_on, former.closed_by, former.closed_reason = eve, actor, reason.strip()
    former.save(update_fields=["closed_on", "closed_by", "closed_reason"])
    # What was opened beside the orientation goes on: it is left by an exit.
    rows = Enrolment.objects.filter(orientation=former, action_code=former.action_code, end_on__isnull=True)
    running = [one for one in rows.select_related("line") if not (one.start_on > on and drop_unbegun(one))]
    if running:
        # An enrolment that begins on the very day keeps that one day: a period is never empty.
        close_enrolments(
            actor,
            running,
            last_days={one.pk: within_line(one, eve) for one in running},
            reason=EndReason.REORIENTATION,
            keep_mandates=keep_mandates,
            lead_until=eve,
        )
    elif not keep_mandates:
        end_leads({former.person_id}, former.organisation_id, last_day=eve)
    if not keep_mandates:
        drop_leads_to_come(former.person_id, former.organisation_id, after=on)
    close_grants(reason=AccessReason.ORIENTATION, source_ids=[former.pk], end_on=eve)
    touch(days={eve, former.decided_on})


def decide(
    actor: User,
    choices: Collection[Choice],
    *,
    on: date,
    reason: str,
    channel: Channel,
    permission: Permission,
    proposed_by_id: int | None = None,
    preflag: str = "",
    batch: UUID | None = None,
    opinion: OpinionGiven | None = None,
) -> Decided:
    """Write the decisions as a set, inside an operation; who cannot be oriented is reported, the others are."""
    if opinion is not None:
        check_opinion(opinion, decided_on=on)
    if not reason.strip():
        raise Refusal("Une orientation demande un motif.", code="orientation_without_reason")
    persons = open_persons(actor, {one.person_id for one in choices}, on=on, permission=permission)
    lines = _lines({one.line_id for one in choices})
    _require_all(actor, choices, persons, lines, on=on, permission=permission)
    known = standings(persons, on=on)
    suggested = preflags_of(persons, on=on)
    shelf = Shelf()
    refused = _obstacles(choices, lines, known, shelf, on=on)
    rows = [
        Orientation(
            person_id=one.person_id,
            authority_id=line.agreement.authority_id,
            organisation_id=line.agreement.organisation_id,
            line=line,
            action_code=line.action_code,
            accompaniment_type=shelf.entry_rules_of(line.action_code, on=on).accompaniment_type,
            channel=channel,
            preflag=preflag or suggested.get(one.person_id, ""),
            proposed_by_id=proposed_by_id,
            decided_on=on,
            decided_by=actor,
            reason=reason.strip(),
            subject_since=known[one.person_id].subject_since,
            batch=batch,
            opinion_body=opinion.body if opinion else "",
            opinion_on=opinion.given_on if opinion else None,
            opinion=opinion.opinion if opinion else "",
        )
        for one in choices
        if one.person_id not in refused
        for line in [lines[one.line_id]]
    ]
    orientations = Orientation.objects.bulk_create(rows, batch_size=2000)
    DossierAccess.objects.bulk_create(
        [
            DossierAccess(
                person_id=one.person_id,
                organisation_id=one.organisation_id,
                reason=AccessReason.ORIENTATION,
                source_id=one.pk,
                start_on=on,
            )
            for one in orientations
        ],
        batch_size=2000,
    )
    _keep_evaluations(orientations)
    touch(days={on})
    return Decided(orientations, list(refused.items()))


def _keep_evaluations(orientations: Iterable[Orientation]) -> None:
    """Tie to each decision the last evaluation that waited for one (R-029)."""
    decided = {one.person_id: one for one in orientations}
    waiting = Evaluation.objects.filter(person__in=decided, orientation=None).order_by("made_on", "pk")
    last = {one.person_id: one for one in waiting}
    for person_id, evaluation in last.items():
        evaluation.orientation = decided[person_id]
    Evaluation.objects.bulk_update(last.values(), ["orientation"], batch_size=1000)


def check_opinion(opinion: OpinionGiven, *, decided_on: date) -> None:
    """Refuse the opinion of an unknown body, or one that comes after the decision."""
    if opinion.body not in bodies():
        known = ", ".join(f"« {label} »" for label in bodies().values())
        raise Refusal(f"Cette instance n’est pas dans la liste : {known}.", code="opinion_body_unknown")
    if opinion.given_on > decided_on:
        raise Refusal(
            f"L’avis, du {opinion.given_on:%d/%m/%Y}, précède la décision, du {decided_on:%d/%m/%Y}.",
            code="orientation_opinion_comes_first",
        )


def _lines(ids: Iterable[int]) -> dict[int, AgreementLine]:
    return AgreementLine.objects.select_related("agreement").in_bulk(set(ids))


def _require_all(
    actor: User,
    choices: Iterable[Choice],
    persons: Mapping[int, Person],
    lines: Mapping[int, AgreementLine],
    *,
    on: date,
    permission: Permission,
) -> None:
    asked = {(lines[one.line_id].agreement.authority_id, persons[one.person_id].territory_id) for one in choices}
    for authority_id, territory_id in asked:
        require(actor, permission, on=on, authority_id=authority_id, territory_id=territory_id)


def _obstacles(
    choices: Iterable[Choice],
    lines: Mapping[int, AgreementLine],
    known: Mapping[int, Standing],
    shelf: Shelf,
    *,
    on: date,
) -> dict[int, Refusal]:
    """Say why each person who cannot be oriented there cannot; guards of the rulebook first (R-017)."""
    found: dict[int, Refusal] = {}
    oriented = set(
        Orientation.objects.filter(person__in=known, closed_on__isnull=True).values_list("person_id", "authority_id")
    )
    for one in choices:
        line = lines[one.line_id]
        authority_id = line.agreement.authority_id
        refusal = obstacle(
            known[one.person_id], shelf.entry_rules_of(line.action_code, on=on).conditions, authority_id=authority_id
        )
        if refusal is None and not line.start_on <= on <= line.end_on:
            refusal = Refusal(
                f"Cette offre est ouverte du {line.start_on:%d/%m/%Y} au {line.end_on:%d/%m/%Y}.", code="line_closed"
            )
        if refusal is None and (one.person_id, authority_id) in oriented:
            refusal = Refusal(
                "Cette personne a déjà une orientation en cours : faites une réorientation.",
                code="orientation_one_in_force",
            )
        if refusal is not None:
            found[one.person_id] = refusal
    return found
