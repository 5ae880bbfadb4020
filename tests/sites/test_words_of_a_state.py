"""What is over reads as over: a contract past its last day is « Échu », a session noted is corrected, not noted again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from jalons.agenda.models import Outcome
from jalons.agenda.operations import Presence, enrol_in_session, plan_session, record_presences
from jalons.pathways.models import Contract
from jalons.pathways.operations import Draft, draft_contract, sign, submit, validate
from tests.worlds import World, at


def in_force(world: World, end_on: date) -> Contract:
    enrolment = world.enrolled(caseworker=world.caseworker)
    common = {"actor": world.caseworker, "on": world.day}
    contract = draft_contract(**common, draft=Draft(enrolment.pk, date(2020, 9, 1), end_on))
    sign(**common, contract_id=contract.pk)
    submit(**common, contract_id=contract.pk)
    return validate(actor=world.social_head, on=world.day, contract_id=contract.pk)


@pytest.mark.req("R-083")
@pytest.mark.parametrize(("left", "over"), [(-1, True), (0, False)])
def test_a_contract_past_its_last_day_reads_as_over(client: Client, world: World, left: int, over: bool) -> None:
    contract = in_force(world, world.day + timedelta(days=left))
    client.force_login(world.caseworker)
    for page in ("", f"contrats/{contract.key}/"):
        shown = client.get(f"/personnes/{contract.person.key}/{page}").content.decode()
        assert ("Échu" in shown, "Validé<" in shown) == (over, not over), page or "dossier"


@pytest.mark.req("R-098")
def test_a_session_already_noted_is_corrected(client: Client, world: World) -> None:
    common = {"actor": world.caseworker, "on": world.day}
    session = plan_session(
        **common, organisation_id=world.house.pk, theme="Club", starts_at=at(world.day, 14), ends_at=at(world.day, 16),
        animator_id=world.caseworker.pk,
    )  # fmt: skip
    client.force_login(world.caseworker)

    def pages() -> tuple[str, str]:
        found = [client.get(address).content.decode() for address in ("/agenda/", f"/temps-collectifs/{session.pk}/")]
        return found[0], found[1]

    assert "la présence" not in pages()[0]  # nobody is expected
    one, two = (world.enrolled(caseworker=world.caseworker).person for _ in range(2))
    enrol_in_session(**common, session_id=session.pk, person_ids=[one.pk, two.pk])
    record_presences(**common, session_id=session.pk, became={one.pk: Presence(Outcome.HELD)})
    agenda, page = pages()
    assert "Noter la présence" in agenda
    assert "Enregistrer les présences" in page
    record_presences(**common, session_id=session.pk, became={two.pk: Presence(Outcome.UNJUSTIFIED_ABSENCE)})
    agenda, page = pages()
    assert ("Noter la présence" in agenda, "Corriger la présence" in agenda) == (False, True)
    assert ("Enregistrer les présences" in page, "Corriger les présences" in page) == (False, True)
