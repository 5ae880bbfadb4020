"""« Simuler »: a policy officer tries a proposal on the dossiers of her authority; nobody else, and nothing is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jalons.indicators.masking import MASKED_SIGN
from jalons.kernel.jobs import run_worker
from jalons.network.models import ReadTrace, RoleCode
from jalons.network.permissions import ROLES, Permission
from jalons.people.models import DossierAccess
from jalons.rulebooks.models import RulebookProposal
from jalons.rulebooks.operations import propose
from jalons.sites.steering import simulating
from jalons.sites.steering.views import simulating_lists
from jalons.todos.comparison.caseload import Question
from jalons.todos.comparison.simulation import Simulation
from jalons.todos.models import Todo
from tests.todos.reform_cases import TODAY, Cases, lived
from tests.todos.reform_files import proposed
from tests.worlds import World

QUESTION = {"contre": "lyon_2020", "le": "15/10/2020"}
MOST_QUERIES = 40


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["process"].clear()


@pytest.fixture
def cases(world: World) -> Cases:
    return lived(world)


@pytest.fixture
def proposal(cases: Cases) -> RulebookProposal:
    return suggested(cases.world)


def suggested(world: World) -> RulebookProposal:
    return propose(raw=proposed().encode(), file="reforme.yaml", actor=world.steering_officer, on=TODAY)


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode("utf-8-sig")).replace("\u202f", " ").replace("\u00a0", " ")


def page(client: Client, proposal: RulebookProposal, name: str = "simulate", *more: str, **query: str) -> Any:
    return client.get(reverse(f"steering:{name}", args=(proposal.pk, *more)), QUESTION | query)


def test_the_page_asks_first(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    client.force_login(cases.world.steering_officer)
    shown = body(client.get(reverse("steering:simulate", args=(proposal.pk,))))
    assert "Cadre d’essai, version 1" in shown
    assert "Rien à montrer encore" in shown
    shown = body(page(client, proposal, le="31/02/2020"))
    assert "Écrivez une date" in shown


@pytest.mark.req("R-001", "R-193")
def test_the_page_tells_what_changes(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    before = list(Todo.objects.order_by("pk").values())
    client.force_login(cases.world.steering_officer)
    shown = body(page(client, proposal))
    for expected in (
        "3 dossiers touchés sur 3",
        "Échéances manquées : 2 → 4",
        "Contrat après l’orientation",
        "31 jours plus tôt",
        "Premier entretien",
        "rien n’est demandé",
        "10 000,00 €",
        "12 000,00 €",
        "au moins 4 % (atteint)",
        "Emploi durable",
        "article 4",
        "<svg",
    ):
        assert expected in shown, expected
    assert list(Todo.objects.order_by("pk").values()) == before


def test_from_a_date_fewer_dossiers_change(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    client.force_login(cases.world.steering_officer)
    assert "1 dossier touché sur 3" in body(page(client, proposal, depuis="01/07/2020"))


def test_the_exports_of_a_page_count_nothing_again(
    client: Client, cases: Cases, proposal: RulebookProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Question] = []
    count_now = simulating.count_now

    def counting(question: Question) -> Simulation:
        counted.append(question)
        return count_now(question)

    monkeypatch.setattr(simulating, "count_now", counting)
    client.force_login(cases.world.steering_officer)
    shown = body(page(client, proposal))
    assert "Calculé le" in shown
    assert "Recalculer" in shown
    for table in ("obligations", "organismes", "etats"):
        body(page(client, proposal, "simulate_export", "csv", tableau=table))
    assert len(counted) == 1
    page(client, proposal, depuis="01/07/2020")  # another question
    assert len(counted) == 2


def test_counts_kept_a_moment_are_counted_again_on_demand(
    client: Client, cases: Cases, proposal: RulebookProposal
) -> None:
    client.force_login(cases.world.steering_officer)
    assert "3 dossiers touchés sur 3" in body(page(client, proposal))
    (person,) = cases.world.persons(1)
    cases.world.enrolled(person)
    assert "3 dossiers touchés sur 3" in body(page(client, proposal))
    assert client.post(reverse("steering:simulate_start", args=(proposal.pk,)), QUESTION).status_code == 302
    assert "sur 4." in body(page(client, proposal))


@pytest.mark.req("R-166")
def test_the_list_names_those_within_reach(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    DossierAccess.objects.filter(person_id=cases.old.person_id).delete()
    opening(cases.world)
    client.force_login(cases.world.steering_officer)
    shown = body(page(client, proposal, "simulate_rows", changement="late"))
    assert "RECENT" in shown
    assert "ANCIEN" not in shown
    assert "1 dossier hors de votre périmètre" in shown
    trace = ReadTrace.objects.latest("pk")
    assert (trace.kind, trace.count) == ("drilldown", 1)
    exits = body(page(client, proposal, "simulate_rows", liste="sorties"))
    assert "SIGNE" in exits
    assert "Autre sortie" in exits


def test_the_export_of_the_list_matches_the_screen(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    opening(cases.world)
    client.force_login(cases.world.steering_officer)
    text = body(page(client, proposal, "simulate_rows_export", "csv", obligation="contract_after_orientation"))
    rows = [line.split(";") for line in text.splitlines() if line.startswith(("RECENT", "ANCIEN", "SIGNE"))]
    assert len(rows) == 3
    (recent,) = [row for row in rows if row[0].startswith("RECENT")]
    assert recent[-5:] == ["à venir", "en retard", "01/11/2020", "01/10/2020", "-31"]


def test_a_list_too_long_says_that_it_is_cut(
    client: Client, cases: Cases, proposal: RulebookProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening(cases.world)
    client.force_login(cases.world.steering_officer)
    query = {"obligation": "contract_after_orientation"}
    assert "Liste coupée" not in body(page(client, proposal, "simulate_rows_export", "csv", **query))
    assert "Liste longue" not in body(page(client, proposal, "simulate_rows", **query))
    monkeypatch.setattr(simulating_lists, "LARGEST_EXPORT", 2)
    text = body(page(client, proposal, "simulate_rows_export", "csv", **query))
    assert "Liste coupée;2 premières lignes sur 3." in text
    assert len([line for line in text.splitlines() if line.startswith(("RECENT", "ANCIEN", "SIGNE"))]) == 2
    assert "un export donne ses 2 premières lignes" in body(page(client, proposal, "simulate_rows", **query))


def opening(world: World) -> None:
    """Let the officer open files too, as the head of a social service."""
    world.steering_officer.memberships.create(
        role=RoleCode.SOCIAL_SERVICE_HEAD, authority=world.authority, start_on=date(2020, 1, 1)
    )


@pytest.mark.req("R-166", "R-168")
def test_who_opens_no_file_reads_no_name(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    client.force_login(cases.world.steering_officer)
    for query in ({}, {"liste": "sorties"}):
        shown = body(page(client, proposal, "simulate_rows", **query))
        assert "Sans nom" in shown
        sent = body(page(client, proposal, "simulate_rows_export", "csv", **query))
        assert "Dossiers laissés de côté" in sent
        for name in ("RECENT", "ANCIEN", "SIGNE"):
            assert name not in shown
            assert name not in sent


@pytest.mark.req("R-166")
def test_counts_that_leave_hide_the_small_ones(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    client.force_login(cases.world.steering_officer)
    text = body(page(client, proposal, "simulate_export", "csv", tableau="obligations"))
    assert MASKED_SIGN in text
    assert "Premier entretien" in text
    assert "12000,00" in body(page(client, proposal, "simulate_export", "csv", tableau="forfaits"))


@pytest.mark.req("R-166")
def test_without_the_right_to_lists_only_large_counts_are_seen(
    client: Client, cases: Cases, proposal: RulebookProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = ROLES[RoleCode.STEERING_OFFICER]
    bare = replace(role, permissions=role.permissions - {Permission.FIGURE_DRILL})
    monkeypatch.setitem(ROLES, RoleCode.STEERING_OFFICER, bare)
    client.force_login(cases.world.steering_officer)
    shown = body(page(client, proposal))
    assert f"Dossiers touchés : {MASKED_SIGN}" in shown
    assert "Échéances manquées : 2 → 4" not in shown
    assert reverse("steering:simulate_rows", args=(proposal.pk,)) not in shown
    assert page(client, proposal, "simulate_rows").status_code == 403


def test_other_roles_and_other_authorities_are_refused(
    client: Client, cases: Cases, proposal: RulebookProposal
) -> None:
    world = cases.world
    theirs = world.user("pilotage_nord", RoleCode.STEERING_OFFICER, authority=world.neighbour_authority)
    names = (("simulate",), ("simulate_rows",), ("simulate_export", "csv"), ("simulate_rows_export", "csv"))
    for name, *more in names:
        client.force_login(world.head)
        assert page(client, proposal, name, *more).status_code == 403
        client.force_login(theirs)
        assert page(client, proposal, name, *more).status_code == 404


def test_the_number_of_queries_is_constant(client: Client, cases: Cases, proposal: RulebookProposal) -> None:
    client.force_login(cases.world.steering_officer)
    counts = []
    for group in (1, 12):
        for person in cases.world.persons(group):
            cases.world.enrolled(person)
        for name in ("simulate", "simulate_rows"):
            page(client, proposal, name)
            caches["process"].clear()
            with CaptureQueriesContext(connection) as queries:
                assert page(client, proposal, name).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= MOST_QUERIES


def test_a_large_caseload_is_counted_by_a_job(
    client: Client, committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = lived(committed_world)
    proposal = suggested(committed_world)
    monkeypatch.setattr(simulating, "LARGE", 1)
    client.force_login(committed_world.steering_officer)
    assert "Lancer la simulation" in body(page(client, proposal))
    address = reverse("steering:simulate_start", args=(proposal.pk,))
    assert client.post(address, QUESTION).status_code == 302
    assert "Simulation en cours" in body(page(client, proposal))
    with ThreadPoolExecutor(max_workers=1) as pool:  # a browser of another test may keep an event loop in this thread
        pool.submit(_drain).result()
    shown = body(page(client, proposal))
    assert "3 dossiers touchés sur 3" in shown
    assert "Calculé le" in shown
    assert Todo.objects.filter(person_id=cases.recent.person_id).exists()
    cache.clear()


def _drain() -> None:
    try:
        run_worker(wait=False)
    finally:
        connections.close_all()
