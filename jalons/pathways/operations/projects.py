"""The professional project, what prepares for a job, referrals on social questions (R-063, R-064, R-075)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Preparation, PreparationKind, Project, ProjectOutcome, Referral
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.pauses import record_piece
from jalons.pathways.reference import interlocutors
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import require_during, require_not_after

WRITE = Permission.SITUATION_WRITE


@operation
def open_project(*, actor: User, on: date, enrolment_id: int, title: str, opened_on: date) -> Project:
    """Write the project that is being drawn up."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=WRITE)
    require_not_after(opened_on, on=on, what="Le projet")
    require_during(enrolment, opened_on, what="Le projet")
    if not title.strip():
        raise Refusal("Dites le projet en quelques mots.", code="project_title")
    return Project.objects.create(
        enrolment=enrolment, person_id=enrolment.person_id, title=title.strip(), opened_on=opened_on, recorded_by=actor
    )


@operation
def validate_project(*, actor: User, on: date, project_id: int, day: date) -> Project:
    """Say that the project is validated with the person; the document some rulebooks ask for is noted with it (R-075)."""
    row = _running(actor, project_id, day, on=on)
    if row.validated_on is not None:
        raise Refusal(f"Ce projet est validé depuis le {row.validated_on:%d/%m/%Y}.", code="project_validated")
    row.validated_on = day
    row.save(update_fields=["validated_on"])
    grid = rules_of(row.enrolment.action_code, on=on).diagnosis
    if grid is not None and grid.project_piece is not None:
        record_piece(actor=actor, on=on, enrolment_id=row.enrolment_id, kind=grid.project_piece, dated_on=day)
    touch(days={day})
    return row


@operation
def carry_out_project(*, actor: User, on: date, project_id: int, day: date) -> Project:
    """Say that the validated project is being carried out."""
    row = _running(actor, project_id, day, on=on)
    if row.validated_on is None:
        raise Refusal("Ce projet n’est pas validé : validez-le d’abord avec la personne.", code="project_not_validated")
    if row.carried_out_on is not None:
        raise Refusal(f"Ce projet est mis en œuvre depuis le {row.carried_out_on:%d/%m/%Y}.", code="project_under_way")
    row.carried_out_on = day
    row.save(update_fields=["carried_out_on"])
    return row


@operation
def close_project(*, actor: User, on: date, project_id: int, day: date, outcome: ProjectOutcome) -> Project:
    """Say that the project is achieved or abandoned; another may then be opened."""
    row = _running(actor, project_id, day, on=on)
    row.closed_on, row.outcome = day, outcome
    row.save(update_fields=["closed_on", "outcome"])
    return row


@operation
def note_preparation(*, actor: User, on: date, enrolment_id: int, kind: PreparationKind, done_on: date) -> Preparation:
    """Note that the CV was brought up to date or an interview prepared."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=WRITE)
    require_not_after(done_on, on=on, what="La préparation")
    require_during(enrolment, done_on, what="La préparation")
    return Preparation.objects.create(
        enrolment=enrolment, person_id=enrolment.person_id, kind=kind, done_on=done_on, recorded_by=actor
    )


@operation
def refer(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    domain: str,
    referred_to: str,
    referred_on: date,
    first_answer: str = "",
) -> Referral:
    """Record a social question: the first answer, and to whom the person is referred (R-064); no word on a sensitive domain."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=WRITE)
    require_not_after(referred_on, on=on, what="L’orientation vers ce service")
    require_during(enrolment, referred_on, what="L’orientation vers ce service")
    known = rules_of(enrolment.action_code, on=on).obstacles.get(domain)
    if known is None:
        raise Refusal("Choisissez le domaine de la question dans la liste.", code="obstacle_domain_unknown")
    if known.sensitive and first_answer.strip():
        raise Refusal(
            f"Le domaine « {known.label} » ne porte aucune précision : rien de médical n’entre au dossier.",
            code="obstacle_sensitive",
        )
    if known.sensitive and referred_to.strip() not in interlocutors():
        raise Refusal(
            f"Pour le domaine « {known.label} », choisissez le service dans la liste : {', '.join(interlocutors())}.",
            code="referral_sensitive",
        )
    if not referred_to.strip():
        raise Refusal("Dites vers qui la personne est orientée.", code="referral_to")
    return Referral.objects.create(
        enrolment=enrolment,
        person_id=enrolment.person_id,
        domain=domain,
        sensitive=known.sensitive,
        first_answer=first_answer.strip(),
        referred_to=referred_to.strip(),
        referred_on=referred_on,
        recorded_by=actor,
    )


def _running(actor: User, project_id: int, day: date, *, on: date) -> Project:
    enrolment_id = Project.objects.values_list("enrolment_id", flat=True).get(pk=project_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=WRITE)
    row = Project.objects.get(pk=project_id)
    row.enrolment = enrolment
    require_not_after(day, on=on, what="Cette étape du projet")
    if row.closed_on is not None:
        raise Refusal(f"Ce projet est terminé depuis le {row.closed_on:%d/%m/%Y}.", code="project_closed")
    since = max(one for one in (row.opened_on, row.validated_on, row.carried_out_on) if one is not None)
    if day < since:
        raise Refusal(
            f"La dernière date de ce projet est le {since:%d/%m/%Y} : donnez une date qui suit.", code="project_order"
        )
    return row
