"""Two rulebooks side by side: what is the same thing is on one line, what differs says how."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from jalons.cli import rulebook as command
from jalons.rulebooks.compare import Pair, compared, differences, exported, rows
from jalons.rulebooks.loader import CONTENT, load
from jalons.rulebooks.schema import Rulebook

LYON = (CONTENT / "lyon_2020.yaml").read_text(encoding="utf-8")
NORD = (CONTENT / "nord_2019_2021.yaml").read_text(encoding="utf-8")


def book(text: str) -> Rulebook:
    return load(text.encode(), file="x.yaml")


def found(pair: Pair, *keys: str) -> Pair:
    return next(one for one in rows(pair) if one.path[1:] == keys)


def test_a_rulebook_and_itself_have_no_difference() -> None:
    pair = compared(book(LYON), book(LYON))
    assert not pair.differs
    assert {one.state for one in rows(pair)} == {"same"}
    assert differences(pair).below == ()


@pytest.mark.req("R-001")
def test_a_price_that_changes_is_one_line_with_its_words_marked() -> None:
    pair = compared(book(LYON), book(LYON.replace("unit_cost_eur: 50000", "unit_cost_eur: 60000", 1)))
    changed = [one for one in rows(pair) if one.state != "same"]
    assert [one.path[1:] for one in changed] == [("lyon_emploi_diversifie_2020", "price")]
    left, right = changed[0].segments()
    assert [one.text for one in left if one.differs] == ["50\u202f000,00\u202f€"]
    assert [one.text for one in right if one.differs] == ["60\u202f000,00\u202f€"]
    assert " ".join(one.text for one in left) == changed[0].left.text if changed[0].left else False


def test_another_source_alone_is_not_a_difference() -> None:
    other = LYON.replace("citation: 000 §3.1 Itinéraires emploi l.177\n      basis", "citation: autre\n      basis", 1)
    pair = compared(book(LYON), book(other))
    assert "source" in {one.state for one in rows(pair)}
    assert not pair.differs


def test_an_obligation_is_aligned_by_its_code() -> None:
    later = LYON.replace("code: face_to_face_interviews", "code: other_interviews", 1)
    pair = compared(book(LYON), book(later), left_action="lyon_emploi_diversifie_2020")
    assert found(pair, "obligations", "face_to_face_interviews").state == "left"
    assert found(pair, "obligations", "other_interviews").state == "right"
    assert found(pair, "obligations", "contract_after_orientation").state == "same"


@pytest.mark.req("R-126")
def test_a_rule_of_exit_put_first_moves_no_other() -> None:
    action = next(one.code for one in book(NORD).actions if book(NORD).action(one.code).exits)
    exits = book(NORD).action(action).exits
    assert exits is not None
    new = (
        "    rules:\n      - when: {destination: [moved]}\n"
        f"        exit_class: {exits.classes[0].code}\n        reason: parti\n        citation: x\n        basis: derived\n"
    )
    assert "    rules:\n" in NORD
    pair = compared(book(NORD), book(NORD.replace("    rules:\n", new, 1)), left_action=action)
    part = found(pair, "exits")
    assert [one.state for one in part.below].count("right") == 1
    assert {one.state for one in part.below} == {"same", "right"}


def test_two_actions_of_different_frameworks_are_compared_part_by_part() -> None:
    pair = compared(book(LYON), book(NORD), left_action="lyon_emploi_diversifie_2020", right_action="nord_ii2_coaching")
    assert found(pair, "price").state == "changed"
    assert found(pair, "public").state in ("same", "source", "changed")
    assert found(pair, "public", "basic_rsa").state == "right"


def test_the_export_has_a_line_for_each_rule() -> None:
    pair = compared(book(LYON), book(LYON.replace("unit_cost_eur: 50000", "unit_cost_eur: 60000", 1)))
    table = exported(differences(pair), "gauche", "droite")
    lines = [line for line in table.rows if line[-1] == "différent"]
    assert [line[:2] for line in lines] == [["lyon_emploi_diversifie_2020", "price"]]


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(list(arguments)))


def test_the_command_tells_the_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = tmp_path / "lyon_2021.yaml"
    later.write_text(LYON.replace("unit_cost_eur: 50000", "unit_cost_eur: 60000", 1), encoding="utf-8")
    assert run("compare", "lyon_2020", str(later), "--csv", str(tmp_path / "ecarts.csv")) == 0
    out = capsys.readouterr().out
    assert "lyon_emploi_diversifie_2020 / price : différent" in out
    assert out.rstrip().endswith("1 ligne(s).")
    assert "60" in (tmp_path / "ecarts.csv").read_text(encoding="utf-8-sig")


def test_the_command_says_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compare", "lyon_2020", "lyon_1999") == 1
    assert "inconnu : lyon_1999" in capsys.readouterr().err
    assert run("compare", "lyon_2020", "nord_iv_aci") == 1
    assert "donnez une action de chaque côté" in capsys.readouterr().err
