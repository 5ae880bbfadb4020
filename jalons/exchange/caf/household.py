"""One ``InfosFoyerRSA`` element → one Household record, by the project's own checks (the CNAF schema is not copied)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lxml.etree import _Element

from jalons.exchange.caf import values
from jalons.exchange.caf.codes import CodeBook, code_book
from jalons.exchange.caf.records import Address, Closure, Household, Person, Suspension
from jalons.exchange.caf.values import (
    Fields,
    UnreadableHousehold,
    fields,
    optional,
    optional_date,
    required,
    required_date,
)
from jalons.kernel.identifiers import InvalidNir, normalise_nir

FILE_NUMBER_DIGITS = 7  # a MATRICULE has 7 useful digits, the zeros after them are padding
_SEXES = {"1": "M", "2": "F"}


# What is kept of a person; the other blocks (resources, maintenance, pregnancy, opinions) are not read at all.
_PERSON_BLOCKS = frozenset(
    {"Identification", "DossierCAF", "DossierPoleEmploi", "MontantCalculDroitRSAPersonne", "Activite"}
)


class _Reading:
    """What is gathered beside the values while one household is read."""

    def __init__(self, codes: CodeBook) -> None:
        self.codes = codes
        self.unknown: list[tuple[str, str]] = []
        self.warnings: list[str] = []

    def code(self, values_: Fields, tag: str, longest: int) -> str | None:
        """Return a code as sent, and remember it when it is not in the lists."""
        found = optional(values_, tag, longest)
        if found is not None and not self.codes.knows(tag, found):
            self.unknown.append((tag, found))
        return found

    def required_code(self, values_: Fields, tag: str, longest: int) -> str:
        required(values_, tag, longest)
        found = self.code(values_, tag, longest)
        assert found is not None
        return found


def request_number_of(element: _Element) -> str | None:
    """Return NUMDEMRSA of a household that may be unreadable, or None."""
    found = element.findtext("IdentificationRSA/DemandeRSA/NUMDEMRSA")
    found = (found or "").strip()
    return found if 0 < len(found) <= 11 else None


def read_household(element: _Element, index: int) -> Household:
    """Return the record of an ``InfosFoyerRSA`` element. Raises UnreadableHousehold with the reason to show."""
    reading = _Reading(code_book())
    blocks = {child.tag: child for child in element}
    identity = _block(blocks, "IdentificationRSA")
    parts = {child.tag: child for child in identity}
    body = fields(_block(parts, "Organisme"))
    request = fields(_block(parts, "DemandeRSA"))
    benefit = {child.tag: child for child in _block(blocks, "PrestationRSA")}
    situation = _situation(_block(benefit, "SituationDossierRSA"), reading)
    detail = {child.tag: child for child in _block(benefit, "DetailDroitRSA")}
    common = fields(detail["TroncCommunDroitRSA"]) if "TroncCommunDroitRSA" in detail else {}
    admin = _block(blocks, "DonneesAdministratives")
    family = admin.find("SituationFamille")
    paid, benefits = _benefits(_block(benefit, "DetailDroitRSA"), reading)
    stated = [_person(child, reading) for child in element if child.tag == "Personne"]
    persons = tuple(_shared_nir_unknown(_last_of_each(stated), reading))
    _check_persons(persons)
    return Household(
        position=index,
        request_number=required(request, "NUMDEMRSA", 11),
        paying_body=reading.required_code(body, "FONORG", 3),
        paying_body_number=required(body, "NUMORG", 3),
        file_number=_file_number(required(body, "MATRICULE", 15)),
        requested_on=required_date(request, "DTDEMRSA"),
        persons=persons,
        addresses=tuple(_addresses(admin)),
        family=reading.code(fields(family), "SITFAM", 3) if family is not None else None,
        state=situation.state,
        refusal=situation.refusal,
        right_suspensions=situation.right_suspensions,
        payment_suspensions=situation.payment_suspensions,
        closure=situation.closure,
        moved_in_on=_mutation(parts, "OrganismeCedant", "DDARRMUT"),
        moved_out_on=_mutation(parts, "OrganismePrenant", "DDDEPAMUT"),
        no_fixed_abode=bool(values.optional_boolean(common, "TOPSANSDOMFIXE")),
        dependants=values.optional_integer(common, "NBENFAUTCHA"),
        benefits=benefits,
        paid=paid,
        events=tuple(
            filter(None, (reading.code(fields(child), "FG", 9) for child in element if child.tag == "Evenement"))
        ),
        has_anomaly="Anomalie" in blocks,
        unknown_codes=tuple(reading.unknown),
        warnings=tuple(reading.warnings),
    )


def _block(blocks: dict[str, _Element], tag: str) -> _Element:
    found = blocks.get(tag)
    if found is None:
        raise UnreadableHousehold(
            "missing", f"Le bloc {tag} est absent : faites renvoyer ce dossier par l’organisme payeur, puis rejouez-le."
        )
    return found


def _file_number(text: str) -> str:
    useful, rest = text[:FILE_NUMBER_DIGITS], text[FILE_NUMBER_DIGITS:]
    return useful if not rest.strip("0") else text


def _mutation(parts: dict[str, _Element], tag: str, day: str) -> date | None:
    return required_date(fields(parts[tag]), day) if tag in parts else None


class _Situation(NamedTuple):
    state: str
    refusal: Closure | None
    right_suspensions: tuple[Suspension, ...]
    payment_suspensions: tuple[Suspension, ...]
    closure: Closure | None


def _situation(element: _Element, reading: _Reading) -> _Situation:
    blocks: dict[str, list[Fields]] = {}
    for child in element:
        blocks.setdefault(child.tag, []).append(fields(child))
    if "EtatDossierRSA" not in blocks:
        raise UnreadableHousehold(
            "missing", "Le bloc EtatDossierRSA est absent : faites renvoyer ce dossier, puis rejouez-le."
        )
    closures = [
        Closure(reading.required_code(block, "MOTICLORSA", 3), required_date(block, "DTCLORSA"))
        for tag in ("FinDroit", "FinDroitMoisAnterieur")
        for block in blocks.get(tag, ())
    ]
    refusals = [
        Closure(reading.required_code(block, "MOTIREFURSA", 3), required_date(block, "DTREFURSA"))
        for block in blocks.get("Refus", ())
    ]
    return _Situation(
        state=reading.required_code(blocks["EtatDossierRSA"][0], "ETATDOSRSA", 1),
        refusal=refusals[0] if refusals else None,
        right_suspensions=tuple(
            Suspension(reading.required_code(block, "MOTISUSDRORSA", 2), required_date(block, "DDSUSDRORSA"))
            for block in blocks.get("SuspensionDroit", ())
        ),
        payment_suspensions=tuple(
            Suspension(reading.required_code(block, "MOTISUSVERSRSA", 2), required_date(block, "DDSUSVERSRSA"))
            for block in blocks.get("SuspensionVersement", ())
        ),
        closure=closures[0] if closures else None,
    )


def _benefits(detail: _Element, reading: _Reading) -> tuple[Decimal | None, tuple[str, ...]]:
    paid: Decimal | None = None
    kinds: set[str] = set()
    for child in detail:
        if child.tag != "DetailCalculDroitRSA":
            continue
        block = fields(child)
        kind = reading.code(block, "NATPF", 3)
        if kind is not None:
            kinds.add(kind)
        amount = values.optional_amount(block, "MTRSAVERS")
        if amount is not None:
            paid = amount if paid is None else paid + amount
    return paid, tuple(sorted(kinds))


def _parts_of_person(element: _Element, reading: _Reading) -> tuple[str, dict[str, Fields]]:
    """Return the role of a person for the RSA, and the fields of each of their blocks; both must be there."""
    blocks: dict[str, Fields] = {}
    role: str | None = None
    for child in element:
        if child.tag == "Prestations":
            benefit = fields(child)
            if benefit.get("NATPREST") == "RSA":
                role = reading.required_code(benefit, "ROLEPERS", 3)
        elif child.tag in _PERSON_BLOCKS and child.tag not in blocks:
            blocks[child.tag] = fields(child)
    if "Identification" not in blocks:
        raise UnreadableHousehold(
            "missing", "Le bloc Identification d’une personne est absent : faites renvoyer ce dossier, puis rejouez-le."
        )
    if role is None:
        raise UnreadableHousehold(
            "missing",
            "Une personne n’a pas de rôle (ROLEPERS) pour la prestation RSA : faites renvoyer ce dossier, puis rejouez-le.",
        )
    return role, blocks


def _person(element: _Element, reading: _Reading) -> Person:
    role, blocks = _parts_of_person(element, reading)
    who, file, right = (
        blocks["Identification"],
        blocks.get("DossierCAF", {}),
        blocks.get("MontantCalculDroitRSAPersonne", {}),
    )
    adult = role in reading.codes.roles
    sex = optional(who, "SEXE", 1)
    return Person(
        role=role,
        title=optional(who, "QUAL", 3),
        last_name=optional(who, "NOM", 28) or required(who, "NOMNAI", 28),
        birth_name=required(who, "NOMNAI", 28),
        first_name=required(who, "PRENOM", 32),
        birth_place=optional(who, "NOMCOMNAI", 26),
        born_on=required_date(who, "DTNAI"),
        birth_rank=values.optional_integer(who, "RGNAI"),
        birth_precision=reading.code(who, "TYPEDTNAI", 1),
        nir=_nir(who.get("NIR"), reading, adult=adult),
        sex=_SEXES.get(sex) if sex is not None else None,
        joined_on=optional_date(file, "DDRATDOS"),
        left_on=optional_date(file, "DFRATDOS"),
        previous_request_number=optional(file, "NUMDEMRSAPRECE", 11),
        employment_service_number=optional(blocks.get("DossierPoleEmploi", {}), "IDASSEDIC", 8),
        under_duties=values.optional_boolean(right, "TOPPERSDRODEVORSA"),
        newly_under_duties=values.optional_boolean(right, "TOPPERSENTDRODEVORSA"),
        activity=optional(blocks.get("Activite", {}), "ACT", 3),
        monthly_resources=values.optional_amount(right, "MTPERSRESSMENRSA"),
    )


def _nir(text: str | None, reading: _Reading, *, adult: bool) -> str | None:
    """Return the 13 checked characters, or None: a wrong NIR is unknown and warned of, never a reason to refuse."""
    if text is None:
        if adult:
            reading.warnings.append("nir_absent")
        return None
    try:
        return normalise_nir(text)
    except InvalidNir:
        reading.warnings.append("nir_invalid")
        return None


def _last_of_each(persons: list[Person]) -> list[Person]:
    """Keep the last statement of a person stated twice (same birth name, first name, birth date and rank)."""
    return list(
        {
            (person.birth_name, person.first_name, person.born_on, person.birth_rank): person for person in persons
        }.values()
    )


def _shared_nir_unknown(persons: list[Person], reading: _Reading) -> Iterator[Person]:
    """Yield the persons; a NIR borne by two persons of one household tells nothing, for neither of them."""
    borne = Counter(person.nir for person in persons if person.nir is not None)
    for person in persons:
        if person.nir is not None and borne[person.nir] > 1:
            reading.warnings.append("nir_shared")
            yield person._replace(nir=None)
        else:
            yield person


def _check_persons(persons: tuple[Person, ...]) -> None:
    if not persons:
        raise UnreadableHousehold(
            "missing",
            "Le foyer n’a aucune personne : faites renvoyer ce dossier par l’organisme payeur, puis rejouez-le.",
        )
    roles = Counter(person.role for person in persons if person.left_on is None)
    if roles["DEM"] > 1:
        raise UnreadableHousehold(
            "two_applicants",
            f"Le foyer a {roles['DEM']} demandeurs (ROLEPERS DEM) : un seul est possible ; faites corriger ce dossier.",
        )


def _addresses(admin: _Element) -> Iterator[Address]:
    for element in admin:
        if element.tag != "Adresse":
            continue
        parts = {child.tag: fields(child) for child in element}
        common = parts.get("TroncCommunAdresse", {})
        rank = values.optional_integer(common, "RGADR")
        if rank is None:
            raise UnreadableHousehold(
                "missing",
                "La balise RGADR d’une adresse est absente ou vide : faites renvoyer ce dossier, puis rejouez-le.",
            )
        abroad = "AdresseHorsFrance" in parts
        where = parts.get("AdresseHorsFrance" if abroad else "AdresseDetailleeFrance", {})
        yield Address(
            rank=rank,
            since=optional_date(common, "DTEMM"),
            abroad=abroad or common.get("PAYS") == "HOR",
            complement=_joined(where, "COMPLIDEADR", "COMPLADR") if not abroad else "",
            street=_joined(where, "LIBLIG2ADR", "LIBLIG3ADR", "LIBLIG4ADR")
            if abroad
            else _joined(where, "NUMVOIE", "LIBTYPEVOIE", "NOMVOIE", "LIEUDIST"),
            postcode=(optional(where, "CODEPOS", 5) or "").zfill(5) if where.get("CODEPOS") else "",
            insee_code=optional(where, "NUMCOM", 5) or "",
            city=(
                _joined(where, "LIBLIG5ADR", "LIBLIG6ADR", "LIBLIG7ADR")[:38]
                if abroad
                else optional(where, "NOMCOM", 32) or ""
            ),
        )


def _joined(where: Fields, *tags: str) -> str:
    return " ".join(where[tag] for tag in tags if tag in where)
