"""« Courriers »: lists of what to write and send, previews that keep nothing, models two people write at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agenda.operations import cancel
from jalons.documents.models import Document, LetterKind, LetterVersion
from jalons.documents.queries import bytes_of
from jalons.exchange.letters.batches import go_on
from jalons.exchange.letters.models import Letter
from jalons.exchange.letters.operations import ask_letters, write_letter
from jalons.pathways.models import Orientation
from jalons.pathways.operations import orient_in_bulk
from jalons.people.models import Person
from tests.exchange.letters.given import DAY, convened, housed
from tests.worlds import World

pytestmark = pytest.mark.django_db
HOME = "/pilotage/courriers/"
TO_WRITE = f"{HOME}a-ecrire/convocation/"
MODELS = f"{HOME}modeles/"
MOST_QUERIES = 25
TEXT = {"heading": "Rendez-vous", "body": "Venez le {{rdv.jour}}.", "sender": "", "place": "", "signatory": ""}


@pytest.fixture
def caseworker(world: World, client: Client) -> Client:
    client.force_login(world.caseworker)
    return client


@pytest.fixture
def officer(world: World) -> Client:
    signed_in = Client()
    signed_in.force_login(world.orientation_officer)
    return signed_in


def appointments(world: World, many: int, start: int = 0) -> list[int]:
    found = []
    for number in range(start, start + many):
        person = housed(world.person(f"Personne {number:03d}"))
        world.enrolled(person, caseworker=world.caseworker)
        found.append(convened(world, person).pk)
    return found


def page(client: Client, address: str, **posted: Any) -> str:
    response: Any = client.post(address, posted, follow=True) if posted else client.get(address)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_empty_lists_say_what_fills_them(caseworker: Client, officer: Client) -> None:
    assert "Aucun courrier à envoyer" in page(caseworker, HOME)
    for kind in LetterKind:
        assert "Rien à écrire ici" in page(caseworker, f"{HOME}a-ecrire/{kind}/")
    assert "Aucun modèle propre à l’autorité" in page(officer, MODELS)


def test_pages_cost_the_same_queries_whatever_the_volume(world: World, caseworker: Client) -> None:
    costs: dict[str, list[int]] = {}
    done = 0
    for many in (2, 7):
        numbers = appointments(world, many * 2, done)
        done += many * 2
        common: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "kind": LetterKind.CONVOCATION}
        batch = ask_letters(**common, subject_ids=numbers[:many]).batch
        go_on(batch.pk)
        person = Letter.objects.filter(batch=batch)[0].person
        for name, address in {
            "home": HOME,
            "all": f"{HOME}?etat=tous",
            "to write": TO_WRITE,
            "batch": f"{HOME}envois/{batch.key}/",
            "person": f"/personnes/{person.key}/courriers/",
        }.items():
            with CaptureQueriesContext(connection) as seen:
                page(caseworker, address)
            costs.setdefault(name, []).append(len(seen))
        with CaptureQueriesContext(connection) as seen:
            page(caseworker, f"{TO_WRITE}apercu/", chosen=numbers[many:])
        costs.setdefault("preview", []).append(len(seen))
    assert {name: both for name, both in costs.items() if both[0] != both[1] or both[0] > MOST_QUERIES} == {}


def test_a_preview_is_a_pdf_and_writes_nothing(world: World, caseworker: Client) -> None:
    (number,) = appointments(world, 1)
    response = caseworker.get(f"{TO_WRITE}{number}/exemple/")
    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")
    assert "no-store" in response["Cache-Control"]
    assert "Aperçu : 1 courrier" in page(caseworker, f"{TO_WRITE}apercu/", chosen=[number])
    assert (Letter.objects.count(), Document.objects.count(), LetterVersion.objects.count()) == (0, 0, 0)


def test_everybody_of_the_list_is_taken_page_or_not(world: World, caseworker: Client) -> None:
    appointments(world, 3)
    assert "Aperçu : 3 courriers" in page(caseworker, f"{TO_WRITE}apercu/", everyone="1")


def test_writing_twice_by_a_double_click_writes_once(world: World, caseworker: Client) -> None:
    numbers = ",".join(str(number) for number in appointments(world, 2))
    assert "0 sur 2" in page(caseworker, f"{TO_WRITE}ecrire/", subjects=numbers)
    assert "Un courrier est déjà écrit pour cela." in page(caseworker, f"{TO_WRITE}ecrire/", subjects=numbers)
    assert Letter.objects.count() == 2


def test_the_letters_of_one_bulk_decision_are_asked_together(world: World, officer: Client) -> None:
    persons = [housed(world.person(f"Oriente {number}")) for number in range(2)]
    done = orient_in_bulk(
        actor=world.orientation_officer,
        on=world.day,
        person_ids=[one.pk for one in persons],
        line_ids=[world.line.pk],
        reason="Recherche d’emploi",
    )
    world.oriented(world.person("Ailleurs"))
    address = f"{HOME}a-ecrire/orientation/"
    seen = page(officer, f"{address}?decision={done.batch}")
    assert ("Ailleurs".upper() in seen, "Oriente 1".upper() in seen) == (False, True)
    assert "AILLEURS" in page(officer, address)
    assert "AILLEURS" in page(officer, f"{address}?decision=nimporte")


def test_the_print_is_the_bytes_kept_each_time(world: World, caseworker: Client) -> None:
    (number,) = appointments(world, 1)
    made = write_letter(actor=world.caseworker, on=DAY, kind=LetterKind.CONVOCATION, subject_id=number)
    assert made.document is not None
    answers = [caseworker.get(f"{HOME}{made.key}/document/") for _ in range(2)]
    assert [one.content for one in answers] == [bytes_of(made.document)] * 2
    assert "PERSONNE" not in answers[0]["Content-Disposition"].upper()


def test_a_batch_is_shown_with_the_letters_one_may_read_and_printed_by_who_may_read_all(
    world: World,
) -> None:
    numbers = appointments(world, 2)
    batch = ask_letters(actor=world.system, on=DAY, kind=LetterKind.CONVOCATION, subject_ids=numbers).batch
    go_on(batch.pk)
    address = f"{HOME}envois/{batch.key}/"
    head = Client()
    head.force_login(world.head)
    assert "Tout imprimer" in page(head, address)
    assert head.get(f"{address}liasse/").status_code == 200
    first, last = (Person.objects.get(pk=one.person_id) for one in batch.letters.order_by("pk"))
    first.accesses.update(end_on=DAY.replace(day=1))
    seen = page(head, address)
    assert (first.full_name in seen, last.full_name in seen, "Tout imprimer" in seen) == (False, True, False)
    assert head.get(f"{address}liasse/").status_code == 404
    for act in ("partis", "annuler", "relancer"):
        assert head.post(f"{address}{act}/").status_code == 404
    last.accesses.update(end_on=DAY.replace(day=1))
    assert head.get(address).status_code == 404


def test_what_is_done_to_a_whole_batch_is_confirmed_and_leaves_out_what_is_right_no_more(
    world: World, caseworker: Client
) -> None:
    numbers = appointments(world, 2)
    batch = ask_letters(actor=world.caseworker, on=DAY, kind=LetterKind.CONVOCATION, subject_ids=numbers).batch
    go_on(batch.pk)
    cancel(actor=world.caseworker, on=DAY, appointment_id=numbers[0])
    address = f"{HOME}envois/{batch.key}/"
    seen = page(caseworker, address)
    for words in (
        "Oui, noter le départ",
        "Oui, annuler tout l’envoi",
        "1 courrier n’est plus à envoyer",
        "À ne plus envoyer",
    ):
        assert words in seen
    assert "1 courrier : départ noté" in page(caseworker, f"{address}partis/", oui="1")
    assert list(batch.letters.filter(sent_on__isnull=True).values_list("subject_id", flat=True)) == numbers[:1]


def test_two_writers_of_a_model_see_both_texts_and_nothing_typed_is_lost(world: World, officer: Client) -> None:
    new = {"name": "Convocation", "authority": world.authority.pk, **TEXT}
    assert "Modèle enregistré" in page(officer, f"{MODELS}nouveau/convocation/", **new)
    model = LetterVersion.objects.get().model_id
    other = Client()
    other.force_login(world.steering_officer)
    page(other, f"{MODELS}{model}/", seen=1, **TEXT | {"body": "La version de l’autre."})
    seen = page(officer, f"{MODELS}{model}/", seen=1, **TEXT | {"body": "Ce que j’avais tapé."})
    assert "La version de l’autre." in seen
    assert "Ce que j’avais tapé." in seen
    assert 'name="seen" value="2"' in seen
    assert "Version 3 enregistrée" in page(
        officer, f"{MODELS}{model}/", seen=2, **TEXT | {"body": "Ce que j’avais tapé."}
    )


def test_a_text_is_tried_before_it_is_kept(world: World, officer: Client) -> None:
    response = officer.post(f"{MODELS}essai/convocation/", TEXT)
    assert response.content[:5] == b"%PDF-"
    assert "Mentions possibles" in page(officer, f"{MODELS}essai/convocation/", **TEXT | {"body": "{{nir}}"})
    assert "un objet et un texte" in page(officer, f"{MODELS}essai/convocation/", **TEXT | {"body": ""})
    assert not LetterVersion.objects.exists()


def test_a_text_is_tried_on_a_real_person_one_may_write_to(world: World, officer: Client) -> None:
    (meeting,) = appointments(world, 1)
    decided = Orientation.objects.get()
    text = TEXT | {"body": "Bonjour {{personne.nom}}"}
    assert "PERSONNE 000" in page(officer, f"{MODELS}nouveau/orientation/").upper()
    assert officer.post(f"{MODELS}essai/orientation/", text | {"subject": decided.pk}).content[:5] == b"%PDF-"
    # The interviews of a house are convoked to by the house; who writes models for nobody tries them on nobody.
    assert "PERSONNE 000" not in page(officer, f"{MODELS}nouveau/convocation/").upper()
    steering = Client()
    steering.force_login(world.steering_officer)
    assert "PERSONNE 000" not in page(steering, f"{MODELS}nouveau/orientation/").upper()
    for client, kind, subject in ((officer, "convocation", meeting), (steering, "orientation", decided.pk)):
        assert "Aperçu impossible" in page(client, f"{MODELS}essai/{kind}/", **TEXT | {"subject": subject})
    assert not Letter.objects.exists()


def test_unknown_addresses_are_not_found(world: World, caseworker: Client, officer: Client) -> None:
    for address in (f"{HOME}a-ecrire/autre/", f"{TO_WRITE}999999/exemple/", f"{TO_WRITE}1/exemple/?modele=999"):
        assert caseworker.get(address).status_code == 404
    for address in (f"{MODELS}999/", f"{MODELS}nouveau/autre/"):
        assert officer.get(address).status_code == 404


def test_the_preview_of_one_letter_is_with_the_model_it_will_be_written_with(
    world: World, caseworker: Client, officer: Client
) -> None:
    (number,) = appointments(world, 1)
    example = f"{TO_WRITE}{number}/exemple/"
    shipped = caseworker.get(example).content
    page(officer, f"{MODELS}nouveau/convocation/", name="La nôtre", authority=world.authority.pk, **TEXT)
    model = LetterVersion.objects.get(model__name="La nôtre").model_id
    assert caseworker.get(example).content == caseworker.get(f"{example}?modele={model}").content != shipped
