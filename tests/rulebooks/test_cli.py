"""« jalons rulebook »: check, show and try, as a policy officer uses them."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import pytest

from jalons.cli import rulebook
from jalons.rulebooks import proposals
from jalons.rulebooks.loader import CONTENT


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    rulebook.add_arguments(parser)
    return rulebook.run(parser.parse_args(list(arguments)))


@pytest.mark.req("R-001")
def test_check_prints_one_line_per_action(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("lyon_")]) == 6
    assert any(line.startswith("plie_2014_2020 (plie_2014_2020 1) : complet") for line in lines)
    assert lines[-1].endswith("0 en désaccord.")


def test_check_also_plays_the_examples_of_what_is_proposed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("check") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("proposition lyon_2025_exemple : ")
    assert last.endswith(" exemples rejoués, 0 en désaccord.")
    (one,) = proposals.shipped()
    assert one.examples is not None
    name, raw = one.examples
    wrong = dataclasses.replace(one, examples=(name, raw.replace(b"en retard", "à venir".encode(), 1)))
    monkeypatch.setattr(proposals, "shipped", lambda: (wrong,))
    assert run("check") == 1
    assert f"lyon_2025_exemple/{name}, « " in capsys.readouterr().err


def test_check_of_a_bad_file_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "mon_cadre.yaml"
    bad.write_bytes((CONTENT / "plie_2014_2020.yaml").read_bytes().replace(b"unit: months", b"unit: moons", 1))
    assert run("check", str(bad)) == 1
    assert "mon_cadre.yaml, ligne " in capsys.readouterr().err


@pytest.mark.req("R-118", "R-208")
def test_show_tells_an_action_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "lyon_emploi_renforce_2020") == 0
    out = capsys.readouterr().out
    assert "au plus 6 mois depuis la prise de poste [dit par le texte ; 000 §3.3 Itinéraires emploi l.260]" in out
    assert "[choisi (C-12)" in out
    assert "Itinéraires activité innovants" not in out


def test_show_of_an_unknown_code_names_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "lyon_2031") == 1
    assert "nord_ii2_coaching" in capsys.readouterr().err


@pytest.mark.req("R-076")
def test_try_tells_what_is_due_when_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "essai.yaml"
    case.write_text(
        """
cadre: lyon_2020
exemples:
  - titre: rien de signé
    action: lyon_emploi_diversifie_2020
    le: 2020-03-20
    accompagnement: {orienté_le: 2020-01-15, début: 2020-01-15}
    attendu:
      obligations: [{obligation: contract_after_orientation, état: respectée}]
""",
        encoding="utf-8",
    )
    assert run("try", str(case)) == 1
    out = capsys.readouterr().out
    assert "Contrat en cours de validité deux mois après l'orientation : en retard, échéance 15/03/2020" in out
    assert "✗ contract_after_orientation : etat respectee attendu, le cadre dit en_retard" in out


def test_try_of_a_bad_example_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "essai.yaml"
    case.write_text(
        "cadre: lyon_2020\nexemples:\n  - titre: x\n    action: a\n    le: 2020-01-01\n    rdv: []\n", encoding="utf-8"
    )
    assert run("try", str(case)) == 1
    assert (
        "essai.yaml, ligne 6, exemples.1.rdv : clé inconnue « rdv » ; clés admises : accompagnement"
        in capsys.readouterr().err
    )


def test_try_of_a_missing_file_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("try", "nulle-part.yaml") == 1
    assert "introuvable" in capsys.readouterr().err
