"""Pairs and teams: who acts beside the référent unique, from where, and what opens to them (R-056, R-065, R-066)."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agreements.groups import answer_with_group
from jalons.documents.guard import noticed
from jalons.kernel.refusals import Refusal
from jalons.network.groups import add_member, create_group
from jalons.network.models import OrganisationKind, User
from jalons.network.operations import end_membership
from jalons.pathways.models import EndReason, Enrolment, EnrolmentProfessional
from jalons.pathways.operations import add_professional, end_enrolment, end_professional
from jalons.pathways.queries.teams import teams_of
from jalons.people.permissions import may_reach
from tests.worlds import World

JUNE = date(2020, 6, 1)
INNOVANT, GLOBAL = "lyon_emploi_innovant_2020", "rhone_accompagnement_global"


def followed(world: World, action: str, framework: str) -> Enrolment:
    line = world.place(world.house, action_code=action, framework_code=framework)
    return world.enrolled(line=line, caseworker=world.caseworker)


def innovant(world: World) -> Enrolment:
    return followed(world, INNOVANT, "lyon_2020")


def professional(world: World, name: str, kind: str = OrganisationKind.ASSOCIATION) -> tuple[User, int]:
    organisation = world.organisation(f"Chez {name}", kind=kind)
    return world.user(name, "caseworker", organisation=organisation), organisation.pk


def join(world: World, enrolment: Enrolment, user: User, organisation_id: int, role: str, **options: object):
    given = {"actor": world.head, "on": JUNE, "start_on": JUNE} | options
    return add_professional(
        enrolment_id=enrolment.pk, user_id=user.pk, organisation_id=organisation_id, role=role, **given
    )


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.req("R-065")
def test_a_social_worker_and_an_adviser_make_the_pair_of_the_global_accompaniment(world):
    enrolment = followed(world, GLOBAL, "rhone_accompagnement_global")
    (team,) = teams_of([enrolment], on=JUNE)
    assert [seat.role.label for seat in team.seats if seat.missing] == [
        "Travailleur social",
        "Conseiller de Pôle emploi",
    ]
    worker, service = professional(world, "assistante", OrganisationKind.AUTHORITY_SERVICE)
    adviser, agency = professional(world, "conseiller", OrganisationKind.EMPLOYMENT_SERVICE)
    join(world, enrolment, worker, service, "social_worker")
    join(world, enrolment, adviser, agency, "employment_adviser")
    (team,) = teams_of([enrolment], on=JUNE)
    assert team.complete
    assert may_reach(again(worker), enrolment.person_id, on=JUNE)
    assert may_reach(again(adviser), enrolment.person_id, on=JUNE)


@pytest.mark.req("R-065")
def test_an_adviser_works_at_pole_emploi(world):
    enrolment = followed(world, GLOBAL, "rhone_accompagnement_global")
    someone, elsewhere = professional(world, "ailleurs")
    with pytest.raises(Refusal, match="un autre type d’organisme"):
        join(world, enrolment, someone, elsewhere, "employment_adviser")


@pytest.mark.req("R-066", "R-163")
def test_two_professionals_act_together_and_the_file_holds_no_medical_word(world):
    enrolment = innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    join(world, enrolment, psychologist, clinic, "psychic_health")
    (team,) = teams_of([enrolment], on=JUNE)
    assert team.complete
    assert team.sensitive
    assert [seat.names for seat in team.seats] == [(str(world.caseworker),), (str(psychologist),)]
    texts = [
        field.name for field in EnrolmentProfessional._meta.get_fields() if field.get_internal_type() == "TextField"
    ]
    assert texts == []  # the membership of the team has no room for words
    assert [one.code for one in noticed("Elle est sous traitement pour dépression.")] == ["health"]


@pytest.mark.req("R-066")
def test_a_team_without_its_health_professional_is_told_incomplete(world):
    (team,) = teams_of([innovant(world)], on=JUNE)
    assert not team.complete
    assert [seat.role.code for seat in team.seats if seat.missing] == ["psychic_health"]


@pytest.mark.req("R-056")
def test_an_iod_team_has_its_paired_referent(world):
    enrolment = followed(world, "nord_i1_iod", "nord_2019_2021")
    referent, elsewhere = professional(world, "adosse")
    join(world, enrolment, referent, elsewhere, "paired_reference")
    (team,) = teams_of([enrolment], on=JUNE)
    assert team.complete
    assert may_reach(again(referent), enrolment.person_id, on=JUNE)


@pytest.mark.req("R-164")
def test_the_file_closes_to_who_leaves_the_team(world):
    enrolment = innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    row = join(world, enrolment, psychologist, clinic, "psychic_health")
    end_professional(actor=world.head, on=date(2020, 7, 1), professional_id=row.pk, last_day=date(2020, 6, 30))
    assert may_reach(again(psychologist), enrolment.person_id, on=date(2020, 6, 30))
    assert not may_reach(again(psychologist), enrolment.person_id, on=date(2020, 7, 1))
    with pytest.raises(Refusal, match="n’intervient plus"):
        end_professional(actor=world.head, on=date(2020, 7, 2), professional_id=row.pk, last_day=date(2020, 7, 2))


@pytest.mark.req("R-164")
def test_the_file_closes_with_the_post_and_with_the_accompaniment(world):
    left, ended = innovant(world), innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    for one in (left, ended):
        join(world, one, psychologist, clinic, "psychic_health")
    end_enrolment(actor=world.head, on=JUNE, enrolment_id=ended.pk, last_day=JUNE, reason=EndReason.CANCELLED)
    assert not may_reach(again(psychologist), ended.person_id, on=date(2020, 6, 2))
    post = psychologist.memberships.get()
    end_membership(actor=world.administrator, on=date(2020, 6, 10), membership_id=post.pk)
    other = world.organisation("Autre maison")
    psychologist.memberships.create(role="caseworker", organisation=other, start_on=date(2020, 6, 11))
    assert not may_reach(again(psychologist), left.person_id, on=date(2020, 6, 11))


@pytest.mark.req("R-164")
def test_a_role_of_the_house_is_not_for_elsewhere(world):
    enrolment = followed(world, "nord_i1_iod", "nord_2019_2021")
    someone, elsewhere = professional(world, "ailleurs")
    with pytest.raises(Refusal, match="pas ouvert à un autre organisme"):
        join(world, enrolment, someone, elsewhere, "mediation_team")
    with pytest.raises(Refusal, match="n’est pas dans l’équipe"):
        join(world, enrolment, world.colleague, world.house.pk, "psychic_health")


def test_the_same_role_twice_at_the_same_dates_is_refused(world):
    enrolment = innovant(world)
    psychologist, clinic = professional(world, "psychologue")
    join(world, enrolment, psychologist, clinic, "psychic_health")
    with pytest.raises(Refusal) as refused:
        join(world, enrolment, psychologist, clinic, "psychic_health")
    assert refused.value.code == "professional_once_at_a_time"


@pytest.mark.req("R-008")
def test_a_member_of_the_group_may_hold_a_role_open_to_the_group(world):
    group = create_group(actor=world.steering_officer, on=JUNE, authority_id=world.authority.pk, name="UFCS")
    enrolment = innovant(world)
    with pytest.raises(Refusal, match="pas membre du groupement"):
        answer_with_group(
            actor=world.steering_officer, on=JUNE, agreement_id=enrolment.line.agreement_id, group_id=group.pk
        )
    for organisation in (world.house, world.neighbour):
        add_member(
            actor=world.steering_officer,
            on=JUNE,
            group_id=group.pk,
            organisation_id=organisation.pk,
            start_on=date(2020, 1, 1),
        )
    answer_with_group(
        actor=world.steering_officer, on=JUNE, agreement_id=enrolment.line.agreement_id, group_id=group.pk
    )
    from jalons.pathways.operations.teams import partners

    assert partners(enrolment, on=JUNE) == {world.neighbour.pk}
