"""The weekly list of new entrants with the CAF's suggestion: read, matched, never twice, its bad rows said without a name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.preflags import Received, receive_preflags
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import User
from jalons.pathways.models import Preflag
from jalons.people.models import Person
from jalons.sites.steering.views import preflags
from tests.worlds import World

ON = date(2020, 1, 27)
HEAD = "N° demande RSA;NOM;Prénom;Né(e) le;Pré-fléchage\n"


def number(person: Person) -> str:
    return person.stays.get().household.request_number


def line(person: Person, value: str = "Pôle emploi", **changes: str) -> str:
    given = {"number": number(person), "last": person.last_name, "first": person.first_name, "born": ""} | changes
    return f"{given['number']};{given['last']};{given['first']};{given['born']};{value}\n"


def receive(world: World, *lines: str, actor: User | None = None) -> Received:
    return receive_preflags(
        actor=actor or world.data_officer, on=ON, authority_id=world.authority.pk,
        content=(HEAD + "".join(lines)).encode("cp1252"), received_on=ON,
    )  # fmt: skip


@pytest.mark.req("R-031")
def test_the_same_weekly_list_twice_creates_no_duplicate_and_both_values_show(world: World, rulebooks: None) -> None:
    one, two = world.person("Lévêque", "Chloé"), world.person("Ba")
    lines = line(one, last="LEVEQUE", number=number(one).lstrip("0")), line(two, "Socioprofessionnel")
    assert receive(world, *lines) == Received(2, 0, ())
    assert receive(world, *lines) == Received(0, 2, ())
    assert Preflag.objects.count() == 2
    decision = world.oriented(one, line=world.neighbour_line)
    assert (decision.preflag, decision.accompaniment_type) == ("Pôle emploi", "activity")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "99999999999"}, "Personne inconnue"),
        ({"last": "AUTRE"}, "Personne inconnue"),
        ({"born": "01/01/1950"}, "Personne inconnue"),
        ({"born": "hier"}, "date"),
        ({"number": ""}, "nécessaires"),
        ({"value": ""}, "vide"),
        ({"value": "x" * 41}, "40 caractères"),
    ],
)
def test_a_row_that_names_nobody_is_said_by_its_line(world: World, changes: dict[str, str], said: str) -> None:
    good, bad = world.person("Bonne"), world.person("Mauvaise")
    value = changes.pop("value", "Social")
    found = receive(world, line(good), line(bad, value, **changes))
    assert found.written == 1
    (refused,) = found.refused
    assert refused.line == 3
    assert said in refused.reason
    assert "MAUVAISE" not in refused.reason


def test_two_suggestions_for_one_person_in_a_list_keep_the_first(world: World) -> None:
    person = world.person()
    found = receive(world, line(person, "Social"), line(person, "Pôle emploi"))
    assert (found.written, len(found.refused)) == (1, 1)


def test_the_persons_of_another_authority_are_unknown_and_its_officer_refused(world: World) -> None:
    territory = world.neighbour_authority.territories.create(code="cambresis", name="Cambrésis")
    assert receive(world, line(world.person(territory=territory))).written == 0
    with pytest.raises(NotAllowed):
        receive(world, line(world.person()), actor=world.foreign_officer)


def test_a_table_without_its_columns_is_refused_whole(world: World) -> None:
    with pytest.raises(TableRefused, match="Pré-fléchage"):
        receive_preflags(
            actor=world.data_officer, on=ON, authority_id=world.authority.pk, received_on=ON,
            content=b"NOM;Pr\xe9nom\nBA;Awa\n",
        )  # fmt: skip


@pytest.mark.req("R-031")
def test_from_the_screen(world: World, client: Client) -> None:
    person = world.person()
    client.force_login(world.data_officer)
    file = SimpleUploadedFile("entrants.csv", (HEAD + line(person) + line(person, "", number="3")).encode())
    page = client.post("/pilotage/echanges/pre-flechages/", {"file": file, "authority": world.authority.pk,
                                                            "received_on": "12/10/2020"})  # fmt: skip
    assert "Suggestions enregistrées" in page.content.decode()
    assert "le pré-fléchage est vide" in page.content.decode().lower()
    assert Preflag.objects.get().person == person
    wrong = SimpleUploadedFile("entrants.csv", b"a;b\n1;2\n")
    page = client.post("/pilotage/echanges/pre-flechages/", {"file": wrong, "authority": world.authority.pk,
                                                            "received_on": "12/10/2020"})  # fmt: skip
    assert "field-error" in page.content.decode()


def test_all_the_rows_refused_are_said_or_exported(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflags, "SHOWN", 1)
    client.force_login(world.data_officer)
    given = {"authority": world.authority.pk, "received_on": "12/10/2020"}
    content = (HEAD + "".join(line(world.person(), "", number=str(one)) for one in (3, 4))).encode()
    address = "/pilotage/echanges/pre-flechages/"
    page = client.post(address, {"file": SimpleUploadedFile("entrants.csv", content), **given}).content.decode()
    assert "Les 1 premières sur 2" in page
    answer: Any = client.post(address, {"file": SimpleUploadedFile("e.csv", content), "export": "1", **given})
    table = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [row.split(";")[0] for row in table.splitlines()[-2:]] == ["2", "3"]
