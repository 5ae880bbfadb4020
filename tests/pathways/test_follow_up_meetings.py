"""The technical group and the committee that follow the innovative itineraries: figures of the day, what is retained (R-066)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jalons.agreements.models import AgreementLine
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.pathways.models import Enrolment, FollowUpMeeting, Opinion
from jalons.pathways.operations import OpinionGiven, add_professional, record_follow_up_meeting, record_opinion
from jalons.pathways.queries.follow_up_meetings import followed_actions, meetings_of
from jalons.pathways.rulebook import Shelf, rules_of
from tests.worlds import ORIENTED_ON, World

pytestmark = [pytest.mark.req("R-066"), pytest.mark.usefixtures("rulebooks")]
ON = date(2020, 6, 2)
INNOVANT = "lyon_emploi_innovant_2020"


@pytest.fixture
def line(world: World) -> AgreementLine:
    return world.place(action_code=INNOVANT, places=12)


def entered(world: World, line: AgreementLine, *, analysed: bool = False, complete: bool = False) -> Enrolment:
    one = world.enrolled(line=line, caseworker=world.caseworker)
    if analysed:
        opinion = OpinionGiven("mediation", ORIENTED_ON, Opinion.FAVOURABLE)
        record_opinion(actor=world.orientation_officer, on=ON, orientation_id=one.orientation_id, opinion=opinion)
    if complete:
        clinic = world.organisation(f"Centre {one.pk}")
        given: dict[str, Any] = {"actor": world.head, "on": ON, "enrolment_id": one.pk, "start_on": ON}
        psychologist = world.user(f"psy{one.pk}", "caseworker", organisation=clinic)
        add_professional(**given, user_id=psychologist.pk, role="psychic_health", organisation_id=clinic.pk)
    return one


def note(world: World, *, actor: User | None = None, **options: Any) -> FollowUpMeeting:
    given: dict[str, Any] = {"actor": actor or world.steering_officer, "on": ON, "authority_id": world.authority.pk}
    given |= {
        "action_code": INNOVANT,
        "body": "technical_follow_up_group",
        "held_on": ON,
        "conclusions": "Montée lente.",
    }
    return record_follow_up_meeting(**(given | options))


@pytest.mark.parametrize("action", [INNOVANT, "lyon_activite_innovant_2020"])
def test_the_rulebook_names_the_group_and_the_committee_of_both_itineraries(action: str) -> None:
    bodies = rules_of(action, on=ON).follow_up_bodies
    assert [one.code for one in bodies] == ["technical_follow_up_group", "follow_up_committee"]
    assert "ARS" in bodies[1].members
    assert all(one.citation for one in bodies)


def test_the_figures_count_persons_entries_without_analysis_and_incomplete_teams(
    world: World, line: AgreementLine
) -> None:
    entered(world, line, analysed=True, complete=True)
    entered(world, line, analysed=True)
    entered(world, line)
    world.enrolled(caseworker=world.caseworker)  # a diversified itinerary: no body follows it
    lines = AgreementLine.objects.all()
    (found,) = followed_actions(lines, authority_id=world.authority.pk, on=ON, shelf=Shelf())
    assert (found.action_code, found.places, found.accompanied) == (INNOVANT, 12, 3)
    assert (found.unanalysed, found.incomplete_teams) == (1, 2)


def test_a_meeting_keeps_the_figures_of_its_day(world: World, line: AgreementLine) -> None:
    entered(world, line)
    made = note(world)
    entered(world, line)
    made.refresh_from_db()
    assert (made.places, made.accompanied, made.unanalysed, made.incomplete_teams) == (12, 1, 1, 1)
    later = note(world, body="follow_up_committee")
    assert later.accompanied == 2
    early = note(world, held_on=date(2020, 1, 15))
    assert (early.places, early.accompanied) == (12, 0)
    assert list(meetings_of(world.authority.pk, [INNOVANT])) == [later, made, early]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"body": "itt"}, "Groupe de suivi technique"),
        ({"action_code": "lyon_emploi_diversifie_2020"}, "Aucune instance ne suit cette action"),
        ({"held_on": date(2020, 6, 3)}, "pas encore arrivé"),
        ({"conclusions": " "}, "ce qu’elle retient"),
    ],
)
def test_what_the_rulebook_does_not_name_is_refused(world: World, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        note(world, **options)
    assert not FollowUpMeeting.objects.exists()


def test_the_same_meeting_is_noted_once_and_by_who_steers_the_authority(world: World, line: AgreementLine) -> None:
    made = note(world)
    with pytest.raises(Refusal, match="déjà notée"):
        note(world)
    for actor in (world.caseworker, world.social_head, world.foreign_officer):
        with pytest.raises(NotAllowed):
            note(world, actor=actor, held_on=date(2020, 6, 1))
    made.pk = None
    with pytest.raises(IntegrityError, match="follow_up_meeting_once_a_day"), transaction.atomic():
        made.save(force_insert=True)
    with pytest.raises(IntegrityError, match="follow_up_meeting_concludes"), transaction.atomic():
        FollowUpMeeting.objects.update(conclusions="")
