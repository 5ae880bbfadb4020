"""A rulebook is named by a file, by its code, or by its code and version: adopted first, shipped next, examples last."""

from __future__ import annotations

from pathlib import Path

import pytest

from jalons.kernel.refusals import Refusal
from jalons.todos.comparison.finding import PROPOSALS, version_named, versions_named
from tests.todos.reform_cases import book
from tests.todos.reform_files import current

pytestmark = pytest.mark.req("R-001")


def test_an_adopted_version_comes_before_the_shipped_one() -> None:
    ours = book(current())
    assert versions_named("lyon_2020", [ours]) == (ours,)
    assert versions_named("lyon_2020@1", [ours]) == (ours,)
    assert versions_named("lyon_2020", ()) != (ours,)


def test_all_adopted_versions_of_a_code_oldest_first() -> None:
    first = book(current().replace("  valid_from: 2020-01-01", "  valid_from: 2020-01-01\n  valid_to: 2020-06-30"))
    second = book(current().replace('version: "1"', 'version: "2"').replace("2020-01-01", "2020-07-01"))
    assert versions_named("lyon_2020", [second, first]) == (first, second)
    assert version_named("lyon_2020", [second, first]) == second


def test_an_example_is_named_with_its_version_only() -> None:
    assert [one.version for one in versions_named("lyon_2020", ())] == ["1"]
    assert version_named("lyon_2020@2025-exemple", ()).version == "2025-exemple"
    assert version_named(str(PROPOSALS / "lyon_2025_exemple.yaml"), ()).version == "2025-exemple"


def test_what_is_unknown_is_said_with_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="Versions connues du cadre lyon_2020 : 1, 2025-exemple"):
        versions_named("lyon_2020@3", ())
    with pytest.raises(Refusal, match=r"Cadre inconnu : lion\. .*plie_2014_2020"):
        versions_named("lion", ())
    with pytest.raises(Refusal, match="fichier introuvable"):
        versions_named(str(tmp_path / "absent.yaml"), ())
