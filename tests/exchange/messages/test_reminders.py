"""Who is reminded of what, when, in which words; and what is not sent any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from jalons.agenda.models import Appointment, GroupSession, Mode, Outcome
from jalons.agenda.operations import (
    NewSession,
    cancel,
    cancel_session,
    change_session,
    enrol_in_session,
    move,
    plan,
    plan_session,
    record_outcome,
    take_back_outcome,
    withdraw_from_session,
)
from jalons.exchange.messages import operations
from jalons.exchange.messages.operations import Decision, ask_for_due, decide_unknown, set_reminder, stop_reminder
from jalons.kernel.outbox import (
    Accepted,
    Channel,
    Delivery,
    Letter,
    Message,
    State,
    Uncertain,
    deliver_next,
    gateway_of,
)
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.people.models import Contact, ContactKind, Person
from jalons.people.operations import agree_to_messages, withdraw_from_messages
from tests.worlds import World, at

DAY = date(2020, 10, 15)
MEETING = date(2020, 10, 20)


@dataclass
class Post:
    """A gateway that keeps the letters."""

    letters: list[Letter] = field(default_factory=list)
    answer: Delivery = field(default_factory=Accepted)

    def deliver(self, letter: Letter) -> Delivery:
        self.letters.append(letter)
        return self.answer


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(gateway_of, "owner", lambda *, channel: made)
    return made


@pytest.fixture
def person(world: World) -> Person:
    person = world.person()
    world.enrolled(person, caseworker=world.caseworker)
    return person


def agree(world: World, person: Person, value: str = "alix@exemple.test", kind: str = "email") -> Contact:
    return agree_to_messages(
        actor=world.caseworker, on=DAY, person_id=person.pk, kind=ContactKind(kind), value=value, agreed_on=DAY
    )


def rule(world: World, channel: Channel = Channel.EMAIL, days: int = 2) -> Any:
    return set_reminder(
        actor=world.data_officer, on=DAY, authority_id=world.authority.pk, channel=channel, days_before=days,
        first_hour=9, last_hour=19, basis="Note de service du 1er octobre 2020",
    )  # fmt: skip


def meet(world: World, person: Person, day: date = MEETING, **changes: Any) -> Appointment:
    given: dict[str, Any] = {
        "organisation_id": world.house.pk, "caseworker_id": world.caseworker.pk, "place": "12 rue des Lilas",
        "starts_at": at(day, 14, 30), "ends_at": at(day, 15, 30),
    }  # fmt: skip
    return plan(actor=world.caseworker, on=DAY, person_id=person.pk, **given | changes)


def ask(world: World, day: date, hour: int = 10) -> int:
    return ask_for_due(actor=world.system, on=day, at=at(day, hour))


def go(day: date, hour: int = 10) -> list[State]:
    states = []
    while (state := deliver_next(at=at(day, hour))) is not None:
        states.append(state)
    return states


def test_a_reminder_leaves_once_within_its_window(world: World, person: Person, post: Post) -> None:
    rule(world)
    agree(world, person)
    meet(world, person)
    assert ask(world, MEETING - timedelta(days=3)) == 0
    assert [ask(world, MEETING - timedelta(days=2)), ask(world, MEETING - timedelta(days=1))] == [1, 0]
    assert go(MEETING - timedelta(days=1)) == [State.SENT]
    assert len(post.letters) == 1


def test_nights_missed_are_made_up_for_until_the_hour_of_the_appointment(
    world: World, person: Person, post: Post
) -> None:
    rule(world)
    agree(world, person)
    meet(world, person)
    assert ask(world, MEETING, hour=15) == 0
    assert ask(world, MEETING, hour=13) == 1
    assert go(MEETING, hour=15) == [State.CANCELLED]
    assert post.letters == []


def test_it_says_when_where_and_with_whom_never_why(world: World, person: Person, post: Post) -> None:
    rule(world)
    agree(world, person)
    meet(world, person)
    ask(world, MEETING - timedelta(days=2))
    go(MEETING - timedelta(days=2))
    (sent,) = post.letters
    assert sent.title == "Votre rendez-vous du mardi 20\u00a0octobre"
    assert "mardi 20\u00a0octobre à 14\u00a0h\u00a030, 12 rue des Lilas, avec Maison des parcours" in sent.body
    for secret in ("MARTIN", "Camille", "Entretien", "RSA", "insertion"):
        assert secret not in sent.body + sent.title + (sent.attachment or b"").decode()


def test_a_text_message_fits_one_part_and_carries_no_file(world: World, person: Person, post: Post) -> None:
    rule(world, Channel.SMS, days=1)
    agree(world, person, "06 12 34 56 78", "mobile")
    meet(world, person, mode=Mode.PHONE)
    ask(world, MEETING - timedelta(days=1))
    go(MEETING - timedelta(days=1))
    (sent,) = post.letters
    assert (sent.address, sent.attachment) == ("+33612345678", None)
    assert sent.body == (
        "Maison des parcours : vous avez rendez-vous mardi 20 octobre à 14 h 30, par téléphone. "
        "Si vous ne pouvez pas venir, prévenez."
    )


def test_who_did_not_agree_or_withdrew_is_not_written_to(world: World, person: Person, post: Post) -> None:
    rule(world)
    meet(world, person)
    eve = MEETING - timedelta(days=1)
    assert ask(world, eve) == 0
    contact = agree(world, person)
    assert ask(world, eve) == 1
    withdraw_from_messages(actor=world.caseworker, on=DAY, contact_id=contact.pk)
    assert go(eve) == [State.CANCELLED]
    assert ask(world, eve) == 0
    assert post.letters == []


def test_a_new_address_receives_what_the_former_one_would_have(world: World, person: Person, post: Post) -> None:
    rule(world)
    agree(world, person)
    meet(world, person)
    eve = MEETING - timedelta(days=1)
    ask(world, eve)
    agree(world, person, "nouvelle@exemple.test")
    assert go(eve) == [State.CANCELLED]
    assert ask(world, eve) == 1
    assert go(eve) == [State.SENT]
    assert [one.address for one in post.letters] == ["nouvelle@exemple.test"]


def test_a_cancelled_appointment_is_not_reminded_of(world: World, person: Person, post: Post) -> None:
    rule(world)
    agree(world, person)
    meeting = meet(world, person)
    eve = MEETING - timedelta(days=1)
    ask(world, eve)
    cancel(actor=world.caseworker, on=DAY, appointment_id=meeting.pk)
    assert go(eve) == [State.CANCELLED]
    assert ask(world, eve) == 0, "nobody was told of it: there is nothing to take back"
    assert "Annulé" in Message.objects.get().reason


def event(letter: Letter) -> tuple[str, Any]:
    calendar = Calendar.from_ical(letter.attachment or b"")
    return str(calendar["method"]), calendar.events[0]


def test_who_was_reminded_is_told_when_it_is_moved_then_cancelled_on_the_same_calendar_event(
    world: World, person: Person, post: Post
) -> None:
    rule(world)
    agree(world, person)
    meeting = meet(world, person)
    eve = MEETING - timedelta(days=1)
    ask(world, eve)
    go(eve)
    new = move(
        actor=world.caseworker, on=eve, appointment_id=meeting.pk, starts_at=at(MEETING, 16), ends_at=at(MEETING, 17)
    )
    ask(world, eve, hour=11)
    go(eve, hour=11)
    cancel(actor=world.caseworker, on=eve, appointment_id=new.pk)
    ask(world, eve, hour=12)
    go(eve, hour=12)
    events = [event(one) for one in post.letters]
    assert len({str(one["uid"]) for _, one in events}) == 1
    assert [(method, int(one["sequence"])) for method, one in events] == [
        ("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)
    ]  # fmt: skip
    assert "est déplacé" in post.letters[1].body
    assert post.letters[-1].title == "Votre rendez-vous du mardi 20\u00a0octobre est annulé"


def test_without_a_rule_nobody_is_written_to(world: World, person: Person, post: Post) -> None:
    made = rule(world)
    agree(world, person)
    meet(world, person)
    stop_reminder(actor=world.data_officer, on=DAY, rule_id=made.pk)
    assert ask(world, MEETING - timedelta(days=1)) == 0


def test_a_rule_is_set_by_who_runs_the_exchanges_within_bounds_and_on_a_ground(world: World) -> None:
    given: dict[str, Any] = {
        "on": DAY, "authority_id": world.authority.pk, "channel": Channel.SMS, "days_before": 2, "first_hour": 9,
        "last_hour": 19, "basis": "Note de service",
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        set_reminder(actor=world.caseworker, **given)
    with pytest.raises(NotAllowed):
        set_reminder(actor=world.data_officer, **given | {"authority_id": world.neighbour_authority.pk})
    for wrong, sentence in (
        ({"days_before": 0}, "de 1 à 30 jours"),
        ({"first_hour": 19}, "même journée"),
        ({"basis": " "}, "sur quoi repose"),
    ):
        with pytest.raises(Refusal, match=sentence):
            set_reminder(actor=world.data_officer, **given | wrong)


def test_an_unknown_is_decided_by_who_runs_the_exchanges(world: World, person: Person, post: Post) -> None:
    rule(world)
    agree(world, person)
    meet(world, person)
    eve = MEETING - timedelta(days=1)
    ask(world, eve)
    post.answer = Uncertain("Pas de réponse.")
    assert go(eve) == [State.UNKNOWN]
    given: dict[str, Any] = {"on": eve, "message_id": Message.objects.get().pk, "reason": "Vu au journal du serveur."}
    for user in (world.caseworker, world.steering_officer):
        with pytest.raises(NotAllowed):
            decide_unknown(actor=user, decision=Decision.SENT, **given)
    assert decide_unknown(actor=world.data_officer, decision=Decision.SENT, **given).state == State.SENT
    assert ask(world, eve) == 0


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("mobile", "06 12 34 56 78", "+33612345678"),
        ("mobile", "0033 (0)7.12.34.56.78", "+33712345678"),
        ("mobile", "+33 6 12 34 56 78", "+33612345678"),
        ("mobile", "0692 12 34 56", "+262692123456"),
        ("mobile", "+32 470 12 34 56", "+32470123456"),
        ("email", " Alix@Exemple.TEST ", "Alix@exemple.test"),
    ],
)
def test_what_is_typed_is_kept_as_the_network_writes_it(
    world: World, person: Person, kind: str, typed: str, kept: str
) -> None:
    assert agree(world, person, typed, kind).value == kept


@pytest.mark.parametrize(
    ("kind", "typed"), [("mobile", "04 72 00 00 00"), ("mobile", "06 12"), ("mobile", "abc"), ("email", "alix@")]
)
def test_what_cannot_be_written_to_is_refused(world: World, person: Person, kind: str, typed: str) -> None:
    with pytest.raises(Refusal):
        agree(world, person, typed, kind)


def test_an_agreement_has_its_day_and_ends_once(world: World, person: Person) -> None:
    contact = agree(world, person)
    with pytest.raises(Refusal, match="déjà notée"):
        agree(world, person)
    with pytest.raises(Refusal, match="pas encore arrivé"):
        agree_to_messages(
            actor=world.caseworker, on=DAY, person_id=person.pk, kind=ContactKind.EMAIL, value="b@exemple.test",
            agreed_on=DAY + timedelta(days=1),
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        withdraw_from_messages(actor=world.stranger, on=DAY, contact_id=contact.pk)
    withdraw_from_messages(actor=world.caseworker, on=DAY, contact_id=contact.pk)
    with pytest.raises(Refusal, match="déjà retiré"):
        withdraw_from_messages(actor=world.caseworker, on=DAY, contact_id=contact.pk)


def test_the_hours_of_the_rule_are_kept(world: World, person: Person, post: Post) -> None:
    rule(world)
    agree(world, person)
    meet(world, person)
    eve = MEETING - timedelta(days=1)
    ask(world, eve, hour=2)
    assert go(eve, hour=2) == []
    assert go(eve, hour=9) == [State.SENT]


def test_the_clock_of_the_demonstration_moves_the_day_and_keeps_the_hour() -> None:
    from jalons.kernel.clock import instant

    found: datetime = instant()
    assert (found.date(), found.tzinfo is not None) == (DAY, True)


def gather(world: World, *persons: Person) -> GroupSession:
    session = plan_session(
        actor=world.caseworker, on=DAY, organisation_id=world.house.pk, theme="Atelier CV",
        starts_at=at(MEETING, 14), ends_at=at(MEETING, 16), place="Salle 2",
    )  # fmt: skip
    enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=[one.pk for one in persons])
    return session


@pytest.mark.req("R-098")
def test_a_group_time_moved_after_its_reminder_tells_the_new_date_once(
    world: World, person: Person, post: Post
) -> None:
    rule(world)
    agree(world, person)
    session, told_on = gather(world, person), MEETING - timedelta(days=2)
    assert ask(world, told_on) == 1
    go(told_on)
    later = MEETING + timedelta(days=7)
    new = NewSession(world.house.pk, "Atelier CV", at(later, 14), at(later, 16), place="Salle 2")
    change_session(actor=world.caseworker, on=told_on, at=at(told_on, 10), session_id=session.pk, new=new)
    assert [ask(world, told_on + timedelta(days=1)), ask(world, told_on + timedelta(days=1))] == [1, 0]
    go(told_on + timedelta(days=1))
    assert post.letters[-1].title == "Votre rendez-vous du mardi 20\u00a0octobre est déplacé"
    assert "Nouvelle date\u202f: mardi 27\u00a0octobre à 14\u00a0h" in post.letters[-1].body
    assert session.appointments.get().on_date == later


@pytest.mark.req("R-096", "R-098")
def test_a_group_time_cancelled_is_told_to_all_who_were_expected_never_to_who_withdrew(
    world: World, person: Person, post: Post
) -> None:
    rule(world)
    gone = world.person("Partie")
    world.enrolled(gone, caseworker=world.caseworker)
    agree(world, person)
    agree(world, gone, "partie@exemple.test")
    session = gather(world, person, gone)
    withdraw_from_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_id=gone.pk)
    cancel_session(actor=world.caseworker, on=DAY, session_id=session.pk)
    assert [ask(world, DAY), ask(world, DAY)] == [1, 0]
    go(DAY)
    assert [one.address for one in post.letters] == ["alix@exemple.test"]


def change(
    world: World, session: GroupSession, *, hour: int = 14, place: str = "Salle 2", on: date = DAY, now: int = 10
) -> None:
    new = NewSession(world.house.pk, "Atelier CV", at(MEETING, hour), at(MEETING, hour + 2), place=place)
    change_session(actor=world.caseworker, on=on, at=at(on, now), session_id=session.pk, new=new)


@pytest.mark.req("R-098")
@pytest.mark.parametrize("reminded", [True, False])
def test_a_group_time_that_changes_its_place_only_tells_it_once_to_the_invited(
    world: World, person: Person, post: Post, reminded: bool
) -> None:
    rule(world)
    agree(world, person)
    session, day = gather(world, person), MEETING - timedelta(days=2 if reminded else 4)
    assert ask(world, day) == int(reminded)
    go(day)
    change(world, session, place="Maison des associations", on=day)
    change(world, session, place="Maison des associations", on=day)  # saved again: nothing changes
    assert [ask(world, day), ask(world, day)] == [1, 0]
    go(day)
    assert post.letters[-1].title == "Votre rendez-vous du mardi 20\u00a0octobre change de lieu"
    assert "Nouveau lieu\u202f: Maison des associations." in post.letters[-1].body
    assert len(post.letters) == 1 + reminded
    assert session.appointments.get().place == "Maison des associations"


@pytest.mark.parametrize(("days", "now"), [(1, 10), (0, 14), (0, 17)])
def test_a_place_corrected_once_the_session_has_begun_moves_nobody(
    world: World, person: Person, days: int, now: int
) -> None:
    session = gather(world, person)
    change(world, session, place="Salle 3", on=MEETING + timedelta(days=days), now=now)
    assert (session.appointments.get().place, Appointment.objects.count()) == ("Salle 3", 1)


@pytest.mark.req("R-098")
def test_a_group_time_changed_twice_before_the_messages_leave_tells_the_last_state_only(
    world: World, person: Person, post: Post
) -> None:
    rule(world)
    agree(world, person)
    session, day = gather(world, person), MEETING - timedelta(days=2)
    ask(world, day)
    go(day)
    change(world, session, hour=15, on=day)
    assert ask(world, day, hour=20) == 1, "asked in the evening: it waits for the morning"
    change(world, session, hour=9, place="Salle 7", on=day)
    next_day = day + timedelta(days=1)
    ask(world, next_day, hour=9)
    assert sorted(go(next_day, hour=9)) == [State.CANCELLED, State.SENT]
    (_, told) = post.letters
    assert "Votre rendez-vous du mardi 20\u00a0octobre à 14\u00a0h est déplacé." in told.body
    assert "Nouvelle date\u202f: mardi 20\u00a0octobre à 9\u00a0h, Salle 7" in told.body
    assert "15\u00a0h" not in told.body


def test_moved_and_moved_back_tells_nothing(world: World, person: Person, post: Post) -> None:
    rule(world)
    agree(world, person)
    session, day = gather(world, person), MEETING - timedelta(days=4)
    change(world, session, hour=15)
    change(world, session)
    assert ask(world, day) == 0
    assert go(day) == []


def test_moved_then_cancelled_before_it_was_told_cancels_the_date_the_person_has_in_mind(
    world: World, person: Person, post: Post
) -> None:
    rule(world)
    agree(world, person)
    meeting, day = meet(world, person), MEETING - timedelta(days=1)
    ask(world, day)
    go(day)
    new = move(
        actor=world.caseworker, on=day, appointment_id=meeting.pk, starts_at=at(MEETING, 16), ends_at=at(MEETING, 17)
    )
    cancel(actor=world.caseworker, on=day, appointment_id=new.pk)
    assert [ask(world, day, hour=11), ask(world, day, hour=11)] == [1, 0]
    go(day, hour=11)
    assert "du mardi 20\u00a0octobre à 14\u00a0h\u00a030 avec Maison des parcours est annulé" in post.letters[-1].body


def test_those_moved_back_to_what_they_know_never_hide_the_one_behind(
    world: World, person: Person, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ROUND", 1)
    rule(world)
    behind = world.person("Derrière")
    world.enrolled(behind, caseworker=world.caseworker)
    agree(world, person)
    agree(world, behind, "derriere@exemple.test")
    back = gather(world, person)
    change(world, back, hour=9)
    change(world, back)
    later = gather(world, behind)
    change(world, later, hour=16)
    assert [ask(world, DAY), ask(world, DAY)] == [1, 0]
    go(DAY)
    assert [one.address for one in post.letters] == ["derriere@exemple.test"]


@pytest.mark.req("R-095")
@pytest.mark.parametrize("taken_back", [10, 18])
def test_what_was_noted_by_mistake_never_tells_the_person_not_to_come(
    world: World, person: Person, post: Post, taken_back: int
) -> None:
    rule(world)
    agree(world, person)
    meeting = meet(world, person)
    ask(world, MEETING, hour=9)
    go(MEETING, hour=9)
    record_outcome(actor=world.caseworker, on=MEETING, appointment_id=meeting.pk, outcome=Outcome.HELD)
    take_back_outcome(
        actor=world.caseworker,
        on=MEETING,
        at=at(MEETING, taken_back),
        appointment_id=meeting.pk,
        reason="Mauvaise ligne",
    )
    assert ask(world, MEETING, hour=11) == 0
    assert len(post.letters) == 1


def test_a_cancellation_that_waited_does_not_leave_for_what_was_noted_by_mistake(
    world: World, person: Person, post: Post
) -> None:
    rule(world)
    agree(world, person)
    meeting, eve = meet(world, person), MEETING - timedelta(days=1)
    ask(world, eve)
    go(eve)
    cancel(actor=world.caseworker, on=eve, appointment_id=meeting.pk)
    assert ask(world, eve, hour=11) == 1
    Appointment.objects.filter(pk=meeting.pk).update(mistake="Mauvaise ligne")  # asked for before this was refused
    assert go(eve, hour=11) == [State.CANCELLED]
    assert len(post.letters) == 1
