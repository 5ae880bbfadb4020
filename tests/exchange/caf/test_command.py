"""``jalons import caf``: what an operator reads."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from jalons.cli._imports import caf
from jalons.exchange.caf.models import ImportRun
from jalons.people.models import Household
from tests.exchange.caf.writing import adult, household, nir, write
from tests.worlds import World

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(world: World, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command with its arguments and return its exit code and what it printed."""
    parser = argparse.ArgumentParser()
    caf.add_arguments(parser)

    def run(*arguments: object) -> tuple[int, str]:
        code = caf.run(parser.parse_args([str(argument) for argument in arguments]))
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(
        tmp_path / "RSABEM.xml",
        household(),
        household("00000000002", adult("ZOÉ", nir=nir(2), born_on="oups")),
        household("00000000003", adult("ÈVE", nir=nir(3)), state="4", suspension=("ZZ", "2020-09-01")),
    )


def test_a_dry_run_tells_the_counts_and_the_refusals(command: Command, file: Path) -> None:
    code, printed = command("--dry-run", file)
    assert code == 0
    assert "nouveaux 2, modifiés 0, inchangés 0, refusés 1" in printed
    assert "foyer 2 refusé" in printed
    assert "DTNAI" in printed
    assert "MOTISUSVERSRSA" in printed
    assert not Household.objects.exists()


def test_an_import_tells_what_it_did_and_how_to_replay(command: Command, file: Path) -> None:
    code, printed = command(file)  # the authority is the one of the paying body's département
    run = ImportRun.objects.get()
    assert code == 0
    assert "nouveaux 2, modifiés 0, inchangés 0, refusés 1" in printed
    assert f"jalons import caf --replay {run.pk}" in printed

    code, printed = command("--replay", run.pk)
    assert code == 0
    assert "rejoués 0, remplacés depuis 0, encore en attente 1" in printed


def test_nothing_personal_is_printed(command: Command, file: Path) -> None:
    printed = command("--dry-run", file)[1] + command(file)[1]
    for secret in ("DUFICTIF", "ESSAI", "ZOÉ", "ÈVE", "2900469999"):
        assert secret not in printed


def test_a_refused_file_is_an_error_with_a_sentence(command: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "RSABEM.xml", household(), announced=3)
    code, printed = command(path)
    assert code == 1
    assert "annonce 3 foyers" in printed


def test_an_authority_that_is_not_certain_is_asked_for(command: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "RSABEM.xml", household(body=("CAF", "131")))
    code, printed = command(path)
    assert code == 1
    assert "--authority" in printed
    assert command("--authority", "metropole_lyon", path)[0] == 0
    assert command("--authority", "inconnue", path)[0] == 1
