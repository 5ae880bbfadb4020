"""The one door to open and close authorities, territories, organisations, accounts and roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from jalons.kernel.identifiers import is_siret
from jalons.kernel.operation import operation
from jalons.kernel.ports import port
from jalons.kernel.refusals import Refusal
from jalons.network.cdap import close_with_post
from jalons.network.models import (
    Authority,
    Commune,
    Membership,
    Organisation,
    OrganisationKind,
    RoleCode,
    Territory,
    User,
)
from jalons.network.permissions import Permission, require

SYSTEM_USERNAME = "system"


def system_user() -> User:
    """Return the user of imports and nightly work, made on first call; nobody can sign in with it."""
    user, _ = User.objects.get_or_create(
        username=SYSTEM_USERNAME,
        defaults={"is_system": True, "last_name": "Traitement automatique", "password": "!"},
    )
    return user


@operation
def create_authority(
    *,
    actor: User,
    on: date,
    code: str,
    name: str,
    short_name: str = "",
    department: str = "",
    accent_colour: str = "",
) -> Authority:
    """Open an authority (R-001). ``code`` is the one rulebooks name; ``accent_colour`` is « #rrggbb »."""
    _system_only(actor)
    colour = {"accent_colour": accent_colour} if accent_colour else {}
    return Authority.objects.create(
        code=code, name=name, short_name=short_name or name[:40], department=department, **colour
    )


@operation
def create_territory(*, actor: User, on: date, authority_id: int, code: str, name: str) -> Territory:
    """Add a territory to an authority (R-002, R-003, R-005)."""
    require(actor, Permission.USER_MANAGE, on=on, authority_id=authority_id)
    return Territory.objects.create(authority_id=authority_id, code=code, name=name)


@operation
def create_communes(*, actor: User, on: date, territory_id: int, communes: Mapping[str, str]) -> list[Commune]:
    """Attach communes to a territory; ``communes`` is INSEE code → name."""
    authority_id = Territory.objects.values_list("authority_id", flat=True).get(pk=territory_id)
    require(actor, Permission.USER_MANAGE, on=on, authority_id=authority_id)
    return Commune.objects.bulk_create(
        Commune(territory_id=territory_id, insee_code=code, name=name) for code, name in communes.items()
    )


@operation
def create_organisation(
    *,
    actor: User,
    on: date,
    authority_id: int,
    name: str,
    kind: str = OrganisationKind.ASSOCIATION,
    siret: str = "",
    territory_id: int | None = None,
    fictitious: bool = False,
) -> Organisation:
    """Add an organisation to an authority, its name kept as given (R-008)."""
    _may_add_organisations(actor, on=on, authority_id=authority_id)
    if siret and not is_siret(siret):
        raise Refusal(
            "Ce SIRET n’est pas valable : vérifiez ses 14 chiffres, ou laissez-le vide.", code="siret_invalid"
        )
    if territory_id is not None:
        _territory_of(authority_id, territory_id)
    return Organisation.objects.create(
        authority_id=authority_id,
        name=name,
        kind=kind,
        siret=siret,
        territory_id=territory_id,
        fictitious=fictitious,
    )


@operation
def create_organisations(
    *, actor: User, on: date, authority_id: int, kinds: Mapping[str, str], fictitious: bool = False
) -> list[Organisation]:
    """Add many organisations at once, ``kinds`` being name → kind; those already there are left as they are."""
    _may_add_organisations(actor, on=on, authority_id=authority_id)
    known = set(Organisation.objects.filter(authority_id=authority_id, name__in=kinds).values_list("name", flat=True))
    return Organisation.objects.bulk_create(
        Organisation(authority_id=authority_id, name=name, kind=kind, fictitious=fictitious)
        for name, kind in kinds.items()
        if name not in known
    )


@operation
def create_user(
    *,
    actor: User,
    on: date,
    username: str,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    password: str | None = None,
) -> User:
    """Open a local account, without any right until it receives a role. No password: it cannot sign in yet."""
    require(actor, Permission.USER_MANAGE, on=on)
    if User.objects.filter(username=username).exists():
        raise Refusal("Un compte porte déjà cet identifiant : choisissez-en un autre.", code="username_taken")
    return User.objects.create_user(
        username=username, email=email, password=password, first_name=first_name, last_name=last_name
    )


@operation
def create_membership(
    *,
    actor: User,
    on: date,
    user_id: int,
    role: str,
    organisation_id: int | None = None,
    authority_id: int | None = None,
    territory_id: int | None = None,
    start_on: date | None = None,
    end_on: date | None = None,
) -> Membership:
    """Give a role in an organisation, or in an authority (maybe one territory of it), from ``start_on`` (R-006).

    ``start_on`` is ``on`` when left out. The same role twice at the same dates and place is refused.
    """
    place = _authority_of(organisation_id, authority_id)
    require(actor, Permission.USER_MANAGE, on=on, authority_id=place)
    if territory_id is not None:
        _territory_of(place, territory_id)
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.is_active:
        raise Refusal("Ce compte est fermé : il ne peut pas recevoir de rôle.", code="user_closed")
    return Membership.objects.create(
        user=user,
        role=RoleCode(role),
        organisation_id=organisation_id,
        authority_id=authority_id,
        territory_id=territory_id,
        start_on=start_on or on,
        end_on=end_on,
    )


@operation
def end_membership(*, actor: User, on: date, membership_id: int, end_on: date | None = None) -> Membership:
    """End a role; ``end_on`` (``on`` when left out) is its last day."""
    membership = Membership.objects.select_for_update().get(pk=membership_id)
    place = _authority_of(membership.organisation_id, membership.authority_id)
    require(actor, Permission.USER_MANAGE, on=on, authority_id=place)
    if membership.end_on is not None and membership.end_on < on:
        raise Refusal("Cette habilitation est déjà terminée.", code="membership_ended")
    membership.end_on = end_on or on
    membership.save(update_fields=["end_on"])
    if membership.organisation_id is not None:
        close_with_post(
            actor=actor,
            user_id=membership.user_id,
            organisation_id=membership.organisation_id,
            last_day=membership.end_on,
        )
        post_ended(
            actor=actor,
            on=on,
            user_id=membership.user_id,
            organisation_id=membership.organisation_id,
            last_day=membership.end_on,
        )
    return membership


@port
def post_ended(*, actor: User, on: date, user_id: int, organisation_id: int, last_day: date) -> int:
    """A post in an organisation ends: what it opened by name closes; returns how much."""
    raise NotImplementedError


@operation
def set_working_time(*, actor: User, on: date, membership_id: int, fte: Decimal | None) -> Membership:
    """Say which part of a full-time post a professional gives to accompaniment (None: not said), for loads (R-053…R-055)."""
    membership = Membership.objects.select_for_update().get(pk=membership_id)
    if membership.organisation_id is None:
        raise Refusal("Le temps de travail se dit pour un professionnel d’un organisme.", code="fte_of_organisation")
    require(actor, Permission.MANDATE_NAME, on=on, organisation_id=membership.organisation_id)
    if fte is not None and not 0 < fte <= 1:
        raise Refusal("Un temps de travail va de 0,01 à 1 équivalent temps plein.", code="membership_fte_of_one_post")
    membership.fte = fte
    membership.save(update_fields=["fte"])
    return membership


@operation
def deactivate_user(*, actor: User, on: date, user_id: int) -> User:
    """Close an account at once: its roles end the day before, its sessions are lost at their next request (goal S4).

    The password is dropped too, since open sessions are sealed with it: opened again, the account starts afresh.
    Traces and signatures keep their author.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    _may_close(actor, user, on=on)
    current = Membership.objects.filter(user=user).filter(Q(end_on__isnull=True) | Q(end_on__gte=on))
    places = set(current.exclude(organisation=None).values_list("organisation_id", flat=True))
    current.filter(start_on__lt=on).update(end_on=on - timedelta(days=1))
    current.filter(start_on__gte=on).delete()  # never began: history keeps them
    eve = on - timedelta(days=1)
    close_with_post(actor=actor, user_id=user.pk, last_day=eve)
    for organisation_id in places:
        post_ended(actor=actor, on=on, user_id=user.pk, organisation_id=organisation_id, last_day=eve)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    return user


def _system_only(actor: User) -> None:
    if not (actor.is_system and actor.is_active):
        raise Refusal("Une autorité s’ouvre à l’installation, par la ligne de commande.", code="not_allowed:authority")


def _may_add_organisations(actor: User, *, on: date, authority_id: int) -> None:
    """Whoever manages agreements meets organisations first; accounts alone do not give it."""
    require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=authority_id)


def _authority_of(organisation_id: int | None, authority_id: int | None) -> int:
    if organisation_id is not None:
        return Organisation.objects.values_list("authority_id", flat=True).get(pk=organisation_id)
    if authority_id is None:
        raise Refusal("Une habilitation vaut pour un organisme, ou pour une autorité.", code="membership_one_place")
    return authority_id


def _territory_of(authority_id: int, territory_id: int) -> None:
    if not Territory.objects.filter(pk=territory_id, authority_id=authority_id).exists():
        raise Refusal("Ce territoire n’est pas celui de l’autorité.", code="territory_elsewhere")


def _may_close(actor: User, user: User, *, on: date) -> None:
    if user.pk == actor.pk:
        raise Refusal(
            "Vous ne pouvez pas fermer votre propre compte : demandez à un autre administrateur.",
            code="own_account",
        )
    if user.is_system:
        raise Refusal("Le compte technique ne se ferme pas.", code="system_account")
    for authority_id in _authorities_of(user, on=on) or [None]:
        require(actor, Permission.USER_MANAGE, on=on, authority_id=authority_id)


def _authorities_of(user: User, *, on: date) -> Iterable[int | None]:
    rows = Membership.objects.filter(user=user).filter(Q(end_on__isnull=True) | Q(end_on__gte=on))
    return {
        authority_id or organisation_authority
        for authority_id, organisation_authority in rows.values_list("authority_id", "organisation__authority_id")
    }
