"""Traps set once for the whole suite: the network is closed, except the machine itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

OPEN_HOSTS = {"127.0.0.1", "::1", "localhost"}


class NetworkClosed(RuntimeError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Refuse any connection that is neither a unix socket nor loopback."""
    really_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in OPEN_HOSTS:
            raise NetworkClosed(f"a test tried to reach {address[0]}: tests never leave the machine")
        really_connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield
