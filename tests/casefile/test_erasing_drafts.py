"""A draft left for months goes; the note, and a draft somebody is at, stay."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest

from jalons.casefile.erasing import DRAFTS, erase_drafts
from jalons.casefile.models import Note, NoteDraft
from jalons.casefile.operations import keep_draft, write_note
from jalons.casefile.tasks import erase_old_drafts
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed
from jalons.network.retention import kept
from tests.worlds import World


def test_a_draft_nobody_took_up_again_is_erased_and_not_a_day_sooner(world: World) -> None:
    enrolment = world.enrolled(caseworker=world.caseworker)
    given = {"actor": world.caseworker, "on": world.day, "person_id": enrolment.person_id}
    now = clock.now()
    write_note(**given, text="Premier contact.")
    keep_draft(**given, now=now, key=uuid4(), step=0, text="À reprendre.")
    draft = NoteDraft.objects.get()
    last = kept(DRAFTS).last_day(now)
    for day, left in ((last, 1), (last + timedelta(days=1), 0)):
        with mock.patch("jalons.kernel.clock.now", return_value=now + (day - now.date())):
            erase_old_drafts(timestamp=0)
        assert NoteDraft.objects.filter(pk=draft.pk).count() == left
    assert Note.objects.count() == 1


def test_nobody_erases_drafts_by_hand(world: World) -> None:
    with pytest.raises(NotAllowed, match="chaque nuit"):
        erase_drafts(actor=world.administrator, on=world.day)
