"""An exit reversed gives back what it had closed: the accompaniment, the team, the « veille » and their accesses."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.network.models import OrganisationKind
from jalons.pathways.models import Destination, Exit
from jalons.pathways.operations import (
    add_professional,
    confirm_exit,
    confirm_exits,
    end_professional,
    propose_exit,
    reverse_exit,
    start_pause,
)
from jalons.people.models import AccessReason, DossierAccess
from tests.worlds import World

JUNE = date(2020, 6, 1)
ON = date(2020, 9, 1)
INNOVANT = {"action_code": "lyon_emploi_innovant_2020", "framework_code": "lyon_2020"}


def proposed(world: World, enrolment_id: int) -> Exit:
    return propose_exit(
        actor=world.caseworker, on=ON, enrolment_id=enrolment_id, exited_on=ON, destination=Destination.MOVED
    )


@pytest.mark.req("R-121", "R-142", "R-164")
def test_the_team_the_veille_and_their_accesses_come_back(world):
    enrolment = world.enrolled(line=world.place(world.house, **INNOVANT), caseworker=world.caseworker)
    clinic = world.organisation("Clinique", kind=OrganisationKind.ASSOCIATION)
    psychologist = world.user("psychologue", "caseworker", organisation=clinic)
    given = {"actor": world.head, "on": JUNE, "enrolment_id": enrolment.pk, "start_on": JUNE}
    outside = add_professional(user_id=psychologist.pk, role="psychic_health", organisation_id=clinic.pk, **given)
    pause = start_pause(reason="Congé parental", end_on=date(2020, 12, 31), **given)
    access = DossierAccess.objects.get(reason=AccessReason.TEAM, source_id=outside.pk)
    exit_ = confirm_exit(actor=world.head, on=ON, exit_id=proposed(world, enrolment.pk).pk)
    for row in (outside, access):
        row.refresh_from_db()
        assert row.end_on == ON
    reverse_exit(actor=world.head, on=ON, exit_id=exit_.pk, reason="Erreur de personne")
    for row, until in ((outside, None), (access, None), (pause, date(2020, 12, 31))):
        row.refresh_from_db()
        assert row.end_on == until


def test_who_had_left_the_team_before_stays_out_and_the_other_exits_keep_theirs(world):
    first, second = world.enrolled(), world.enrolled()
    rows = [
        add_professional(actor=world.head, on=JUNE, enrolment_id=one.pk, user_id=user.pk, role="Appui", start_on=JUNE)
        for one, user in ((first, world.colleague), (first, world.head), (second, world.colleague))
    ]
    end_professional(actor=world.head, on=JUNE, professional_id=rows[1].pk, last_day=date(2020, 6, 30))
    exits = confirm_exits(actor=world.head, on=ON, exit_ids=[proposed(world, one.pk).pk for one in (first, second)])
    reverse_exit(actor=world.head, on=ON, exit_id=exits[0].pk, reason="Erreur")
    for row in rows:
        row.refresh_from_db()
    assert [row.end_on for row in rows] == [None, date(2020, 6, 30), ON]
