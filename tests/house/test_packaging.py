"""The locks name no host, and what is fetched from packages is never committed."""

from __future__ import annotations

import json
import subprocess
import tomllib

import pytest

from tests.house.floors import PROJECT


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_python_locks_have_hashes_and_no_address(name: str) -> None:
    text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(packages) > 20
    assert all("==" in line and line.endswith("\\") for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)


def test_the_javascript_lock_has_hashes_and_no_address() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    installed = [package for path, package in lock["packages"].items() if path]
    assert installed
    assert all("integrity" in package and "resolved" not in package for package in installed)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = (PROJECT / "requirements" / "run.txt").read_text(encoding="utf-8").lower()
    for dependency in project["dependencies"]:
        name = dependency.split("~")[0].split(">")[0].split("[")[0].strip().lower()
        assert f"\n{name}==" in locked or f"\n{name}[" in locked, name


def test_no_minified_file_is_committed() -> None:
    answer = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        pytest.skip("not a git checkout")
    assert [file for file in answer.stdout.splitlines() if ".min." in file or "node_modules/" in file] == []
