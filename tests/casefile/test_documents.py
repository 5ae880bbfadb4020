"""Documents filed: received as they are, opened by those who accompany, withdrawn with a reason, never erased."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jalons.casefile.models import FiledDocument
from jalons.casefile.operations import file_document, withdraw_document
from jalons.casefile.queries import filed_documents
from jalons.documents.models import Document
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import ReadTrace
from jalons.pathways.operations import move_to_organisation
from jalons.people.models import Person
from tests.documents.hostile_files import HOSTILE
from tests.documents.pictures import PNG
from tests.worlds import World


@pytest.fixture
def person(world: World) -> Person:
    found = world.person()
    world.enrolled(found, caseworker=world.caseworker)
    return found


def filed(world: World, person: Person, **more: Any) -> FiledDocument:
    given: dict[str, Any] = {
        "actor": world.caseworker,
        "on": world.day,
        "kind": "job_proof",
        "raw": PNG,
        "name": "cdi.png",
    }
    return file_document(**{**given, "person_id": person.pk, **more})


@pytest.mark.req("R-157", "R-160", "R-167")
def test_a_document_is_filed_under_one_of_the_kinds_of_a_file(world: World, person: Person) -> None:
    one = filed(world, person, dated_on=date(2020, 9, 1), title=" CDI de la blanchisserie ")
    assert (one.title, one.kind, one.dated_on, bytes(one.document.raw)) == (
        "CDI de la blanchisserie", "job_proof", date(2020, 9, 1), PNG,
    )  # fmt: skip
    assert filed(world, person, kind="aid_request").document.title == "Demande d’aide individuelle"
    assert [row.kind for row in filed_documents(person.pk)] == ["aid_request", "job_proof"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "medical"}, "nature"),
        ({"dated_on": date(2020, 10, 16)}, "futur"),
        ({"name": "cdi.pdf"}, "enregistrez-le"),
        ({"raw": b"MZ"}, "ni un PDF"),
    ],
)
def test_what_has_no_place_in_a_file_is_refused_and_nothing_is_kept(
    world: World, person: Person, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        filed(world, person, **changed)
    assert not Document.objects.exists()


@pytest.mark.req("R-163")
def test_no_kind_is_medical() -> None:
    from jalons.casefile.kinds import kinds

    assert not [
        label for label in kinds().values() if any(word in label.lower() for word in ("médic", "santé", "ordonn"))
    ]


def test_only_those_who_accompany_file_and_withdraw(world: World, person: Person) -> None:
    one = filed(world, person)
    for who in (world.stranger, world.social_head, world.orientation_officer):
        with pytest.raises(NotAllowed):
            filed(world, person, actor=who)
        with pytest.raises(NotAllowed):
            withdraw_document(actor=who, on=world.day, filed_id=one.pk, reason="Non")


def test_a_document_withdrawn_leaves_the_file_with_its_reason_once(world: World, person: Person) -> None:
    one = filed(world, person)
    common: dict[str, Any] = {"actor": world.head, "on": world.day, "filed_id": one.pk}
    with pytest.raises(Refusal, match="pourquoi"):
        withdraw_document(**common, reason="")
    withdraw_document(**common, reason="Document d’une autre personne")
    assert not filed_documents(person.pk).exists()
    assert Document.objects.filter(pk=one.document_id).exists()
    with pytest.raises(Refusal, match="déjà retiré"):
        withdraw_document(**common, reason="Encore")


def test_the_same_form_sent_twice_files_one_document_and_another_file_another(world: World, person: Person) -> None:
    key = uuid4()
    first = filed(world, person, key=key)
    assert filed(world, person, key=key) == first
    assert Document.objects.count() == 1
    assert filed(world, person, key=key, kind="other") != first
    assert FiledDocument.objects.count() == 2


# Pages


def posted(client: Client, person: Person, name: str, raw: bytes, **more: str) -> Any:
    fields = {"kind": "cv", "dated_on": "15/10/2020", "title": "", "file": SimpleUploadedFile(name, raw), **more}
    return client.post(f"/personnes/{person.key}/documents/", fields, follow=True)


@pytest.mark.req("R-164")
def test_a_document_is_put_in_opened_and_its_reading_traced(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    assert "versé au dossier" in posted(client, person, "mon cv.png", PNG, title="CV de mars").content.decode()
    one = FiledDocument.objects.get()
    before = ReadTrace.objects.filter(person_id=person.pk).count()
    answer = client.get(f"/personnes/{person.key}/documents/{one.key}/")
    assert answer.content == PNG
    assert answer["Content-Disposition"] == 'attachment; filename="cv-2020-10-15.png"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert ReadTrace.objects.filter(person_id=person.pk).count() == before + 1
    page = client.post(f"/personnes/{person.key}/documents/{one.key}/retirer/", {"reason": ""}).content.decode()
    assert "Ce champ est à remplir" in page
    client.post(f"/personnes/{person.key}/documents/{one.key}/retirer/", {"reason": "Doublon"})
    assert client.get(f"/personnes/{person.key}/documents/{one.key}/").status_code == 404


def test_a_hostile_file_is_refused_beside_the_form_and_nothing_is_kept(
    client: Client, world: World, person: Person
) -> None:
    client.force_login(world.caseworker)
    for kind in ("paper that runs", "picture bomb", "picture and archive", "virus", "name with two endings"):
        name, raw = HOSTILE[kind]()
        page = posted(client, person, name, raw, title="Mon intitulé").content.decode()
        assert "alert-danger" in page, kind
        assert "Mon intitulé" in page, kind
    assert not Document.objects.exists()


def test_a_page_of_documents_costs_the_same_whatever_their_number(
    client: Client, world: World, person: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        filed(world, person, title=f"Pièce {number}")
    client.force_login(world.caseworker)
    with django_assert_max_num_queries(25):
        client.get(f"/personnes/{person.key}/documents/")


@pytest.mark.req("R-164")
def test_the_former_organisation_withdraws_only_its_own_documents(client: Client, world: World, person: Person) -> None:
    mine = filed(world, person)
    move_to_organisation(
        actor=world.social_head, on=world.day, person_ids=[person.pk], line_id=world.place(world.neighbour).pk,
        reason="Convention arrêtée",
    )  # fmt: skip
    theirs = filed(world, person, actor=world.stranger, kind="aid_request")
    with pytest.raises(NotAllowed, match="accompagne la personne aujourd’hui"):
        withdraw_document(actor=world.head, on=world.day, filed_id=theirs.pk, reason="Doublon")
    client.force_login(world.caseworker)
    page = client.get(f"/personnes/{person.key}/documents/").content.decode()
    assert f"{mine.key}/retirer/" in page
    assert f"{theirs.key}/retirer/" not in page
    withdraw_document(actor=world.caseworker, on=world.day, filed_id=mine.pk, reason="Doublon")
