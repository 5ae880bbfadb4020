"""Where the private cluster lives. Pure functions of the environment, so that settings need no running server."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from functools import cache
from pathlib import Path

from jalons.kernel.database.accounts import Account, server_account
from jalons.kernel.database.errors import DatabaseError

PROJECT = Path(__file__).resolve().parents[3]
# A unix socket path holds 107 bytes on Linux and 103 on macOS; the server adds "/.s.PGSQL.5432.lock".
SOCKET_PATH_BYTES = 103
SOCKET_FILE = "/.s.PGSQL.5432.lock"


def data_folder() -> Path:
    """Return the folder that holds everything kept between two runs (`JALONS_DATA`, else `.jalons/`)."""
    return Path(os.environ.get("JALONS_DATA") or PROJECT / ".jalons").expanduser().resolve()


@cache
def cluster_folder(data: Path) -> Path:
    """Return the folder of the cluster: in the data folder, unless root runs it under an account that cannot go there."""
    account = server_account()
    if account.can_reach(data / "postgresql"):
        return data / "postgresql"
    return Path("/var/lib/jalons") / _short(data)


@cache
def socket_folder(data: Path) -> Path:
    """Return the folder of the socket: beside the cluster, or a short private one when the path would be too long."""
    beside = cluster_folder(data).parent / f"{cluster_folder(data).name}-socket"
    if len(f"{beside}{SOCKET_FILE}".encode()) <= SOCKET_PATH_BYTES:
        return beside
    return Path(tempfile.gettempdir()) / f"jalons-{_short(data)}"


def make_private(folder: Path, account: Account) -> None:
    """Make `folder`, 0700 and owned by `account`; a folder another account left there is refused, never used."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        account.own(folder)
    facts = folder.lstat()
    if stat.S_ISLNK(facts.st_mode) or facts.st_uid != account.uid:
        raise DatabaseError(
            f"Le dossier {folder} appartient à un autre compte que {account.name} : supprimez-le, "
            "ou choisissez un autre dossier de données avec JALONS_DATA."
        )
    if stat.S_IMODE(facts.st_mode) != 0o700:
        folder.chmod(0o700)


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
