"""Ask for another orientation, give an opinion, decide: three dated acts by three hands (R-042, R-043)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.grids import TYPES, causes_for
from jalons.pathways.models import Enrolment, Opinion, Orientation, Piece, ReorientationRequest, RequestState
from jalons.pathways.operations._door import open_persons
from jalons.pathways.operations.orientation import OpinionGiven, check_opinion, reorient
from jalons.pathways.orientation_rules import awaits_document
from jalons.pathways.queries.reorientations import may_ask
from jalons.people.models import Person

PROPOSAL = "reorientation_proposal"  # the document some rulebooks await of an action that did not suit


@operation
def ask_reorientation(
    *, actor: User, on: date, person_id: int, cause: str, reason: str, wanted_type: str = ""
) -> ReorientationRequest:
    """Ask that a person be oriented elsewhere; by who accompanies her today, or by who orients.

    An action whose rulebook awaits a « proposition de réorientation » gets it in its file the same day.
    """
    persons = open_persons(actor, [person_id], on=on, permission=Permission.SITUATION_WRITE)
    _require_may_ask(actor, persons[person_id], on=on)
    former = _in_force(person_id)
    enrolments = list(Enrolment.objects.filter(person_id=person_id, start_on__lte=on).exclude(end_on__lt=on))
    offered = {one.code for one in causes_for([former.action_code, *(one.action_code for one in enrolments)])}
    if cause not in offered:
        raise Refusal("Choisissez la cause dans la liste.", code="reorientation_cause")
    if not reason.strip():
        raise Refusal("Une demande de réorientation dit pourquoi, en quelques mots.", code="reorientation_reason")
    if wanted_type and wanted_type not in TYPES:
        raise Refusal("Cet accompagnement n’est pas dans la liste.", code="reorientation_type")
    request = ReorientationRequest.objects.create(
        orientation=former,
        person_id=person_id,
        authority_id=former.authority_id,
        asked_on=on,
        asked_by=actor,
        cause=cause,
        reason=reason.strip(),
        wanted_type=wanted_type,
    )
    _file_proposal(actor, enrolments, on=on)
    return request


def _require_may_ask(actor: User, person: Person, *, on: date) -> None:
    if not may_ask(actor, person, on=on):
        raise NotAllowed(
            "Une réorientation se demande, ou se retire, par qui accompagne la personne aujourd’hui ou par qui l’oriente.",
            code="not_allowed:reorientation_request",
        )


def _in_force(person_id: int) -> Orientation:
    found = (
        Orientation.objects.filter(person_id=person_id, closed_on__isnull=True).order_by("-decided_on", "-pk").first()
    )
    if found is None:
        raise Refusal("Cette personne n’a pas d’orientation en cours.", code="nothing_to_reorient")
    return found


def _file_proposal(actor: User, enrolments: list[Enrolment], *, on: date) -> None:
    for one in enrolments:
        if awaits_document(one.action_code, PROPOSAL, on=on):
            Piece.objects.create(enrolment=one, person_id=one.person_id, kind=PROPOSAL, dated_on=on, recorded_by=actor)
            touch(days={on})


@operation
def withdraw_request(*, actor: User, on: date, request_id: int, reason: str) -> ReorientationRequest:
    """Take back a request nobody has decided; its author, or who accompanies the person today."""
    request = _open(actor, request_id, on=on, permission=Permission.SITUATION_WRITE)
    if request.asked_by_id != actor.pk:
        _require_may_ask(actor, request.person, on=on)
    return _decided(request, actor, RequestState.WITHDRAWN, on=on, reason=reason)


@operation
def give_opinion(*, actor: User, on: date, request_id: int, opinion: OpinionGiven) -> ReorientationRequest:
    """Note, or correct, the opinion of a body on a request (R-042)."""
    request = _open(actor, request_id, on=on, permission=Permission.ORIENTATION_DECIDE)
    check_opinion(opinion, decided_on=on)
    request.opinion_body, request.opinion_on, request.opinion = opinion.body, opinion.given_on, opinion.opinion
    request.opinion_by = actor
    request.save(update_fields=["opinion_body", "opinion_on", "opinion", "opinion_by"])
    return request


@operation
def grant_request(*, actor: User, on: date, request_id: int, line_id: int, reason: str) -> Orientation:
    """Decide the re-orientation asked for: the opinion noted goes with the decision, and the request points to it."""
    request = _open(actor, request_id, on=on, permission=Permission.ORIENTATION_DECIDE)
    if request.orientation.closed_on is not None:
        raise Refusal("L’orientation dont parle cette demande est déjà close.", code="reorientation_former_closed")
    opinion = None
    if request.opinion_on is not None:
        opinion = OpinionGiven(request.opinion_body, request.opinion_on, Opinion(request.opinion))
    return reorient(
        actor=actor, on=on, person_id=request.person_id, line_id=line_id, reason=reason,
        proposed_by_id=request.orientation.organisation_id, opinion=opinion,
    )  # fmt: skip


@operation
def refuse_request(*, actor: User, on: date, request_id: int, reason: str) -> ReorientationRequest:
    """Say no, and why: the orientation goes on."""
    request = _open(actor, request_id, on=on, permission=Permission.ORIENTATION_DECIDE)
    return _decided(request, actor, RequestState.REFUSED, on=on, reason=reason)


def _open(actor: User, request_id: int, *, on: date, permission: Permission) -> ReorientationRequest:
    found = ReorientationRequest.objects.get(pk=request_id)
    persons = open_persons(actor, [found.person_id], on=on, permission=permission)
    if permission == Permission.ORIENTATION_DECIDE:
        territory_id = persons[found.person_id].territory_id
        require(actor, permission, on=on, authority_id=found.authority_id, territory_id=territory_id)
    request = ReorientationRequest.objects.select_related("orientation").get(pk=request_id)
    if request.state != RequestState.OPEN:
        raise Refusal(
            f"Cette demande est « {request.get_state_display()} » depuis le {request.decided_on:%d/%m/%Y}.",
            code="reorientation_request_decided",
        )
    return request


def _decided(
    request: ReorientationRequest, actor: User, state: RequestState, *, on: date, reason: str
) -> ReorientationRequest:
    if not reason.strip():
        raise Refusal("Dites pourquoi : la personne et son référent liront cette phrase.", code="reorientation_reason")
    request.state, request.decided_on, request.decided_by, request.decision_reason = state, on, actor, reason.strip()
    request.save()
    return request
