"""« jalons rulebook simulate »: the summary, the lists, the refusals; the base is only read, or not at all on a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from jalons.cli import main
from jalons.facts.snapshot import take_snapshot
from jalons.rulebooks.models import RulebookVersion
from jalons.todos.models import Todo
from tests.todos.reform_cases import lived
from tests.todos.reform_files import current, proposed
from tests.worlds import ACTION, World


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "nouveau.yaml"
    path.write_text(proposed(), encoding="utf-8")
    return path


@pytest.fixture
def lived_world(committed_world: World) -> World:
    lived(committed_world)
    return committed_world


def simulate(*arguments: object) -> int:
    return main(["rulebook", "simulate", *(str(one) for one in arguments)])


@pytest.mark.req("R-001")
def test_the_summary_and_the_lists(
    lived_world: World, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list(Todo.objects.order_by("pk").values())
    assert simulate(new, "--against", "lyon_2020", "--csv", tmp_path / "listes") == 0
    told = capsys.readouterr().out.replace("\u00a0", " ")
    assert "lyon_2020, version 2, à la place de lyon_2020, version 1, au 15/10/2020" in told
    assert "3 dossiers touchés sur 3 ; rien n’a été écrit." in told
    for expected in ("Contrat après l'orientation", "31 jours plus tôt", "Emploi durable", "12\u202f000,00 €"):
        assert expected in told, expected
    written = {
        path.stem: path.read_text(encoding="utf-8-sig").splitlines() for path in (tmp_path / "listes").glob("*.csv")
    }
    assert set(written) == {"obligations", "organismes", "etats", "echeances", "sorties", "forfaits", "resultats"}
    assert len([line for line in written["echeances"] if "Contrat après" in line]) == 3
    assert any(line.startswith("TOTAL;;20;;10000,00") for line in written["forfaits"])
    assert list(Todo.objects.order_by("pk").values()) == before
    assert RulebookVersion.objects.count() == 1


def test_from_a_date(lived_world: World, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(new, "--against", "lyon_2020", "--from", "2020-07-01") == 0
    told = capsys.readouterr().out.replace("\u00a0", " ")
    assert "à partir du 01/07/2020" in told
    assert "1 dossier touché sur 3" in told
    assert "Sorties qui changent de classe" in told


def test_a_snapshot_is_enough(
    lived_world: World, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two files and a snapshot: the same summary as on the base, without a question to the base."""
    old = tmp_path / "actuel.yaml"
    old.write_text(current(), encoding="utf-8")
    assert simulate(new, "--against", old) == 0
    live = capsys.readouterr().out
    take_snapshot(tmp_path / "instantane", at=datetime(2020, 10, 15, tzinfo=UTC))
    with connection.execute_wrapper(_refuse):
        assert simulate(new, "--against", old, "--snapshot", tmp_path / "instantane") == 0
    assert capsys.readouterr().out == live


def _refuse(*_: object) -> None:
    raise AssertionError("a simulation on a snapshot asked the base")


def test_versions_are_named(lived_world: World, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("lyon_2020@1", "--against", "lyon_2020@1") == 0
    assert "0\u00a0dossier touché" in capsys.readouterr().out
    assert simulate(new, "--against", "lyon_2020@9") == 1
    assert "Versions connues du cadre lyon_2020 : 1" in capsys.readouterr().err
    assert simulate(new, "--against", "lion_2020") == 1
    assert "Cadre inconnu : lion_2020" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("count: 1, unit: months", "count: 1, unit: moons"), "nouveau.yaml, ligne "),
        ((ACTION, "autre_action"), "ne décrit aucune action"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    lived_world: World, new: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], said: str
) -> None:
    new.write_text(proposed().replace(*change), encoding="utf-8")
    assert simulate(new, "--against", "lyon_2020") == 1
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there(lived_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("absent.yaml", "--against", "lyon_2020") == 1
    assert "absent.yaml : fichier introuvable" in capsys.readouterr().err
