"""The stage of the demonstration: authorities, territories, organisations, accounts, real agreements and fictitious offers.

Everything goes through the operations of its room. Running it again finds what is there and adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from django.conf import settings

from jalons.agreements.operations import Place as Line
from jalons.agreements.operations import create_agreement, open_in_house_offer
from jalons.agreements.printed import load_printed_words
from jalons.exchange.spreadsheets.agreements import Question
from jalons.exchange.spreadsheets.operations import Table, import_agreements
from jalons.kernel.operation import operation
from jalons.network.models import Authority, Organisation, OrganisationKind, RoleCode, Territory, User
from jalons.network.operations import (
    create_authority,
    create_communes,
    create_membership,
    create_organisation,
    create_territory,
    create_user,
)
from jalons.simulation.places import PLACES, TERRITORIES

DATASET = "annexe2_2020"
YEAR = (date(2020, 1, 1), date(2020, 12, 31))
HOUSE = "IFRA INSTITUT FORMATION RHONE"  # where the demonstration's référent works: the largest of Annexe 2
PLIE = "PLIE de démonstration"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account offered by the demonstration: one per role."""

    username: str
    first_name: str
    last_name: str
    role: RoleCode
    house: str = ""  # the organisation where the account works; empty: for the authority
    territory: str = ""


ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("referent", "Camille", "Fictif", RoleCode.CASEWORKER, house=HOUSE),
    DemoAccount("referent-plie", "Maxime", "Spécimen", RoleCode.CASEWORKER, house=PLIE),
    DemoAccount("responsable", "Dominique", "Exemple", RoleCode.ORGANISATION_HEAD, house=HOUSE),
    DemoAccount("chef-service", "Claude", "Modèle", RoleCode.SOCIAL_SERVICE_HEAD, territory="villeurbanne"),
    DemoAccount("orientation", "Sacha", "Essai", RoleCode.ORIENTATION_OFFICER),
    DemoAccount("direction", "Andrea", "Maquette", RoleCode.STEERING_OFFICER),
    DemoAccount("echanges", "Alix", "Témoin", RoleCode.DATA_OFFICER),
    DemoAccount("administrateur", "Noa", "Patron", RoleCode.ADMINISTRATOR),
)


@operation
def set_the_stage(*, actor: User, on: date) -> Authority:
    """Make the Métropole with its real agreements of 2020, the demonstration's accounts and fictitious offers."""
    lyon = Authority.objects.filter(code="metropole_lyon").first()
    if lyon is not None:
        return lyon
    lyon = create_authority(
        actor=actor,
        on=on,
        code="metropole_lyon",
        name="Métropole de Lyon",
        short_name="Métropole",
        department="069",
        accent_colour="#1f5a99",
    )
    territories = _territories(actor, on, lyon)
    _annexe2(actor, on, lyon)
    _house_offers(actor, on, lyon)
    _nord(actor, on)
    _accounts(actor, on, lyon, territories)
    return lyon


def _territories(actor: User, on: date, authority: Authority) -> dict[str, Territory]:
    found = {}
    for code, name in TERRITORIES.items():
        territory = create_territory(actor=actor, on=on, authority_id=authority.pk, code=code, name=name)
        communes = {place.insee_code: place.name for place in PLACES if place.territory == code}
        create_communes(actor=actor, on=on, territory_id=territory.pk, communes=communes)
        found[code] = territory
    return found


def _annexe2(actor: User, on: date, authority: Authority) -> None:
    """Carry the 111 printed lines of 2020 through the importer anyone can use (R-200)."""
    name = f"{DATASET}.csv"
    table = Table(file_name=name, content=files("jalons.agreements").joinpath("content", name).read_bytes())
    question = Question(
        authority=authority, dataset=DATASET, words=load_printed_words(), start_on=YEAR[0], end_on=YEAR[1]
    )
    import_agreements(actor=actor, on=on, table=table, question=question)


def _house_offers(actor: User, on: date, authority: Authority) -> None:
    """Offers without a price: Pôle emploi, the Métropole's own social workers, a PLIE (fictitious places)."""
    offers = (
        (
            "Pôle emploi (offre interne fictive)",
            OrganisationKind.EMPLOYMENT_SERVICE,
            "OI-2020-PE",
            "lyon_pole_emploi",
            "lyon_pole_emploi",
            20_000,
        ),
        (
            "Maisons de la Métropole (offre interne fictive)",
            OrganisationKind.AUTHORITY_SERVICE,
            "OI-2020-MDM",
            "lyon_2020",
            "lyon_activite_diversifie_2020",
            6_000,
        ),
        (PLIE, OrganisationKind.PLIE, "OI-2020-PLIE", "plie_2014_2020", "plie_2014_2020", 2_000),
    )
    for name, kind, reference, framework, action, places in offers:
        organisation = create_organisation(
            actor=actor, on=on, authority_id=authority.pk, name=name, kind=kind, fictitious=True
        )
        open_in_house_offer(
            actor=actor,
            on=on,
            organisation_id=organisation.pk,
            reference=reference,
            start_on=YEAR[0],
            end_on=YEAR[1],
            lines=[Line(framework_code=framework, action_code=action, places=places)],
            fictitious=True,
        )


def _nord(actor: User, on: date) -> None:
    """A second authority with its own rules: coaching places of the Nord call, fictitious."""
    nord = create_authority(
        actor=actor,
        on=on,
        code="nord",
        name="Département du Nord",
        short_name="Nord",
        department="059",
        accent_colour="#7a3b69",
    )
    create_territory(actor=actor, on=on, authority_id=nord.pk, code="valenciennois", name="Valenciennois")
    coach = create_organisation(
        actor=actor, on=on, authority_id=nord.pk, name="Élan coaching (fictif)", fictitious=True
    )
    create_agreement(
        actor=actor,
        on=on,
        organisation_id=coach.pk,
        reference="FICTIF-NORD-II2-2020",
        start_on=YEAR[0],
        end_on=YEAR[1],
        fictitious=True,
        lines=[Line(framework_code="nord_2019_2021", action_code="nord_ii2_coaching", places=35)],
    )


def _accounts(actor: User, on: date, authority: Authority, territories: dict[str, Territory]) -> None:
    houses = {one.name: one.pk for one in Organisation.objects.filter(authority=authority, name__in=(HOUSE, PLIE))}
    for account in ACCOUNTS:
        user = create_user(
            actor=actor,
            on=on,
            username=account.username,
            first_name=account.first_name,
            last_name=account.last_name,
            password=settings.JALONS_DEMO_PASSWORD,
        )
        create_membership(
            actor=actor,
            on=on,
            user_id=user.pk,
            role=account.role,
            organisation_id=houses[account.house] if account.house else None,
            authority_id=None if account.house else authority.pk,
            territory_id=territories[account.territory].pk if account.territory else None,
            start_on=YEAR[0],
        )
