"""`jalons serve` brings up web and jobs together, and one signal stops them all."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateWorker

READY_SECONDS = 90


@pytest.fixture
def port() -> int:
    """A port free a moment ago."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture
def served(transactional_db: None, port: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The whole application on the tests' database, ready to answer."""
    environment = {**os.environ, "JALONS_STATIC_ROOT": str(tmp_path)}
    command = [sys.executable, "-m", "jalons", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_workers CASCADE")


def test_web_and_jobs_start_and_stop_together(served: subprocess.Popen[str], port: int) -> None:
    assert served.stdout is not None
    first_line = served.stdout.readline()
    assert f"Jalons est prêt : http://127.0.0.1:{port}/" in first_line
    with urlopen(f"http://127.0.0.1:{port}{reverse('account_login')}", timeout=30) as page:
        assert page.status == 200
    wait_for_the_worker()
    served.send_signal(signal.SIGTERM)
    printed, _ = served.communicate(timeout=60)
    assert served.returncode == 0, printed
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/", timeout=5)
    assert not ProcrastinateWorker.objects.exists()


def wait_for_the_worker() -> None:
    """Return once the worker has signed in to the queue."""
    deadline = time.monotonic() + READY_SECONDS
    signed_in = False
    while not signed_in:
        assert time.monotonic() < deadline, "the worker never came"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.1)")
        signed_in = ProcrastinateWorker.objects.exists()
