"""Somebody cancels a letter while its batch is being typeset: it is not in what goes to the printer."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pikepdf
import pytest
from django.db import connections

from jalons.documents.queries import bytes_of
from jalons.exchange.letters import batches
from jalons.exchange.letters.batches import go_on
from jalons.exchange.letters.models import LetterBatch
from jalons.exchange.letters.operations import cancel_letters
from tests.exchange.letters.given import DAY
from tests.exchange.letters.test_batches import asked, subjects
from tests.worlds import World

typeset = batches.render_bundle


@pytest.mark.django_db(transaction=True)
def test_what_is_cancelled_during_the_binding_is_not_printed(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    batch = asked(world, subjects(world, 3)).batch
    letter_id = batch.letters.order_by("pk").values_list("pk", flat=True)[0]
    cancelled: list[int] = []

    def cancel() -> None:
        try:
            given: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "reason": "Erreur"}
            cancelled.append(cancel_letters(letter_ids=[letter_id], **given))
        finally:
            connections.close_all()

    def meanwhile(*given: Any) -> bytes:
        if not cancelled:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(cancel).result(timeout=30)
        return typeset(*given)

    monkeypatch.setattr(batches, "render_bundle", meanwhile)
    go_on(batch.pk)
    assert cancelled == [1]
    found = LetterBatch.objects.select_related("bundle").get(pk=batch.pk)
    assert found.finished
    assert found.bundle is not None
    assert len(pikepdf.open(io.BytesIO(bytes_of(found.bundle))).pages) == 2
