"""The demonstration brings the documents of an exit that its rulebook asks of that destination, within the delay."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest

from jalons.rulebooks.loader import load_content
from jalons.simulation import papers

NORD = next(one.rulebook for one in load_content() if one.rulebook.code == "nord_2019_2021")
ENTRY, EXIT = date(2019, 2, 4), date(2019, 6, 28)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(papers, "rulebook_of", lambda _code, on: NORD)
    papers.papers_of_exit.cache_clear()
    yield
    papers.papers_of_exit.cache_clear()


@pytest.mark.usefixtures("asked")
def test_a_proposal_to_reorient_is_brought_only_where_it_is_asked() -> None:
    kinds = {
        to: {kind for kind, _ in papers.papers_of_exit("nord_ii2_coaching", ENTRY, to)} for to in ("job", "abandoned")
    }
    assert "reorientation_proposal" in kinds["abandoned"]
    assert "reorientation_proposal" not in kinds["job"]


@pytest.mark.usefixtures("asked")
def test_documents_come_within_their_delay() -> None:
    for kind, delay in papers.papers_of_exit("nord_ii2_coaching", ENTRY, "abandoned"):
        days = [papers._brought(EXIT, delay, random.Random(number)) for number in range(20)]
        assert min(days) >= EXIT
        assert max(days) <= papers.add_months(EXIT, delay.months) + papers.timedelta(days=delay.days), kind
