"""Files from the browser: tried, applied, their refusals and identities decided, nothing guessed."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agreements.models import AgreementLine
from jalons.exchange.caf.models import IdentityConflict, ImportRun, RecordState, RefusedRecord, RunState
from jalons.exchange.caf.operations import import_file
from jalons.exchange.spreadsheets.models import TableImport
from jalons.network.models import Commune
from jalons.people.models import Household, Person
from jalons.sites.steering import deposits
from jalons.sites.steering.tasks import drop_old_deposits
from tests.exchange.caf.writing import adult, document, household, nir, write
from tests.worlds import World

MOST_QUERIES = 25
OTHER = "00000002069"
BAD = household("00000003069", adult(born_on="1990-13-45"))


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def caf(*households: str, name: str = "RSABE.xml", **header: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, document(*households, **header).encode("windows-1252"))


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path, world: World) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    Commune.objects.create(territory=world.east, insee_code="69266", name="Villeurbanne")


@pytest.fixture
def data(client: Client, world: World) -> Client:
    client.force_login(world.data_officer)
    return client


def deposit(client: Client, world: World, file: SimpleUploadedFile) -> str:
    fields = {"authority": world.authority.pk, "file": file}
    return str(client.post("/pilotage/echanges/caf/deposer/", fields)["Location"])


def refused(world: World, tmp_path: Path, *households: str) -> ImportRun:
    path = write(tmp_path / "RSABE1.xml", *(households or (household(), BAD)))
    return import_file(actor=world.data_officer, on=world.day, authority=world.authority, path=path)


def test_the_file_is_tried_then_imported(data: Client, world: World) -> None:
    where = deposit(data, world, caf(household(), BAD))
    page = body(data.get(where))
    assert "Essai : rien n’est encore changé." in page
    assert "Foyers qui seraient refusés" in page
    assert not Household.objects.exists()
    receipt = data.post(where + "importer/", follow=True)
    assert (Household.objects.count(), RefusedRecord.objects.count()) == (1, 1)
    assert "Fichier importé." in body(receipt)
    assert "00000003069" in body(receipt)
    assert data.get(where).status_code == 404  # nothing of the file is kept on the disk
    assert not any(path.is_file() for path in deposits._folder().rglob("*"))


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"<?xml version='1.0'?><!DOCTYPE a []><Racine/>", "Rien n’a été changé"), (b"bonjour", "")],
)
def test_a_file_that_is_not_one_is_refused_with_a_sentence(
    data: Client, world: World, content: bytes, told: str
) -> None:
    where = deposit(data, world, SimpleUploadedFile("faux.xml", content))
    page = body(data.get(where))
    assert 'class="alert alert-danger"' in page
    assert told in page
    assert "Importer ce fichier" not in page
    after = data.post(where + "importer/", follow=True)
    assert after.status_code == 200
    assert ImportRun.objects.get().state == RunState.REFUSED


def test_an_empty_file_is_said_beside_the_field(data: Client, world: World) -> None:
    fields = {"authority": world.authority.pk, "file": SimpleUploadedFile("vide.xml", b"")}
    assert "Ce fichier est vide." in body(data.post("/pilotage/echanges/caf/deposer/", fields))


def test_only_the_depositor_finds_the_file_again(data: Client, world: World) -> None:
    where = deposit(data, world, caf(household()))
    other = Client()
    other.force_login(world.data_officer)
    assert other.get(where).status_code == 404
    assert other.post(where + "importer/").status_code == 404


def test_a_file_given_up_leaves_nothing(data: Client, world: World) -> None:
    where = deposit(data, world, caf(household()))
    data.post(where + "ecarter/")
    assert data.get(where).status_code == 404
    assert not any(path.is_file() for path in deposits._folder().rglob("*"))


def test_a_file_nobody_came_back_for_is_dropped_even_if_nobody_deposits_any_more(data: Client, world: World) -> None:
    left, fresh = deposit(data, world, caf(household())), deposit(data, world, caf(household()))
    old = deposits._folder() / left.rstrip("/").rpartition("/")[2]
    long_ago = old.stat().st_mtime - deposits.KEPT_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    drop_old_deposits(timestamp=0)
    assert data.get(left).status_code == 404
    assert data.get(fresh).status_code == 200
    assert [path.name for path in deposits._folder().iterdir()] == [fresh.rstrip("/").rpartition("/")[2]]


def test_refused_households_keep_their_reason_and_can_be_replayed(data: Client, world: World, tmp_path: Path) -> None:
    run = refused(world, tmp_path)
    record = RefusedRecord.objects.get()
    where = f"/pilotage/echanges/caf/{run.pk}/"
    assert record.message in body(data.get(where)) or "00000003069" in body(data.get(where))
    page = body(data.post(f"{where}foyers/{record.pk}/rejouer/", follow=True))
    assert "en attente" in page
    data.post(f"{where}rejouer/")
    data.post(f"{where}foyers/{record.pk}/abandonner/")
    record.refresh_from_db()
    assert (record.state, record.decided_by) == (RecordState.DROPPED, world.data_officer)
    assert "n’attend plus" in body(data.post(f"{where}foyers/{record.pk}/rejouer/", follow=True))


def test_refusals_can_be_downloaded(data: Client, world: World, tmp_path: Path) -> None:
    run = refused(world, tmp_path)
    response = data.get(f"/pilotage/echanges/caf/{run.pk}/refus/csv/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "00000003069" in text
    assert "Motif" in text


def test_a_reader_does_not_run(client: Client, world: World, tmp_path: Path) -> None:
    run = refused(world, tmp_path)
    client.force_login(world.steering_officer)
    where = f"/pilotage/echanges/caf/{run.pk}/"
    assert "Rejouer" not in body(client.get(where))
    assert client.post(where + "rejouer/").status_code == 403
    client.force_login(world.foreign_officer)
    assert client.get(where).status_code == 404


def conflicting(world: World, tmp_path: Path) -> IdentityConflict:
    refused(world, tmp_path, household())
    path = write(
        tmp_path / "RSABE2.xml", household(), household(OTHER, adult(nir=nir(555))), day="2020-10-01", kind="I"
    )
    import_file(actor=world.data_officer, on=world.day, authority=world.authority, path=path)
    return IdentityConflict.objects.get()


@pytest.mark.parametrize("same", [True, False])
def test_who_is_who_is_decided_side_by_side(data: Client, world: World, tmp_path: Path, same: bool) -> None:
    conflict = conflicting(world, tmp_path)
    known = Person.objects.get()
    assert "ESSAI" in body(data.get("/pilotage/echanges/identites/"))
    where = f"/pilotage/echanges/identites/{conflict.pk}/"
    page = body(data.get(where))
    assert "Dans le fichier" in page
    assert "différent" in page
    assert "290046999" not in page  # the NIR itself is never shown
    assert "Choisissez une réponse." in body(data.post(where, {}))
    after = data.post(where, {"choice": known.pk if same else "autre"}, follow=True)
    assert "Le foyer est importé." in body(after)
    assert Person.objects.count() == (1 if same else 2)
    assert data.get(where).status_code == 404


def table(*rows: str) -> SimpleUploadedFile:
    head = "Structure;Type de parcours;Thématique;Nombre de places;Nombre de suivis;Montant"
    return SimpleUploadedFile("conventions.csv", "\r\n".join([head, *rows]).encode())


GOOD = "Atelier des quais;Itinéraires emploi diversifiés;;30;40;12 000,50"
WRONG = "Atelier du parc;Itinéraires emploi diversifiés;;beaucoup;40;1"


def deposit_table(client: Client, world: World, *rows: str) -> str:
    fields = {
        "authority": world.authority.pk,
        "file": table(*rows),
        "dataset": "essai_2020",
        "start_on": "01/01/2020",
        "end_on": "31/12/2020",
    }
    return str(client.post("/pilotage/echanges/conventions/deposer/", fields)["Location"])


@pytest.mark.req("R-200")
def test_a_table_is_tried_row_by_row_then_imported(client: Client, world: World, rulebooks: None) -> None:
    client.force_login(world.steering_officer)
    before = AgreementLine.objects.count()
    where = deposit_table(client, world, GOOD, WRONG)
    page = body(client.get(where))
    assert "Atelier des quais" in page
    assert "beaucoup" in page
    assert AgreementLine.objects.count() == before
    receipt = client.post(where + "importer/", follow=True)
    assert "Tableau importé." in body(receipt)
    journal = TableImport.objects.get()
    assert (journal.new, journal.refused) == (1, 1)
    line = AgreementLine.objects.get(agreement__organisation__name="Atelier des quais")
    assert (line.places, line.start_on) == (30, date(2020, 1, 1))
    download = client.get(f"/pilotage/echanges/conventions/{journal.pk}/refus/csv/")
    text = b"".join(download.streaming_content).decode("utf-8-sig")
    assert "Motif du refus" in text
    assert "Atelier du parc" in text
    assert "Atelier des quais" not in text


def test_the_refused_rows_corrected_are_taken(client: Client, world: World, rulebooks: None) -> None:
    client.force_login(world.steering_officer)
    client.post(deposit_table(client, world, GOOD, WRONG) + "importer/")
    client.post(deposit_table(client, world, GOOD, WRONG.replace("beaucoup", "12")) + "importer/")
    latest = TableImport.objects.latest("pk")
    assert (latest.new, latest.unchanged, latest.refused) == (1, 1, 0)


def test_a_table_that_is_not_one_is_refused(client: Client, world: World) -> None:
    client.force_login(world.steering_officer)
    fields = {
        "authority": world.authority.pk, "dataset": "x", "start_on": "01/01/2020", "end_on": "31/12/2020",
        "file": SimpleUploadedFile("page.csv", b"<html>"),
    }  # fmt: skip
    where = client.post("/pilotage/echanges/conventions/deposer/", fields)["Location"]
    assert "il faut un tableau CSV ou XLSX" in body(client.get(where))
    assert client.post(where + "importer/", follow=True).status_code == 200
    assert not TableImport.objects.exists()


def test_the_number_of_queries_is_constant(data: Client, world: World, tmp_path: Path) -> None:
    counts = []
    for group in range(2):
        for number in range(2 + 3 * group):
            day = date(2020, 9, 1 + 10 * group + number)
            path = write(
                tmp_path / f"R{group}{number}.xml", household(f"0000{group}{number}01069"), BAD, day=day, kind="I"
            )
            import_file(actor=world.data_officer, on=world.day, authority=world.authority, path=path)
        counts.append((count(data, "/pilotage/echanges/"), count(data, f"/pilotage/echanges/caf/{_last()}/")))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= MOST_QUERIES


def _last() -> int:
    return ImportRun.objects.latest("pk").pk


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
