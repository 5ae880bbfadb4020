"""Generated pages of docs/ cannot drift from the code in silence."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from jalons.cli import docs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    return tmp_path


def test_pages_just_written_are_up_to_date(folder: Path) -> None:
    assert docs.run(Namespace(check=False)) == 0
    assert docs.run(Namespace(check=True)) == 0
    assert "facts.rights_and_duties" not in (folder / "facts.md").read_text(encoding="utf-8")
    assert "## rights_and_duties" in (folder / "facts.md").read_text(encoding="utf-8")


def test_a_page_changed_by_hand_or_missing_is_told_with_what_differs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs.run(Namespace(check=False))
    page = folder / "indicators.md"
    page.write_text(page.read_text(encoding="utf-8").replace("jamais 0", "parfois 0"), encoding="utf-8")
    (folder / "facts.md").unlink()
    assert docs.run(Namespace(check=True)) == 1
    said = capsys.readouterr().err
    assert "parfois 0" in said
    assert "À refaire avec « jalons docs » : facts.md, indicators.md." in said
    assert not (folder / "facts.md").exists()
