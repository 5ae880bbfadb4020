"""The screens of rulebooks in a browser: axe finds nothing, nothing overflows a phone, a proposal goes through by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jalons.network.models import User
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.operations import propose
from tests.journeys.conftest import Desk
from tests.journeys.test_every_screen_is_accessible import check
from tests.sites.steering.rulebook_files import lyon_later

Enter = Callable[[User], None]
Take = Callable[[str], None]
EXAMPLES = """
cadre: lyon_2020
exemples:
  - titre: cent places
    action: lyon_emploi_diversifie_2020
    le: 2020-12-15
    attendu: {montants: [{places: 100, montant: 50000.00}]}
"""


def screens(desk: Desk) -> dict[str, str]:
    pk = RulebookVersion.objects.get(code="lyon_2020").pk
    small = RulebookVersion.objects.get(code="rhone_accompagnement_global").pk
    examples = ("exemples.yaml", EXAMPLES.encode())
    made = propose(
        raw=lyon_later(), file="l.yaml", actor=desk.world.steering_officer, on=desk.world.day, examples=examples
    ).pk
    late = lyon_later(valid_from="2020-10-01", version="3")
    stuck = propose(raw=late, file="l.yaml", actor=desk.world.steering_officer, on=desk.world.day).pk
    home = "/pilotage/cadres/"
    return {
        "cadres": home,
        "cadre": f"{home}{pk}/",
        "cadre-tout": f"{home}{small}/?tout=1",
        "cadre-action": f"{home}{pk}/actions/lyon_emploi_renforce_2020/",
        "cadre-choix": f"{home}{pk}/actions/lyon_emploi_renforce_2020/?choix=1",
        "cadres-registre": f"{home}registre/",
        "cadres-comparer": f"{home}comparer/",
        "cadres-compares": f"{home}comparer/?a=v{pk}.lyon_emploi_diversifie_2020&b=v{pk}.lyon_activite_innovant_2020",
        "cadres-ecarts": f"{home}comparer/?a=v{pk}&b=p{made}&ecarts=1",
        "cadre-proposer": f"{home}proposer/",
        "cadre-proposition": f"{home}propositions/{made}/",
        "cadre-empechee": f"{home}propositions/{stuck}/",
        "cadre-propose-texte": f"{home}propositions/{made}/texte/",
        "cadre-adopter": f"{home}propositions/{made}/adopter/",
    }


def test_screens_of_rulebooks(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.steering_officer)
    for name, address in screens(desk).items():
        page.goto(address)
        found += check(page, axe, name, shot)
    assert found == []


def test_a_rulebook_is_corrected_then_adopted(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take, tmp_path: Path
) -> None:
    found: list[str] = []
    sign_in(desk.world.steering_officer)
    page.set_viewport_size({"width": 1280, "height": 800})
    file = tmp_path / "lyon_2021.yaml"
    file.write_bytes(lyon_later().replace(b"basis: stated", b"basis: sure", 2))
    page.goto("/pilotage/cadres/")
    page.get_by_role("link", name="Proposer un cadre").click()
    page.get_by_label("Fichier du cadre (YAML)").set_input_files(file)
    page.get_by_role("button", name="Relire ce cadre").click()
    page.get_by_text("2 points à corriger").wait_for()
    found += check(page, axe, "cadre-fautes", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    file.write_bytes(lyon_later())
    page.get_by_label("Fichier du cadre (YAML)").set_input_files(file)
    page.get_by_role("button", name="Relire ce cadre").press("Enter")
    page.get_by_role("link", name="Comparer au cadre en vigueur").click()
    page.get_by_text("différent", exact=True).first.wait_for()
    page.go_back()
    page.get_by_role("link", name="Adopter ce cadre").press("Enter")
    page.get_by_label("J’ai relu ce cadre et je l’adopte").check()
    page.get_by_role("button", name="Adopter", exact=True).press("Enter")
    page.get_by_text("Cadre adopté").wait_for()
    found += check(page, axe, "cadre-adopte", shot)
    assert found == []
    assert RulebookVersion.objects.filter(code="lyon_2020", version="2").exists()
