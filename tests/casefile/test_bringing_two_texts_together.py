"""No word that either writer typed is missing from the text proposed to the second (goal R7)."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from jalons.casefile.rules import together

BASE = "Vu ce matin. Cherche un poste de nuit. Permis en cours."


def test_what_each_changed_elsewhere_is_taken_from_both() -> None:
    theirs = "Vu ce matin avec Bruno. Cherche un poste de nuit. Permis en cours."
    mine = "Vu ce matin. Cherche un poste de nuit. Permis obtenu."
    assert together(BASE, theirs, mine) == "Vu ce matin avec Bruno. Cherche un poste de nuit. Permis obtenu."


def test_a_sentence_both_rewrote_is_kept_twice() -> None:
    theirs = "Vu ce matin. Cherche un poste de jour. Permis en cours."
    mine = "Vu ce matin. Ne cherche plus. Permis en cours."
    assert together(BASE, theirs, mine) == "Vu ce matin. Cherche un poste de jour. Ne cherche plus. Permis en cours."


def test_what_both_added_at_the_end_follows() -> None:
    assert together(BASE, f"{BASE} CV refait.", f"{BASE} Rendez-vous lundi.") == f"{BASE} CV refait. Rendez-vous lundi."


def test_a_sentence_one_removed_and_the_other_rewrote_stays() -> None:
    mine = "Vu ce matin. Cherche un poste de nuit à Bron. Permis en cours."
    assert "à Bron" in together(BASE, "Vu ce matin. Permis en cours.", mine)


def test_one_writer_alone_is_taken_as_written() -> None:
    assert together(BASE, BASE, "Autre chose\n\n- a\n- b") == "Autre chose\n\n- a\n- b"
    assert together(BASE, "Autre chose", BASE) == together(BASE, "Autre chose", "Autre chose") == "Autre chose"


WORDS = st.sampled_from("vu cherche poste permis bron lundi cv salon stage refait".split())
SENTENCES = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(WORDS, min_size=1, max_size=4),
    st.sampled_from([".", " !", "\n", ""]),
)
TEXTS = st.lists(SENTENCES, max_size=6).map(" ".join)


@st.composite
def edited(draw: st.DrawFn, base: str, mark: str) -> str:
    """A text made of the base by inserting, replacing and removing; each word inserted bears the writer's mark."""
    words = re.split(r"(\s+)", base)
    for number in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(words)))
        removed = draw(st.integers(0, 3))
        words[at : at + removed] = [" ", f"{mark}{number}" + draw(st.sampled_from(["", ".", "\n", " !"])), " "]
    return "".join(words)


@st.composite
def interleavings(draw: st.DrawFn) -> tuple[str, str, str]:
    base = draw(TEXTS)
    return base, draw(edited(base, "elle")), draw(edited(base, "moi"))


@settings(max_examples=1000, deadline=None)
@given(interleavings())
def test_no_word_of_either_is_lost_in_a_thousand_interleavings(texts: tuple[str, str, str]) -> None:
    base, theirs, mine = texts
    result = together(base, theirs, mine)
    for text in (theirs, mine):
        typed = set(re.findall(r"(?:elle|moi)\d", text))
        assert typed <= set(re.findall(r"(?:elle|moi)\d", result))
    assert set(result.split()) >= set(theirs.split()) & set(mine.split())
