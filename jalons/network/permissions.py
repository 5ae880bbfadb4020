"""Who may do what: one enum of permissions, roles as sets with a plain description, and the question « may they? ».

Denied by default: a permission nobody lists is refused to all. Which *persons* a role reaches is not decided here but by
the rows of ``people.DossierAccess`` (see ``people/permissions.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jalons.kernel.refusals import NotAllowed
from jalons.network.models import Membership, RoleCode, User


class Permission(StrEnum):
    """What can be allowed, as ``resource.action``."""

    PERSON_LIST = "person.list"
    PERSON_OPEN = "person.open"  # contents of a file
    PERSON_STATUS = "person.status"  # dates and states only
    NOTE_READ = "note.read"
    NOTE_WRITE = "note.write"
    DOCUMENT_READ = "document.read"  # the papers filed, not those Jalons makes
    DOCUMENT_WRITE = "document.write"
    ORIENTATION_DECIDE = "orientation.decide"
    ORIENTATION_BULK = "orientation.bulk"
    ENROLMENT_MANAGE = "enrolment.manage"
    MANDATE_NAME = "mandate.name"
    HANDOVER = "handover.decide"  # to other référents, or to another organisation
    REVIEW_ASK = "review.ask"  # bring an accompaniment before a body (R-007, R-142…R-144)
    REVIEW_DECIDE = "review.decide"  # note what the body decided
    CONTRACT_WRITE = "contract.write"
    CONTRACT_APPROVE = "contract.approve"  # for the organisation, before the authority validates (S-22)
    CONTRACT_VALIDATE = "contract.validate"
    APPOINTMENT_WRITE = "appointment.write"
    STEP_WRITE = "step.write"
    SITUATION_WRITE = "situation.write"  # registration, assessments, obstacles, information given
    EXIT_WRITE = "exit.write"
    EXIT_CONFIRM = "exit.confirm"
    CLOSURE_DECIDE = "closure.decide"
    CLOSURE_MAINTAIN = "closure.maintain"  # beyond « droits et devoirs »
    TODO_READ = "todo.read"
    FIGURE_READ = "figure.read"
    FIGURE_DRILL = "figure.drill"  # lists behind a figure: names and dates, the files stay closed
    FIGURE_FREEZE = "figure.freeze"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_MANAGE = "agreement.manage"
    LETTER_WRITE = "letter.write"  # to persons one reaches
    LETTER_MODEL = "letter.model"
    IMPORT_READ = "import.read"
    IMPORT_RUN = "import.run"
    IDENTITY_RESOLVE = "identity.resolve"
    RULEBOOK_READ = "rulebook.read"
    RULEBOOK_ADOPT = "rulebook.adopt"
    USER_MANAGE = "user.manage"
    CDAP_MANAGE = "cdap.manage"  # say who holds an access to the CAF's portal


P = Permission


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its code, what it is for in one French sentence, what it may do."""

    code: RoleCode
    description: str
    permissions: frozenset[Permission]


_READ_FIGURES = frozenset({P.FIGURE_READ, P.AGREEMENT_READ, P.RULEBOOK_READ})
_CASEWORK = frozenset(
    {
        P.PERSON_LIST,
        P.PERSON_OPEN,
        P.PERSON_STATUS,
        P.NOTE_READ,
        P.NOTE_WRITE,
        P.DOCUMENT_READ,
        P.DOCUMENT_WRITE,
        P.CONTRACT_WRITE,
        P.APPOINTMENT_WRITE,
        P.STEP_WRITE,
        P.SITUATION_WRITE,
        P.REVIEW_ASK,
        P.EXIT_WRITE,
        P.LETTER_WRITE,
        P.TODO_READ,
        P.RULEBOOK_READ,
    }
)

ROLES: dict[RoleCode, Role] = {
    role.code: role
    for role in (
        Role(
            RoleCode.CASEWORKER,
            "Accompagne les personnes de son organisme : rendez-vous, contrats, étapes, sorties.",
            _CASEWORK | {P.FIGURE_READ, P.FIGURE_DRILL},
        ),
        Role(
            RoleCode.ORGANISATION_HEAD,
            "Répartit les personnes de son organisme entre les référents et suit ses places et ses chiffres.",
            _CASEWORK
            | _READ_FIGURES
            | {
                P.CONTRACT_APPROVE,
                P.MANDATE_NAME,
                P.HANDOVER,
                P.ENROLMENT_MANAGE,
                P.EXIT_CONFIRM,
                P.CLOSURE_DECIDE,
                P.FIGURE_DRILL,
                P.CDAP_MANAGE,
            },
        ),
        Role(
            RoleCode.SOCIAL_SERVICE_HEAD,
            "Sur son territoire : oriente, valide les contrats, maintient au-delà des droits et devoirs.",
            _READ_FIGURES
            | {
                P.PERSON_LIST,
                P.PERSON_OPEN,
                P.PERSON_STATUS,
                P.ORIENTATION_DECIDE,
                P.ORIENTATION_BULK,
                P.ENROLMENT_MANAGE,
                P.MANDATE_NAME,
                P.HANDOVER,
                P.REVIEW_ASK,
                P.REVIEW_DECIDE,
                P.CONTRACT_VALIDATE,
                P.CLOSURE_DECIDE,
                P.CLOSURE_MAINTAIN,
                P.LETTER_WRITE,
                P.TODO_READ,
                P.FIGURE_DRILL,
                P.IDENTITY_RESOLVE,
            },
        ),
        Role(
            RoleCode.ORIENTATION_OFFICER,
            "Prépare et décide les orientations pour toute l’autorité, une à une ou en nombre.",
            _READ_FIGURES
            | {
                P.PERSON_LIST,
                P.PERSON_STATUS,
                P.ORIENTATION_DECIDE,
                P.ORIENTATION_BULK,
                P.ENROLMENT_MANAGE,
                P.HANDOVER,
                P.REVIEW_DECIDE,
                P.LETTER_WRITE,
                P.LETTER_MODEL,
                P.TODO_READ,
                P.IDENTITY_RESOLVE,
                P.IMPORT_READ,
            },
        ),
        Role(
            RoleCode.STEERING_OFFICER,
            "Pilote : chiffres, conventions et statuts de toute l’autorité, sans ouvrir le contenu des dossiers.",
            _READ_FIGURES
            | {
                P.PERSON_LIST,
                P.PERSON_STATUS,
                P.AGREEMENT_MANAGE,
                P.FIGURE_DRILL,
                P.FIGURE_FREEZE,
                P.LETTER_MODEL,
                P.IMPORT_READ,
                P.RULEBOOK_ADOPT,
                P.TODO_READ,
            },
        ),
        Role(
            RoleCode.DATA_OFFICER,
            "Reçoit les fichiers des partenaires, traite les refus et les identités en conflit.",
            frozenset({P.IMPORT_READ, P.IMPORT_RUN, P.IDENTITY_RESOLVE, P.RULEBOOK_READ}),
        ),
        Role(
            RoleCode.ADMINISTRATOR,
            "Ouvre et ferme les comptes, note les accès CDAP ; ne voit aucun dossier.",
            frozenset({P.USER_MANAGE, P.CDAP_MANAGE, P.RULEBOOK_READ}),
        ),
    )
}


def memberships(user: User, *, on: date) -> list[Membership]:
    """Return the memberships of ``user`` valid on that day; one query, kept on the user for the day asked."""
    kept: tuple[date, list[Membership]] | None = getattr(user, "_jalons_memberships", None)
    if kept is None or kept[0] != on:
        rows = Membership.objects.filter(user_id=user.pk, start_on__lte=on).exclude(end_on__lt=on)
        kept = (on, list(rows.select_related("organisation", "authority", "territory").order_by("id")))
        user._jalons_memberships = kept  # type: ignore[attr-defined]
    return kept[1]


def permissions_of(user: User, *, on: date) -> frozenset[Permission]:
    """Return all that ``user`` may do somewhere on that day. The system user may do everything; an inactive one nothing."""
    if not user.is_active:
        return frozenset()
    if user.is_system:
        return frozenset(Permission)
    found: set[Permission] = set()
    for membership in memberships(user, on=on):
        found |= ROLES[RoleCode(membership.role)].permissions
    return frozenset(found)


def may(
    user: User,
    permission: Permission,
    *,
    on: date,
    organisation_id: int | None = None,
    authority_id: int | None = None,
    territory_id: int | None = None,
) -> bool:
    """Tell whether ``user`` has ``permission`` on that day, in the place given.

    A role in an organisation reaches that organisation only; a role in an authority reaches the authority, or one
    territory of it. Without a place, any membership with the permission is enough.
    """
    if user.is_system and user.is_active:
        return True
    if not user.is_active:
        return False
    anywhere = organisation_id is None and authority_id is None and territory_id is None
    for membership in memberships(user, on=on):
        if permission not in ROLES[RoleCode(membership.role)].permissions:
            continue
        if anywhere:
            return True
        if membership.organisation_id is not None:
            if membership.organisation_id == organisation_id:
                return True
        elif membership.authority_id == authority_id and membership.territory_id in (None, territory_id):
            return True
    return False


def require(
    user: User,
    permission: Permission,
    *,
    on: date,
    organisation_id: int | None = None,
    authority_id: int | None = None,
    territory_id: int | None = None,
) -> None:
    """Raise NotAllowed, with a sentence that says which roles can, unless ``user`` may."""
    if may(
        user, permission, on=on, organisation_id=organisation_id, authority_id=authority_id, territory_id=territory_id
    ):
        return
    able = ", ".join(role.code.label.lower() for role in ROLES.values() if permission in role.permissions)
    raise NotAllowed(f"Vous n’avez pas ce droit ici. Peuvent le faire : {able}.", code=f"not_allowed:{permission}")
