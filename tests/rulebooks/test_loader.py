"""What the loader refuses, and how it teaches: file, line, key, allowed values; every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from jalons.rulebooks.loader import BadRulebook, load, load_files

GOOD = """\
format: 1
authority: {code: nord, label: Département du Nord}
framework:
  code: nord_essai
  version: "1"
  label: Essai
  valid_from: 2019-01-01
  valid_to: 2021-12-31
  citation: 003 title l.7-8
  basis: stated
actions:
  - code: nord_action
    label: Action
    citation: 003 fiche I.1 l.417
    price:
      kind: flat_rate
      unit_cost_eur: 96800
      basis_places: 100
      citation: 003 fiche I.1 l.466
      basis: stated
    targets:
      - indicator: durable_exit_rate
        label: Sorties durables
        threshold: 50
        unit: percent
        per: year
        numerator: sorties durables
        citation: 003 fiche I.1 l.483
        basis: stated
obligations:
  - code: contract
    label: Contrat
    shape: deadline_after_event
    starts_from: orientation
    delay: {count: 2, unit: months}
    expects: {event: contract, milestone: in_force, kinds: [engagement]}
    do: Contrat avant le {due_on}
    why: Parce que.
    citation: 003 fiche I.1 l.440
    basis: stated
"""


def faults(text: str | bytes) -> list[str]:
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(BadRulebook) as caught:
        load(raw, file="essai.yaml")
    return [str(fault) for fault in caught.value.faults]


def changed(before: str, after: str) -> str:
    assert before in GOOD
    return GOOD.replace(before, after, 1)


def test_a_good_file_is_read() -> None:
    rulebook = load(GOOD.encode(), file="essai.yaml")
    assert rulebook.obligations_of("nord_action")[0].code == "contract"


@pytest.mark.req("R-001")
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("authority: {code: nord", "authority: {kode: nord", "ligne 2, authority.kode : clé inconnue « kode » ; clés admises"),
        ("  label: Essai\n", "  label: Essai\n  label: Bis\n", "ligne 7, label : la clé « label » est écrite deux fois (déjà l"),
        ("      citation: 003 fiche I.1 l.466\n", "", "ligne 15, actions.1.price.citation : valeur sans citation"),
        ("unit: months", "unit: euros", "ligne 35, obligations.1.delay.unit : valeur « euros » inconnue ; valeurs admises : days"),
        ("threshold: 50", "threshold: 150", "seuil impossible : 150 pour l'unité percent"),
        ("threshold: 50", "threshold: -1", "seuil impossible : -1"),
        ("unit_cost_eur: 96800", "unit_cost_eur: 968.005", "deux décimales au plus"),
        ("unit_cost_eur: 96800", "unit_cost_eur: beaucoup", "un nombre est attendu"),
        ("kind: flat_rate", "kind: flat", "« kind » doit dire lequel ; valeurs admises : flat_rate, by_decision, none"),
        ("shape: deadline_after_event", "shape: deadline", "« shape » doit dire lequel ; valeurs admises : deadline_after_event"),
        ("indicator: durable_exit_rate", "indicator: durable_rate", "indicateur inconnu « durable_rate » ; indicateurs proches"),
        ("{due_on}", "{due}", "repère inconnu ['due']"),
        ("basis: stated\nactions", "basis: chosen\nactions", "une valeur choisie (basis: chosen) nomme son silence"),
        ("valid_to: 2021-12-31", "valid_to: 2018-12-31", "la période de validité est à l'envers"),
        ("valid_from: 2019-01-01", "valid_from: 2019-02-30", "une date s'écrit 2020-01-31"),
        ("basis", "applies_to", "vise une action inconnue : other ; actions du cadre : nord_action"),
        ("delay: {count: 2,", "delay: {count: yes,", "écrivez true ou false"),
        ("delay: {count: 2,", "delay: {count: 2.5,", "un nombre entier est attendu"),
        ("format: 1", "format: 2", "valeur « 2 » inconnue"),
    ],
)  # fmt: skip
def test_each_bad_value_is_told(before: str, after: str, said: str) -> None:
    if after == "applies_to":
        text = GOOD.rstrip("\n") + "\n    applies_to: [other]\n"
    else:
        text = changed(before, after)
    assert any(said in fault for fault in faults(text)), faults(text)


def test_all_the_faults_are_told_with_their_lines() -> None:
    text = (
        GOOD.replace("label: Action", "labl: Action")
        .replace("unit: months", "unit: moons")
        .replace("per: year", "per: century")
    )
    told = faults(text)
    assert len(told) == 4  # the unknown key, the missing one, two unknown values
    assert all(fault.startswith("essai.yaml, ligne ") for fault in told)
    assert told == sorted(told, key=lambda fault: int(fault.split("ligne ")[1].split(",")[0].split(" ")[0]))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a: &x [1]\nb: *x\n", "ligne 1, &x : les ancres (&) et les renvois (*) ne sont pas admis"),
        (b"a: !!python/object/apply:os.system ['ls']\n", "les étiquettes (!) ne sont pas admises"),
        (b"a: 1\n---\nb: 2\n", "un seul document par fichier"),
        (b"", "le fichier est vide"),
        (b"a: [1\n", "ce n'est pas du YAML"),
        (b"a: \xff\n", "pas en UTF-8"),
        (b"- 1\n", "un bloc de clés est attendu"),
        (b"a: " + b"[" * 60 + b"]" * 60, "trop profond"),
        (b"a: " + b"x" * (600 * 1024), "fichier trop gros"),
        (b"2020-01-01: x\n", "une clé est un mot simple"),
    ],
)
def test_dangerous_or_unreadable_files_are_refused(raw: bytes, said: str) -> None:
    assert any(said in fault for fault in faults(raw)), faults(raw)


def test_an_alias_bomb_never_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert any("renvois" in fault for fault in faults("\n".join(lines)))


@pytest.mark.req("R-001")
def test_one_action_never_has_two_rules_on_one_day(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(
        GOOD.replace("nord_essai", "nord_autre").replace("2019-01-01", "2020-06-01"), encoding="utf-8"
    )
    with pytest.raises(BadRulebook, match=r"b\.yaml, ligne 1, nord_action .*les validités se chevauchent"):
        load_files(tmp_path.glob("*.yaml"))


def test_an_unknown_parameter_of_an_exit_is_told() -> None:
    block = """\
    exits:
      citation: x
      basis: stated
      classes: [{code: good, label: Bonne}]
      rules:
        - {when: {weekly_hours: {more_than: half_time}}, exit_class: good, reason: x, citation: x, basis: stated}
"""
    text = GOOD.replace("    price:\n", block + "    price:\n")
    assert any("le paramètre « half_time » n'est pas déclaré" in fault for fault in faults(text))
