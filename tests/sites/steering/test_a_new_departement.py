"""A département nobody had thought of, then its next year: two YAML files, no line of Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import jalons
from jalons.agreements.models import AgreementLine
from jalons.network.models import RoleCode, User
from jalons.network.operations import create_authority, create_organisation, create_territory
from jalons.pathways.operations import enrol, orient
from jalons.people.models import Person
from jalons.rulebooks.models import RulebookProposal, RulebookVersion
from jalons.todos.models import Todo
from jalons.todos.operations import refresh
from tests.worlds import BEGINNING, World

YEAR = """
format: 1
authority: {code: isere, label: "Département de l'Isère"}
framework:
  code: isere_insertion
  version: "2020"
  label: "Programme départemental d'insertion 2020"
  valid_from: 2020-09-01
  citation: "Délibération du 12 juin 2020, article 1"
  basis: stated
actions:
  - code: isere_elan
    label: "Élan vers l'emploi"
    accompaniment_type: employment
    citation: "Délibération, article 2"
    public: {conditions: [rsa, rights_and_duties, orientation], citation: "Délibération, article 2", basis: stated}
    contract:
      {contractualisation: mandatory, label: "Contrat d'Élan", kinds: [engagement], citation: "article 3", basis: stated}
    price: {kind: flat_rate, unit_cost_eur: 41000, basis_places: 50, citation: "article 9", basis: stated}
    texts:
      transport: {label: "Transport", value: "une carte de transport est remise", citation: "article 6", basis: stated}
obligations:
  - code: elan_contract
    shape: deadline_after_event
    label: "Contrat d'Élan signé en trois semaines"
    starts_from: enrolment_start
    delay: {count: 21, unit: days}
    expects: {event: contract, milestone: signed, kinds: [engagement]}
    do: "Contrat d'Élan à signer avant le {due_on}"
    why: "Le contrat d'Élan se signe dans les trois semaines."
    citation: "Délibération, article 3"
    basis: stated
  - code: elan_meetings
    shape: count_or_sum_in_window
    label: "Trois rencontres par mois"
    counts: {event: appointment, kinds: [individual], outcomes: [held]}
    at_least: 3
    window: {kind: calendar_month}
    do: "Rencontres du mois : {measured} sur {required}"
    why: "Trois rencontres individuelles par mois."
    citation: "Délibération, article 4"
    basis: chosen
    unverified: true
    note: "le texte parle de rencontres régulières"
"""
NEXT_YEAR = (
    YEAR.replace('version: "2020"', 'version: "2021"')
    .replace("valid_from: 2020-09-01", "valid_from: 2021-01-01")
    .replace("at_least: 3", "at_least: 4")
    .replace("Trois rencontres par mois", "Quatre rencontres par mois")
)


def body(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return (
        response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'").replace("&#39;", "'")
    )


def adopted(client: Client, text: str) -> RulebookVersion:
    """Propose and adopt through the screens."""
    sent = client.post("/pilotage/cadres/proposer/", {"file": SimpleUploadedFile("isere.yaml", text.encode())})
    assert sent.status_code == 302, body(sent)
    made = RulebookProposal.objects.latest("pk")
    given = {"decided_on": "2020-10-12", "confirmed": "on"}
    assert client.post(f"/pilotage/cadres/propositions/{made.pk}/adopter/", given).status_code == 302
    made.refresh_from_db()
    assert made.adopted is not None
    return made.adopted


def departement(world: World) -> tuple[AgreementLine, Person, User, User]:
    """Places, a person to accompany, her référent and the officer, in a new authority."""
    given: dict[str, Any] = {"actor": world.system, "on": BEGINNING}
    isere = create_authority(code="isere", name="Département de l'Isère", department="38", **given)
    valley = create_territory(authority_id=isere.pk, code="vallee", name="Vallée", **given)
    house = create_organisation(authority_id=isere.pk, name="Maison d'Élan", territory_id=valley.pk, **given)
    line = world.place(house, action_code="isere_elan", framework_code="isere_insertion")
    caseworker = world.user("elan", RoleCode.CASEWORKER, organisation=house)
    return (
        line,
        world.person(territory=valley),
        caseworker,
        world.user("isere", RoleCode.STEERING_OFFICER, authority=isere),
    )


def entered(world: World, line: AgreementLine, person: Person, caseworker: User) -> None:
    given: dict[str, Any] = {"actor": world.system, "on": world.day, "person_id": person.pk, "line_id": line.pk}
    orientation = orient(**given, reason="Recherche d'emploi")
    enrol(**given, start_on=world.day, orientation_id=orientation.pk, caseworker_id=caseworker.pk)


@pytest.mark.req("R-001")
def test_a_new_departement_and_its_next_year_need_no_code(client: Client, world: World) -> None:
    line, person, caseworker, officer = departement(world)
    client.force_login(officer)
    first = adopted(client, YEAR)
    page = body(client.get(f"/pilotage/cadres/{first.pk}/actions/isere_elan/"))
    assert "Contrat d'Élan signé en trois semaines : 21 jours après l'entrée" in page
    assert "41 000,00 € pour 50 places" in page
    assert "Transport : une carte de transport est remise" in page
    assert "à vérifier dans le texte officiel" in page

    entered(world, line, person, caseworker)
    due = {(one.obligation_code, one.rulebook_version): one.due_on for one in Todo.objects.filter(person=person)}
    assert due["elan_contract", "2020"] == date(2020, 11, 5)
    client.force_login(caseworker)
    assert "Contrat d'Élan à signer avant le 5 novembre 2020" in body(client.get("/echeances/?qui=toutes"))
    file = body(client.get(f"/personnes/{person.key}/"))
    assert "Élan vers l'emploi" in file
    assert "Le contrat d'Élan se signe dans les trois semaines." in file

    client.force_login(officer)
    second = adopted(client, NEXT_YEAR)
    first.refresh_from_db()
    assert first.applies_to == date(2020, 12, 31)
    refresh(as_of=date(2021, 1, 15))
    asked = Todo.objects.filter(person=person, obligation_code="elan_meetings").order_by("occurrence")
    assert [(one.occurrence, one.rulebook_version, one.required) for one in asked] == [
        ("2020-10-15", "2020", 3),
        ("2020-11-01", "2020", 3),
        ("2020-12-01", "2020", 3),
        ("2021-01-01", "2021", 4),
    ]
    compared = body(client.get(f"/pilotage/cadres/comparer/?a=v{first.pk}&b=v{second.pk}&ecarts=1"))
    assert "<ins>Quatre</ins>" in compared
    assert "Contrat d'Élan signé" not in compared


def test_no_python_file_knows_this_departement() -> None:
    code = Path(jalons.__file__).parent
    assert [path for path in code.rglob("*.py") if "isere" in path.read_text(encoding="utf-8").lower()] == []
