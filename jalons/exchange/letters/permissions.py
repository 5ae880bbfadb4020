"""Who may write to whom, whose a letter is, and who may read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from jalons.agenda.models import Appointment, AppointmentKind
from jalons.documents.models import LetterKind
from jalons.exchange.letters.models import Letter
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import Membership, RoleCode, User
from jalons.network.permissions import ROLES, Permission, memberships
from jalons.pathways.models import Contract, Orientation, Report
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons, require_reach_all

# What these letters tell is in the file: only who may open it writes or reads them. The others tell a date or a decision.
OF_THE_FILE = (LetterKind.CONTRACT, LetterKind.REPORT)
# The facts written about, and where they say the house they are of.
_FACTS: dict[LetterKind, tuple[type[Model], str]] = {
    LetterKind.CONVOCATION: (Appointment, "organisation"),
    LetterKind.ORIENTATION: (Orientation, "organisation"),
    LetterKind.CONTRACT: (Contract, "enrolment__organisation"),
    LetterKind.REPORT: (Report, "enrolment__organisation"),
}


def require_letters(user: User, kind: LetterKind, person_ids: Iterable[int], *, on: date) -> None:
    """Raise NotAllowed unless ``user`` may write letters of this kind to all these persons."""
    wanted = set(person_ids)
    require_reach_all(user, wanted, on=on, permission=Permission.LETTER_WRITE)
    if kind in OF_THE_FILE:
        require_reach_all(user, wanted, on=on, permission=Permission.PERSON_OPEN)


def writable(user: User, kind: LetterKind, *, on: date) -> QuerySet[Person]:
    """Return the persons to whom ``user`` may write letters of this kind."""
    reached = reachable_persons(user, on=on, permission=Permission.LETTER_WRITE)
    if kind not in OF_THE_FILE:
        return reached
    return reached.filter(pk__in=reachable_persons(user, on=on, permission=Permission.PERSON_OPEN))


def require_own_facts(user: User, kind: LetterKind, subject_ids: Collection[int], *, on: date) -> None:
    """Raise NotAllowed unless ``user`` writes about all these facts, in the name of their house or of the authority."""
    facts = _FACTS[kind][0]._default_manager.filter(facts_of(user, kind, on=on), pk__in=subject_ids)
    if facts.count() != len(set(subject_ids)):
        raise NotAllowed(
            "Un de ces courriers serait écrit au nom d’un autre organisme : c’est à lui de l’écrire.",
            code="letter_of_another_house",
        )


def facts_of(user: User, kind: LetterKind, *, on: date) -> Q:
    """Return the condition on the facts of this kind that ``user`` writes about: those of the houses where they work.

    A person may be followed by two houses: none writes in the name of the other. An authority writes about what is its own:
    decisions, contracts, reports and information sessions; individual interviews are convoked to by who holds them.
    """
    houses, authority = _places(user, on=on)
    theirs = Q(**{f"{_FACTS[kind][1]}__in": houses})
    if user.is_system or (authority and kind != LetterKind.CONVOCATION):
        return Q()
    return theirs | Q(kind=AppointmentKind.INFORMATION_SESSION) | Q(caseworker=user) if authority else theirs


def letters_of(user: User, *, on: date) -> QuerySet[Letter]:
    """Return the letters ``user`` may send or cancel: those of the houses where they work, or of the authority they work for."""
    houses, authority = _places(user, on=on)
    if user.is_system:
        return Letter.objects.all()
    posts = Membership.objects.filter(user_id=OuterRef("asked_by_id"))
    theirs = Q(Exists(posts.filter(organisation__in=houses)), organisation__in=houses)
    mine = Q(asked_by=user) | theirs
    if authority:
        mine |= ~Q(kind=LetterKind.CONVOCATION) | Q(Exists(posts.filter(authority__isnull=False)))
    return Letter.objects.filter(mine)


def _places(user: User, *, on: date) -> tuple[list[int], bool]:
    """Return the houses where ``user`` may write letters, and whether they do for an authority."""
    posts = [
        one for one in memberships(user, on=on) if Permission.LETTER_WRITE in ROLES[RoleCode(one.role)].permissions
    ]
    houses = [one.organisation_id for one in posts if one.organisation_id is not None]
    return houses, len(houses) < len(posts)


def readable(user: User, *, on: date) -> QuerySet[Letter]:
    """Return the letters ``user`` may read and print again, whoever wrote them."""
    reached = reachable_persons(user, on=on, permission=Permission.LETTER_WRITE)
    opened = reachable_persons(user, on=on, permission=Permission.PERSON_OPEN)
    return Letter.objects.filter(
        Q(person__in=opened) | (~Q(kind__in=OF_THE_FILE) & Q(person__in=reached)), person__in=reached
    )
