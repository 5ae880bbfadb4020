"""What writing letters would do, without writing: for each fact the letter, its way, or why there is none.

The preview and the operation read the same plan. As many queries for one letter as for a thousand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jalons.documents.letters.composing import Envelope, LetterText, compose
from jalons.documents.letters.mentions import missing
from jalons.documents.models import LetterKind
from jalons.documents.paper import Paper
from jalons.exchange.letters.addresses import Home, homes, recipient
from jalons.exchange.letters.models import Letter, Way
from jalons.exchange.letters.permissions import require_letters, require_own_facts
from jalons.exchange.letters.sources import Subject, subjects
from jalons.kernel.refusals import Refusal
from jalons.network.models import Authority, Organisation, User
from jalons.pathways.models import Mandate
from jalons.people.models import Contact, ContactKind, Person
from jalons.ui.french import date_long

MOST = 1000  # letters of one batch: one PDF of a thousand pages is what a printer takes in one go


@dataclass(frozen=True, slots=True)
class Planned:
    """One letter as it would be; ``refused`` is the sentence that says why it would not."""

    subject_id: int
    person: Person
    organisation_id: int | None
    values: Mapping[str, str]
    recipient: tuple[str, ...]
    way: Way
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be written with the models of one authority; ``planned`` is in the order asked."""

    authority: Authority
    planned: Sequence[Planned]

    @property
    def fit(self) -> list[Planned]:
        """Return the letters that would be written."""
        return [one for one in self.planned if not one.refused]

    @property
    def refused(self) -> list[Planned]:
        """Return those that would not, each with its reason."""
        return [one for one in self.planned if one.refused]


def plan_letters(
    user: User,
    kind: LetterKind,
    subject_ids: Sequence[int],
    text: LetterText | None,
    *,
    on: date,
    by_email: bool = False,
) -> Plan:
    """Return what would be written about these facts with ``text`` (None: who and how, without what is missing).

    ``by_email``: to those who agreed to be written to by e-mail; the others get paper all the same. Refused: nothing asked,
    more than ``MOST``, facts of several authorities, a person out of reach.
    """
    wanted = list(dict.fromkeys(subject_ids))
    if not wanted:
        raise Refusal("Choisissez au moins une personne à qui écrire.", code="letters_nobody")
    if len(wanted) > MOST:
        raise Refusal(f"Un envoi a {MOST} courriers au plus : faites-en plusieurs.", code="letters_too_many")
    found = subjects(kind, wanted, on=on)
    if len(found) != len(wanted):
        raise Refusal("Un de ces éléments n’existe plus : revenez à la liste.", code="letters_unknown_subject")
    person_ids = {one.person_id for one in found.values()}
    require_letters(user, kind, person_ids, on=on)
    require_own_facts(user, kind, wanted, on=on)
    authorities = {one.authority_id for one in found.values()}
    if len(authorities) > 1:
        raise Refusal(
            "Ces courriers relèvent de plusieurs autorités : faites un envoi pour chacune.", code="letters_authorities"
        )
    authority = Authority.objects.get(pk=authorities.pop())
    known = _known(kind, found, person_ids, on=on, by_email=by_email)
    planned = [_planned(pk, found[pk], known, user, authority, kind, text, on) for pk in wanted]
    return Plan(authority, planned)


def paper_of(text: LetterText, one: Planned, authority: Authority, *, day: date, reference: str) -> Paper:
    """Return the paper of a planned letter."""
    return compose(text, one.values, Envelope(one.recipient, authority.name, day, reference))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all the letters."""

    persons: Mapping[int, Person]
    homes: Mapping[int, Home]
    caseworkers: Mapping[int, str]
    organisations: Mapping[int, Organisation]
    written: Collection[int]
    emails: Collection[int]


def _known(kind: LetterKind, found: Mapping[int, Subject], person_ids: set[int], *, on: date, by_email: bool) -> _Known:
    mandates = Mandate.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gte=on), person_id__in=person_ids, start_on__lte=on
    )
    agreed = Contact.objects.filter(person_id__in=person_ids, kind=ContactKind.EMAIL, withdrawn_on__isnull=True)
    written = Letter.objects.filter(kind=kind, subject_id__in=found, cancelled_on__isnull=True)
    return _Known(
        Person.objects.in_bulk(person_ids),
        homes(person_ids, on=on),
        {one.person_id: str(one.caseworker) for one in mandates.select_related("caseworker")},
        Organisation.objects.in_bulk({one.organisation_id for one in found.values() if one.organisation_id}),
        set(written.values_list("subject_id", flat=True)),
        set(agreed.values_list("person_id", flat=True)) if by_email else set(),
    )


def _planned(
    subject_id: int,
    subject: Subject,
    known: _Known,
    user: User,
    authority: Authority,
    kind: LetterKind,
    text: LetterText | None,
    on: date,
) -> Planned:
    person = known.persons[subject.person_id]
    home = known.homes.get(person.pk, Home())
    house = known.organisations.get(subject.organisation_id or 0)
    values = {
        **subject.values,
        "personne.prenom": person.first_name,
        "personne.nom": person.last_name,
        "personne.nom_complet": person.full_name,
        "dossier.organisme_payeur": home.paying_body,
        "dossier.matricule": home.file_number,
        "courrier.date": date_long(on),
        "autorite.nom": authority.name,
        "organisme.nom": house.name if house else authority.name,
        "referent.nom": known.caseworkers.get(person.pk, ""),
        "expediteur.nom": str(user),
    }
    refused = subject.unfit
    if not refused and subject_id in known.written:
        refused = "Un courrier est déjà écrit pour cela."
    if not refused and text is not None:
        lacking = missing(text.texts(), values, kind)
        refused = f"Il manque : {', '.join(lacking).lower()}." if lacking else ""
    if person.pk in known.emails:
        way = Way.EMAIL
    else:
        way = Way.POST if home.lines else Way.HAND
    return Planned(subject_id, person, subject.organisation_id, values, recipient(person, home), way, refused)
