"""From files to people, rights and periods: what one file brings, and what the next one changes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from jalons.exchange.caf.models import ImportRun
from jalons.exchange.caf.operations import FileRefused, import_file, try_file
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.kernel.sealing import unseal
from jalons.people.models import Address, Household, HouseholdMember, Person, RightsAndDuties, RsaRight
from jalons.people.permissions import reachable_persons
from tests.exchange.caf.conftest import Take
from tests.exchange.caf.content import content, history
from tests.exchange.caf.writing import adult, child, household, nir, write
from tests.worlds import World

SEPTEMBER, OCTOBER = "2020-09-30", "2020-10-31"


def rights() -> list[tuple[str, str, date, date | None]]:
    return list(RsaRight.objects.order_by("start_on").values_list("state", "reason_code", "start_on", "end_on"))


def duties() -> list[tuple[date, date | None]]:
    return list(RightsAndDuties.objects.order_by("start_on").values_list("start_on", "end_on"))


@pytest.mark.req("R-014", "R-017", "R-031")
def test_a_file_brings_household_persons_address_rights_duties_and_access(world: World, take: Take) -> None:
    run = take(
        household("00000001069", adult(), adult("MARC", role="CJT", nir=nir(7, sex=1), sex="1", duties="0"), child())
    )

    assert (run.new, run.changed, run.unchanged, run.refused, run.waiting) == (1, 0, 0, 0, 0)
    home = Household.objects.get()
    assert (home.request_number, home.state_code, home.children, home.as_of) == (
        "00000001069",
        "2",
        1,
        date(2020, 9, 30),
    )
    assert Address.objects.get().street == "12 RUE DE L ESSAI"
    amelie, marc = Person.objects.order_by("first_name")
    assert (amelie.last_name, amelie.folded, amelie.sex, amelie.territory) == (
        "ESSAI",
        "essai amelie dufictif",
        "F",
        world.east,
    )
    assert amelie.nir_sealed is not None
    assert unseal(amelie.nir_sealed) == "2900469999001"
    assert set(HouseholdMember.objects.values_list("person__first_name", "role")) == {
        ("AMÉLIE", "applicant"),
        ("MARC", "spouse"),
    }
    assert {right.state for right in RsaRight.objects.all()} == {"open"}
    assert duties() == [(date(2019, 6, 1), None)]  # only the spouse the paying body says so
    assert RightsAndDuties.objects.get().person == amelie
    assert set(reachable_persons(world.social_head, on=world.day)) == {amelie, marc}
    assert not reachable_persons(world.west_social_head, on=world.day).exists()


@pytest.mark.req("R-031")
def test_the_same_file_again_writes_nothing(take: Take) -> None:
    blocks = [household(f"{place:011d}", adult(nir=nir(place))) for place in range(1, 6)]
    blocks = [block.replace("AMÉLIE", f"AMÉLIE{place}") for place, block in enumerate(blocks)]
    take(*blocks, day=SEPTEMBER)
    before, written = content(), history()

    again = take(*blocks, day=SEPTEMBER)
    shuffled = take(*reversed(blocks), day=SEPTEMBER)

    assert (again.unchanged, shuffled.unchanged) == (5, 5)
    assert (again.new, again.changed, shuffled.new, shuffled.changed) == (0, 0, 0, 0)
    assert content() == before
    assert history() == written


def test_an_older_file_never_overwrites_a_newer_one(world: World, take: Take) -> None:
    take(household(family="MAR"), day=OCTOBER, created="2020-11-05")
    before = content()
    with pytest.raises(FileRefused, match="plus récent") as refused:
        take(household(family="CEL"), day=SEPTEMBER)
    assert refused.value.code == "caf_file:older"
    assert content() == before


def test_a_corrected_file_of_the_same_day_replaces_the_first_and_never_the_reverse(take: Take) -> None:
    take(household(family="CEL"), day=SEPTEMBER, created="2020-10-05")
    take(household(family="MAR"), day=SEPTEMBER, created="2020-10-07")
    assert Household.objects.get().family_code == "MAR"
    with pytest.raises(FileRefused, match="plus récent"):
        take(household(family="CEL"), day=SEPTEMBER, created="2020-10-05")


def test_a_monthly_file_leaves_alone_what_a_daily_file_of_a_later_day_said(take: Take) -> None:
    take(household(family="CEL"), day="2020-08-31", created="2020-09-05")
    take(household(family="MAR"), kind="I", day="2020-10-02", created="2020-10-03")
    run = take(
        household(family="CEL"), household("00000000002", adult("ZOÉ", nir=nir(2))), day=SEPTEMBER, created="2020-10-05"
    )
    assert (run.older, run.new) == (1, 1)
    assert Household.objects.get(request_number="00000001069").family_code == "MAR"


def test_a_dossier_twice_in_a_file_counts_as_last_stated(take: Take) -> None:
    run = take(household(state="0", family="CEL"), household(family="MAR"))
    assert (run.households, run.repeated, run.new) == (2, 1, 1)
    assert Household.objects.get().family_code == "MAR"
    assert [right[0] for right in rights()] == ["open"]


def test_a_suspension_keeps_its_date_and_ends_after_the_last_file_that_said_it(take: Take) -> None:
    take(household(), day="2020-07-31")
    take(household(state="4", suspension=("06", "2020-08-01")), day="2020-08-31")
    take(household(), day=SEPTEMBER)
    assert rights() == [
        ("open", "", date(2019, 6, 1), date(2020, 7, 31)),
        ("payment_suspended", "06", date(2020, 8, 1), date(2020, 8, 31)),
        ("open", "", date(2020, 9, 1), None),
    ]
    assert duties() == [(date(2019, 6, 1), None)]  # 06 is one of the motives that keep « droits et devoirs »


def test_a_suspension_for_a_motive_without_rights_ends_the_duties(take: Take) -> None:
    take(household(), day="2020-08-31")
    run = take(household(state="4", suspension=("02", "2020-09-10")), day=SEPTEMBER)
    assert duties() == [(date(2019, 6, 1), date(2020, 9, 9))]
    assert run.ended == 1


def test_first_seen_suspended_the_right_was_open_before(take: Take) -> None:
    take(household(state="3", suspension=("GJ", "2020-09-10")))
    assert rights() == [
        ("open", "", date(2019, 6, 1), date(2020, 9, 9)),
        ("right_suspended", "GJ", date(2020, 9, 10), None),
    ]


def test_four_months_suspended_then_closed(take: Take) -> None:
    take(household(state="4", suspension=("06", "2020-05-01")), day="2020-08-31")
    take(household(state="5", closure=("ECH", "2020-09-01")), day=SEPTEMBER)
    assert rights()[-1] == ("closed", "ECH", date(2020, 9, 1), None)
    assert duties() == [(date(2019, 6, 1), date(2020, 8, 31))]


def test_a_closure_told_late_cuts_what_it_covers(take: Take) -> None:
    take(household(), day="2020-07-31")
    take(household(state="4", suspension=("06", "2020-08-01")), day="2020-08-31")
    take(household(state="6", closure=("RFD", "2020-07-01")), day=SEPTEMBER)
    assert rights() == [("open", "", date(2019, 6, 1), date(2020, 6, 30)), ("closed", "RFD", date(2020, 7, 1), None)]


def test_a_right_that_comes_back_after_a_closure_opens_a_new_period(take: Take) -> None:
    take(household(), day="2020-07-31")
    take(household(state="5", closure=("RFD", "2020-08-01")), day="2020-08-31")
    take(household(), day=SEPTEMBER)
    assert [right[:1] + right[2:] for right in rights()] == [
        ("open", date(2019, 6, 1), date(2020, 7, 31)),
        ("closed", date(2020, 8, 1), date(2020, 8, 31)),
        ("open", date(2020, 9, 1), None),
    ]
    assert duties() == [(date(2019, 6, 1), date(2020, 7, 31)), (date(2020, 9, 1), None)]


@pytest.mark.req("R-026")
def test_still_rsa_but_no_longer_under_duties(take: Take) -> None:
    take(household(), day="2020-08-31")
    take(household("00000001069", adult(duties="0")), day=SEPTEMBER)
    assert [right[0] for right in rights()] == ["open"]
    assert duties() == [(date(2019, 6, 1), date(2020, 8, 31))]


def test_a_spouse_who_leaves_the_household_loses_the_right_there(take: Take) -> None:
    couple = [adult(), adult("MARC", role="CJT", nir=nir(7, sex=1))]
    take(household("00000001069", *couple), day="2020-08-31")
    gone = adult("MARC", role="CJT", nir=nir(7, sex=1), left_on="2020-09-15", duties="0")
    take(household("00000001069", adult(), gone), day=SEPTEMBER)
    marc = Person.objects.get(first_name="MARC")
    assert marc.stays.get().end_on == date(2020, 9, 15)
    assert list(marc.rights.order_by("start_on").values_list("state", "end_on")) == [
        ("open", date(2020, 9, 15)),
        ("closed", None),
    ]
    assert marc.duties.get().end_on == date(2020, 9, 15)
    assert Person.objects.get(first_name="AMÉLIE").duties.get().end_on is None


def test_a_mutation_to_another_paying_body_ends_the_right_on_its_day(take: Take) -> None:
    take(household(), day="2020-08-31")
    take(household(mutation="2020-09-12"), day=SEPTEMBER)
    assert rights()[-1] == ("closed", "MUT", date(2020, 9, 12), None)
    assert duties() == [(date(2019, 6, 1), date(2020, 9, 11))]


def test_a_household_missing_from_a_monthly_file_loses_its_right_and_a_daily_file_ends_nothing(take: Take) -> None:
    other = household("00000000002", adult("ZOÉ", nir=nir(2)))
    take(household(), other, day="2020-08-31")
    daily = take(other, kind="I", day="2020-09-02")
    assert daily.absent == 0
    monthly = take(other, day=SEPTEMBER)
    assert monthly.absent == 1
    gone = Person.objects.get(first_name="AMÉLIE")
    assert gone.rights.order_by("-start_on").values_list("state", "reason_code", "start_on").first() == (
        "closed",
        "ABS",
        date(2020, 9, 1),
    )
    assert gone.duties.get().end_on == date(2020, 8, 31)


def test_a_household_refused_in_a_monthly_file_is_not_absent_from_it(take: Take) -> None:
    other = household("00000000002", adult("ZOÉ", nir=nir(2)))
    take(household(), other, day="2020-08-31")
    run = take(household("00000001069", adult(born_on="oups")), other, day=SEPTEMBER)
    assert (run.refused, run.absent) == (1, 0)
    assert duties() == [(date(2019, 6, 1), None)] * 2


def test_nobody_is_absent_when_a_refused_household_cannot_even_be_named(take: Take) -> None:
    other = household("00000000002", adult("ZOÉ", nir=nir(2)))
    take(household(), other, day="2020-08-31")
    run = take(household(""), other, day=SEPTEMBER)
    assert (run.refused, run.absent) == (1, 0)


def test_the_files_of_two_paying_bodies_do_not_end_each_other(take: Take) -> None:
    take(household(), day="2020-08-31")
    run = take(household("00000000002", adult("ZOÉ", nir=nir(2)), body=("MSA", "690")), day=SEPTEMBER)
    assert run.absent == 0
    assert RightsAndDuties.objects.filter(end_on=None).count() == 2


def test_an_unknown_state_is_kept_and_changes_no_right(take: Take) -> None:
    take(household(), day="2020-08-31")
    run = take(household(state="9"), day=SEPTEMBER)
    assert run.unknown_codes == [{"tag": "ETATDOSRSA", "code": "9", "count": 1}]
    assert Household.objects.get().state_code == "9"
    assert [right[0] for right in rights()] == ["open"]


def test_moving_to_another_territory_moves_the_access(world: World, take: Take) -> None:
    take(household(), day="2020-08-31")
    take(household(insee="69389"), day=SEPTEMBER)
    person = Person.objects.get()
    assert person.territory == world.west
    assert list(reachable_persons(world.west_social_head, on=date(2020, 9, 30))) == [person]
    assert not reachable_persons(world.social_head, on=date(2020, 9, 30)).exists()


def test_rsa_activite_is_not_rsa_socle(take: Take) -> None:
    take(household(benefit="RCD"))
    assert RsaRight.objects.get().basic_rsa is False


@pytest.mark.req("R-031")
def test_a_dry_run_says_what_would_change_and_writes_nothing(world: World, take: Take, tmp_path: object) -> None:
    take(household(), household("00000000002", adult("ZOÉ", nir=nir(2))), day="2020-08-31")
    before, runs = content(), ImportRun.objects.count()
    blocks = [
        household(),
        household("00000000002", adult("ZOÉ", nir=nir(2)), family="MAR"),
        household("00000000003", adult("ÈVE", nir=nir(3))),
        household("00000000004", adult(born_on="oups")),
    ]
    path = write(tmp_path / "try.xml", *blocks, day=SEPTEMBER)  # type: ignore[operator]
    forecast = try_file(actor=world.data_officer, on=world.day, authority=world.authority, path=path)
    assert (forecast.new, forecast.changed, forecast.unchanged, forecast.refused) == (1, 1, 1, 1)
    assert forecast.refusals[0].position == 4
    assert content() == before
    assert ImportRun.objects.count() == runs


def test_nobody_imports_without_the_right_to(world: World, tmp_path: object) -> None:
    path = write(tmp_path / "file.xml", household())  # type: ignore[operator]
    for user in (world.caseworker, world.head, world.stranger, world.foreign_officer, world.social_head):
        with pytest.raises(NotAllowed):
            import_file(actor=user, on=world.day, authority=world.authority, path=path)
    assert not ImportRun.objects.exists()


def test_two_imports_of_one_authority_never_run_together(world: World, take: Take) -> None:
    lock = "hashtext('jalons.exchange.caf'), %s"
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock({lock})", [world.authority.pk])
            with pytest.raises(Refusal, match="déjà en cours"):
                take(household())
            cursor.execute(f"SELECT pg_advisory_unlock({lock})", [world.authority.pk])
        assert take(household()).new == 1
    finally:
        elsewhere.close()
