"""Pure rules of the pathway: which state may follow which, and the gap between two contracts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import TextChoices

from jalons.kernel.periods import Period
from jalons.kernel.refusals import Refusal
from jalons.pathways.models import (
    Contract,
    ContractKind,
    ContractState,
    Enrolment,
    ExitState,
    ReportCause,
    ReportState,
    StepState,
)
from jalons.pathways.reference import report_pieces

S = TypeVar("S", bound=TextChoices)

C = ContractState
# A contract that was returned is signed again; a signed one that is edited goes back to draft and loses its signature.
CONTRACT_TRANSITIONS: dict[ContractState, frozenset[ContractState]] = {
    C.DRAFT: frozenset({C.SIGNED, C.CANCELLED}),
    C.SIGNED: frozenset({C.SUBMITTED, C.DRAFT, C.CANCELLED}),
    C.SUBMITTED: frozenset({C.VALIDATED, C.RETURNED, C.CANCELLED}),
    C.RETURNED: frozenset({C.SIGNED, C.CANCELLED}),
    C.VALIDATED: frozenset({C.HANDED_OVER}),
    C.HANDED_OVER: frozenset(),
    C.CANCELLED: frozenset(),
}
EDITABLE = frozenset({C.DRAFT, C.SIGNED, C.RETURNED})
IN_FORCE = frozenset({C.VALIDATED, C.HANDED_OVER})

T = StepState
STEP_ENDS = frozenset({T.COMPLETED, T.INTERRUPTED, T.CANCELLED})
# Positioning may be skipped; a step that has begun is completed or interrupted, never abandoned.
STEP_TRANSITIONS: dict[StepState, frozenset[StepState]] = {
    T.PROPOSED: frozenset({T.POSITIONED, T.STARTED, T.CANCELLED}),
    T.POSITIONED: frozenset({T.STARTED, T.CANCELLED}),
    T.STARTED: frozenset({T.COMPLETED, T.INTERRUPTED}),
    T.COMPLETED: frozenset(),
    T.INTERRUPTED: frozenset(),
    T.CANCELLED: frozenset(),
}

EXIT_TRANSITIONS: dict[ExitState, frozenset[ExitState]] = {
    ExitState.PROPOSED: frozenset({ExitState.CONFIRMED, ExitState.REVERSED}),
    ExitState.CONFIRMED: frozenset({ExitState.REVERSED}),
    ExitState.REVERSED: frozenset(),
}

# The documents rulebooks speak of: what closes a proposal of report, and what opens one.
REPORTED = frozenset(one.written for one in report_pieces())
BREACH = "contract_breach"
# Written by their own acts, with their facts: never noted alone as a document received.
OWNED_PIECES = REPORTED | {one.dismissed for one in report_pieces()} | {BREACH}


def report_piece(cause: ReportCause, state: ReportState, documents: Collection[str]) -> str:
    """Return the kind of document that a report, or the decision not to report, puts in the file: one of ``documents`` if any."""
    pairs = [one for one in report_pieces() if one.cause == cause]
    pair = next((one for one in pairs if one.written in documents), pairs[-1])
    return pair.written if state == ReportState.WRITTEN else pair.dismissed


def require_transition(table: Mapping[S, frozenset[S]], current: S, wanted: S, *, what: str) -> None:
    """Refuse a state that may not follow the current one; ``what`` is the subject of the sentence, « Ce contrat »."""
    if wanted in table[current]:
        return
    allowed = " ou ".join(f"« {state.label} »" for state in sorted(table[current])) or "aucun autre état"
    raise Refusal(
        f"{what} est « {current.label} » : il ne peut pas devenir « {wanted.label} ». Possible maintenant : {allowed}.",
        code=f"transition:{current}:{wanted}",
    )


def is_noted_ppae(contract: Contract) -> bool:
    """Tell a PPAE noted here from its dates, which nobody of the house validated, from one written and validated (R-085)."""
    noted = contract.validated_by_id is not None and contract.validated_by_id == contract.drafted_by_id
    return contract.kind == ContractKind.PPAE and noted and contract.handed_over_on is None


def gap_between(end_on: date, start_on: date) -> Period | None:
    """Return the days that no contract covers between an end and the next start (R-077), or None.

    End 30 June, next start 3 July: 1 and 2 July.
    """
    first, last = end_on + timedelta(days=1), start_on - timedelta(days=1)
    return Period(first, last) if first <= last else None


def require_not_after(day: date, *, on: date, what: str) -> None:
    """Refuse a fact dated after the day it is written; ``what`` is « La signature »."""
    if day > on:
        raise Refusal(f"{what} est datée du {day:%d/%m/%Y}, qui n’est pas encore arrivé.", code="date_to_come")


def require_during(enrolment: Enrolment, day: date, *, what: str, also_after: bool = False) -> None:
    """Refuse a fact of an accompaniment dated out of it; it may come from the orientation on (R-067: first interview).

    ``enrolment.orientation`` is read when there is one; ``what`` is the subject of the sentence, « Le bilan ».
    """
    first = enrolment.start_on
    if enrolment.orientation is not None:
        first = min(first, enrolment.orientation.decided_on)
    if day < first or (not also_after and enrolment.end_on is not None and day > enrolment.end_on):
        until = f" au {enrolment.end_on:%d/%m/%Y}" if enrolment.end_on and not also_after else ""
        span = f"du {first:%d/%m/%Y}{until}" if until else f"depuis le {first:%d/%m/%Y}"
        raise Refusal(
            f"{what} porte la date du {day:%d/%m/%Y}, hors de cet accompagnement ({span}).", code="outside_enrolment"
        )
