"""A desk with a morning's work on it, and a browser already signed in."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from jalons.agenda.models import Mode
from jalons.agenda.operations import plan, record_held
from jalons.network.models import User
from jalons.pathways.models import Contract, Horizon, JobContract
from jalons.pathways.operations import (
    Draft,
    NewStep,
    Objective,
    PlannedStep,
    draft_contract,
    record_job,
    record_steps,
    sign,
    submit,
    validate,
)
from jalons.people.models import Person
from jalons.rulebooks.operations import load_shipped
from jalons.todos.operations import refresh
from tests.worlds import ACTION, World, at, create

NAMES = (
    ("Benali", "Samia"), ("Bernard", "Élodie"), ("Camara", "Aïssatou"), ("Da Silva", "Paulo"), ("Diallo", "Mamadou"),
    ("Dupont", "Marie-Hélène"), ("Fournier", "Luc"), ("Garcia", "Inès"), ("Haddad", "Nour"), ("Lefèvre", "Théo"),
    ("Nguyen", "Linh"), ("Œuvrard", "Zoé"),
)  # fmt: skip


@dataclass
class Desk:
    """The world, and the persons of its caseworker by last name."""

    world: World
    persons: dict[str, Person] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)

    def address(self, name: str, page: str = "") -> str:
        """Return the address of a page of a person."""
        return f"/personnes/{self.persons[name].key}/{page}"


def furnish(world: World) -> Desk:
    """Give the caseworker twelve persons at different points of their pathway, through the real operations.

    The rulebooks are adopted between entries and contracts, then all that is due is computed once: it is the same answer,
    and each entry does not compute it again.
    """
    desk = Desk(world)
    assert world.colleague.pk, "a second caseworker to name"
    enrolments = {}
    for number, (last, first) in enumerate(NAMES):
        person = world.person(last, first, born_on=date(1975 + number, 1 + number % 12, 3 + number))
        enrolments[last] = world.enrolled(person, caseworker=world.caseworker)
        desk.persons[last] = person
        if number % 3:
            _met(world, person, world.day - timedelta(days=9 * number))
    for stranger in world.persons(2):
        world.enrolled(stranger, line=world.neighbour_line)
    _day(desk)
    load_shipped(actor=world.system, on=world.day)
    for last in ("Bernard", "Dupont"):
        desk.contracts[last] = _contract(world, enrolments[last].pk)
    record_job(
        actor=world.caseworker,
        on=world.day,
        enrolment_id=enrolments["Benali"].pk,
        contract_kind=JobContract.CDI,
        start_on=date(2020, 10, 1),
        employer="Blanchisserie du Rhône",
    )
    new = NewStep(
        enrolment_id=enrolments["Camara"].pk,
        kind=step_kind(ACTION, world.day),
        proposed_on=date(2020, 9, 1),
        started_on=date(2020, 9, 14),
        operator="GRETA",
        planned_end_on=date(2020, 12, 18),
    )
    record_steps(actor=world.caseworker, on=world.day, steps=[new])
    refresh(as_of=world.day)
    return desk


def furnished() -> Desk:
    """A desk in a world of its own."""
    return furnish(create())


def step_kind(action_code: str, on: date) -> str:
    """Return a kind of step the action's rulebook knows, any word when it has none."""
    from jalons.pathways.rulebook import rules_of

    kinds = rules_of(action_code, on=on).steps
    return "qualifying_training" if "qualifying_training" in kinds else next(iter(kinds), "other")


def _met(world: World, person: Person, day: date) -> None:
    day -= timedelta(days=max(0, day.weekday() - 4))
    record_held(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(day, 10), ends_at=at(day, 10, 45),
        note="CV relu ensemble, à imprimer pour le salon.",
    )  # fmt: skip


def _contract(world: World, enrolment_id: int) -> Contract:
    start = date(2020, 6, 1)
    objectives = [
        Objective(Horizon.SHORT, "Refaire le CV"),
        Objective(Horizon.MEDIUM, "Une formation courte"),
        Objective(Horizon.LONG, "Un emploi de jour"),
    ]
    steps = [PlannedStep(kind=step_kind(ACTION, start), planned_on=date(2020, 7, 6), place="Maison des parcours")]
    draft = Draft(
        enrolment_id,
        start,
        date(2020, 11, 30),
        objectives=objectives,
        steps=steps,
        her_words="Travailler près de chez moi.",
    )
    contract = draft_contract(actor=world.caseworker, on=start, draft=draft)
    sign(actor=world.caseworker, on=start, contract_id=contract.pk)
    submit(actor=world.caseworker, on=start, contract_id=contract.pk)
    validate(actor=world.social_head, on=start + timedelta(days=9), contract_id=contract.pk)
    contract.refresh_from_db()
    return contract


def _day(desk: Desk) -> None:
    world = desk.world
    for hour, name, mode in (
        (9, "Benali", Mode.FACE_TO_FACE),
        (11, "Dupont", Mode.PHONE),
        (14, "Lefèvre", Mode.FACE_TO_FACE),
    ):
        plan(
            actor=world.caseworker, on=world.day, person_id=desk.persons[name].pk, organisation_id=world.house.pk,
            caseworker_id=world.caseworker.pk, starts_at=at(world.day, hour), ends_at=at(world.day, hour, 45), mode=mode,
            place="Bureau 3",
        )  # fmt: skip


@pytest.fixture
def desk(made_once: Callable[[Callable[[], Desk]], Desk]) -> Desk:
    """The furnished desk, committed so that the server sees it."""
    return made_once(furnished)


@pytest.fixture
def sign_in(page: Any, live_server: Any) -> Callable[[User], None]:
    """Return a function that opens the session of a user in the browser."""

    def enter(user: User) -> None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return enter


@pytest.fixture
def shot(page: Any) -> Callable[[str], None]:
    """Return a function that keeps a picture of the page when `JALONS_SCREENSHOTS` names a folder."""

    def take(name: str) -> None:
        folder = os.environ.get("JALONS_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return take
