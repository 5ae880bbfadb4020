"""The one command lists its sub-commands without loading them, and answers a mistake with a sentence."""

from __future__ import annotations

import pytest

from jalons.cli import commands, main


def test_every_command_describes_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    for name in commands():
        line = next(line for line in printed.splitlines() if line.startswith(f"  {name} "))
        assert len(line.split(maxsplit=1)[1]) > 20, f"{name} has no help"


def test_an_unknown_command_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["importer"]) == 2
    printed = capsys.readouterr().err
    assert "« importer » n’existe pas" in printed
    assert "migrate" in printed
