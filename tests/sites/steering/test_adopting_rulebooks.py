"""A rulebook is proposed, tried, adopted by an officer of its authority: what she sees, and what is refused."""

from __future__ import annotations

import argparse
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jalons.cli import rulebook as command
from jalons.kernel.refusals import NotAllowed, Refusal, constraints_explained
from jalons.network.models import RoleCode
from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.models import PROPOSAL_NEVER_CHANGES, ProposalState, RulebookProposal, RulebookVersion
from jalons.rulebooks.operations import adopt, adopt_proposal, propose, withdraw
from jalons.rulebooks.proposals import shipped
from jalons.todos.models import Todo
from tests.sites.steering.rulebook_files import lyon_later
from tests.worlds import World

PROPOSE = "/pilotage/cadres/proposer/"
EXAMPLES = """
cadre: lyon_2020
exemples:
  - titre: cent places
    action: lyon_emploi_diversifie_2020
    le: 2020-12-15
    attendu: {montants: [{places: 100, montant: %s}]}
"""


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


def sent(raw: bytes, name: str = "lyon_2021.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type="application/yaml")


def in_force(world: World) -> None:
    """A rulebook of the world's authority, and one of another."""
    for name in ("lyon_2020.yaml", "rhone_accompagnement_global.yaml"):
        adopt(raw=(CONTENT / name).read_bytes(), file=name, actor=world.system, on=world.day)


@pytest.fixture
def officer(client: Client, world: World) -> Client:
    in_force(world)
    client.force_login(world.steering_officer)
    return client


def proposal_of(response: Any) -> RulebookProposal:
    assert response.status_code == 302, body(response)
    return RulebookProposal.objects.get(pk=response["Location"].rstrip("/").rpartition("/")[2])


@pytest.mark.req("R-001")
def test_from_the_file_to_the_adoption(officer: Client, world: World) -> None:
    world.enrolled(world.person(), caseworker=world.caseworker)
    raw = lyon_later()
    found = proposal_of(officer.post(PROPOSE, {"file": sent(raw), "examples": sent((EXAMPLES % "60000.00").encode())}))
    assert (found.state, bytes(found.raw), found.proposed_by) == (ProposalState.DRAFT, raw, world.steering_officer)
    page = body(officer.get(f"/pilotage/cadres/propositions/{found.pk}/"))
    assert hashlib.sha256(raw).hexdigest() in page
    assert "Comme attendu" in page
    assert "Comparer au cadre en vigueur" in page
    assert not RulebookVersion.objects.filter(code="lyon_2020", version="2").exists(), "proposed is not adopted"

    asked = body(officer.get(f"/pilotage/cadres/propositions/{found.pk}/adopter/"))
    assert "La version 1 s'arrête la veille" in asked
    unsure = officer.post(f"/pilotage/cadres/propositions/{found.pk}/adopter/", {"decided_on": "2020-10-12"})
    assert "Cochez la case" in body(unsure)
    done = officer.post(
        f"/pilotage/cadres/propositions/{found.pk}/adopter/", {"decided_on": "2020-10-12", "confirmed": "on"}
    )
    version = RulebookVersion.objects.get(code="lyon_2020", version="2")
    assert done["Location"].endswith(f"/cadres/{version.pk}/")
    assert (version.adopted_on, version.adopted_by) == (date(2020, 10, 12), world.steering_officer)
    former = RulebookVersion.objects.get(code="lyon_2020", version="1")
    assert former.applies_to == date(2020, 11, 30)
    assert officer.get(f"/pilotage/cadres/{version.pk}/fichier/").content == raw
    page = body(officer.get(f"/pilotage/cadres/{version.pk}/"))
    assert "recalcul en attente" in page
    assert str(world.steering_officer) in page


@pytest.mark.req("R-001")
def test_to_dos_are_computed_again_after_an_adoption(client: Client, world: World) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from jalons.todos.tasks import refresh_all

    adopt(raw=(CONTENT / "lyon_2020.yaml").read_bytes(), file="l.yaml", actor=world.system, on=world.day)
    world.enrolled(world.person(), caseworker=world.caseworker)
    before = set(Todo.objects.values_list("rulebook_version", flat=True))
    # From today on: the interviews of a window that begins later follow the new version.
    raw = lyon_later(valid_from=world.day.isoformat())
    made = propose(raw=raw, file="l.yaml", actor=world.steering_officer, on=world.day)
    waiting = ProcrastinateJob.objects.filter(task_name=refresh_all.name).count()
    adopt_proposal(proposal_id=made.pk, actor=world.steering_officer, on=world.day, decided_on=world.day)
    assert ProcrastinateJob.objects.filter(task_name=refresh_all.name).count() == waiting + 1
    refresh_all(timestamp=0)
    assert before == {"1"}
    assert set(Todo.objects.values_list("rulebook_version", flat=True)) == {"1", "2"}


@pytest.mark.req("R-001")
def test_every_fault_is_shown_and_nothing_changes(officer: Client) -> None:
    before = list(RulebookVersion.objects.values_list("sha256", "applies_to"))
    bad = lyon_later().replace(b"basis: stated", b"basis: sure", 2).replace(b"unit: percent", b"unit: pourcent", 1)
    page = body(officer.post(PROPOSE, {"file": sent(bad)}))
    assert "3 points à corriger" in page
    assert "valeurs admises : stated, derived, chosen" in page
    assert "valeurs admises : percent" in page
    assert "lyon_2021.yaml" in page
    assert not RulebookProposal.objects.exists()
    assert list(RulebookVersion.objects.values_list("sha256", "applies_to")) == before


def test_a_file_that_is_no_rulebook_is_refused(officer: Client) -> None:
    assert "n'est pas en UTF-8" in body(officer.post(PROPOSE, {"file": sent(b"\xff\xfe\x00", "photo.png")}))
    assert "Ce fichier est vide" in body(officer.post(PROPOSE, {"file": sent(b"")}))
    assert "dépasse 256 Ko" in body(officer.post(PROPOSE, {"file": sent(b"#" * 300_000)}))
    assert "Choisissez un fichier" in body(officer.post(PROPOSE, {}))
    assert not RulebookProposal.objects.exists()


def test_faulty_examples_are_refused_with_their_place(officer: Client) -> None:
    page = body(officer.post(PROPOSE, {"file": sent(lyon_later()), "examples": sent(b"cadre: lyon_2020\n", "e.yaml")}))
    assert "e.yaml" in page
    assert "exemples" in page
    assert not RulebookProposal.objects.exists()
    found = proposal_of(officer.post(PROPOSE, {"file": sent(lyon_later())}))
    address = f"/pilotage/cadres/propositions/{found.pk}/exemples/"
    assert "points à corriger" in body(officer.post(address, {"examples": sent(b"a: 1", "e.yaml")}))
    officer.post(address, {"examples": sent((EXAMPLES % "50000.00").encode())})
    page = body(officer.get(f"/pilotage/cadres/propositions/{found.pk}/"))
    assert "Pas comme attendu" in page
    assert "50000.00 attendu, le cadre dit 60000" in page


@pytest.mark.req("R-001")
@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (lyon_later(version="1"), "est déjà adoptée avec un autre contenu"),
        (lyon_later(valid_from="2020-01-01"), "ne réécrit pas le passé"),
        (lyon_later(valid_from="2020-10-01"), "la nouvelle commence au plus tôt le 15/10/2020"),
        (lyon_later().replace(b"code: lyon_2020", b"code: lyon_bis", 1), "les validités se chevauchent"),
        (
            lyon_later().replace(b"code: lyon_2020", b"code: rhone_accompagnement_global", 1),
            "Le code de cadre rhone_accompagnement_global appartient à l'autorité « rhone »",
        ),
        (
            lyon_later().replace(b"lyon_activite_innovant_2020", b"rhone_accompagnement_global"),
            "Le code d'action rhone_accompagnement_global appartient à l'autorité « rhone »",
        ),
    ],
)
def test_what_keeps_from_adopting_is_said_and_holds(officer: Client, world: World, raw: bytes, sentence: str) -> None:
    before = list(RulebookVersion.objects.values_list("sha256", "applies_to"))
    found = proposal_of(officer.post(PROPOSE, {"file": sent(raw)}))
    page = body(officer.get(f"/pilotage/cadres/propositions/{found.pk}/"))
    assert sentence in page
    assert "Adopter ce cadre" not in page
    with pytest.raises(Refusal):
        adopt_proposal(proposal_id=found.pk, actor=world.steering_officer, on=world.day, decided_on=world.day)
    assert list(RulebookVersion.objects.values_list("sha256", "applies_to")) == before
    found.refresh_from_db()
    assert found.state == ProposalState.DRAFT


@pytest.mark.req("R-164")
def test_an_officer_adopts_for_her_own_authority_only(client: Client, world: World) -> None:
    in_force(world)
    nord = world.user("nord_pilotage", RoleCode.STEERING_OFFICER, authority=world.neighbour_authority)
    with pytest.raises(NotAllowed, match="vous adoptez les cadres de : Département du Nord"):
        propose(raw=lyon_later(), file="l.yaml", actor=nord, on=world.day)
    made = propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    with pytest.raises(NotAllowed):
        adopt_proposal(proposal_id=made.pk, actor=nord, on=world.day, decided_on=world.day)
    with pytest.raises(NotAllowed):
        withdraw(proposal_id=made.pk, actor=nord, on=world.day)
    client.force_login(nord)
    assert client.get(f"/pilotage/cadres/propositions/{made.pk}/").status_code == 404
    assert client.post(f"/pilotage/cadres/propositions/{made.pk}/adopter/").status_code == 404
    assert "vous adoptez les cadres de : Département du Nord" in body(
        client.post(PROPOSE, {"file": sent(lyon_later())})
    )
    assert "Itinéraires" not in body(client.get("/pilotage/cadres/")).partition("Propositions")[2]


@pytest.mark.req("R-164")
def test_a_role_of_one_territory_is_not_enough(world: World) -> None:
    east = world.user("pilotage_est", RoleCode.STEERING_OFFICER, authority=world.authority, territory=world.east)
    with pytest.raises(NotAllowed):
        propose(raw=lyon_later(), file="l.yaml", actor=east, on=world.day)


def test_a_proposal_is_closed_once(world: World) -> None:
    made = propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    again = propose(raw=lyon_later(), file="autre.yaml", actor=world.steering_officer, on=world.day)
    assert made.pk == again.pk, "the same bytes are the same proposal"
    given: dict[str, Any] = {"proposal_id": made.pk, "actor": world.steering_officer, "on": world.day}
    withdraw(**given)
    with pytest.raises(Refusal, match="n’est plus à l’étude"):
        withdraw(**given)
    with pytest.raises(Refusal, match="n’est plus à l’étude"):
        adopt_proposal(**given, decided_on=world.day)
    assert propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day).pk != made.pk


def test_a_decision_of_tomorrow_is_refused(world: World) -> None:
    made = propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    with pytest.raises(Refusal, match="jour à venir"):
        adopt_proposal(proposal_id=made.pk, actor=world.steering_officer, on=world.day, decided_on=date(2020, 10, 16))


def test_what_is_adopted_already_is_not_proposed_again(officer: Client, world: World) -> None:
    page = body(officer.post(PROPOSE, {"file": sent((CONTENT / "lyon_2020.yaml").read_bytes())}))
    assert "Ce fichier est déjà adopté" in page


def test_the_database_keeps_what_was_proposed(world: World) -> None:
    made = propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    with pytest.raises(Refusal, match=PROPOSAL_NEVER_CHANGES), constraints_explained():
        RulebookProposal.objects.filter(pk=made.pk).update(raw=b"other")


def test_the_database_keeps_every_proposal(world: World) -> None:
    made = propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    with pytest.raises(Refusal, match=PROPOSAL_NEVER_CHANGES), constraints_explained():
        made.delete()


@pytest.mark.parametrize("change", [{"state": "withdrawn"}, {"closed_on": date(2020, 10, 15)}])
def test_a_closed_proposal_says_who_closed_it(world: World, change: dict[str, Any]) -> None:
    made = propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    with pytest.raises(Refusal, match="dit quand et par qui"), constraints_explained():
        RulebookProposal.objects.filter(pk=made.pk).update(**change)


def test_an_adopted_proposal_has_its_version(world: World) -> None:
    made = propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    closed = {"closed_on": world.day, "closed_by": world.steering_officer}
    with pytest.raises(Refusal, match="a sa version du cadre"), constraints_explained():
        RulebookProposal.objects.filter(pk=made.pk).update(state="adopted", **closed)


@pytest.mark.req("R-001")
def test_a_shipped_example_can_be_tried_but_is_never_adopted_by_itself(officer: Client, world: World) -> None:
    (example,) = shipped()
    assert not RulebookVersion.objects.filter(version=example.rulebook.version).exists()
    assert "Partir d'un exemple livré" in body(officer.get(PROPOSE))
    found = proposal_of(officer.post(f"{PROPOSE}exemples/{example.name}/"))
    page = body(officer.get(f"/pilotage/cadres/propositions/{found.pk}/"))
    assert "Comme attendu" in page
    assert "Pas comme attendu" not in page
    assert "Adopter ce cadre" in page
    told = body(officer.get(f"/pilotage/cadres/propositions/{found.pk}/texte/?tout=1"))
    assert "à vérifier dans le texte officiel" in told
    adopt_proposal(proposal_id=found.pk, actor=world.steering_officer, on=world.day, decided_on=world.day)
    assert RulebookVersion.objects.get(code="lyon_2020", version="1").applies_to == date(2020, 12, 31)
    assert officer.post(f"{PROPOSE}exemples/nulle_part/").status_code == 404


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(list(arguments)))


@pytest.mark.req("R-001")
def test_the_command_adopts_in_the_name_of_an_officer(
    tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    in_force(world)
    file = tmp_path / "lyon_2021.yaml"
    file.write_bytes(lyon_later())
    wrong = tmp_path / "exemples.yaml"
    wrong.write_text(EXAMPLES % "50000.00", encoding="utf-8")
    name = world.steering_officer.username
    assert run("adopt", str(file), "--by", name, "--examples", str(wrong)) == 1
    assert "rien n'est adopté" in capsys.readouterr().err
    assert run("adopt", str(file), "--by", "personne@exemple.fr") == 1
    assert "Aucun compte" in capsys.readouterr().err
    with pytest.raises(NotAllowed):
        run("adopt", str(file), "--by", world.caseworker.username)
    assert not RulebookProposal.objects.exists()
    assert run("adopt", str(file), "--on", "2020-10-12", "--by", name) == 0
    assert "lyon_2020, version 2 : adoptée le 12/10/2020" in capsys.readouterr().out
    assert RulebookVersion.objects.get(version="2").adopted_by == world.steering_officer
