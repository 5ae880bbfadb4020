"""Sert l’application : base, site et tâches de fond, arrêtés ensemble par Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from jalons.kernel.database.boot import verify_boot

START_SECONDS = 60
STOP_SECONDS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Address and sizes."""
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port (8000)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processus du site (un par cœur)")
    parser.add_argument("--no-jobs", action="store_true", help="ne pas lancer les tâches de fond")


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    return serve(host=args.host, port=args.port, workers=args.workers, jobs=not args.no_jobs)


def serve(*, host: str = "127.0.0.1", port: int = 8000, workers: int = 0, jobs: bool = True) -> int:
    """Run web and jobs as two children, until one ends or a signal comes; return 0 when stopped on purpose.

    The caller has made the database run (`jalons.kernel.database.ensure_running`). Refuses to start on an unsafe one.
    """
    verify_boot()
    connections.close_all()
    if settings.STATIC_HASHED:
        call_command("collectstatic", interactive=False, verbosity=0)
    with _children(_commands(host, port, workers, jobs)) as children, _signals_as_interrupt():
        try:
            _wait_until_up(host, port, children)
            print(f"Jalons est prêt : http://{host}:{port}/  (Ctrl-C pour arrêter)", flush=True)
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
        except KeyboardInterrupt:
            print("\nArrêt…", flush=True)
            return 0
    print("jalons : un des processus s’est arrêté de lui-même, voir son message ci-dessus.", file=sys.stderr)
    return 1


def _commands(host: str, port: int, workers: int, jobs: bool) -> list[tuple[list[str], dict[str, str]]]:
    environment = {
        **os.environ,
        "JALONS_BIND": f"{host}:{port}",
        "JALONS_WORKERS": str(workers or os.cpu_count() or 1),
    }
    web = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"]
    worker = [sys.executable, "-m", "jalons", "worker"]
    return [(command, environment) for command in ([web, worker] if jobs else [web])]


@contextmanager
def _children(commands: list[tuple[list[str], dict[str, str]]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    # A session of their own: Ctrl-C reaches this process only, which then stops them in order.
    children = [subprocess.Popen(command, env=env, start_new_session=True) for command, env in commands]
    try:
        yield children
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait_until_up(host: str, port: int, children: list[subprocess.Popen[bytes]]) -> None:
    """Return when a page answers, when a child has died, or after a minute."""
    deadline = time.monotonic() + START_SECONDS
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 (where we ask, not where we listen)
    address = f"http://{name}:{port}{reverse(settings.LOGIN_URL)}"
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            urlopen(address, timeout=2).close()
        except HTTPError:
            return  # an answer, whatever it says
        except OSError:
            time.sleep(0.2)
        else:
            return
