"""The guard measured on a thousand labelled notes (goal P7): it notices what a reader would, and seldom anything else.

The words were chosen looking at one note in two; the other half is measured apart. Both halves and the words come from the same
hands: what a service really writes will be noticed less well, and its words are added to ``content/guard.yaml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from jalons.documents.guard import noticed
from tests.documents.labelled_notes import TOPICS, labelled

RECALL, PRECISION = 0.95, 0.80
NOTES = list(labelled())


def measured(notes: Iterable[tuple[str, frozenset[str]]]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return, by label: noticed rightly, missed, noticed wrongly."""
    right, missed, wrong = Counter[str](), Counter[str](), Counter[str]()
    for text, labels in notes:
        found = {one.code for one in noticed(text)}
        right.update(found & labels)
        missed.update(labels - found)
        wrong.update(found - labels)
    return right, missed, wrong


def test_there_are_a_thousand_notes_half_of_them_ordinary() -> None:
    assert len({text for text, _ in NOTES}) == len(NOTES) == 1000
    assert sum(not labels for _, labels in NOTES) == 500


@pytest.mark.req("R-163")
@pytest.mark.parametrize("half", [slice(None), slice(1, None, 2)], ids=["all", "the half set apart"])
def test_nearly_all_is_noticed_and_seldom_anything_else(half: slice) -> None:
    right, missed, wrong = measured(NOTES[half])
    assert right.total() / (right.total() + missed.total()) >= RECALL
    assert right.total() / (right.total() + wrong.total()) >= PRECISION


@pytest.mark.parametrize("topic", [*TOPICS, "nir", "phone"])
def test_no_topic_hides_behind_the_others(topic: str) -> None:
    right, missed, wrong = measured(NOTES)
    assert right[topic] / (right[topic] + missed[topic]) >= RECALL, "missed too often"
    assert right[topic] / (right[topic] + wrong[topic]) >= PRECISION, "said too often"


def test_fewer_words_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: a guard that only knows numbers does not pass."""
    monkeypatch.setattr("jalons.documents.guard._topics", lambda: ())
    right, missed, _ = measured(NOTES)
    assert right.total() / (right.total() + missed.total()) < RECALL
