"""A letter says what the file says, reaches the person as she chose, and its bytes never change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jalons.agenda.models import Appointment, Mode
from jalons.agenda.operations import cancel, move
from jalons.documents.letters.composing import LetterText
from jalons.documents.letters.operations import change_model, write_model
from jalons.documents.letters.queries import text_of
from jalons.documents.models import LetterKind
from jalons.documents.operations import keep
from jalons.documents.queries import bytes_of
from jalons.exchange.letters.batches import go_on
from jalons.exchange.letters.models import Letter, Way
from jalons.exchange.letters.operations import ask_letters, cancel_letters, mark_sent, write_letter
from jalons.exchange.letters.permissions import readable
from jalons.exchange.letters.queries import looked_at_again, state_of, to_send, visible
from jalons.exchange.letters.writing import paper
from jalons.kernel.outbox import Accepted, Delivery, Message, Refused, State, deliver_next, gateway_of
from jalons.kernel.outbox import Letter as Mail
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Report, ReportCause, ReportState
from jalons.pathways.operations import Draft, draft_contract
from jalons.people.models import ContactKind, Person
from jalons.people.operations import agree_to_messages, withdraw_from_messages
from tests.exchange.letters.given import DAY, MEETING, convened, housed
from tests.worlds import World, at

pytestmark = pytest.mark.django_db
NOON = datetime(2020, 10, 15, 10, tzinfo=UTC)


def convocation(world: World, person: Person, **options: Any) -> Letter:
    return write_letter(
        actor=world.caseworker,
        on=DAY,
        kind=LetterKind.CONVOCATION,
        subject_id=convened(world, person).pk,
        **options,
    )


def told(letter: Letter) -> str:
    """Everything the paper says, in one text."""
    made = paper(letter, letter.version.model.authority).as_data()
    return json.dumps(made, ensure_ascii=False)


@pytest.mark.req("R-034")
def test_a_convocation_is_made_from_the_case_data_in_plain_words(world: World, person: Person) -> None:
    made = convocation(world, person)
    said = told(made)
    for words in ("mardi 3\xa0novembre 2020", "9\xa0h\xa030", "4 place du Marché", world.house.name):
        assert words in said
    assert made.recipient == ["Amina DIALLO", "12 RUE DES LILAS", "69001 LYON"]
    assert made.way == Way.POST
    assert made.document is not None
    assert made.document.sha256 == hashlib.sha256(bytes_of(made.document)).hexdigest()


def test_each_kind_tells_its_fact(world: World, person: Person) -> None:
    enrolment = person.enrolments.get()
    common: dict[str, Any] = {"actor": world.caseworker, "on": DAY}
    contract = draft_contract(**common, draft=Draft(enrolment.pk, date(2020, 11, 1), date(2021, 4, 30)))
    report = Report.objects.create(
        enrolment=enrolment,
        person=person,
        cause=ReportCause.ABSENCES,
        state=ReportState.WRITTEN,
        decided_on=DAY,
        decided_by=world.caseworker,
        facts="Absences du 1er et du 8 octobre.",
    )
    expected = {
        LetterKind.ORIENTATION: (person.orientations.get().pk, world.house.name),
        LetterKind.CONTRACT: (contract.pk, "1er\xa0novembre 2020"),
        LetterKind.REPORT: (report.pk, "Absences du 1er et du 8 octobre."),
    }
    for kind, (subject, words) in expected.items():
        assert words in told(write_letter(**common, kind=kind, subject_id=subject))


def test_a_reprint_gives_the_same_bytes_whatever_the_model_became(world: World, person: Person) -> None:
    made = convocation(world, person)
    assert made.document is not None
    before = bytes_of(made.document)
    new = replace(text_of(made.version), heading="Autre objet")
    change_model(actor=world.steering_officer, on=DAY, model_id=made.version.model_id, seen=1, text=new)
    person.last_name = "AUTRE"
    person.save()
    again = Letter.objects.get(pk=made.pk)
    assert again.document is not None
    assert bytes_of(again.document) == before
    assert again.version.number == 1
    other = convocation(world, housed(world.enrolled(caseworker=world.caseworker).person))
    assert other.version.number == 2


def test_one_letter_for_one_fact_until_it_is_cancelled(world: World, person: Person) -> None:
    made = convocation(world, person)
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY}
    again: dict[str, Any] = {"kind": LetterKind.CONVOCATION, "subject_id": made.subject_id}
    with pytest.raises(Refusal, match="déjà écrit"):
        write_letter(**given, **again)
    assert cancel_letters(**given, letter_ids=[made.pk], reason="Adresse fausse") == 1
    assert write_letter(**given, **again).pk != made.pk


def test_what_has_left_is_not_cancelled_and_left_once(world: World, person: Person) -> None:
    made = convocation(world, person)
    given: dict[str, Any] = {"actor": world.caseworker, "letter_ids": [made.pk]}
    assert mark_sent(**given, on=DAY) == 1
    assert mark_sent(**given, on=date(2020, 10, 16)) == 0
    with pytest.raises(Refusal, match="sont partis"):
        cancel_letters(**given, on=DAY, reason="Erreur")
    made.refresh_from_db()
    assert (made.sent_on, made.sent_by) == (DAY, world.caseworker)


def test_days_of_departure_make_sense(world: World, person: Person) -> None:
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "letter_ids": [convocation(world, person).pk]}
    with pytest.raises(Refusal, match="dans le futur"):
        mark_sent(**given, sent_on=date(2020, 10, 16))
    with pytest.raises(Refusal, match="avant d’être écrit"):
        mark_sent(**given, sent_on=date(2020, 10, 14))
    with pytest.raises(Refusal, match="Dites pourquoi"):
        cancel_letters(**given, reason=" ")


def test_nothing_is_written_about_what_is_off_or_unsaid(world: World, person: Person) -> None:
    off = convened(world, person)
    cancel(actor=world.caseworker, on=DAY, appointment_id=off.pk)
    given: dict[str, Any] = {"actor": world.caseworker, "kind": LetterKind.CONVOCATION}
    with pytest.raises(Refusal, match="annulé par l’organisme"):
        write_letter(**given, on=DAY, subject_id=off.pk)
    nowhere = convened(world, person, place="")
    with pytest.raises(Refusal, match="Il manque : lieu du rendez-vous"):
        write_letter(**given, on=DAY, subject_id=nowhere.pk)
    past = convened(world, person)
    with pytest.raises(Refusal, match="est passé"):
        write_letter(**given, on=date(2020, 11, 4), subject_id=past.pk)


def test_by_telephone_there_is_no_place_to_go(world: World, person: Person) -> None:
    call = convened(world, person, mode=Mode.PHONE, place="")
    made = write_letter(actor=world.caseworker, on=DAY, kind=LetterKind.CONVOCATION, subject_id=call.pk)
    assert "Par téléphone" in told(made)


@pytest.mark.parametrize("lacking", [{"street": ""}, {"postcode": ""}, {"city": ""}, {"abroad": True}])
def test_without_a_whole_address_the_letter_is_handed_over(world: World, lacking: dict[str, Any]) -> None:
    person = housed(world.person(), **lacking)
    world.enrolled(person, caseworker=world.caseworker)
    made = convocation(world, person)
    assert (made.way, made.recipient) == (Way.HAND, ["Camille MARTIN"])


# By e-mail, only to who chose it


@dataclass
class Post:
    """A gateway that keeps what it is given."""

    mails: list[Mail] = field(default_factory=list)
    answer: Delivery = field(default_factory=Accepted)

    def deliver(self, letter: Mail) -> Delivery:
        self.mails.append(letter)
        return self.answer


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(gateway_of, "owner", lambda *, channel: made)
    return made


def agree(world: World, person: Person) -> None:
    agree_to_messages(
        actor=world.caseworker,
        on=DAY,
        person_id=person.pk,
        kind=ContactKind.EMAIL,
        value="amina@exemple.test",
        agreed_on=DAY,
    )


def test_nobody_is_written_to_by_e_mail_who_did_not_choose_it(world: World, person: Person) -> None:
    assert convocation(world, person, by_email=True).way == Way.POST
    assert not Message.objects.exists()
    agree(world, person)
    other = convened(world, person)
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "kind": LetterKind.CONVOCATION}
    assert write_letter(**given, subject_id=other.pk).way == Way.POST  # nobody asked for it
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_e_mail_carries_the_bytes_kept_and_says_nothing_of_the_matter(
    world: World, person: Person, post: Post
) -> None:
    agree(world, person)
    made = convocation(world, person, by_email=True)
    assert deliver_next(at=NOON) == State.SENT
    (mail,) = post.mails
    assert made.document is not None
    assert (mail.address, mail.attachment) == ("amina@exemple.test", bytes_of(made.document))
    assert (mail.attachment_name, mail.attachment_type) == ("courrier.pdf", "application/pdf")
    assert not any(word in mail.title + mail.body for word in ("Diallo", "rendez-vous", "RSA", world.house.name))
    with pytest.raises(Refusal, match="sont partis"):
        cancel_letters(actor=world.caseworker, on=DAY, letter_ids=[made.pk], reason="Erreur")


@pytest.mark.django_db(transaction=True)
def test_who_changed_her_mind_is_not_written_to_and_the_paper_waits(world: World, person: Person, post: Post) -> None:
    agree(world, person)
    made = convocation(world, person, by_email=True)
    assert not to_send(Letter.objects.all()).exists()
    contact = person.contacts.get()
    withdraw_from_messages(actor=world.caseworker, on=DAY, contact_id=contact.pk)
    assert deliver_next(at=NOON) == State.CANCELLED
    assert post.mails == []
    assert list(to_send(Letter.objects.all())) == [made]


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_letter_does_not_leave_and_a_refused_e_mail_becomes_a_paper_to_send(
    world: World, person: Person, post: Post
) -> None:
    agree(world, person)
    first = convocation(world, person, by_email=True)
    cancel_letters(actor=world.caseworker, on=DAY, letter_ids=[first.pk], reason="Erreur de date")
    assert deliver_next(at=NOON) == State.CANCELLED
    post.answer = Refused("Adresse inconnue.")
    second = write_letter(
        actor=world.caseworker, on=DAY, kind=LetterKind.CONVOCATION, subject_id=first.subject_id, by_email=True
    )
    assert deliver_next(at=NOON) == State.REFUSED
    assert list(to_send(Letter.objects.all())) == [second]
    assert mark_sent(actor=world.caseworker, on=DAY, letter_ids=[second.pk]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["cancelled", "moved", "another place"])
def test_a_convocation_does_not_leave_for_an_appointment_that_is_no_more_as_it_says(
    world: World, person: Person, post: Post, what: str
) -> None:
    agree(world, person)
    made = convocation(world, person, by_email=True)
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "appointment_id": made.subject_id}
    if what == "cancelled":
        cancel(**given)
    elif what == "moved":
        move(**given, starts_at=at(MEETING, 14), ends_at=at(MEETING, 15))
    else:
        Appointment.objects.filter(pk=made.subject_id).update(place="Ailleurs")
    assert deliver_next(at=NOON) == State.CANCELLED
    assert post.mails == []
    (listed,) = looked_at_again(visible(world.caseworker, on=DAY), on=DAY)
    assert "À ne plus envoyer : Ce rendez-vous" in state_of(listed)[0]


@pytest.mark.django_db(transaction=True)
def test_who_withdraws_between_the_asking_and_the_writing_has_a_paper_waiting(world: World, person: Person) -> None:
    agree(world, person)
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY}
    subject = convened(world, person)
    batch = ask_letters(**given, kind=LetterKind.CONVOCATION, subject_ids=[subject.pk], by_email=True).batch
    withdraw_from_messages(**given, contact_id=person.contacts.get().pk)
    go_on(batch.pk)
    assert not Message.objects.exists()
    assert to_send(Letter.objects.all()).count() == 1


def test_the_database_keeps_what_a_letter_says(world: World, person: Person) -> None:
    made = convocation(world, person)
    other = keep(actor=world.caseworker, on=DAY, raw=b"x", kind="letter", title="x", media_type="text/plain")
    for change in ({"values": {}}, {"recipient": []}, {"subject_id": 0}, {"document": other}, {"document": None}):
        with pytest.raises(IntegrityError, match="never says something else"), transaction.atomic():
            Letter.objects.filter(pk=made.pk).update(**change)


# Who may


def test_only_who_reaches_the_person_writes_and_reads(world: World, person: Person) -> None:
    subject = convened(world, person)
    for actor in (world.stranger, world.west_social_head, world.foreign_officer, world.steering_officer):
        with pytest.raises(NotAllowed):
            write_letter(actor=actor, on=DAY, kind=LetterKind.CONVOCATION, subject_id=subject.pk)
    made = write_letter(actor=world.caseworker, on=DAY, kind=LetterKind.CONVOCATION, subject_id=subject.pk)
    readers = [world.caseworker, world.colleague, world.head, world.social_head, world.orientation_officer]
    assert [made in readable(one, on=DAY) for one in readers] == [True] * 5
    for stranger in (world.stranger, world.west_social_head, world.steering_officer, world.foreign_officer):
        assert made not in readable(stranger, on=DAY)
        with pytest.raises(NotAllowed):
            mark_sent(actor=stranger, on=DAY, letter_ids=[made.pk])


def test_a_contract_is_written_about_and_read_by_who_may_open_the_file_only(world: World, person: Person) -> None:
    draft = Draft(person.enrolments.get().pk, date(2020, 11, 1), date(2021, 4, 30))
    contract = draft_contract(actor=world.caseworker, on=DAY, draft=draft)
    given: dict[str, Any] = {"on": DAY, "kind": LetterKind.CONTRACT, "subject_id": contract.pk}
    with pytest.raises(NotAllowed):
        write_letter(actor=world.orientation_officer, **given)
    made = write_letter(actor=world.caseworker, **given)
    assert made in readable(world.head, on=DAY)
    assert made not in readable(world.orientation_officer, on=DAY)


def test_a_model_of_another_kind_or_authority_does_not_serve(world: World, person: Person) -> None:
    text = LetterText("Objet", "Texte")
    other = write_model(
        actor=world.foreign_officer,
        on=DAY,
        authority_id=world.neighbour_authority.pk,
        kind=LetterKind.CONVOCATION,
        name="Ailleurs",
        text=text,
    )
    with pytest.raises(Refusal, match="ne sert pas"):
        convocation(world, person, model_id=other.model_id)
