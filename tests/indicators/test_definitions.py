"""Definitions are plain data: refused with the place and the reason when something is wrong, and they read facts only."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jalons.facts.engines import transpile
from jalons.indicators.compiler import Compiler
from jalons.indicators.definitions import CONTENT, LEVELS, DefinitionError, catalogue, load
from tests.facts.checked import fact_columns

KNOWN = catalogue()


def _every_statement() -> list[str]:
    names = [name for family in KNOWN.families.values() for name in family.measures]
    return [s.sql for s in Compiler(KNOWN, LEVELS["organisation"]).statements(names)]


@pytest.mark.req("R-166", "R-208")
def test_definitions_read_nothing_but_columns_of_the_contracts() -> None:
    read: set[tuple[str, str]] = set()
    for sql in _every_statement():
        read |= fact_columns(sql)
    assert ("appointment", "outcome") in read
    assert ("person", "born_on") not in read


def test_every_statement_is_written_for_every_engine() -> None:
    for sql in _every_statement():
        for dialect in ("postgres", "spark"):
            assert transpile(sql, dialect)


@pytest.mark.req("R-208")
def test_every_indicator_says_what_it_is() -> None:
    assert len(KNOWN.indicators) >= 40
    for indicator in KNOWN.indicators.values():
        assert indicator.label
        assert indicator.population
        assert indicator.numerator.meaning
        assert indicator.version >= 1
        assert all(requirement.startswith("R-") for requirement in indicator.requirements)
        assert all(point[:2] in ("S-", "C-") for point in indicator.open_points)
        assert all(citation[:3] in ("000", "001", "002", "003", "004") for citation in indicator.citation)


@pytest.mark.req("R-097")
def test_group_attendance_is_computed_for_all_and_reported_for_emploi_only() -> None:
    indicator = KNOWN.indicator("group_attendance_rate")
    assert indicator.is_reported_for("lyon_emploi_diversifie_2020")
    assert not indicator.is_reported_for("lyon_activite_diversifie_2020")


def test_parameters_left_open_by_the_documents_say_so() -> None:
    parameters = [p for family in KNOWN.families.values() for p in family.parameters.values()]
    assert parameters
    assert all(p.basis == "derived" or p.citation.startswith(("S-", "C-")) for p in parameters)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def _changed(content: Path, file: str, old: str, new: str) -> None:
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("indicators/exits.yaml", "terms: [exited_durable]", "terms: [left_durable]", "aucune famille|Aucune famille"),
        ("indicators/exits.yaml", '  unit: "sorties"', "  units: sorties", "exits.yaml, durable_exits_count.*units"),
        (
            "indicators/exits.yaml",
            "  version: 1",
            "  version: 1\n  version: 2",
            "la clé « version » est écrite deux fois",
        ),
        ("indicators/exits.yaml", "transition_exits_count", "durable_exits_count", "est défini deux fois"),
        (
            "indicators/exits.yaml",
            '  citation: ["003 Méthode',
            '  citation: []\n  when_empty: ["003 Méthode',
            "citation",
        ),
        ("families/steps.yaml", "    day: started_on\n", "", "une mesure « reach » demande day"),
        ("families/steps.yaml", "  steps_started:", "  entered:", "Mesures définies deux fois : entered"),
    ],
)
def test_a_wrong_definition_is_refused_with_its_place(content: Path, file: str, old: str, new: str, said: str) -> None:
    _changed(content, file, old, new)
    with pytest.raises(DefinitionError, match=said):
        load(content)


def test_an_unknown_indicator_says_which_exist() -> None:
    with pytest.raises(DefinitionError, match="orientation_rate"):
        KNOWN.indicator("rate_of_orientation")
