"""The weekly list of new entrants with the CAF's suggestion: read, matched, never twice, its bad rows said without a name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jalons.exchange.spreadsheets.erasing import erase_refused, kept_until
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.models import TableImport, TableRow
from jalons.exchange.spreadsheets.preflags import Received, receive_preflags
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import User
from jalons.network.operations import system_user
from jalons.pathways.models import Preflag
from jalons.people.models import Person
from tests.worlds import World

ON = date(2020, 1, 27)
ADDRESS = "/pilotage/echanges/pre-flechages/"
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
    given = {"authority": world.authority.pk, "received_on": "12/10/2020"}
    page = client.post(ADDRESS, {"file": file, **given}, follow=True)
    assert "Suggestions enregistrées" in page.content.decode()
    assert "le pré-fléchage est vide" in page.content.decode().lower()
    assert Preflag.objects.get().person == person
    wrong = SimpleUploadedFile("entrants.csv", b"a;b\n1;2\n")
    page = client.post(ADDRESS, {"file": wrong, **given})
    assert "field-error" in page.content.decode()


EXTRA = "N° demande RSA;Téléphone;NOM;Prénom;Pré-fléchage\n"


def test_the_refused_rows_stay_visible_and_come_back_in_their_columns_at_any_time(world: World, client: Client) -> None:
    person, unknown = world.person("Bonne"), world.person("Inconnue")
    lines = (
        f"{number(person)};0601020304;BONNE;{person.first_name};Social\n",
        "99999999999;0605060708;AUTRE;Awa;Social\n",
    )
    client.force_login(world.data_officer)
    given = {"authority": world.authority.pk, "received_on": "12/10/2020"}
    sent = SimpleUploadedFile("entrants.csv", (EXTRA + "".join(lines)).encode())
    page = client.post(ADDRESS, {"file": sent, **given}, follow=True).content.decode()
    assert "Personne inconnue" in page
    assert "AUTRE" not in page, "a row is said by its line"
    listed = TableImport.objects.get()
    assert f"{ADDRESS}{listed.pk}/" in client.get(ADDRESS).content.decode()
    assert "AUTRE" not in str(listed.rows.values_list("cells", "sealed", "reason"))
    answer: Any = client.get(f"{ADDRESS}{listed.pk}/refus/csv/")
    table = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "99999999999;AUTRE;Awa;Social;Personne inconnue" in table
    assert "0605060708" not in table, "a column nobody reads is not kept"
    assert "BONNE" not in table, "only what was refused"
    corrected = table.replace("99999999999;AUTRE;Awa", f"{number(unknown)};INCONNUE;{unknown.first_name}", 1)
    again = receive_preflags(
        actor=world.data_officer, on=ON, authority_id=world.authority.pk, content=corrected.encode(), received_on=ON
    )
    assert (again.written, again.refused) == (1, ())


def test_the_rows_of_a_list_sent_again_are_kept_once_and_both_deposits_are_told(world: World) -> None:
    bad = line(world.person(), "", number="3")
    receive(world, bad)
    receive(world, bad)
    assert (TableImport.objects.count(), TableRow.objects.get().table_id) == (2, TableImport.objects.latest("pk").pk)


def test_refused_rows_are_erased_once_their_period_is_over_and_the_page_says_so(world: World, client: Client) -> None:
    journal = receive(world, line(world.person(), "", number="3")).journal
    assert journal is not None
    last = kept_until(journal)
    system = system_user()
    assert erase_refused(actor=system, on=last) == 0
    assert erase_refused(actor=system, on=last + timedelta(days=1)) == 1
    assert TableImport.objects.get().refused == 1
    client.force_login(world.data_officer)
    assert "Lignes effacées" in client.get(f"{ADDRESS}{journal.pk}/").content.decode()
    with pytest.raises(NotAllowed):
        erase_refused(actor=world.data_officer, on=last)


def test_the_lists_of_another_authority_do_not_exist_here(world: World, client: Client) -> None:
    journal = receive(world, line(world.person(), "", number="3")).journal
    assert journal is not None
    client.force_login(world.foreign_officer)
    assert client.get(f"{ADDRESS}{journal.pk}/").status_code in (403, 404)
    assert client.get(f"{ADDRESS}{journal.pk}/refus/csv/").status_code in (403, 404)
