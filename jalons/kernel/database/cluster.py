"""One private PostgreSQL cluster: made once, started, stopped. No TCP: a socket in a folder of its own, mode 0700."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import psycopg

from jalons.kernel.database.accounts import Account, server_account
from jalons.kernel.database.binaries import Binaries, choose_binaries, readable_copy
from jalons.kernel.database.errors import DatabaseError
from jalons.kernel.database.places import cluster_folder, make_private, socket_folder

ADMIN = "jalons_admin"
START_SECONDS = 60
RETRY_SECONDS = 30

# Durability is never traded: fsync, full_page_writes and synchronous_commit keep their defaults and are checked at boot.
CONFIGURATION = """\
# Written by Jalons at each start: change settings in postgresql.conf, after the include.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
effective_cache_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
# Statements carry personal data: none is ever written to the log.
log_statement = 'none'
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster of one data folder. Callers hold the launcher's lock."""

    folder: Path
    socket: Path
    account: Account

    @classmethod
    def of(cls, data: Path) -> Cluster:
        """Return the cluster of a data folder, made or not."""
        return cls(folder=cluster_folder(data), socket=socket_folder(data), account=server_account())

    def major(self) -> int | None:
        """Return the major version that wrote the cluster, None when it does not exist yet."""
        version = self.folder / "PG_VERSION"
        return int(version.read_text().strip()) if version.exists() else None

    def binaries(self) -> Binaries:
        """Return the programs that run this cluster, readable by its account."""
        return readable_copy(choose_binaries(self.major()), self.account, self.folder.parent)

    def is_running(self) -> bool:
        """Tell whether the server answers for this folder (`pg_ctl status`, which checks the process too)."""
        if self.major() is None or not (self.folder / "postmaster.pid").exists():
            return False
        return self._pg_ctl("status").returncode == 0

    def answers(self) -> bool:
        """Tell whether the server accepts a connection now: a killed one may still look alive, a starting one refuses."""
        try:
            psycopg.connect(host=str(self.socket), user=ADMIN, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def create(self) -> None:
        """Make the cluster if it does not exist; a folder left half made by a kill is made again."""
        if self.major() is not None:
            return
        binaries = self.binaries()
        unfinished = self.folder.with_name(self.folder.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private(unfinished, self.account)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major >= 17 else []
        command = [
            binaries.program("initdb"), f"--pgdata={unfinished}", f"--username={ADMIN}", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", *locale,
        ]  # fmt: skip
        _succeed(self.account, command, unfinished)
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'jalons.conf'\n")
        shutil.rmtree(self.folder, ignore_errors=True)
        unfinished.rename(self.folder)

    def start(self) -> None:
        """Start the server and wait until it answers; after a crash, this is where it recovers."""
        self.binaries()  # before anything is written: data of another major version are left alone
        if self.answers():
            return
        make_private(self.socket, self.account)
        configuration = self.folder / "jalons.conf"
        configuration.write_text(CONFIGURATION.format(socket=self.socket))
        self.account.own(configuration)
        log = self.folder / "server.log"
        arguments = ["-l", str(log), "-w", "-t", str(START_SECONDS)]
        deadline = time.monotonic() + RETRY_SECONDS
        while time.monotonic() < deadline:
            if self._pg_ctl("start", *arguments).returncode == 0 or self.answers():
                return
            time.sleep(0.25)  # what is left of a killed server holds its memory and its number for a moment
        last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
        raise DatabaseError(f"PostgreSQL ne démarre pas (journal : {log}).\n{last_lines}")

    def stop(self) -> None:
        """Stop the server at once but cleanly: open transactions are rolled back."""
        if self.is_running():
            self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(START_SECONDS))

    def _pg_ctl(self, *arguments: str) -> CompletedProcess[str]:
        command = [self.binaries().program("pg_ctl"), "-D", str(self.folder), *arguments]
        return self.account.run(command, self.folder)


def _succeed(account: Account, command: list[str], cwd: Path) -> None:
    answer = account.run(command, cwd)
    if answer.returncode != 0:
        raise DatabaseError(f"{Path(command[0]).name} a échoué :\n{answer.stdout}{answer.stderr}")
