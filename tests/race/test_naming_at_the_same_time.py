"""Twenty professionals name different référents on the same fifty persons: one each at every date, a sentence for the others."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from jalons.kernel.refusals import Refusal
from jalons.network.models import RoleCode, User
from jalons.pathways.models import Mandate
from jalons.pathways.operations import Choice, assign_in_bulk, name_lead_caseworker, orient_choices
from tests.worlds import World

JUNE = date(2020, 6, 1)
THREADS, PERSONS = 20, 50


def everybody_at_once(world: World, work) -> list:
    """Run ``work(caseworker)`` in one thread per caseworker, all released together; return what they did."""
    assert world.head.pk  # made before the threads name anybody
    workers = [world.user(f"ref{i:02d}", RoleCode.CASEWORKER, organisation=world.house) for i in range(THREADS)]
    barrier = threading.Barrier(THREADS)

    def run(worker: User):
        try:
            barrier.wait(timeout=30)
            return work(worker)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(run, worker) for worker in workers]]


@pytest.fixture
def person_ids(committed_world: World) -> list[int]:
    ids = [person.pk for person in committed_world.persons(PERSONS)]
    choices = [Choice(person_id, committed_world.line.pk) for person_id in ids]
    orient_choices(actor=committed_world.orientation_officer, on=date(2020, 2, 3), choices=choices, reason="Emploi")
    return ids


def assert_one_each(person_ids: list[int]) -> None:
    mandates = Mandate.objects.filter(person__in=person_ids)
    assert Counter(mandates.values_list("person_id", flat=True)) == dict.fromkeys(person_ids, 1)


@pytest.mark.req("R-046")
@pytest.mark.django_db(transaction=True)
def test_one_by_one_each_person_gets_exactly_one_and_losers_read_a_sentence(committed_world, person_ids):
    world = committed_world

    def name_all(worker: User) -> tuple[int, list[Refusal]]:
        won, lost = 0, []
        for person_id in person_ids:
            try:
                name_lead_caseworker(
                    actor=world.head,
                    on=JUNE,
                    person_id=person_id,
                    caseworker_id=worker.pk,
                    organisation_id=world.house.pk,
                    start_on=JUNE,
                )
                won += 1
            except Refusal as refusal:
                lost.append(refusal)
        return won, lost

    results = everybody_at_once(world, name_all)
    assert sum(won for won, _ in results) == PERSONS
    losers = [refusal for _, lost in results for refusal in lost]
    assert len(losers) == PERSONS * (THREADS - 1)
    assert {refusal.code for refusal in losers} == {"mandate_already_named"}
    assert "rechargez la page" in losers[0].sentence
    assert_one_each(person_ids)


@pytest.mark.req("R-046")
@pytest.mark.django_db(transaction=True)
def test_in_bulk_and_in_any_order_nobody_waits_for_ever(committed_world, person_ids):
    world = committed_world

    def assign_all(worker: User):
        asked = person_ids if worker.pk % 2 else person_ids[::-1]  # opposite orders: a deadlock unless locks are sorted
        return assign_in_bulk(
            actor=world.head,
            on=JUNE,
            person_ids=asked,
            caseworker_id=worker.pk,
            organisation_id=world.house.pk,
            start_on=JUNE,
        )

    results = everybody_at_once(world, assign_all)
    assert sorted(len(named.mandates) for named in results) == [0] * (THREADS - 1) + [PERSONS]
    assert {refusal.code for named in results for _, refusal in named.refused} == {"mandate_already_named"}
    assert_one_each(person_ids)
