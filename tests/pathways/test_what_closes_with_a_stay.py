"""What ends with an accompaniment, whatever day it was noted: parts in the team, their files, pauses, accounts closed."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.network.models import RoleCode, User
from jalons.network.operations import create_membership, deactivate_user, end_membership
from jalons.pathways.models import EndReason, Enrolment, EnrolmentProfessional
from jalons.pathways.operations import add_professional, end_enrolment, start_pause
from jalons.people.models import AccessReason, DossierAccess
from jalons.people.permissions import may_reach
from tests.pathways.test_teams import again, innovant, join, professional
from tests.worlds import World

LAST = date(2020, 8, 10)  # the exit, noted late
NOTED = date(2020, 9, 1)


def end(world: World, enrolment: Enrolment, *, on: date = NOTED, last_day: date = LAST) -> None:
    end_enrolment(actor=world.head, on=on, enrolment_id=enrolment.pk, last_day=last_day, reason=EndReason.EXIT)


def team_grant(row: EnrolmentProfessional) -> DossierAccess:
    return DossierAccess.objects.get(reason=AccessReason.TEAM, source_id=row.pk)


@pytest.mark.req("R-164")
@pytest.mark.parametrize("start_on", [date(2020, 8, 20), date(2020, 10, 1)])
def test_a_part_that_begins_after_the_exit_gives_no_file(world, start_on):
    enrolment = innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    row = join(world, enrolment, psychologist, clinic, "psychic_health", on=date(2020, 8, 1), start_on=start_on)
    end(world, enrolment)
    row.refresh_from_db()
    assert row.end_on == start_on  # a period is never empty
    assert team_grant(row).end_on == LAST
    assert not may_reach(again(psychologist), enrolment.person_id, on=NOTED)


def test_a_part_of_the_house_that_begins_after_the_exit_ends_too(world):
    enrolment = world.enrolled(caseworker=world.caseworker)
    later = date(2020, 8, 20)
    row = add_professional(
        actor=world.head, on=later, enrolment_id=enrolment.pk, user_id=world.colleague.pk, role="Appui", start_on=later
    )
    end(world, enrolment)
    row.refresh_from_db()
    assert row.end_on == later


@pytest.mark.req("R-142")
@pytest.mark.parametrize(
    ("start_on", "end_on", "last"),
    [(date(2020, 7, 1), None, LAST), (date(2020, 7, 1), date(2020, 12, 1), LAST),
     (date(2020, 8, 20), date(2020, 12, 1), date(2020, 8, 20)), (date(2020, 7, 1), date(2020, 7, 31), date(2020, 7, 31))],
)  # fmt: skip
def test_no_pause_outlives_the_stay(world, start_on, end_on, last):
    enrolment = world.enrolled()
    pause = start_pause(
        actor=world.head, on=NOTED, enrolment_id=enrolment.pk, start_on=start_on, reason="Maternité", end_on=end_on
    )
    end(world, enrolment)
    pause.refresh_from_db()
    assert pause.end_on == last


# The end of a post


def post(world: World, user: User, organisation: int, role: RoleCode) -> int:
    day = date(2020, 1, 1)
    made = create_membership(
        actor=world.administrator, on=day, user_id=user.pk, organisation_id=organisation, role=role
    )
    return made.pk


@pytest.mark.req("R-164")
def test_who_still_works_there_keeps_the_files_of_the_team(world):
    enrolment = innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    second = post(world, psychologist, clinic, RoleCode.ORGANISATION_HEAD)
    join(world, enrolment, psychologist, clinic, "psychic_health")
    end_membership(actor=world.administrator, on=LAST, membership_id=second)
    assert may_reach(again(psychologist), enrolment.person_id, on=NOTED)
    first = psychologist.memberships.get(role=RoleCode.CASEWORKER)
    end_membership(actor=world.administrator, on=NOTED, membership_id=first.pk)
    row = EnrolmentProfessional.objects.get()
    assert (row.end_on, team_grant(row).end_on) == (NOTED, NOTED)


@pytest.mark.req("R-164")
def test_a_part_to_come_ends_with_the_post(world):
    enrolment = innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    row = join(world, enrolment, psychologist, clinic, "psychic_health", on=LAST, start_on=date(2020, 9, 15))
    end_membership(actor=world.administrator, on=NOTED, membership_id=psychologist.memberships.get().pk)
    row.refresh_from_db()
    assert (row.end_on, team_grant(row).end_on) == (row.start_on, NOTED)


@pytest.mark.req("R-164")
def test_an_account_closed_leaves_its_teams(world):
    enrolment = innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    row = join(world, enrolment, psychologist, clinic, "psychic_health")
    deactivate_user(actor=world.administrator, on=NOTED, user_id=psychologist.pk)
    row.refresh_from_db()
    assert row.end_on == date(2020, 8, 31)
    assert team_grant(row).end_on == date(2020, 8, 31)
