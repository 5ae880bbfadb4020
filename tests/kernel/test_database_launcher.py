"""The embedded database starts from nothing, for several processes at once, survives a kill, and stops with the last one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jalons.kernel.database.binaries import find_binaries
from jalons.kernel.database.cluster import Cluster
from jalons.kernel.database.errors import DatabaseError
from jalons.kernel.database.places import make_private
from jalons.kernel.database.urls import APP_ROLE, OWNER_ROLE, embedded_url

ORIGINS = ["system", "wheel"]

USE = """
import psycopg, sys
from jalons.kernel.database import ensure_running
urls = ensure_running()
with psycopg.connect(urls.app) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0])
"""


@pytest.fixture(params=ORIGINS)
def data(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder, for each origin of programs that the machine has."""
    monkeypatch.setenv("JALONS_POSTGRES", request.param)
    if not find_binaries():
        pytest.skip(f"no PostgreSQL of origin {request.param} here")
    folder = Path(tempfile.mkdtemp(prefix="jalons-test-"))
    folder.chmod(0o755)  # pytest's own folders are closed to the account that runs the server
    monkeypatch.setenv("JALONS_DATA", str(folder))
    for name in ("DATABASE_URL", "JALONS_DATABASE_APP_URL", "JALONS_DATABASE_NAME"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    Cluster.of(folder).stop()
    shutil.rmtree(folder)


def use_from(count: int) -> list[str]:
    """Use the database from `count` processes started together; return the role each was connected as."""
    command = [sys.executable, "-c", USE]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(count)
    ]
    answers = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * count, answers
    return [out.strip() for out, _ in answers]


def test_three_processes_start_it_together_and_the_last_one_stops_it(data: Path) -> None:
    assert use_from(3) == [APP_ROLE] * 3
    cluster = Cluster.of(data)
    assert cluster.major() is not None
    assert not cluster.is_running()
    assert use_from(1) == [APP_ROLE]  # and again on what is there


def test_a_killed_server_recovers_at_the_next_start(data: Path) -> None:
    use_from(1)
    cluster = Cluster.of(data)
    cluster.start()
    owner = embedded_url(OWNER_ROLE, data)
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    os.kill(int((cluster.folder / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    cluster.start()
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_the_server_listens_on_no_port_and_keeps_statements_out_of_its_log(data: Path) -> None:
    use_from(1)
    cluster = Cluster.of(data)
    cluster.start()
    with psycopg.connect(embedded_url(OWNER_ROLE, data)) as connection:
        shown = {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]  # type: ignore[index]
            for name in ("listen_addresses", "fsync", "full_page_writes", "synchronous_commit", "data_checksums")
        }
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT 'Dupont' FROM nowhere")
    assert shown == {
        "listen_addresses": "",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
    }
    assert "Dupont" not in (cluster.folder / "server.log").read_text()
    assert cluster.socket.stat().st_mode & 0o077 == 0


def test_data_of_another_major_version_are_left_alone(data: Path) -> None:
    cluster = Cluster.of(data)
    make_private(cluster.folder, cluster.account)
    (cluster.folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(DatabaseError, match="écrites par PostgreSQL 9"):
        cluster.start()
    assert [file.name for file in cluster.folder.iterdir()] == ["PG_VERSION"]


def test_a_folder_half_made_by_a_kill_is_made_again(data: Path) -> None:
    cluster = Cluster.of(data)
    unfinished = cluster.folder.with_name(cluster.folder.name + ".part")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("15\n")
    assert use_from(1) == [APP_ROLE]


def test_a_folder_left_by_somebody_else_is_refused(data: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    cluster = Cluster.of(data)
    cluster.socket.mkdir()
    os.chown(cluster.socket, 12345, 12345)
    with pytest.raises(DatabaseError, match="appartient à un autre compte"):
        make_private(cluster.socket, cluster.account)


def test_an_unknown_origin_is_refused_with_the_values_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALONS_POSTGRES", "docker")
    with pytest.raises(DatabaseError, match="system et wheel"):
        find_binaries()
