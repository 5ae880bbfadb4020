"""axe ne trouve rien sur les écrans de l’agenda au travail : plein, en erreur, refusé, clair et sombre, sur un téléphone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.operations import (
    Presence,
    enrol_in_session,
    plan_session,
    print_sheet,
    record_presences,
    record_time,
)
from jalons.network.models import User
from tests.journeys.conftest import Desk
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import at

Enter = Callable[[User], None]
Take = Callable[[str], None]
PLIE = "plie_2014_2020"


def furnish(desk: Desk) -> dict[str, str]:
    """Give the agenda a group session under way, a printed sheet and a month of time; return the pages."""
    world, day = desk.world, desk.world.day
    common: dict[str, Any] = {"actor": world.caseworker, "on": day}
    place = {**common, "organisation_id": world.house.pk}
    session = plan_session(
        **place, theme="Atelier CV", starts_at=at(day, 14), ends_at=at(day, 16), capacity=4, form="workshop",
        animator_id=world.caseworker.pk, preparation_minutes=45, place="Salle 2",
    )  # fmt: skip
    ids = [desk.persons[name].pk for name in ("Garcia", "Nguyen", "Haddad")]
    rows = enrol_in_session(**common, session_id=session.pk, person_ids=ids)
    record_presences(**common, session_id=session.pk, became={ids[0]: Presence(Outcome.HELD)})
    sheet = print_sheet(**place, appointment_ids=[one.pk for one in rows])
    line = world.place(framework_code=PLIE, action_code=PLIE)
    world.enrolled(world.person("Morin", "Nadia"), line=line, caseworker=world.caseworker)
    record_time(
        **place, framework_code=PLIE, day=day - timedelta(days=1), minutes=90, category="network",
        label="Commission d’entrée",
    )  # fmt: skip
    planned = Appointment.objects.get(person=desk.persons["Benali"], on_date=day)
    return {
        "temps-collectif": f"/temps-collectifs/{session.pk}/",
        "temps-collectif-modifier": f"/temps-collectifs/{session.pk}/modifier/",
        "feuille": f"/emargement/{sheet.key}/",
        "feuille-de-temps": "/feuille-de-temps/",
        "emarger": desk.address("Benali", f"rendez-vous/{planned.pk}/emarger/"),
        "emarger-heures": desk.address("Benali", f"rendez-vous/{planned.pk}/emarger/?start=11h&end=10h"),
        "heures": desk.address("Garcia", f"rendez-vous/{rows[0].pk}/heures/"),
        "justifier": desk.address("Nguyen", f"rendez-vous/{rows[1].pk}/justifier/"),
        "agenda-atelier": "/agenda/?vue=jour",
    }


def test_l_agenda_au_travail(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    pages = furnish(desk)
    sign_in(desk.world.caseworker)
    for name, address in pages.items():
        page.goto(address)
        found += check(page, axe, name, shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(pages["feuille"])
    page.get_by_role("button", name="Enregistrer la feuille signée").click()
    page.get_by_text("Choisissez le fichier").wait_for()
    found += check(page, axe, "feuille-erreur", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(pages["temps-collectif"])
    page.get_by_label("Nom ou prénom").fill("camara")
    page.get_by_role("button", name="Chercher", exact=True).last.click()
    page.get_by_role("button", name="Inscrire", exact=True).wait_for()
    found += check(page, axe, "temps-collectif-trouve", shot)
    assert found == []


def test_sur_un_telephone_la_presence_est_une_liste_qui_ne_defile_pas(
    page: Any, axe: Any, desk: Desk, sign_in: Enter
) -> None:
    address = furnish(desk)["temps-collectif"]
    sign_in(desk.world.caseworker)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)
    region = page.get_by_role("region", name="Présence")
    assert region.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    assert region.get_by_role("rowheader").count() == 3
    assert axe() == []
