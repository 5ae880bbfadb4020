"""The workers that the outbox test kills: ``python -m tests.crash.outbox_worker SENDER HOW_MANY SOCKET``.

A parent forks them and forks another one for each that was killed; they end when nothing waits any more.
"""

from __future__ import annotations

import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django

NOON = datetime(2020, 10, 15, 10, tzinfo=UTC)
PATIENCE = 0.05  # seconds before a silence is a time-out


class Client:
    """The adapter of the provider: it says what it knows, and that silence is uncertain."""

    def __init__(self, path: str) -> None:
        self.path = path

    def deliver(self, letter: Any) -> Any:
        from jalons.kernel.outbox import Accepted, NotAccepted, Uncertain

        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.path)
            line.settimeout(PATIENCE)
            line.sendall(f"{letter.key} {os.getpid()}\n".encode())
            try:
                answer = line.recv(16)
            except TimeoutError:
                answer = b""
        if answer == b"ok\n":
            return Accepted()
        return NotAccepted("Le prestataire est en panne.") if answer == b"500\n" else Uncertain("Pas de réponse.")


def jalons(client: Client) -> None:
    """Send with the outbox until nothing waits."""
    from jalons.kernel import outbox

    outbox.gateway_of.owner = lambda *, channel: client
    outbox.still_right.owner = lambda *, message, at: outbox.Content(message.address, message.title, message.body)
    while outbox.deliver_next(at=NOON, waits=(timedelta(0),) * 6) is not None:
        pass


def work(sender: str, path: str) -> None:
    """Be one worker."""
    from tests.crash import naive_senders

    senders = {"jalons": jalons, **naive_senders.SENDERS}
    senders[sender](Client(path))


def main() -> int:
    """Keep the workers at work; return how many ended badly (a kill is not bad: another one comes)."""
    sender, how_many, path = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    running = {_fork(sender, path) for _ in range(int(how_many))}
    bad = 0
    while running:
        process, status = os.wait()
        running.discard(process)
        if os.WIFSIGNALED(status):
            running.add(_fork(sender, path))
        bad += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
    return bad


def _fork(sender: str, path: str) -> int:
    process = os.fork()
    if process == 0:
        try:
            work(sender, path)
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    return process


if __name__ == "__main__":
    sys.exit(main())
