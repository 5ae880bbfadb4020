"""Start the private cluster for whoever needs it, and stop it with the last process that uses it.

Two lock files in the data folder. `launcher.lock` is taken, alone, while starting or stopping. `users.lock` is shared by
every process that uses the server, for its whole life: the one that can take it alone is the last, and stops the server.
Locks die with their process, so a `kill -9` leaves nothing to clean.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from jalons.kernel.database.cluster import Cluster
from jalons.kernel.database.places import data_folder
from jalons.kernel.database.roles import make_embedded, make_external, prepare_database
from jalons.kernel.database.urls import DatabaseUrls, admin_url, resolve_urls

PREPARED = "prepared-2"  # raise the number when roles.py gives a database something new


@dataclass(frozen=True, slots=True)
class Status:
    """What `jalons status` prints about the database."""

    running: bool
    embedded: bool
    version: str | None
    place: str


_users: dict[Path, int] = {}  # data folder → descriptor of the shared lock this process holds


def ensure_running() -> DatabaseUrls:
    """Return addresses that answer: starts the private cluster when needed, and keeps it up while this process lives.

    Safe to call again, and from several processes at once. Raises DatabaseError with what to do.
    """
    urls = resolve_urls()
    data = _make_data_folder()
    if urls.embedded:
        _start_embedded(data, urls)
    elif not _prepared(data, urls).exists():
        make_external(urls.owner, urls.app)
        prepare_database(urls.owner, urls.app_role)
        _prepared(data, urls).touch()
    return urls


def stop() -> bool:
    """Stop the private cluster if this process is the last user; True when the server is down afterwards."""
    if not resolve_urls().embedded:
        return False
    return _leave(data_folder())


def status() -> Status:
    """Describe the database without starting it."""
    urls = resolve_urls()
    if not urls.embedded:
        with psycopg.connect(urls.owner) as connection:
            version = str(connection.info.server_version // 10000)
            return Status(running=True, embedded=False, version=version, place=connection.info.host)
    cluster = Cluster.of(data_folder())
    major = cluster.major()
    running = cluster.is_running()
    return Status(running, embedded=True, version=str(major) if major else None, place=str(cluster.folder))


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold the lock file `name` of the data folder, alone, waiting for it (also used by the tests' templates)."""
    descriptor = os.open(_make_data_folder() / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _start_embedded(data: Path, urls: DatabaseUrls) -> None:
    with alone("launcher"):
        if data not in _users:
            descriptor = os.open(data / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            _users[data] = descriptor
            atexit.register(_leave_at_exit, data, os.getpid())
        cluster = Cluster.of(data)
        cluster.create()
        cluster.start()
        if not _prepared(data, urls).exists():
            make_embedded(admin_url(data))
            prepare_database(urls.owner)
            _prepared(data, urls).touch()


def _prepared(data: Path, urls: DatabaseUrls) -> Path:
    """The mark that roles, database and privileges are there: in the cluster itself, so that it goes with it."""
    if urls.embedded:
        return Cluster.of(data).folder / PREPARED
    return data / f"external-{PREPARED}-{hashlib.sha256(urls.owner.encode()).hexdigest()[:12]}"


def _leave(data: Path) -> bool:
    """Give up this process's share; the last one out stops the server."""
    with alone("launcher"):
        descriptor = _users.pop(data, None)
        if descriptor is None:
            descriptor = os.open(data / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            Cluster.of(data).stop()
            return True
        finally:
            os.close(descriptor)


def _leave_at_exit(data: Path, registered_by: int) -> None:
    # A forked child inherits the share and the atexit list: only the process that took the share gives it up.
    if os.getpid() == registered_by and data in _users:
        _leave(data)


def _make_data_folder() -> Path:
    data = data_folder()
    if not data.exists():
        data.mkdir(parents=True, mode=0o711)
        if os.geteuid() == 0:
            data.chmod(0o711)  # whatever the umask: the server's account goes through, and cannot list
    return data
