"""Files made to hurt: refused with a place and a sentence, before they cost anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jalons.rulebooks.loader import CONTENT, BadRulebook, load
from jalons.rulebooks.proposals import SHIPPED
from jalons.rulebooks.schema.framework import MOST_OBLIGATIONS
from jalons.rulebooks.yaml_nodes import MAX_BYTES, MAX_NODES

HEAD = (
    "format: 1\nauthority: {code: aa, label: A}\n"
    "framework: {code: ff, version: '1', label: %s, valid_from: 2020-01-01, citation: c, basis: stated}\n"
)
ACTION = "actions: [{code: aa, label: A, citation: c%s}]\n"
OBLIGATION = "- {code: o%d, shape: ratio, per: fte, at_most: 1, label: l, do: d, why: w, citation: c, basis: stated}\n"
PARAMETER = ", parameters: [{code: pp, label: P, value: %s, citation: c, basis: stated}]"


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(BadRulebook) as bad:
        load(text.encode() if isinstance(text, str) else text, file="x.yaml")
    return [str(fault) for fault in bad.value.faults]


def whole(label: str = "L", more: str = "") -> str:
    return HEAD % label + ACTION % more


def test_the_plain_file_of_these_tests_is_right() -> None:
    assert load(whole().encode(), file="x.yaml").code == "ff"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("too many bytes", "#" * (MAX_BYTES + 1), "fichier trop gros"),
        ("too many values", "a:\n" + "- 1\n" * (MAX_NODES + 1), f"plus de 24 niveaux ou {MAX_NODES} valeurs"),
        ("too deep, on one line", "a: " + "[" * 5000, "trop profond"),
        ("too deep, by indents", "\n".join(" " * depth + "a:" for depth in range(400)), "trop profond"),
        ("a list of lists", "- " * 5000, "trop profond"),
        ("two documents", "a: 1\n---\nb: 2\n", "un seul document par fichier"),
        ("an alias bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "les ancres (&) et les renvois (*)"),
        ("a tag", "a: !!python/object/apply:os.system [ls]\n", "les étiquettes (!) ne sont pas admises"),
        ("a merge key", "<<: {a: 1}\n", "une clé est un mot simple"),
        ("a key twice", "format: 1\nformat: 1\n", "écrite deux fois (déjà ligne 1)"),
        ("a key that is a list", "? [a, b]\n: 1\n", "une clé est un mot simple"),
        ("no YAML", "a: [1\n", "ce n'est pas du YAML"),
        ("nothing", "# vide\n", "le fichier est vide"),
        ("a sentence", "bonjour", "un bloc de clés est attendu"),
        ("a huge number", whole(more=PARAMETER % "1.0e+999999999"), "valeur illisible"),
        ("endless digits", whole(more=PARAMETER % ("9" * 4000)), "valeur illisible"),
        ("not a number", whole(more=PARAMETER % ".nan"), "valeur illisible"),
        ("infinity", whole(more=PARAMETER % ".inf"), "valeur illisible"),
        ("a null character", whole(r'"a\0b"'), "caractère invisible ou de commande (U+0000)"),
        ("text turned round", whole(r'"a\u202eb"'), "caractère invisible ou de commande (U+202E)"),
        ("a hidden character", whole('"a\u200bb"'), "caractère invisible ou de commande (U+200B)"),
        ("an endless text", whole(f'"{"x" * 3000}"'), "le texte dépasse 2000 caractères"),
    ],
)
def test_a_trick_is_refused_with_its_place(name: str, text: str, sentence: str) -> None:
    faults = refused(text)
    assert any(sentence in one for one in faults), faults[:3]
    assert all(one.startswith("x.yaml, ligne ") for one in faults)
    assert all(len(one) < 600 for one in faults), "a fault repeats only the beginning of a value"


def test_other_encodings_are_refused() -> None:
    assert "n'est pas en UTF-8" in refused(whole().encode("utf-16"))[0]
    assert "n'est pas en UTF-8" in refused(bytes(range(256)))[0]
    assert "ce n'est pas du YAML" in refused(b"a: \x07\n")[0]


def test_more_obligations_than_anybody_owes_are_refused_before_they_are_compared() -> None:
    text = whole() + "obligations:\n" + "".join(OBLIGATION % number for number in range(MOST_OBLIGATIONS + 1))
    assert any(f"la liste dépasse {MOST_OBLIGATIONS} éléments" in one for one in refused(text))


def test_every_fault_is_told_at_once() -> None:
    bad = whole().replace("code: aa, label: A, citation: c", "code: AA, label: '', zz: 1")
    faults = " ".join(refused(bad))
    assert "clé inconnue « zz » ; clés admises : " in faults
    assert "valeur sans citation" in faults
    assert "le texte est vide" in faults
    assert "lettres minuscules" in faults


def test_the_worst_files_stay_small_in_memory() -> None:
    """A process that may not take 400 MB reads what costs most just under the limits."""
    script = f"""
import resource
import jalons.rulebooks.loader as loader
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
near = {MAX_NODES} - 100
texts = [
    "a: [" + "x," * near + "]", "a: [" + "{{}}," * near + "]", "k: 1\\n" * (near // 2), "a: " + "x" * {MAX_BYTES - 10},
    "".join(f"k{{i}}: 1\\n" for i in range(near // 2)), "? " * 40000, "---\\n" * 60000, "a: &a\\n" * 20000,
]
for text in texts:
    try:
        loader.load(text.encode(), file="x.yaml")
    except loader.BadRulebook:
        pass
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
assert after - used < 200 * 1024 * 1024, after - used
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_shipped_is_far_from_the_limits() -> None:
    for path in (*CONTENT.glob("*.yaml"), *SHIPPED.glob("*.yaml")):
        assert path.stat().st_size < MAX_BYTES * 3 // 4, path.name
