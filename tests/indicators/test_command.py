"""« jalons indicators » lists, explains and computes; it refuses with a sentence."""

from __future__ import annotations

import argparse
from datetime import date

import pytest

from jalons.cli import indicators
from jalons.facts.engines import DuckDBExecutor
from tests.facts.given import complete

pytestmark = pytest.mark.req("R-208")


def _run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    indicators.add_arguments(parser)
    return indicators.run(parser.parse_args(arguments))


def test_without_a_month_it_lists_or_explains(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run() == 0
    assert "orientation_rate" in capsys.readouterr().out
    assert _run("orientation_rate") == 0
    assert "sur : personnes soumises aux droits et devoirs" in capsys.readouterr().out


@pytest.mark.django_db
def test_on_an_empty_base_a_rate_is_not_calculable_and_a_count_is_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("orientation_rate", "entered_beneficiaries_count", "--month", "2020-09") == 0
    said = capsys.readouterr().out
    assert "non calculable" in said
    assert _run("--recount", "--verify") == 0
    assert "0 écart(s)" in capsys.readouterr().out


@pytest.mark.req("R-112", "R-138")
def test_a_figure_of_an_action_stands_beside_its_target(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"action_code": "a", "value": "60", "number": 60, "path": "targets.employment_training_step_rate.threshold"}
    rows = complete({
        "enrolment": [{"repeat": 10, "person_id": "@", "start_on": date(2020, 1, 6)}],
        "step": [
            {"repeat": 6, "enrolment_id": "@", "person_id": "@", "family": "employment_training",
             "started_on": date(2020, 2, 3)}
        ],
        "rule_value": [rule],
    })  # fmt: skip
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(indicators, "PostgresExecutor", lambda: DuckDBExecutor.over_rows(rows))
    assert _run("employment_training_step_rate", "--month", "2020-09", "--level", "action") == 0
    assert "au moins 60\u202f: atteint" in capsys.readouterr().out


def test_refusals_say_what_is_possible(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("rate_of_orientation") == 1
    assert "Indicateurs définis" in capsys.readouterr().err
    assert _run("orientation_rate", "--month", "2020-09", "--snapshot", "/nowhere") == 1
    assert "jalons snapshot" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        _run("--month", "septembre")
    assert "écrivez par exemple 2020-09" in capsys.readouterr().err
