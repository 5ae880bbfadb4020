"""The documents of a contract leave by one door: the bytes kept, a name that says nobody, a trace, nothing for the neighbour."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.documents.models import Document, IdentityCheck, SignerKind
from jalons.documents.queries import bytes_of
from jalons.network.models import ReadTrace
from jalons.pathways.models import Contract
from jalons.pathways.operations import (
    Draft,
    Drawn,
    draft_contract,
    edit_contract,
    prepare_signature,
    sign_contract_on_paper,
    sign_contract_on_screen,
    submit,
)
from tests.documents.pictures import PNG
from tests.worlds import World

MOST_QUERIES = 25


@pytest.fixture
def contract(world: World) -> Contract:
    enrolment = world.enrolled(world.person("Zwarteveen", "Alix"), caseworker=world.caseworker)
    return draft_contract(actor=world.caseworker, on=world.day, draft=Draft(enrolment.pk, world.day, date(2021, 3, 31)))


def paper(world: World, contract: Contract) -> Document:
    return prepare_signature(actor=world.caseworker, on=world.day, contract_id=contract.pk).document


def at(contract: Contract, page: str = "") -> str:
    return f"/personnes/{contract.person.key}/contrats/{contract.key}/{page}"


def sent_on_screen(world: World, contract: Contract) -> Document:
    document = paper(world, contract)
    common = {"actor": world.caseworker, "on": world.day, "contract_id": contract.pk}
    hand = Drawn(SignerKind.BENEFICIARY, IdentityCheck.KNOWN, "M10 10 L300 150")
    sign_contract_on_screen(**common, sha256=document.sha256, hands=[hand])
    submit(**common)
    return document


def test_the_bytes_kept_are_sent_under_a_name_that_says_nobody(
    client: Client, world: World, contract: Contract
) -> None:
    document = paper(world, contract)
    client.force_login(world.caseworker)
    answer = client.get(at(contract, f"documents/{document.key}/"))
    assert answer.content == bytes_of(document)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="contrat-1.pdf"'
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_reading_a_document_leaves_a_trace(client: Client, world: World, contract: Contract) -> None:
    document = paper(world, contract)
    client.force_login(world.caseworker)
    client.get(at(contract, f"documents/{document.key}/"))
    trace = ReadTrace.objects.latest("pk")
    assert (trace.person_id, trace.user_id, trace.kind) == (contract.person_id, world.caseworker.pk, "file")


def test_a_received_scan_is_only_downloaded(client: Client, world: World, contract: Contract) -> None:
    document = paper(world, contract)
    sign_contract_on_paper(
        actor=world.caseworker,
        on=world.day,
        contract_id=contract.pk,
        sha256=document.sha256,
        scan=PNG,
        signed_on=world.day,
        identity_check=IdentityCheck.KNOWN,
    )
    scan = Document.objects.get(kind="signed_contract")
    client.force_login(world.caseworker)
    answer = client.get(at(contract, f"documents/{scan.key}/"))
    assert answer.content == PNG
    assert answer["Content-Disposition"] == 'attachment; filename="contrat-1.png"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_a_document_is_not_read_through_the_contract_of_somebody_else(
    client: Client, world: World, contract: Contract
) -> None:
    document = paper(world, contract)
    theirs = world.enrolled(world.person("Autre"), caseworker=world.caseworker)
    other = draft_contract(actor=world.caseworker, on=world.day, draft=Draft(theirs.pk, world.day, date(2021, 3, 31)))
    client.force_login(world.caseworker)
    assert client.get(at(other, f"documents/{document.key}/")).status_code == 404


@pytest.mark.req("R-083")
def test_the_authority_reads_the_signed_paper_once_it_is_sent(client: Client, world: World, contract: Contract) -> None:
    document = paper(world, contract)
    address = f"/pilotage/a-valider/{contract.person.key}/{contract.key}/documents/{document.key}/"
    client.force_login(world.social_head)
    assert client.get(address).status_code == 404
    sent_on_screen(world, contract)
    assert client.get(address).content == bytes_of(document)
    page = client.get(f"/pilotage/a-valider/{contract.person.key}/{contract.key}/").content.decode()
    assert address in page
    assert document.sha256 in page


def test_a_void_paper_is_still_read_but_no_more_signed(client: Client, world: World, contract: Contract) -> None:
    document = paper(world, contract)
    edit_contract(actor=world.caseworker, on=world.day, contract_id=contract.pk, her_words="Autre chose.")
    client.force_login(world.caseworker)
    assert client.get(at(contract, f"documents/{document.key}/")).content == bytes_of(document)
    assert "Préparer le document" in client.get(at(contract, "signer/")).content.decode()
    answer = client.post(
        at(contract, "signer/"),
        {"sha256": document.sha256, "identity": "known", "person": "M1 1 L9 9", "professional": "M1 1 L9 9"},
    )
    assert "préparez-le à nouveau" in answer.content.decode()


def test_signing_twice_says_so(client: Client, world: World, contract: Contract) -> None:
    sent_on_screen(world, contract)
    client.force_login(world.caseworker)
    page = client.get(at(contract, "signer/")).content.decode()
    assert "n’est pas à signer" in page
    assert "signature-pad" not in page


def test_pages_of_a_contract_ask_as_much_whatever_its_papers(client: Client, world: World, contract: Contract) -> None:
    client.force_login(world.caseworker)
    counts = []
    for _ in range(3):
        paper(world, contract)
        edit_contract(actor=world.caseworker, on=world.day, contract_id=contract.pk, her_words="Autre chose.")
        paper(world, contract)
        counts.append([_asked(client, at(contract)), _asked(client, at(contract, "signer/"))])
    assert counts[1] == counts[2]
    assert max(counts[2]) <= MOST_QUERIES


def _asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
