"""The end of rights proposes to close or to maintain an accompaniment; a human decides, nothing closes by itself (R-025, R-026)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.guards import standings
from jalons.pathways.models import ClosureProposal, EndReason, Enrolment, ProposalState
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations._ends import moved_since, read_ends
from jalons.pathways.operations.enrolment import close_enrolments, led_until, reopen_enrolment, within_line
from jalons.pathways.operations.exits import put_back_beside
from jalons.pathways.operations.mandates import reopen_mandate
from jalons.people.access import lock_persons


@dataclass(frozen=True, slots=True)
class EndedRights:
    """Rights or duties of a person that ended: last day, and cause (duties_ended, missing_from_file…)."""

    person_id: int
    ended_on: date
    cause: str


@operation
def propose_closures(*, actor: User, on: date, endings: Collection[EndedRights]) -> int:
    """Propose a decision for each running enrolment of these persons, as a set; returns how many are new.

    The same end proposed twice is one proposal, also when its decision was taken: a file read again changes nothing.
    A proposal withdrawn because the rights were back is open again when they end on that same day after all.
    """
    require(actor, Permission.IMPORT_RUN, on=on)
    by_person = {one.person_id: one for one in endings}
    lock_persons(by_person)
    running = Enrolment.objects.filter(person__in=by_person).filter(Q(end_on__isnull=True) | Q(end_on__gt=on))
    known = {
        (one.enrolment_id, one.ended_on): one for one in ClosureProposal.objects.filter(enrolment__person__in=by_person)
    }
    made, reopened = [], []
    for pk, person_id in running.values_list("pk", "person_id"):
        ending = by_person[person_id]
        earlier = known.get((pk, ending.ended_on))
        if earlier is None:
            made.append(ClosureProposal(enrolment_id=pk, ended_on=ending.ended_on, proposed_on=on, cause=ending.cause))
        elif earlier.state == ProposalState.WITHDRAWN:
            reopened.append(_reopened(earlier, on=on, cause=ending.cause))
    ClosureProposal.objects.bulk_create(made, batch_size=2000)
    ClosureProposal.objects.bulk_update(reopened, _REOPENED, batch_size=2000)
    touch(persons=set(by_person))
    return len(made) + len(reopened)


_REOPENED = ("state", "proposed_on", "cause", "reason", "decided_on", "decided_by")


def _reopened(proposal: ClosureProposal, *, on: date, cause: str) -> ClosureProposal:
    proposal.state, proposal.proposed_on, proposal.cause = ProposalState.OPEN, on, cause
    proposal.reason, proposal.decided_on, proposal.decided_by = "", None, None
    return proposal


@operation
def withdraw_closures(*, actor: User, on: date, person_ids: Iterable[int]) -> int:
    """Drop the open proposals of persons whose rights and duties are back; returns how many."""
    require(actor, Permission.IMPORT_RUN, on=on)
    ids = set(person_ids)
    lock_persons(ids)
    touch(persons=ids)
    return ClosureProposal.objects.filter(enrolment__person__in=ids, state=ProposalState.OPEN).update(
        state=ProposalState.WITHDRAWN, decided_on=on, decided_by=actor, reason="Droits et devoirs rétablis."
    )


@operation
def close_proposal(
    *, actor: User, on: date, proposal_id: int, reason: str, last_day: date | None = None
) -> ClosureProposal:
    """Close the accompaniment: the enrolment ends on ``last_day``.

    Left out, it is the day of the decision, or the last of the line when it comes first.
    """
    proposal, enrolment = _open(actor, proposal_id, on=on, permission=Permission.CLOSURE_DECIDE)
    day = last_day or within_line(enrolment, on)
    if day > on:
        raise Refusal("La clôture ne se date pas dans l’avenir.", code="date_to_come")
    _decide(proposal, actor, ProposalState.CLOSED, on=on, reason=reason, until=None)
    if enrolment.end_on is None:
        if day < enrolment.start_on:
            raise Refusal("Une inscription ne peut pas finir avant d’avoir commencé.", code="enrolment_dates_ordered")
        before = read_ends([enrolment.person_id], after=day)
        close_enrolments(
            actor,
            [enrolment],
            last_days={enrolment.pk: day},
            reason=EndReason.RIGHTS_ENDED,
            lead_until=led_until(enrolment, day, on),
        )
        proposal.kept = moved_since(before).get(enrolment.person_id, {})
        proposal.save(update_fields=["kept"])
    return proposal


@operation
def reopen_closure(*, actor: User, on: date, proposal_id: int, reason: str) -> ClosureProposal:
    """Undo a closure decided by mistake: the accompaniment runs again, with its référent, its team and its « veille ».

    The end of rights is to decide again, unless the duties are back. Refused once a re-orientation followed.
    """
    proposal, enrolment = _open(actor, proposal_id, on=on, permission=Permission.CLOSURE_DECIDE)
    if not reason.strip():
        raise Refusal("Reprendre un accompagnement clos demande un motif.", code="closure_undone_says_why")
    ended_on = enrolment.end_on
    if proposal.state != ProposalState.CLOSED or ended_on is None or enrolment.end_reason != EndReason.RIGHTS_ENDED:
        raise Refusal("Cette fin de droits n’est pas close.", code="closure_not_closed")
    if enrolment.orientation is not None and enrolment.orientation.closed_on is not None:
        raise Refusal(
            "Cette personne a été réorientée depuis : son ancien accompagnement ne reprend pas.",
            code="closure_followed",
        )
    reopen_enrolment(enrolment)
    reopen_mandate(enrolment.person_id, enrolment.organisation_id, ended_on=ended_on, on=on)
    put_back_beside(enrolment.pk, proposal.kept)
    subject = standings([enrolment.person_id], on=on)[enrolment.person_id].subject_since is not None
    proposal.state = ProposalState.WITHDRAWN if subject else ProposalState.OPEN
    proposal.decided_on, proposal.decided_by = (on, actor) if subject else (None, None)
    proposal.reason, proposal.kept = reason.strip(), {}
    proposal.save()
    touch(days={on, ended_on})
    return proposal


@operation
def maintain(*, actor: User, on: date, proposal_id: int, reason: str, until: date | None = None) -> ClosureProposal:
    """Keep the accompaniment beyond droits et devoirs: the chef de service social of the territory only (R-007, R-026)."""
    proposal, _ = _open(actor, proposal_id, on=on, permission=Permission.CLOSURE_MAINTAIN)
    if until is not None and until < on:
        raise Refusal("Un maintien ne peut pas être déjà terminé.", code="maintenance_over")
    _decide(proposal, actor, ProposalState.MAINTAINED, on=on, reason=reason, until=until)
    return proposal


def _open(actor: User, proposal_id: int, *, on: date, permission: Permission) -> tuple[ClosureProposal, Enrolment]:
    enrolment_id = ClosureProposal.objects.values_list("enrolment_id", flat=True).get(pk=proposal_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=permission)
    return ClosureProposal.objects.get(pk=proposal_id), enrolment


def _decide(
    proposal: ClosureProposal, actor: User, state: ProposalState, *, on: date, reason: str, until: date | None
) -> None:
    if proposal.state != ProposalState.OPEN:
        raise Refusal(
            f"Cette proposition est déjà traitée : « {proposal.get_state_display()} ».", code="closure_decided"
        )
    if not reason.strip():
        raise Refusal("Clore ou maintenir demande un motif.", code="closure_decided_when_why_by_whom")
    proposal.state, proposal.decided_on, proposal.decided_by = state, on, actor
    proposal.reason, proposal.until = reason.strip(), until
    proposal.save()
    touch(days={on, proposal.ended_on})
