"""A message lives with its fact, leaves once, and one whose fate nobody knows waits for a human."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from jalons.kernel import outbox
from jalons.kernel.outbox import (
    Accepted,
    Channel,
    Content,
    Delivery,
    Letter,
    Message,
    MessageEvent,
    NewMessage,
    NotAccepted,
    Refused,
    State,
    Uncertain,
)
from jalons.kernel.refusals import Refusal

NOON = datetime(2020, 10, 15, 10, tzinfo=UTC)  # noon in Paris
NO_WAIT = (timedelta(0),) * 3


@dataclass
class Fake:
    """A gateway that answers what the test says; ``check`` stands for the room that knows the content."""

    answers: list[Delivery | Exception] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    check: Callable[[Message], Content | str] = lambda one: Content(one.address, one.title, one.body)
    closed: bool = False

    def deliver(self, letter: Letter) -> Delivery:
        self.letters.append(letter)
        answer = self.answers.pop(0) if self.answers else Accepted("ref-1")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()
    monkeypatch.setattr(outbox.gateway_of, "owner", lambda *, channel: None if made.closed else made)
    monkeypatch.setattr(outbox.still_right, "owner", lambda *, message, at: made.check(message))
    return made


def new(subject: int = 1, **changes: Any) -> NewMessage:
    given: dict[str, Any] = {
        "channel": Channel.EMAIL, "kind": "essai", "subject_kind": "essai", "subject_id": subject, "authority_id": 1,
        "address": "alix@exemple.fr", "title": "Essai", "body": "Bonjour",
    }  # fmt: skip
    return NewMessage(**given | changes)


def queued(*subjects: int, **changes: Any) -> list[Message]:
    with transaction.atomic():
        return outbox.queue([new(subject, **changes) for subject in subjects or (1,)])


def send(**options: Any) -> State | None:
    return outbox.deliver_next(at=NOON, **{"waits": NO_WAIT} | options)


def story(message: Message) -> list[str]:
    return list(MessageEvent.objects.filter(message=message).order_by("pk").values_list("state", flat=True))


def test_a_message_disappears_with_the_transaction_that_asked_for_it(db: None) -> None:
    with transaction.atomic():
        assert len(outbox.queue([new()])) == 1
        transaction.set_rollback(True)
    assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_message_asked_for_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        outbox.queue([new()])


def test_the_same_thing_asked_twice_is_said_once(db: None) -> None:
    assert len(queued(1, 2)) == 2
    assert [one.subject_id for one in queued(2, 3)] == [3]
    assert Message.objects.count() == 3


def test_an_accepted_message_is_sent_once_with_the_reference_of_the_provider(db: None, fake: Fake) -> None:
    (message,) = queued()
    assert [send(), send()] == [State.SENT, None]
    message.refresh_from_db()
    assert (message.state, message.reference, message.attempts) == (State.SENT, "ref-1", 1)
    assert [one.key for one in fake.letters] == [message.key]
    assert story(message) == ["queued", "sent"]


def test_a_refusal_is_kept_with_its_reason_and_not_tried_again(db: None, fake: Fake) -> None:
    fake.answers = [Refused("Cette adresse n’existe pas.")]
    (message,) = queued()
    assert [send(), send()] == [State.REFUSED, None]
    message.refresh_from_db()
    assert message.reason == "Cette adresse n’existe pas."


def test_what_was_surely_not_accepted_is_tried_again_under_the_same_key(db: None, fake: Fake) -> None:
    fake.answers = [NotAccepted("Injoignable."), NotAccepted("Injoignable.")]
    (message,) = queued()
    assert [send(), send(), send()] == [State.QUEUED, State.QUEUED, State.SENT]
    assert {one.key for one in fake.letters} == {message.key}


def test_it_waits_before_the_next_attempt(db: None, fake: Fake) -> None:
    fake.answers = [NotAccepted("Injoignable.")]
    (message,) = queued()
    assert send(waits=[timedelta(hours=1)]) == State.QUEUED
    assert send() is None
    Message.objects.filter(pk=message.pk).update(next_attempt_at=message.queued_at)
    assert send() == State.SENT


def test_after_the_last_attempt_it_is_refused_and_says_so(db: None, fake: Fake) -> None:
    fake.answers = [NotAccepted("Injoignable.")] * 4
    (message,) = queued()
    assert [send() for _ in range(5)] == [State.QUEUED] * 3 + [State.REFUSED, None]
    message.refresh_from_db()
    assert message.reason == "Injoignable. Abandonné après 4 tentatives."


@pytest.mark.parametrize("answer", [Uncertain("Pas de réponse."), TimeoutError("alix@exemple.fr")])
def test_an_unknown_fate_is_never_tried_again_by_itself(
    db: None, fake: Fake, answer: Delivery | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    fake.answers = [answer]
    (message,) = queued()
    assert [send(), send()] == [State.UNKNOWN, None]
    assert outbox.sweep(lease=timedelta(0)) == 0
    assert send() is None
    message.refresh_from_db()
    assert message.reason
    assert "alix" not in caplog.text


def killed(fake: Fake) -> Message:
    """A message whose worker died while sending."""

    class Killed(BaseException):
        pass

    fake.answers = [Killed()]  # type: ignore[list-item]
    (message,) = queued()

    def die(letter: Letter) -> Delivery:
        raise Killed

    fake.deliver = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        send()
    del fake.deliver
    fake.answers = []
    return message


def test_a_worker_killed_while_sending_leaves_an_unknown(db: None, fake: Fake) -> None:
    message = killed(fake)
    assert send() is None, "another worker took a message that may have left"
    assert outbox.sweep() == 0, "its worker may still be sending"
    assert outbox.sweep(lease=timedelta(0)) == 1
    message.refresh_from_db()
    assert message.state == State.UNKNOWN
    assert "interrompu" in message.reason


def test_a_human_sends_an_unknown_again_under_the_same_key(db: None, fake: Fake) -> None:
    message = killed(fake)
    outbox.sweep(lease=timedelta(0))
    outbox.send_again(message_id=message.pk, user_id=7, reason="La personne n’a rien reçu.")
    assert send() == State.SENT
    assert fake.letters[-1].key == message.key
    last = MessageEvent.objects.filter(message=message, user_id=7).get()
    assert (last.state, last.reason) == (State.QUEUED, "La personne n’a rien reçu.")


@pytest.mark.parametrize(
    ("act", "state"), [(outbox.consider_sent, State.SENT), (outbox.consider_not_sent, State.REFUSED)]
)
def test_a_human_says_what_became_of_an_unknown(db: None, fake: Fake, act: Any, state: State) -> None:
    message = killed(fake)
    outbox.sweep(lease=timedelta(0))
    act(message_id=message.pk, user_id=7, reason="Vu avec elle au téléphone.")
    message.refresh_from_db()
    assert (message.state, message.decided_by_id) == (state, 7)
    assert message.decided_at is not None
    assert send() is None


def test_only_an_unknown_is_decided_and_with_a_reason(db: None, fake: Fake) -> None:
    (message,) = queued()
    with pytest.raises(Refusal, match="rien à décider"):
        outbox.send_again(message_id=message.pk, user_id=7, reason="Vu.")
    fake.answers = [Uncertain("Pas de réponse.")]
    send()
    with pytest.raises(Refusal, match="sur quoi repose"):
        outbox.consider_sent(message_id=message.pk, user_id=7, reason=" ")


def test_a_late_answer_is_still_the_truth_until_a_human_decides(db: None, fake: Fake) -> None:
    def slow(letter: Letter) -> Delivery:
        outbox.sweep(lease=timedelta(0))
        return Accepted()

    (message,) = queued()
    fake.deliver = slow  # type: ignore[method-assign]
    send()
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_late_answer_does_not_undo_a_decision(db: None, fake: Fake) -> None:
    def slow(letter: Letter) -> Delivery:
        outbox.sweep(lease=timedelta(0))
        outbox.consider_not_sent(message_id=message.pk, user_id=7, reason="Vu avec elle.")
        return Accepted()

    (message,) = queued()
    fake.deliver = slow  # type: ignore[method-assign]
    send()
    message.refresh_from_db()
    assert message.state == State.REFUSED


def test_what_is_no_longer_right_is_cancelled_with_its_reason(db: None, fake: Fake) -> None:
    fake.check = lambda one: "Le rendez-vous est annulé."
    (message,) = queued()
    assert send() == State.CANCELLED
    message.refresh_from_db()
    assert (message.reason, fake.letters) == ("Le rendez-vous est annulé.", [])


def test_a_changed_address_cancels_and_the_new_one_may_be_asked(db: None, fake: Fake) -> None:
    fake.check = lambda one: Content("nouvelle@exemple.fr", one.title, one.body)
    queued()
    assert send() == State.CANCELLED
    assert fake.letters == []
    (again,) = queued(address="nouvelle@exemple.fr")
    assert send() == State.SENT
    assert again.address == fake.letters[0].address


def test_the_row_says_what_really_left(db: None, fake: Fake) -> None:
    fake.check = lambda one: Content(one.address, "Nouveau titre", "À 15 h", b"calendrier")
    (message,) = queued()
    send()
    message.refresh_from_db()
    assert (message.title, message.body, bytes(message.attachment or b"")) == ("Nouveau titre", "À 15 h", b"calendrier")


def test_a_check_that_fails_sends_nothing_and_is_tried_again(db: None, fake: Fake) -> None:
    def broken(message: Message) -> Content | str:
        raise ValueError(message.address)

    fake.check = broken
    queued()
    assert send() == State.QUEUED
    assert fake.letters == []


def test_without_a_gateway_messages_wait(db: None, fake: Fake) -> None:
    fake.closed = True
    (message,) = queued()
    assert send() is None
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)


def test_at_night_messages_wait(db: None, fake: Fake) -> None:
    queued(first_hour=9, last_hour=19)
    assert outbox.deliver_next(at=NOON.replace(hour=1)) is None
    assert outbox.deliver_next(at=NOON.replace(hour=17)) is None  # 19 h in Paris
    assert outbox.deliver_next(at=NOON.replace(hour=7)) == State.SENT  # 9 h in Paris


@pytest.mark.django_db(transaction=True)
def test_workers_never_take_the_same_message(fake: Fake) -> None:
    queued(*range(40))

    def work(_: int) -> None:
        try:
            while send() is not None:
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    keys = [one.key for one in fake.letters]
    assert len(keys) == len(set(keys)) == 40


def test_the_database_refuses_a_message_settled_without_a_reason(db: None) -> None:
    (message,) = queued()
    for changes in ({"state": "refused"}, {"state": "sending"}, {"state": "sent"}, {"decided_by_id": 7}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**changes)
