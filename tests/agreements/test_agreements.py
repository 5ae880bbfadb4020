"""Making and amending agreements and in-house offers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalons.agreements import operations, queries
from jalons.agreements.models import Agreement, AgreementKind, AgreementLine
from jalons.agreements.occupancy import occupancies
from jalons.agreements.operations import Place
from jalons.agreements.permissions import readable_agreements
from jalons.kernel.refusals import NotAllowed, Refusal
from tests.worlds import ACTION, DAY, FRAMEWORK, World

JANUARY, DECEMBER = date(2020, 1, 1), date(2020, 12, 31)


def convention(world: World, *lines: Place, **changes: object) -> Agreement:
    arguments = {
        "actor": world.steering_officer,
        "on": DAY,
        "organisation_id": world.house.pk,
        "reference": "2020-017",
        "start_on": JANUARY,
        "end_on": DECEMBER,
        "lines": lines,
    } | changes
    return operations.create_agreement(**arguments)  # type: ignore[arg-type]


def places(number: int = 150, **options: object) -> Place:
    return Place(FRAMEWORK, ACTION, number, **options)  # type: ignore[arg-type]


@pytest.mark.req("R-192")
def test_an_agreement_links_an_organisation_its_actions_places_persons_and_amount(world: World) -> None:
    agreement = convention(world, places(150, persons_to_follow=210, amount=Decimal("75000.00"), theme="Cadres"))
    line = agreement.lines.get()
    assert (agreement.authority, agreement.organisation, agreement.kind) == (
        world.authority,
        world.house,
        AgreementKind.CONVENTION,
    )
    assert (line.places, line.persons_to_follow, line.amount, line.theme) == (150, 210, Decimal("75000.00"), "Cadres")
    assert (line.start_on, line.end_on, line.rank) == (JANUARY, DECEMBER, 1)


@pytest.mark.req("R-192")
def test_lines_are_added_after_the_last_one(world: World) -> None:
    agreement = convention(world, places(10))
    line = operations.add_line(actor=world.steering_officer, on=DAY, agreement_id=agreement.pk, line=places(20))
    assert line.rank == 2


def test_an_in_house_offer_has_places_and_no_price(world: World) -> None:
    arguments = {
        "actor": world.steering_officer,
        "on": DAY,
        "organisation_id": world.house.pk,
        "start_on": JANUARY,
        "end_on": DECEMBER,
    }
    offer = operations.open_in_house_offer(reference="PE", lines=[places(400)], **arguments)  # type: ignore[arg-type]
    assert (offer.kind, offer.lines.get().amount) == (AgreementKind.IN_HOUSE, None)
    with pytest.raises(Refusal, match="n’a pas de prix"):
        operations.open_in_house_offer(
            reference="PE 2",
            lines=[places(10, amount=Decimal(500))],
            **arguments,  # type: ignore[arg-type]
        )


def test_a_reference_is_used_once_in_an_authority(world: World) -> None:
    convention(world)
    with pytest.raises(Refusal, match="porte déjà cette référence"):
        convention(world)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"start_on": date(2019, 12, 1)}, "hors des dates de la convention"),
        ({"end_on": date(2021, 1, 1)}, "hors des dates de la convention"),
        ({"start_on": date(2020, 6, 2), "end_on": date(2020, 6, 1)}, "finir avant de commencer"),
        ({"amount": Decimal("10.005")}, "euros et centimes"),
        ({"amount": Decimal(-1)}, "négatif"),
    ],
)
def test_a_line_that_cannot_be_is_refused(world: World, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        convention(world, places(10, **options))
    assert not Agreement.objects.filter(reference="2020-017").exists()


def test_a_territory_of_another_authority_is_refused(world: World) -> None:
    from jalons.network.models import Territory

    elsewhere = Territory.objects.create(authority=world.neighbour_authority, code="douaisis", name="Douaisis")
    with pytest.raises(Refusal, match="pas celui de l’autorité"):
        convention(world, places(10, territory_id=elsewhere.pk))


def test_only_who_manages_the_agreements_of_that_authority_makes_one(world: World) -> None:
    for actor in (world.caseworker, world.head, world.social_head, world.data_officer, world.foreign_officer):
        with pytest.raises(NotAllowed, match="direction de l’insertion"):
            convention(world, actor=actor)


class TestAmendment:
    def test_it_keeps_before_and_after(self, world: World) -> None:
        line = convention(world, places(100)).lines.get()
        amendment = operations.amend_line(
            actor=world.steering_officer,
            on=DAY,
            line_id=line.pk,
            places=120,
            end_on=date(2021, 3, 31),
            reason="Reprise",
        )
        line.refresh_from_db()
        assert (line.places, line.end_on) == (120, date(2021, 3, 31))
        assert (amendment.places_before, amendment.places_after) == (100, 120)
        assert (amendment.end_before, amendment.end_after) == (DECEMBER, date(2021, 3, 31))
        assert (amendment.decided_on, amendment.decided_by) == (DAY, world.steering_officer)
        assert line.agreement.end_on == date(2021, 3, 31)

    def test_it_asks_for_a_change_and_a_reason(self, world: World) -> None:
        line = convention(world, places(100)).lines.get()
        with pytest.raises(Refusal, match="ne change rien"):
            operations.amend_line(actor=world.steering_officer, on=DAY, line_id=line.pk, places=100, reason="Rien")
        with pytest.raises(Refusal, match="demande un motif"):
            operations.amend_line(actor=world.steering_officer, on=DAY, line_id=line.pk, places=90, reason="  ")

    def test_it_belongs_to_the_authority(self, world: World) -> None:
        with pytest.raises(NotAllowed):
            operations.amend_line(actor=world.head, on=DAY, line_id=world.line.pk, places=99, reason="Plus")
        world.line.refresh_from_db()
        assert world.line.places == 20

    def test_the_last_day_stays_after_the_first(self, world: World) -> None:
        with pytest.raises(Refusal, match="finir avant de commencer"):
            operations.amend_line(
                actor=world.steering_officer, on=DAY, line_id=world.line.pk, end_on=date(2019, 12, 31), reason="Fin"
            )

    def test_month_ends_before_it_keep_the_places_of_then(self, world: World) -> None:
        line = convention(world, places(100)).lines.get()
        operations.amend_line(
            actor=world.steering_officer, on=date(2020, 6, 15), line_id=line.pk, places=120, reason="Reprise"
        )
        line.refresh_from_db()
        strip = occupancies([line], on=DAY)[line.pk].months
        assert [month.places for month in strip] == [100] * 5 + [120] * 7


class TestWhoSeesAgreements:
    def test_an_organisation_sees_its_own(self, world: World) -> None:
        seen = readable_agreements(world.head, on=DAY)
        assert set(seen) == {world.line.agreement}

    def test_an_authority_sees_all_of_its_own(self, world: World) -> None:
        elsewhere = world.place(world.organisation("Ailleurs", authority=world.neighbour_authority))
        for officer in (world.steering_officer, world.orientation_officer, world.social_head):
            assert set(readable_agreements(officer, on=DAY)) == {world.line.agreement, world.neighbour_line.agreement}
        assert set(readable_agreements(world.foreign_officer, on=DAY)) == {elsewhere.agreement}

    def test_others_see_none(self, world: World) -> None:
        for user in (world.caseworker, world.data_officer, world.administrator):
            assert not readable_agreements(user, on=DAY).exists()


def test_totals_cut_by_type_theme_and_dataset_add_up(world: World) -> None:
    AgreementLine.objects.all().delete()
    convention(
        world,
        places(150, persons_to_follow=210, amount=Decimal("75000.00"), printed_type="Diversifié"),
        places(35, persons_to_follow=45, amount=Decimal("27300.50"), printed_type="Renforcé", theme="Cadres"),
        dataset="essai",
    )
    convention(world, places(5, printed_type="Diversifié"), reference="sans prix")
    sums = queries.totals(AgreementLine.objects.all())
    assert (sums.overall.lines, sums.overall.places, sums.overall.persons_to_follow) == (3, 190, 255)
    assert sums.overall.amount == Decimal("102300.50")
    assert [(t.label, t.lines, t.places) for t in sums.by_type] == [("Diversifié", 2, 155), ("Renforcé", 1, 35)]
    assert [(t.label, t.places) for t in sums.by_theme] == [("", 155), ("Cadres", 35)]
    assert [(t.label, t.places, t.amount) for t in sums.by_dataset] == [
        ("", 5, None),
        ("essai", 185, Decimal("102300.50")),
    ]


def test_totals_are_one_query_besides_the_choice_of_lines(world: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(2):
        queries.totals(AgreementLine.objects.all())


def test_no_line_totals_nothing(world: World) -> None:
    assert queries.totals(AgreementLine.objects.none()).overall.places == 0
