"""Handing persons over: to other référents, to another organisation, with what the next one must know, and back (R-046)."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from jalons.agenda.models import Appointment
from jalons.agenda.operations import plan
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Membership, User
from jalons.network.operations import end_membership
from jalons.pathways.models import (
    Enrolment,
    EnrolmentProfessional,
    Handover,
    HandoverNote,
    Mandate,
    Step,
    StepState,
)
from jalons.pathways.operations import (
    Passing,
    add_professional,
    ask_reorientation,
    cancel_step,
    complete_step,
    move_to_organisation,
    open_beside,
    pass_on,
    propose_step,
    read_handover_note,
    start_pause,
    start_step,
    undo_move,
    undo_pass_on,
    write_handover_note,
)
from jalons.pathways.operations.handover_notes import HandoverNoteChanged
from jalons.pathways.queries.handovers import known_of, note_for, notes_to_read, share, without_lead
from jalons.people.access import grant
from jalons.people.models import AccessReason, DossierAccess
from jalons.people.permissions import may_reach
from jalons.sites.steering.handing import Asked, rows_of
from tests.worlds import OTHER_ACTION, World, at

JUNE = date(2020, 6, 1)
MAY_30 = date(2020, 5, 30)


def follow(world: World, how_many: int = 1, **options: object) -> list[Enrolment]:
    return [world.enrolled(person, caseworker=world.caseworker, **options) for person in world.persons(how_many)]


def passed(world: World, enrolments: list[Enrolment], **options: object):
    given = {
        "actor": world.head,
        "on": JUNE,
        "organisation_id": world.house.pk,
        "effective_on": JUNE,
        "reason": "Départ de la référente",
        "passings": [Passing(one.person_id, world.colleague.pk) for one in enrolments],
    } | options
    return pass_on(**given)


def moved(world: World, enrolments: list[Enrolment], **options: object):
    line = options.pop("line", None) or world.place(world.neighbour)
    given = {
        "actor": world.social_head,
        "on": JUNE,
        "person_ids": [one.person_id for one in enrolments],
        "line_id": line.pk,
        "reason": "Convention arrêtée",
    } | options
    return move_to_organisation(**given)


@pytest.mark.req("R-046")
def test_a_portfolio_goes_to_a_colleague_with_its_appointments(world):
    enrolments = follow(world, 3)
    person_id = enrolments[0].person_id
    planned = plan(
        actor=world.caseworker, on=MAY_30, person_id=person_id, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(date(2020, 6, 8), 9), ends_at=at(date(2020, 6, 8), 10),
    )  # fmt: skip
    receipt = passed(world, enrolments)
    assert receipt.refused == []
    assert {one.person_id for one in receipt.handover.items.all()} == {one.person_id for one in enrolments}
    now = Mandate.objects.filter(end_on=None)
    assert {(one.caseworker_id, one.start_on, one.reason) for one in now} == {
        (world.colleague.pk, JUNE, "Départ de la référente")
    }
    assert set(Mandate.objects.filter(caseworker=world.caseworker).values_list("end_on", flat=True)) == {
        date(2020, 5, 31)
    }
    planned.refresh_from_db()
    assert planned.caseworker_id == world.colleague.pk


@pytest.mark.req("R-046")
def test_a_handover_is_undone_and_everything_is_as_before(world):
    enrolments = follow(world, 2)
    person_id = enrolments[0].person_id
    planned = plan(
        actor=world.caseworker, on=MAY_30, person_id=person_id, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(date(2020, 6, 8), 9), ends_at=at(date(2020, 6, 8), 10),
    )  # fmt: skip
    receipt = passed(world, enrolments)
    assert undo_pass_on(actor=world.head, on=JUNE, handover_id=receipt.handover.pk) == 2
    assert set(Mandate.objects.values_list("caseworker_id", "end_on")) == {(world.caseworker.pk, None)}
    planned.refresh_from_db()
    assert planned.caseworker_id == world.caseworker.pk
    handover = Handover.objects.get()
    assert (handover.undone_on, handover.undone_by, handover.items.count()) == (JUNE, world.head, 2)
    with pytest.raises(Refusal, match="déjà annulée"):
        undo_pass_on(actor=world.head, on=JUNE, handover_id=receipt.handover.pk)


def test_a_handover_followed_by_another_is_not_undone(world):
    enrolments = follow(world)
    receipt = passed(world, enrolments)
    coach = world.user("coach", "caseworker", organisation=world.house)
    july = date(2020, 7, 1)
    passed(world, enrolments, on=july, effective_on=july, passings=[Passing(enrolments[0].person_id, coach.pk)])
    with pytest.raises(Refusal, match="faites une nouvelle passation"):
        undo_pass_on(actor=world.head, on=july, handover_id=receipt.handover.pk)


def test_who_cannot_be_handed_over_is_reported_and_the_others_go(world):
    first, second = follow(world, 2)
    already = world.enrolled(world.person("Déjà"), caseworker=world.colleague)
    receipt = passed(world, [first, already, second])
    assert {one.person_id for one in receipt.handover.items.all()} == {first.person_id, second.person_id}
    assert [(pk, refusal.code) for pk, refusal in receipt.refused] == [(already.person_id, "mandate_same_caseworker")]


def test_a_handover_says_why(world):
    with pytest.raises(Refusal, match="demande un motif"):
        passed(world, follow(world), reason=" ")


@pytest.mark.parametrize("role", ["caseworker", "stranger", "neighbour_head", "west_social_head"])
def test_who_may_not_hand_over_is_refused(world, role):
    with pytest.raises(NotAllowed):
        passed(world, follow(world), actor=getattr(world, role))


def test_persons_are_shared_with_the_least_busy(world):
    assert share([1, 2, 3, 4], [10, 20], {10: 3, 20: 1}) == {1: 20, 2: 20, 3: 10, 4: 20}


# What the next one has to know


@pytest.mark.req("R-046")
def test_the_next_referent_reads_what_the_former_wrote(world):
    enrolments = follow(world)
    person_id = enrolments[0].person_id
    text = "Préfère être jointe le matin. Entretien à l’atelier prévu le 12."
    written = write_handover_note(actor=world.caseworker, on=MAY_30, person_id=person_id, text=text)
    assert known_of([person_id], on=MAY_30)[person_id].note
    passed(world, enrolments)
    lead = Mandate.objects.get(caseworker=world.colleague)
    assert note_for(lead, reader=world.colleague, on=JUNE) == written
    assert list(notes_to_read(world.colleague, on=JUNE)) == [written]
    world.colleague.memberships.update(end_on=JUNE)  # a post that ends shows no name, though the mandate still runs
    july = date(2020, 7, 1)
    assert list(notes_to_read(User.objects.get(pk=world.colleague.pk), on=july)) == []
    world.colleague.memberships.update(end_on=None)
    read_handover_note(actor=world.colleague, on=JUNE, note_id=written.pk)
    assert list(notes_to_read(world.colleague, on=JUNE)) == []
    assert HandoverNote.objects.get().read_by == world.colleague


@pytest.mark.req("R-046")
def test_a_handover_note_opens_to_its_reader_its_writers_and_the_heads_of_the_two_houses(world):
    (left,) = follow(world)
    write_handover_note(actor=world.head, on=MAY_30, person_id=left.person_id, text="Essai le 12.")
    moved(world, [left], caseworker_id=world.stranger.pk)
    lead = Mandate.objects.get(caseworker=world.stranger)
    other = world.user("autre", "caseworker", organisation=world.neighbour)

    def reads(user: User) -> bool:
        return note_for(lead, reader=user, on=JUNE) is not None

    assert all(reads(one) for one in (world.stranger, world.caseworker, world.head, world.neighbour_head))
    assert not any(reads(one) for one in (other, world.colleague, world.social_head, world.orientation_officer))


def test_a_note_once_read_does_not_change(world):
    enrolments = follow(world)
    person_id = enrolments[0].person_id
    note = write_handover_note(actor=world.caseworker, on=MAY_30, person_id=person_id, text="Un essai en atelier.")
    write_handover_note(actor=world.head, on=MAY_30, person_id=person_id, text="Un essai en atelier le 12.")
    passed(world, enrolments)
    read_handover_note(actor=world.colleague, on=JUNE, note_id=note.pk)
    Mandate.objects.filter(caseworker=world.colleague).delete()
    with pytest.raises(Refusal, match="elle ne change plus"):
        write_handover_note(actor=world.caseworker, on=JUNE, person_id=person_id, text="Autre chose")


@pytest.mark.req("R-046")
def test_the_second_to_save_a_note_is_told_of_the_first(world):
    person_id = follow(world)[0].person_id
    given = {"on": MAY_30, "person_id": person_id}
    write_handover_note(actor=world.caseworker, **given, text="Un essai en atelier.", seen="")
    write_handover_note(actor=world.head, **given, text="Un essai le 12.", seen="Un essai en atelier.\r\n")
    with pytest.raises(HandoverNoteChanged) as told:
        write_handover_note(actor=world.caseworker, **given, text="Un essai le 13.", seen="Un essai en atelier.")
    assert told.value.text == HandoverNote.objects.get().text == "Un essai le 12."


@pytest.mark.parametrize("role", ["colleague", "stranger", "orientation_officer"])
def test_only_the_referent_or_the_head_writes_the_note(world, role):
    person_id = follow(world)[0].person_id
    with pytest.raises(NotAllowed):
        write_handover_note(actor=getattr(world, role), on=MAY_30, person_id=person_id, text="…")


def test_an_empty_or_endless_note_is_refused(world):
    person_id = follow(world)[0].person_id
    with pytest.raises(Refusal, match="vide"):
        write_handover_note(actor=world.caseworker, on=MAY_30, person_id=person_id, text="  ")
    with pytest.raises(Refusal, match="trop longue"):
        write_handover_note(actor=world.caseworker, on=MAY_30, person_id=person_id, text="a" * 4001)


def test_only_the_next_referent_says_the_note_is_read(world):
    enrolments = follow(world)
    note = write_handover_note(actor=world.caseworker, on=MAY_30, person_id=enrolments[0].person_id, text="Voir le 12.")
    with pytest.raises(NotAllowed):
        read_handover_note(actor=world.caseworker, on=MAY_30, note_id=note.pk)
    passed(world, enrolments)
    with pytest.raises(NotAllowed):
        read_handover_note(actor=world.head, on=JUNE, note_id=note.pk)


# To another organisation


@pytest.mark.req("R-042", "R-046", "R-121")
def test_persons_go_to_another_organisation_in_one_decision(world):
    enrolments = follow(world, 2)
    line = world.place(world.neighbour)
    receipt = moved(world, enrolments, line=line, caseworker_id=world.stranger.pk)
    assert receipt.refused == []
    for left in enrolments:
        left.refresh_from_db()
        assert (left.end_on, left.end_reason) == (date(2020, 5, 31), "reorientation")
        new = Enrolment.objects.get(person=left.person_id, end_on=None)
        assert (new.line_id, new.start_on, new.organisation_id) == (line.pk, JUNE, world.neighbour.pk)
        assert new.orientation.replaces_id == left.orientation_id
        assert may_reach(User.objects.get(pk=world.stranger.pk), left.person_id, on=JUNE)
    leads = Mandate.objects.filter(end_on=None).values_list("caseworker_id", flat=True)
    assert set(leads) == {world.stranger.pk}


@pytest.mark.req("R-046")
def test_a_handover_to_another_organisation_is_undone(world):
    enrolments = follow(world, 2)
    receipt = moved(world, enrolments)
    assert undo_move(actor=world.social_head, on=JUNE, handover_id=receipt.handover.pk) == 2
    running = Enrolment.objects.filter(end_on=None)
    assert set(running.values_list("pk", flat=True)) == {one.pk for one in enrolments}
    assert Enrolment.objects.count() == 2
    assert set(Mandate.objects.values_list("caseworker_id", "end_on")) == {(world.caseworker.pk, None)}
    for one in enrolments:
        assert not may_reach(User.objects.get(pk=world.stranger.pk), one.person_id, on=JUNE)
        assert may_reach(User.objects.get(pk=world.caseworker.pk), one.person_id, on=JUNE)
        assert one.person.orientations.get(closed_on=None).pk == one.orientation_id


def test_once_the_new_organisation_wrote_the_handover_stays(world):
    enrolments = follow(world)
    receipt = moved(world, enrolments, caseworker_id=world.stranger.pk)
    new = Enrolment.objects.get(person=enrolments[0].person_id, end_on=None)
    propose_step(actor=world.stranger, on=JUNE, enrolment_id=new.pk, kind="qualifying_training")
    with pytest.raises(Refusal, match="déjà écrit dans un de ces dossiers"):
        undo_move(actor=world.social_head, on=JUNE, handover_id=receipt.handover.pk)
    assert Enrolment.objects.filter(pk=new.pk).exists()


def test_who_cannot_go_elsewhere_is_reported(world):
    (goes,) = follow(world)
    stays = world.enrolled(line=world.place(world.neighbour), caseworker=world.stranger)
    never = world.person("Jamais")
    receipt = moved(world, [goes, stays], person_ids=[goes.person_id, stays.person_id, never.pk])
    assert [one.person_id for one in receipt.handover.items.all()] == [goes.person_id]
    assert {pk: refusal.code for pk, refusal in receipt.refused} == {
        stays.person_id: "same_organisation",
        never.pk: "not_followed",
    }


@pytest.mark.parametrize("role", ["caseworker", "head", "neighbour_head", "west_social_head", "steering_officer"])
def test_who_may_not_move_persons_is_refused(world, role):
    with pytest.raises(NotAllowed):
        moved(world, follow(world), actor=getattr(world, role))


@pytest.mark.req("R-046", "R-058")
def test_what_runs_beside_goes_on_when_the_person_is_handed_over(world):
    (left,) = follow(world)
    third = world.organisation("Chantier d’insertion")
    beside = open_beside(
        actor=world.orientation_officer, on=date(2020, 4, 1), person_id=left.person_id,
        line_id=world.place(third, action_code=OTHER_ACTION).pk, start_on=date(2020, 4, 1),
    )  # fmt: skip
    receipt = moved(world, [left])
    beside.refresh_from_db()
    left.refresh_from_db()
    assert (beside.end_on, left.end_on) == (None, date(2020, 5, 31))
    assert receipt.handover.items.get().from_enrolment == left
    undo_move(actor=world.social_head, on=JUNE, handover_id=receipt.handover.pk)
    assert set(Enrolment.objects.filter(end_on=None)) == {left, beside}


@pytest.mark.req("R-042", "R-046")
def test_a_request_that_waited_is_granted_by_the_handover_and_waits_again_once_it_is_undone(world):
    (left,) = follow(world)
    request = ask_reorientation(
        actor=world.caseworker,
        on=MAY_30,
        person_id=left.person_id,
        cause="needs_more_social",
        reason="Logement d’abord",
    )
    receipt = moved(world, [left])
    request.refresh_from_db()
    new = Enrolment.objects.get(person=left.person_id, end_on=None)
    assert (request.state, request.result, request.decided_by) == ("accepted", new.orientation, world.social_head)
    undo_move(actor=world.social_head, on=JUNE, handover_id=receipt.handover.pk)
    request.refresh_from_db()
    assert (request.state, request.result, request.decided_on) == ("open", None, None)


@pytest.mark.req("R-046", "R-142")
def test_undoing_a_move_puts_back_the_pause_the_team_and_the_last_days(world):
    (left,) = follow(world)
    mandate = Mandate.objects.get(person=left.person_id)
    Mandate.objects.filter(pk=mandate.pk).update(end_on=date(2020, 9, 30))
    pause = start_pause(
        actor=world.head, on=MAY_30, enrolment_id=left.pk, start_on=date(2020, 5, 4), reason="Congé de maternité"
    )
    beside = add_professional(
        actor=world.head, on=MAY_30, enrolment_id=left.pk, user_id=world.colleague.pk, role="Appui", start_on=MAY_30
    )
    accesses = set(DossierAccess.objects.filter(person=left.person_id).values_list("pk", "end_on"))
    receipt = moved(world, [left], caseworker_id=world.stranger.pk)
    undo_move(actor=world.social_head, on=JUNE, handover_id=receipt.handover.pk)
    for row in (mandate, pause, beside):
        row.refresh_from_db()
    assert (mandate.end_on, pause.end_on, beside.end_on) == (date(2020, 9, 30), None, None)
    assert set(DossierAccess.objects.filter(person=left.person_id).values_list("pk", "end_on")) == accesses


@pytest.mark.req("R-046")
def test_undoing_gives_back_only_the_appointments_that_moved_and_the_last_day_that_was_set(world):
    (left,) = follow(world)
    given = {"on": MAY_30, "person_id": left.person_id, "organisation_id": world.house.pk}
    mine, hers = (
        plan(
            actor=user, caseworker_id=user.pk, starts_at=at(day, 9), ends_at=at(day, 10), **given
        )
        for user, day in ((world.caseworker, date(2020, 6, 8)), (world.colleague, date(2020, 6, 9)))
    )  # fmt: skip
    Mandate.objects.filter(person=left.person_id).update(end_on=date(2020, 9, 30))
    receipt = passed(world, [left])
    undo_pass_on(actor=world.head, on=JUNE, handover_id=receipt.handover.pk)
    for one in (mine, hers):
        one.refresh_from_db()
    assert (mine.caseworker, hers.caseworker) == (world.caseworker, world.colleague)
    assert Mandate.objects.get(person=left.person_id).end_on == date(2020, 9, 30)


# What undoing gives back, and to whom


def _leaves(world: World, user: User, organisation: object, *, on: date, last_day: date) -> None:
    """The professional leaves the organisation: the post ends."""
    post = Membership.objects.get(user=user, organisation=organisation)
    end_membership(actor=world.administrator, on=on, membership_id=post.pk, end_on=last_day)


def _accesses(user: User, person_id: int) -> set[date | None]:
    return set(DossierAccess.objects.filter(user=user, person=person_id).values_list("end_on", flat=True))


@pytest.mark.req("R-046", "R-164")
def test_undoing_a_move_gives_no_file_back_to_who_left_since(world, rulebooks):
    (left,) = follow(world)
    outside = world.organisation("Maison de santé")
    psychologist = world.user("psy", "caseworker", organisation=outside)
    EnrolmentProfessional.objects.create(
        enrolment=left, user=psychologist, organisation=outside, role="Appui", start_on=MAY_30
    )
    part = EnrolmentProfessional.objects.get()
    grant(
        person_id=left.person_id, reason=AccessReason.TEAM, source_id=part.pk, start_on=MAY_30, user_id=psychologist.pk
    )
    receipt = moved(world, [left])
    _leaves(world, psychologist, outside, on=date(2020, 6, 2), last_day=date(2020, 6, 2))
    _leaves(world, world.caseworker, world.house, on=date(2020, 6, 3), last_day=date(2020, 5, 20))
    undo_move(actor=world.social_head, on=date(2020, 6, 5), handover_id=receipt.handover.pk)
    part.refresh_from_db()
    assert part.end_on == date(2020, 6, 2)
    assert _accesses(psychologist, left.person_id) == {date(2020, 6, 2)}
    assert Mandate.objects.get(person=left.person_id).end_on == date(2020, 5, 31)
    assert _accesses(world.caseworker, left.person_id) == {date(2020, 5, 31)}
    left.refresh_from_db()
    assert left.end_on is None


@pytest.mark.req("R-046")
def test_undoing_leaves_the_appointments_with_who_still_works_there(world):
    (left,) = follow(world)
    planned = plan(
        actor=world.caseworker, on=MAY_30, person_id=left.person_id, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(date(2020, 6, 8), 9), ends_at=at(date(2020, 6, 8), 10),
    )  # fmt: skip
    receipt = passed(world, [left])
    _leaves(world, world.caseworker, world.house, on=JUNE, last_day=date(2020, 5, 31))
    undo_pass_on(actor=world.head, on=JUNE, handover_id=receipt.handover.pk)
    assert Mandate.objects.get(person=left.person_id).end_on == date(2020, 5, 31)
    planned.refresh_from_db()
    assert planned.caseworker == world.colleague


@pytest.mark.req("R-046")
def test_two_handovers_are_undone_the_last_one_first(world):
    (left,) = follow(world)
    first = passed(world, [left])
    coach = world.user("coach", "caseworker", organisation=world.house)
    june_10 = date(2020, 6, 10)
    second = passed(world, [left], on=june_10, effective_on=june_10, passings=[Passing(left.person_id, coach.pk)])
    for one in (second, first):
        undo_pass_on(actor=world.head, on=june_10, handover_id=one.handover.pk)
    assert set(Mandate.objects.values_list("caseworker_id", "end_on")) == {(world.caseworker.pk, None)}


@pytest.mark.req("R-046")
def test_two_moves_are_undone_the_last_one_first(world):
    (left,) = follow(world)
    first = moved(world, [left])
    june_10 = date(2020, 6, 10)
    second = moved(world, [left], line=world.place(world.organisation("Troisième")), on=june_10)
    for one in (second, first):
        undo_move(actor=world.social_head, on=june_10, handover_id=one.handover.pk)
    assert set(Enrolment.objects.values_list("pk", "end_on")) == {(left.pk, None)}


@pytest.mark.req("R-046")
def test_an_appointment_of_long_ago_in_the_receiving_house_does_not_hold_a_move(world):
    (left,) = follow(world)
    day = date(2020, 1, 20)
    Appointment.objects.create(
        person=left.person, organisation=world.neighbour, kind="information_session", on_date=day,
        starts_at=at(day, 9), ends_at=at(day, 10),
    )  # fmt: skip
    receipt = moved(world, [left])
    assert undo_move(actor=world.social_head, on=JUNE, handover_id=receipt.handover.pk) == 1


@pytest.mark.req("R-046")
def test_a_move_whose_referent_stays_is_undone(world):
    (left,) = follow(world)
    third = world.organisation("Troisième")
    coach = world.user("coach", "caseworker", organisation=third)
    mandate = Mandate.objects.get(person=left.person_id)
    Mandate.objects.filter(pk=mandate.pk).update(caseworker=coach, organisation=third)
    receipt = moved(world, [left])
    assert receipt.handover.items.get().to_mandate is None
    undo_move(actor=world.social_head, on=JUNE, handover_id=receipt.handover.pk)
    assert set(Mandate.objects.values_list("pk", "caseworker_id", "end_on")) == {(mandate.pk, coach.pk, None)}


# Whose persons wait for a référent


@pytest.mark.req("R-046")
def test_the_persons_of_who_left_are_found_and_handed_over(world):
    (left,) = follow(world)
    stays = world.enrolled(world.person("Reste"), caseworker=world.colleague)
    assert list(without_lead(world.house.pk, on=JUNE)) == []
    _leaves(world, world.caseworker, world.house, on=JUNE, last_day=date(2020, 5, 31))
    assert list(without_lead(world.house.pk, on=JUNE)) == [left.person]
    query = QueryDict(f"organisme={world.house.pk}&referent={world.caseworker.pk}")
    asked = Asked.of(query, world.head, on=JUNE)
    assert list(asked.persons(world.head, on=JUNE)) == [left.person]
    assert world.caseworker not in asked.workers
    labels = [option.label for choice in asked.choices({}) for option in choice.options]
    assert f"{world.caseworker} (n’exerce plus ici)" in labels
    assert [one.lead for one in rows_of([left.person, stays.person], on=JUNE)] == [
        f"{world.caseworker} (n’exerce plus ici)",
        str(world.colleague),
    ]
    passed(world, [left])
    assert list(without_lead(world.house.pk, on=JUNE)) == []


# What was under way in the organisation she leaves


def _started(world: World, left: Enrolment) -> Step:
    step = propose_step(actor=world.caseworker, on=MAY_30, enrolment_id=left.pk, kind="qualifying_training")
    return start_step(actor=world.caseworker, on=MAY_30, step_id=step.pk)


@pytest.mark.req("R-046", "R-109")
def test_the_new_organisation_brings_a_step_of_the_former_to_its_end(world):
    (left,) = follow(world)
    step = _started(world, left)
    proposed = propose_step(actor=world.caseworker, on=MAY_30, enrolment_id=left.pk, kind="qualifying_training")
    moved(world, [left], caseworker_id=world.stranger.pk)
    with pytest.raises(NotAllowed):
        start_step(actor=world.stranger, on=JUNE, step_id=proposed.pk)
    assert complete_step(actor=world.stranger, on=JUNE, step_id=step.pk).state == StepState.COMPLETED
    assert cancel_step(actor=world.stranger, on=JUNE, step_id=proposed.pk).state == StepState.CANCELLED


@pytest.mark.req("R-046")
def test_another_organisation_does_not_move_the_steps_of_an_accompaniment_under_way(world):
    (left,) = follow(world)
    step = _started(world, left)
    third = world.organisation("Chantier d’insertion")
    coach = world.user("chantier", "caseworker", organisation=third)
    open_beside(
        actor=world.orientation_officer, on=JUNE, person_id=left.person_id,
        line_id=world.place(third, action_code=OTHER_ACTION).pk, start_on=JUNE,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        complete_step(actor=coach, on=JUNE, step_id=step.pk)


@pytest.mark.req("R-046", "R-109")
def test_the_page_of_a_step_offers_the_new_organisation_its_end_only(client, world):
    (left,) = follow(world)
    step = _started(world, left)
    day = world.day
    moved(world, [left], on=day, caseworker_id=world.stranger.pk)
    client.force_login(world.stranger)
    page = client.get(f"/personnes/{left.person.key}/etapes/{step.pk}/").content.decode()
    assert "L’étape est réalisée" in page
    assert "Corriger une erreur" not in page
    open_step = propose_step(
        actor=world.stranger, on=day, enrolment_id=Enrolment.objects.get(end_on=None).pk, kind="qualifying_training"
    )
    client.force_login(world.caseworker)
    page = client.get(f"/personnes/{left.person.key}/etapes/{open_step.pk}/").content.decode()
    assert "Cette étape avance à Atelier voisin" in page
