"""Places month by month, the presence grid, what the rulebook pays, the results expected, the reports received: on screen."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agreements.models import Agreement, Report
from jalons.agreements.operations import Place, add_line, amend_line, create_agreement, record_report
from jalons.indicators.operations import refresh_cube
from jalons.network.models import ReadTrace, User
from jalons.pathways.models import EndReason
from jalons.pathways.operations.enrolment import end_enrolment
from jalons.rulebooks.operations import load_shipped
from jalons.sites.steering.expected import Where, expected_results
from tests.worlds import ACTION, DAY, World

MOST_QUERIES = 40


def body(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\u00a0", " ")


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter=";"))


def convention(world: World, *, start_on: date = date(2020, 1, 1), action: str = ACTION, **line: Any) -> Agreement:
    return create_agreement(
        actor=world.steering_officer, on=start_on, organisation_id=world.house.pk, reference="2020-042",
        start_on=start_on, end_on=date(2020, 12, 31), lines=[Place("lyon_2020", action, **line)],
    )  # fmt: skip


def filled(world: World) -> None:
    """Three persons in the places of the house since 3 February, one of whom left on 12 May."""
    enrolments = [world.enrolled() for _ in range(3)]
    end_enrolment(
        actor=world.orientation_officer, on=date(2020, 5, 12), enrolment_id=enrolments[0].pk,
        last_day=date(2020, 5, 12), reason=EndReason.EXIT,
    )  # fmt: skip


class TestMonthByMonth:
    @pytest.mark.req("R-134", "R-137")
    def test_the_page_shows_each_month_end_their_mean_and_what_is_vacant(self, client: Client, world: World) -> None:
        filled(world)
        page = body(as_(client, world.head).get(f"/pilotage/conventions/{world.line.agreement_id}/places/"))
        assert "1 place libre depuis le 13 mai 2020" in page
        assert "17 places libres depuis le" in page
        assert "à venir" in page
        assert "<svg" in page

    @pytest.mark.req("R-137")
    def test_the_file_is_the_screen(self, client: Client, world: World) -> None:
        filled(world)
        address = f"/pilotage/conventions/{world.line.agreement_id}/places/export/csv/"
        rows = rows_of(as_(client, world.head).get(address))
        table = {row[0]: row[1:] for row in rows if row}
        assert table["avril 2020"] == ["20", "3", "15,0\u202f%"]
        assert table["mai 2020"] == ["20", "2", "10,0\u202f%"]
        assert table["novembre 2020"] == ["20", "à venir", ""]
        assert table["Moyenne"][1] == "2,1"

    @pytest.mark.req("R-138")
    def test_one_line_opens_the_persons_of_a_month_for_who_may(self, client: Client, world: World) -> None:
        filled(world)
        link = f"/pilotage/indicateurs/occupied_places/liste/?mois=2020-04&periode=month&ligne={world.line.pk}"
        address = f"/pilotage/conventions/{world.line.agreement_id}/places/?ligne={world.line.pk}"
        assert link.replace("&", "&amp;") in body(as_(client, world.head).get(address))
        assert "MARTIN" in body(client.get(link))
        assert ReadTrace.objects.filter(user_id=world.head.pk, kind="drilldown").exists()
        assert "indicateurs/occupied_places/liste" not in body(as_(client, world.orientation_officer).get(address))
        assert as_(client, world.neighbour_head).get(link).status_code == 404

    def test_another_year_is_empty_and_says_so(self, client: Client, world: World) -> None:
        filled(world)
        page = body(as_(client, world.head).get(f"/pilotage/conventions/{world.line.agreement_id}/places/?annee=1999"))
        assert "avril 2020" in page  # a year the agreement does not have is not asked for

    def test_a_line_counted_by_index_that_has_no_line_is_not_found(self, client: Client, world: World) -> None:
        client.force_login(world.steering_officer)
        link = f"/pilotage/indicateurs/mean_individual_interviews/liste/?ligne={world.line.pk}"
        assert client.get(link).status_code == 404


class TestPresenceGrid:
    @pytest.mark.req("R-137")
    def test_structures_cross_their_territory_with_totals(self, client: Client, world: World) -> None:
        filled(world)
        world.enrolled(line=world.neighbour_line)
        page = body(as_(client, world.steering_officer).get("/pilotage/conventions/presence/"))
        assert "Maison des parcours" in page
        assert "Atelier voisin" in page
        rows = rows_of(client.get("/pilotage/conventions/presence/export/csv/"))
        table = {(row[0], row[1]): row[2:] for row in rows if len(row) > 4}
        assert table["Toute l’autorité", "Maison des parcours"][:6] == ["0", "3", "3", "3", "2", "2"]
        assert table["Total", "Tous les organismes"][:6] == ["0", "4", "4", "4", "3", "3"]

    def test_a_head_sees_their_own_row(self, client: Client, world: World) -> None:
        filled(world)
        page = body(as_(client, world.neighbour_head).get("/pilotage/conventions/presence/"))
        assert "Maison des parcours" not in page
        assert "Atelier voisin" in page

    def test_the_number_of_queries_is_constant(self, client: Client, world: World) -> None:
        client.force_login(world.steering_officer)
        counts = []
        for group in (3, 20):
            for number in range(group):
                world.enrolled(line=world.place(world.organisation(f"Organisme {group} {number}")))
            client.get("/pilotage/conventions/presence/")
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/pilotage/conventions/presence/").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= MOST_QUERIES


class TestWhatTheRulebookPays:
    @pytest.mark.req("R-194", "R-193")
    def test_the_calculation_of_a_whole_year_line_by_line(self, client: Client, world: World, rulebooks: None) -> None:
        agreement = convention(world, places=150, amount=Decimal("75000.00"))
        page = body(as_(client, world.steering_officer).get(f"/pilotage/conventions/{agreement.pk}/"))
        assert "150 places, année 2020" in page
        assert "50 000,00 € × 150 places / 100 places" in page
        assert "75 000,00 €, le forfait du cadre" in page
        assert "000 §3.1 Itinéraires emploi l.177" in page

    @pytest.mark.req("R-194")
    def test_more_than_the_rate_needs_a_justification(self, client: Client, world: World, rulebooks: None) -> None:
        agreement = convention(world, places=72, amount=Decimal("56016.00"))
        page = body(as_(client, world.steering_officer).get(f"/pilotage/conventions/{agreement.pk}/"))
        assert "une justification est nécessaire" in page
        assert "778,00 €" in page
        assert "20 016,00 €" in page

    @pytest.mark.req("R-193")
    def test_an_amendment_makes_two_lines_that_add_up(self, client: Client, world: World, rulebooks: None) -> None:
        agreement = convention(world, places=100, amount=Decimal("55000.00"))
        line = agreement.lines.get()
        amend_line(actor=world.steering_officer, on=date(2020, 7, 1), line_id=line.pk, places=120, reason="Reprise")
        page = body(as_(client, world.steering_officer).get(f"/pilotage/conventions/{agreement.pk}/"))
        assert "100 places, du 01/01/2020 au 30/06/2020" in page
        assert "× 6 mois / 12 mois" in page
        assert "Total 2020 : <strong>55 000,00 €</strong>" in page
        assert "le forfait du cadre" in page

    @pytest.mark.req("R-194")
    def test_no_price_says_so(self, client: Client, world: World, rulebooks: None) -> None:
        agreement = convention(world, action="lyon_emploi_renforce_2020", places=10, amount=Decimal("9000.00"))
        page = body(as_(client, world.steering_officer).get(f"/pilotage/conventions/{agreement.pk}/"))
        assert "ce cadre ne donne pas de prix" in page


class TestExpectedResults:
    @pytest.fixture
    def counted(self, world: World) -> None:
        load_shipped(actor=world.system, on=date(2020, 1, 1))
        filled(world)
        refresh_cube(until=DAY, whole=True)

    @pytest.mark.req("R-112", "R-208")
    def test_both_readings_stand_side_by_side(self, client: Client, world: World, counted: None) -> None:
        page = body(as_(client, world.steering_officer).get("/pilotage/resultats/"))
        assert "au moins 60 %" in page
        assert (
            "Accès à l&#39;emploi durable" in page
            or "Accès à l'emploi durable" in page
            or "Accès à l’emploi durable" in page
        )
        assert "autre lecture" in page
        assert "non calculable" in page  # nobody has a step: the other reading has no denominator
        assert "Orientations reçues depuis janvier : <strong>3</strong>" in page

    @pytest.mark.req("R-139")
    def test_an_agreement_shows_its_own(self, client: Client, world: World, counted: None) -> None:
        page = body(as_(client, world.head).get(f"/pilotage/conventions/{world.line.agreement_id}/"))
        assert "Résultats attendus" in page
        assert "0 / 3" in page

    @pytest.mark.req("R-140")
    def test_a_result_of_all_the_lots_counts_all_the_actions_of_the_framework(self, world: World) -> None:
        load_shipped(actor=world.system, on=date(2020, 1, 1))
        lots = [
            world.place(world.house, framework_code="rhone_marche_2019_2021", action_code=code)
            for code in ("rhone_lots_1_2", "rhone_lot_3")
        ]
        for line in lots:
            world.enrolled(line=line)
        refresh_cube(until=DAY, whole=True)
        where = Where("action", {"authority_id": [world.authority.pk]})
        [of] = expected_results(["rhone_lots_1_2"], where, month=date(2020, 10, 1))
        month, year = of.results
        assert month.reading.result is not None
        assert (month.reading.result.value, month.reading.reached) == (2, None)  # « about » 1 390
        assert (year.reading.words, year.reading.reached, year.threshold) == ("2", False, "au moins 1\u202f500")

    @pytest.mark.req("R-208")
    def test_nothing_counted_is_not_calculable_and_neither_reached_nor_missed(self, world: World) -> None:
        load_shipped(actor=world.system, on=date(2020, 1, 1))
        where = Where("action", {"authority_id": [world.authority.pk]})
        found = expected_results(["nord_v_freins", "plie_2014_2020"], where, month=date(2020, 10, 1))
        assert [of.action.code for of in found] == ["nord_v_freins", "plie_2014_2020"]
        readings = [one.reading for of in found for one in of.results]
        assert {reading.words for reading in readings} == {"non calculable"}
        assert {reading.reached for reading in readings} == {None}

    @pytest.mark.req("R-166")
    def test_the_file_hides_small_counts(self, client: Client, world: World, counted: None) -> None:
        rows = rows_of(as_(client, world.steering_officer).get("/pilotage/resultats/export/csv/"))
        shown = [row for row in rows if len(row) > 5 and row[2] == "retenue"]
        assert shown
        assert all(row[4].startswith("masqué") or row[5] in ("", "0") for row in shown)

    def test_a_figure_of_an_action_only_opens_action_by_action(
        self, client: Client, world: World, counted: None
    ) -> None:
        for user in (world.steering_officer, world.head):
            page = body(as_(client, user).get("/pilotage/indicateurs/aci_training_rate/"))
            assert "action par action" in page


@pytest.mark.req("R-192")
def test_the_page_of_an_agreement_asks_the_same_number_of_questions_whatever_its_lines(
    client: Client, world: World, rulebooks: None
) -> None:
    client.force_login(world.steering_officer)
    agreement = convention(world, places=10, amount=Decimal("5000.00"))
    counts = []
    for group in (1, 6):
        for number in range(group):
            add_line(
                actor=world.steering_officer, on=DAY, agreement_id=agreement.pk,
                line=Place("lyon_2020", ACTION, places=number + 1),
            )  # fmt: skip
        client.get(f"/pilotage/conventions/{agreement.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/pilotage/conventions/{agreement.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES


class TestReportsReceived:
    def given(self, world: World, **changes: str) -> dict[str, str]:
        return {
            "line": str(world.line.pk),
            "kind": "monthly",
            "month": "2020-09-01",
            "received_on": "09/10/2020",
        } | changes

    @pytest.mark.req("R-201")
    def test_the_authority_notes_corrects_and_takes_back_a_report(self, client: Client, world: World) -> None:
        client.force_login(world.steering_officer)
        agreement = f"/pilotage/conventions/{world.line.agreement_id}/"
        assert client.get(f"{agreement}rapports/").status_code == 200
        assert client.post(f"{agreement}rapports/", self.given(world)).status_code == 302
        page = body(client.get(agreement))
        assert "Bilan mensuel, septembre 2020 : reçu le 9 octobre 2020" in page
        report = Report.objects.get()
        assert (
            client.post(f"/pilotage/conventions/rapports/{report.pk}/", {"received_on": "12/10/2020"}).status_code
            == 302
        )
        assert Report.objects.get().received_on == date(2020, 10, 12)
        assert client.post(f"/pilotage/conventions/rapports/{report.pk}/retirer/").status_code == 302
        assert not Report.objects.exists()

    def test_a_refusal_is_said_on_the_form(self, client: Client, world: World) -> None:
        client.force_login(world.steering_officer)
        address = f"/pilotage/conventions/{world.line.agreement_id}/rapports/"
        assert "dans le futur" in body(client.post(address, self.given(world, received_on="01/01/2021")))
        client.post(address, self.given(world))
        assert "déjà noté" in body(client.post(address, self.given(world)))
        assert Report.objects.count() == 1

    def test_a_reader_sees_them_without_changing_them(self, client: Client, world: World) -> None:
        record_report(
            actor=world.steering_officer, on=DAY, line_id=world.line.pk, kind="annual", period=date(2020, 1, 1)
        )
        page = body(as_(client, world.head).get(f"/pilotage/conventions/{world.line.agreement_id}/"))
        assert "Bilan annuel, 2020" in page
        assert "Corriger" not in page
        assert "Noter un rapport" not in page
