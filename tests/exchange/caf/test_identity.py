"""Who is who across files: sure, or left to a human, and never guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jalons.exchange.caf.models import IdentityConflict, IdentityDecision, RecordState, RefusedRecord
from jalons.exchange.caf.operations import drop_record, replay_record, replay_run, resolve_conflict
from jalons.exchange.caf.operations.erasing import erase_extracts
from jalons.exchange.caf.queries import candidates_of, open_conflicts
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.kernel.sealing import match_key
from jalons.network.operations import system_user
from jalons.network.retention import kept
from jalons.people.models import Household, HouseholdMember, Person, RightsAndDuties, RsaRight
from tests.exchange.caf.conftest import Take
from tests.exchange.caf.content import content
from tests.exchange.caf.writing import adult, household, nir
from tests.worlds import World

AUGUST, SEPTEMBER, OCTOBER = "2020-08-31", "2020-09-30", "2020-10-31"
OTHER = "00000000002"


def conflict() -> IdentityConflict:
    return IdentityConflict.objects.get()


def test_the_nir_finds_a_person_under_a_new_name_in_another_dossier(take: Take) -> None:
    take(household(), day=AUGUST)
    take(household(OTHER, adult("Amelie", birth_name="CORRIGÉ", last_name="MARIÉE")), kind="I", day="2020-09-02")
    person = Person.objects.get()
    assert (person.last_name, person.birth_name) == ("MARIÉE", "CORRIGÉ")
    assert person.stays.count() == 2


def test_without_a_nir_the_same_identity_in_the_same_dossier_is_the_same_person(take: Take) -> None:
    take(household("00000001069", adult(nir=None)), day=AUGUST)
    take(household("00000001069", adult("AMELIE", nir="")), day=SEPTEMBER)
    assert Person.objects.count() == 1


def test_a_nir_that_becomes_known_is_learned(take: Take) -> None:
    take(household("00000001069", adult(nir=None)), day=AUGUST)
    take(household(), day=SEPTEMBER)
    assert bytes(Person.objects.get().nir_match or b"") == match_key("2900469999001")


def test_a_dossier_under_a_new_number_keeps_its_people_by_the_link_to_the_former_one(take: Take) -> None:
    take(household("00000001069", adult(nir=None)), day=AUGUST)
    take(
        household("00000001069", adult(nir=None, duties="0"), state="5", closure=("RAU", "2020-09-10")),
        household(OTHER, adult(nir=None, previous="00000001069"), requested_on="2020-09-10"),
        day=SEPTEMBER,
    )
    person = Person.objects.get()
    assert set(person.stays.values_list("household__request_number", flat=True)) == {"00000001069", OTHER}
    assert Household.objects.get(request_number=OTHER).previous_request_number == "00000001069"
    current = person.rights.get(end_on=None)
    assert (current.state, current.household.request_number) == ("open", OTHER)
    assert not IdentityConflict.objects.exists()


def test_twins_are_two_persons_told_apart_by_their_rank(take: Take) -> None:
    take(
        household("00000000001", adult("LÉA", nir=None, rank="1")),
        household(OTHER, adult("LÉA", nir=None, rank="2")),
        household("00000000003", adult("ZOÉ", nir=None, rank="2")),
    )
    assert Person.objects.count() == 3
    assert not IdentityConflict.objects.exists()


def test_the_same_identity_with_another_nir_waits_for_a_human_and_the_rest_is_imported(take: Take) -> None:
    take(household(), day=AUGUST)
    run = take(household("00000001069", adult(nir=nir(555))), household(OTHER, adult("ZOÉ", nir=nir(2))), day=SEPTEMBER)
    assert (run.waiting, run.new, run.changed, run.absent) == (1, 1, 0, 0)
    found = conflict()
    assert found.reason == "other_nir"
    assert list(candidates_of(found)) == [Person.objects.get(first_name="AMÉLIE")]
    assert bytes(Person.objects.get(first_name="AMÉLIE").nir_match or b"") == match_key("2900469999001")
    assert found.record.state == RecordState.PENDING


@pytest.mark.parametrize(
    ("known", "incoming", "reason"),
    [
        ([household()], household(OTHER, adult(nir=nir(555))), "other_nir"),  # same identity elsewhere, another NIR
        ([household()], household(OTHER, adult(nir=None)), "same_identity"),  # same identity elsewhere, no NIR to tell
        ([household()], household(OTHER, adult("ROSE", born_on="1971-01-01")), "nir_of_another"),
        (
            [household(), household(OTHER, adult("ZOÉ", nir=None))],
            household(OTHER, adult("ZOÉ", nir="290046999900195")),
            "nir_of_another",
        ),
        (
            [
                household("00000001069", adult("ÈVE", nir=nir(1))),
                household(OTHER, adult("ÈVE", nir=None, born_on="1980-01-01")),
            ],
            household(OTHER, adult("ÈVE", nir=nir(1), born_on="1980-01-01")),
            "two_candidates",
        ),
    ],
)
def test_what_is_only_likely_is_not_chosen(take: Take, known: list[str], incoming: str, reason: str) -> None:
    take(*known, day=AUGUST)
    before = Person.objects.count()
    run = take(incoming, kind="I", day="2020-09-02")
    assert conflict().reason == reason
    assert run.waiting == 1
    assert Person.objects.count() == before


def test_two_new_dossiers_with_one_identity_and_no_nir_make_one_person_and_one_question(take: Take) -> None:
    run = take(household("00000000001", adult(nir=None)), household(OTHER, adult(nir=None)))
    assert (run.new, run.waiting) == (1, 1)
    assert conflict().request_number == OTHER
    assert conflict().candidates == [Person.objects.get().pk]


def test_one_nir_for_two_first_names_in_a_file_waits_for_both(take: Take) -> None:
    run = take(household("00000000001", adult("ANNE")), household(OTHER, adult("ROSE", born_on="1971-01-01")))
    assert run.waiting == 2
    assert not Person.objects.exists()


def test_the_same_file_again_asks_the_question_once(take: Take) -> None:
    blocks = [household("00000000001", adult(nir=None)), household(OTHER, adult(nir=None))]
    take(*blocks)
    before = content()
    take(*blocks)
    assert IdentityConflict.objects.count() == 1
    assert RefusedRecord.objects.filter(state=RecordState.PENDING).count() == 1
    assert content() == before


def test_it_is_this_person_then_the_household_is_imported_and_the_nir_corrected(world: World, take: Take) -> None:
    take(household(), day=AUGUST)
    take(household("00000001069", adult(nir=nir(555)), family="MAR"), day=SEPTEMBER)
    person = Person.objects.get()

    resolve_conflict(
        actor=world.orientation_officer,
        on=world.day,
        conflict_id=conflict().pk,
        decision=IdentityDecision.SAME,
        person_id=person.pk,
    )

    assert Person.objects.count() == 1
    assert Household.objects.get().family_code == "MAR"
    assert bytes(Person.objects.get().nir_match or b"") == match_key("2900469999555")
    record = RefusedRecord.objects.get()
    assert (record.state, record.decided_by) == (RecordState.REPLAYED, world.orientation_officer)
    assert (conflict().state, conflict().decided_by) == ("resolved", world.orientation_officer)


def test_it_is_somebody_else_then_a_person_is_made_and_later_files_know(world: World, take: Take) -> None:
    take(household(), day=AUGUST)
    take(household(), household(OTHER, adult(nir=None)), day=SEPTEMBER)
    resolve_conflict(actor=world.data_officer, on=world.day, conflict_id=conflict().pk, decision=IdentityDecision.OTHER)
    assert Person.objects.count() == 2
    other = HouseholdMember.objects.get(household__request_number=OTHER).person
    assert conflict().person == other

    again = take(household(), household(OTHER, adult(nir=None), family="MAR"), day=OCTOBER)
    assert (again.waiting, again.changed) == (0, 1)
    assert Person.objects.count() == 2
    assert RightsAndDuties.objects.filter(end_on=None).count() == 2


def test_a_household_with_two_questions_waits_for_both_answers(world: World, take: Take) -> None:
    marc = {"role": "CJT", "sex": "1"}
    take(household(), household("00000000003", adult("MARC", nir=nir(7, sex=1), sex="1")), day=AUGUST)
    take(
        household(),
        household("00000000003", adult("MARC", nir=nir(7, sex=1), sex="1")),
        household(OTHER, adult(nir=None), adult("MARC", nir=None, **marc)),
        day=SEPTEMBER,
    )
    first, second = IdentityConflict.objects.order_by("pk")
    resolve_conflict(actor=world.data_officer, on=world.day, conflict_id=first.pk, decision=IdentityDecision.OTHER)
    assert not Household.objects.filter(request_number=OTHER).exists()
    resolve_conflict(actor=world.data_officer, on=world.day, conflict_id=second.pk, decision=IdentityDecision.OTHER)
    assert HouseholdMember.objects.filter(household__request_number=OTHER).count() == 2


def test_a_decision_is_for_those_who_may_and_among_the_candidates(world: World, take: Take) -> None:
    take(household(), day=AUGUST)
    take(household(OTHER, adult(nir=None)), kind="I", day="2020-09-02")
    stranger = world.person("Autre")
    assert list(open_conflicts(world.data_officer, on=world.day)) == [conflict()]
    for user in (world.caseworker, world.stranger, world.foreign_officer):
        assert not open_conflicts(user, on=world.day).exists()
        with pytest.raises(NotAllowed):
            resolve_conflict(actor=user, on=world.day, conflict_id=conflict().pk, decision=IdentityDecision.OTHER)
    with pytest.raises(Refusal, match="proposées"):
        resolve_conflict(
            actor=world.data_officer,
            on=world.day,
            conflict_id=conflict().pk,
            decision=IdentityDecision.SAME,
            person_id=stranger.pk,
        )
    resolve_conflict(actor=world.data_officer, on=world.day, conflict_id=conflict().pk, decision=IdentityDecision.OTHER)
    with pytest.raises(Refusal, match="déjà décidé"):
        resolve_conflict(
            actor=world.data_officer, on=world.day, conflict_id=conflict().pk, decision=IdentityDecision.OTHER
        )


def test_a_refused_household_is_corrected_and_replayed(world: World, take: Take) -> None:
    run = take(household("00000000007", adult("ZOÉ", nir=nir(2), born_on="1990-02-30")), household())
    record = RefusedRecord.objects.get()
    assert "DTNAI" in record.message
    assert replay_run(actor=world.data_officer, on=world.day, run_id=run.pk) == {"pending": 1}

    corrected = bytes(record.raw).replace(b"1990-02-30", b"1990-03-02")
    replayed = replay_record(actor=world.data_officer, on=world.day, record_id=record.pk, raw=corrected)

    assert replayed.state == RecordState.REPLAYED
    assert Person.objects.filter(first_name="ZOÉ").exists()
    with pytest.raises(Refusal, match="n’attend plus"):
        replay_record(actor=world.data_officer, on=world.day, record_id=record.pk)


def test_a_replay_never_overwrites_a_newer_file(world: World, take: Take) -> None:
    take(household("00000001069", adult(born_on="oups"), family="CEL"), day=AUGUST)
    waiting = RefusedRecord.objects.get()
    take(household(family="MAR"), kind="I", day="2020-09-02")
    waiting.refresh_from_db()
    assert waiting.state == RecordState.SUPERSEDED
    with pytest.raises(Refusal, match="n’attend plus"):
        replay_record(actor=world.data_officer, on=world.day, record_id=waiting.pk)
    assert Household.objects.get().family_code == "MAR"


def test_a_replay_never_gives_back_the_rights_that_a_newer_monthly_file_ended(world: World, take: Take) -> None:
    """A decision taken late on an August household that the September file carries no more."""
    zoe = household("00000000007", adult("ZOÉ", nir=nir(2)))
    take(household(), zoe, day="2020-07-31")
    take(household("00000001069", adult(nir=nir(555))), zoe, day=AUGUST)
    person, waiting = Person.objects.get(first_name="AMÉLIE"), conflict()
    run = take(zoe, day=SEPTEMBER)
    assert run.absent == 1
    waiting.record.refresh_from_db()
    assert waiting.record.state == RecordState.SUPERSEDED

    resolve_conflict(
        actor=world.data_officer,
        on=world.day,
        conflict_id=waiting.pk,
        decision=IdentityDecision.SAME,
        person_id=person.pk,
    )
    assert person.rights.get(end_on=None).state == "closed"
    assert not person.duties.filter(end_on=None).exists()


def test_a_household_that_a_newer_file_found_absent_is_older_when_replayed(world: World, take: Take) -> None:
    take(household(), household("00000000007", adult("ZOÉ", nir=nir(2))), day="2020-07-31")
    take(household("00000001069", adult(nir=nir(555))), kind="I", day="2020-08-10")
    record = conflict().record
    kept = bytes(record.raw)
    take(household("00000000007", adult("ZOÉ", nir=nir(2))), day=SEPTEMBER)
    RefusedRecord.objects.filter(pk=record.pk).update(state=RecordState.PENDING)  # as if it had been kept
    replayed = replay_record(actor=world.data_officer, on=world.day, record_id=record.pk, raw=kept)
    assert replayed.state == RecordState.SUPERSEDED
    assert set(RsaRight.objects.filter(end_on=None).values_list("household__request_number", "state")) == {
        ("00000001069", "closed"),
        ("00000000007", "open"),
    }


def test_a_refused_household_can_be_given_up(world: World, take: Take) -> None:
    take(household("00000001069", adult(born_on="oups")))
    record = RefusedRecord.objects.get()
    with pytest.raises(NotAllowed):
        drop_record(actor=world.stranger, on=world.day, record_id=record.pk)
    dropped = drop_record(actor=world.data_officer, on=world.day, record_id=record.pk)
    assert (dropped.state, dropped.decided_by) == (RecordState.DROPPED, world.data_officer)


def test_the_extract_is_forgotten_when_the_household_waits_no_more(world: World, take: Take) -> None:
    """It holds the NIR: kept while it may be read again, not a day longer."""
    names = {"00000000001": "ANNE", "00000000002": "ROSE", "00000000003": "ZOÉ"}
    take(*(household(number, adult(name, nir=nir(int(number)), born_on="oups")) for number, name in names.items()))
    replaced, dropped, corrected = RefusedRecord.objects.order_by("position")
    good = bytes(corrected.raw).replace(b"oups", b"1990-04-17")
    assert b"<NIR>" in good
    take(household("00000000001", adult("ANNE", nir=nir(1))), kind="I", day="2020-10-02")
    drop_record(actor=world.data_officer, on=world.day, record_id=dropped.pk)
    replay_record(actor=world.data_officer, on=world.day, record_id=corrected.pk, raw=good)
    assert {record.state: bytes(record.raw) for record in RefusedRecord.objects.all()} == {
        RecordState.SUPERSEDED: b"",
        RecordState.DROPPED: b"",
        RecordState.REPLAYED: b"",
    }
    with pytest.raises(IntegrityError, match="caf_record_forgotten"), transaction.atomic():
        RefusedRecord.objects.filter(pk=replaced.pk).update(raw=b"<InfosFoyerRSA/>")


def test_a_decision_and_a_replay_lock_in_one_order(world: World, take: Take) -> None:
    """Merges, record, conflict, persons: whoever meets another import waits for it, and none waits for the other."""
    take(household(), day=AUGUST)
    take(household("00000001069", adult(nir=nir(555))), day=SEPTEMBER)
    with CaptureQueriesContext(connection) as captured:
        resolve_conflict(
            actor=world.data_officer, on=world.day, conflict_id=conflict().pk, decision=IdentityDecision.OTHER
        )
    marks = (
        "jalons.people.merge",
        'FROM "caf_refusedrecord"',
        'FROM "caf_identityconflict"',
        "FROM people_person WHERE",
    )
    locks = [query["sql"] for query in captured if "FOR UPDATE" in query["sql"] or "advisory" in query["sql"]
             or "FOR NO KEY" in query["sql"]]  # fmt: skip
    first = [next(rank for rank, sql in enumerate(locks) if mark in sql) for mark in marks]
    assert first == sorted(first)


def test_an_extract_nobody_decided_about_in_time_is_erased_and_its_line_kept(world: World, take: Take) -> None:
    run = take(household("00000000001", adult("ANNE", nir=nir(1), born_on="oups")))
    record = run.records.get()
    last = kept("caf_refused").last_day(run.started_at)
    system = system_user()
    assert erase_extracts(actor=system, on=last) == 0
    assert erase_extracts(actor=system, on=last + timedelta(days=1)) == 1
    record.refresh_from_db()
    assert (record.state, bytes(record.raw), record.decided_by) == (RecordState.DROPPED, b"", system)
    assert record.message
    with pytest.raises(NotAllowed):
        erase_extracts(actor=world.data_officer, on=last)
