"""No word that either writer typed is missing from the text proposed to the second (goal R7)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

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


WORDS = "vu cherche poste permis bron lundi cv salon stage refait".split()
ENDS = (".", " !", "\n", "", "…")


def a_text(chance: random.Random) -> str:
    sentences = (
        " ".join(chance.choices(WORDS, k=chance.randint(1, 4))) + chance.choice(ENDS)
        for _ in range(chance.randint(0, 6))
    )
    return " ".join(sentences)


def edited(base: str, mark: str, chance: random.Random) -> str:
    """The base after some insertions, replacements and removals; each word inserted bears the writer's mark."""
    words = re.split(r"(\s+)", base)
    for number in range(chance.randint(0, 4)):
        at = chance.randint(0, len(words))
        words[at : at + chance.randint(0, 3)] = [" ", f"{mark}{number}" + chance.choice(ENDS), " "]
    return "".join(words)


def lost(merge: Callable[[str, str, str], str]) -> int:
    """Count the interleavings, out of a thousand, where a word that one typed is missing from the text proposed."""
    chance, found = random.Random(2020), 0
    for _ in range(1000):
        base = a_text(chance)
        theirs, mine = edited(base, "elle", chance), edited(base, "moi", chance)
        typed = set(re.findall(r"(?:elle|moi)\d", theirs + mine))
        found += not typed <= set(re.findall(r"(?:elle|moi)\d", merge(base, theirs, mine)))
    return found


def test_no_word_of_either_is_lost_in_a_thousand_interleavings() -> None:
    assert lost(together) == 0


def test_the_planted_fault_the_last_writer_wins_loses_words() -> None:
    assert lost(lambda base, theirs, mine: mine) > 500
