"""A provider of messages as bad as they come: it accepts and says nothing, it fails, and workers die in its hands."""

from __future__ import annotations

import os
import signal
import socketserver
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

FAILS, SILENT = 0.05, 0.10  # of the requests: « 500 » before accepting; accepted, then no answer
MOMENTS = ("before", "accepted", "answered")  # when the worker is killed: the three sides of the acceptance


@dataclass
class Provider:
    """``kills`` are the numbers of the requests during which their worker is killed (-9), each at one of the moments in turn.

    ``accepted`` counts what the persons receive: it is the truth the outbox is judged by.
    """

    seed: int
    kills: frozenset[int] = frozenset()
    accepted: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    silences: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def receive(self, key: str) -> tuple[str, str]:
        """Take one request; return the answer (empty: none ever comes) and when to kill the worker (empty: never)."""
        with self.lock:
            number = self.asked.total()
            self.asked[key] += 1
            moment = MOMENTS[self.killed.total() % 3] if number in self.kills else ""
            self.killed[moment] += bool(moment)
            luck = Random(f"{self.seed}/{key}/{self.asked[key]}").random()
            if moment == "before" or luck < FAILS:
                return "500", moment
            self.accepted[key] += 1
            silent = moment == "accepted" or luck < FAILS + SILENT
            self.silences += silent
            return "" if silent else "ok", moment

    def serve(self, path: Path) -> socketserver.ThreadingUnixStreamServer:
        """Open the provider on a socket; the caller shuts it down."""
        provider = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                key, _, worker = self.rfile.readline().decode().partition(" ")
                answer, moment = provider.receive(key)
                with suppress(BrokenPipeError, ConnectionResetError):
                    if answer and moment in ("", "answered"):
                        self.wfile.write(f"{answer}\n".encode())
                    if moment:
                        os.kill(int(worker), signal.SIGKILL)
                    self.rfile.read()  # until the worker hangs up, or dies

        server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server
