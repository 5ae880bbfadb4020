"""Messages through a provider that accepts and says nothing, fails, while workers are killed (-9): none twice, none lost.

``JALONS_OUTBOX_MESSAGES=10000`` is the full number (with 50 kills); ``JALONS_CRASH_SEED`` draws other misfortunes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import transaction

from jalons.kernel.outbox import Channel, Message, MessageEvent, NewMessage, State, queue, sweep
from tests.crash.outbox_gateway import MOMENTS, Provider

PROJECT = Path(__file__).resolve().parents[2]
SEED = int(os.environ.get("JALONS_CRASH_SEED", "20201015"))
MESSAGES = int(os.environ.get("JALONS_OUTBOX_MESSAGES", "300"))
KILLS = min(50, MESSAGES // 60)
NAIVE_MESSAGES, NAIVE_KILLS = 60, 3
WORKERS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the persons lived, against what the table says; every number but the last two must be 0."""

    twice: int  # received more than once
    lost: int  # « sent » says the table, and nobody received it
    denied: int  # received, and the table says it was not
    left: int  # neither sent nor listed: still waiting, or « sending » for ever
    sent: int
    unknown: int


def verdict(provider: Provider) -> Verdict:
    states = {str(key): state for key, state in Message.objects.values_list("key", "state")}
    received = provider.accepted
    return Verdict(
        twice=sum(many > 1 for many in received.values()),
        lost=sum(state == State.SENT and key not in received for key, state in states.items()),
        denied=sum(states[key] not in (State.SENT, State.UNKNOWN) for key in received),
        left=sum(state in (State.QUEUED, State.SENDING) for state in states.values()),
        sent=sum(state == State.SENT for state in states.values()),
        unknown=sum(state == State.UNKNOWN for state in states.values()),
    )


def live(sender: str, *, messages: int, kills: int) -> Provider:
    """Ask for messages, let the workers send them through the misfortunes, and return the provider."""
    with transaction.atomic():
        queue([
            NewMessage(channel=Channel.SMS, kind="essai", subject_kind="essai", subject_id=number, authority_id=1,
                       address=f"+336{number:08d}", body="Rappel")
            for number in range(messages)
        ])  # fmt: skip
    provider = Provider(SEED, frozenset(Random(SEED).sample(range(messages * 9 // 10), kills)))
    with tempfile.TemporaryDirectory(prefix="jalons-outbox-") as folder:
        path = Path(folder) / "provider"
        server = provider.serve(path)
        try:
            subprocess.run(
                [sys.executable, "-m", "tests.crash.outbox_worker", sender, str(WORKERS), str(path)],
                cwd=PROJECT,
                check=True,
                timeout=600,
            )
        finally:
            server.shutdown()
            server.server_close()
    assert provider.killed.total() == kills
    assert set(provider.killed) - {""} == set(MOMENTS)
    assert provider.silences > 0
    return provider


@pytest.mark.django_db(transaction=True)
def test_none_is_sent_twice_none_is_lost_and_every_unknown_is_listed() -> None:
    provider = live("jalons", messages=MESSAGES, kills=KILLS)
    sweep(lease=timedelta(0))  # the workers are dead: no need to wait for the lease
    found = verdict(provider)
    print(f"{MESSAGES} messages, {KILLS} kills, {provider.silences} silences: {found}")  # read with ``pytest -s``
    assert (found.twice, found.lost, found.denied, found.left) == (0, 0, 0, 0)
    assert found.unknown >= provider.silences
    assert found.sent > MESSAGES * 0.8
    assert MessageEvent.objects.filter(state=State.UNKNOWN).exclude(reason="").count() == found.unknown


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("sender", "wrong"), [("send_then_mark", "twice"), ("mark_then_send", "lost")])
def test_a_naive_sender_fails_the_same_check(sender: str, wrong: str) -> None:
    found = verdict(live(sender, messages=NAIVE_MESSAGES, kills=NAIVE_KILLS))
    assert getattr(found, wrong) > 0, f"the check found nothing wrong with {sender}: it proves nothing"
