"""Every variable of the environment that the product or its tests read is described, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:env_[a-z]+\(\s*|environ(?:\.get\(|\[)\s*)"([A-Z_]+)\"""")
NOT_OURS = {"PATH", "DJANGO_SETTINGS_MODULE"}


def variables_read() -> set[str]:
    """The names given to the readers of `config.env` or to `os.environ`."""
    files = [file for folder in ("jalons", "config", "tests/plugins") for file in (PROJECT / folder).rglob("*.py")]
    return {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))} - NOT_OURS


def variables_described() -> set[str]:
    """The first column of the tables of docs/settings.md."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8"), re.M))


def test_every_variable_is_described_and_every_description_is_read() -> None:
    assert "JALONS_TODAY" in variables_read()
    assert variables_read() == variables_described()
