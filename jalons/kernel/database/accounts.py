"""PostgreSQL refuses to run as root: find an unprivileged account that exists, and what it can reach."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jalons.kernel.database.errors import DatabaseError

# Accounts that exist on usual systems; none is ever created by us.
CANDIDATES = ("postgres", "jalons", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that runs the server; `drop` says whether we must leave root for it."""

    name: str
    uid: int
    gid: int
    drop: bool

    def run(self, command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as this account, in `cwd`; its output goes to pipes."""
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(cwd), "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            user=self.uid if self.drop else None,
            group=self.gid if self.drop else None,
            extra_groups=[] if self.drop else None,
        )

    def can_reach(self, path: Path) -> bool:
        """Tell whether the account can go through every existing parent of `path`."""
        if not self.drop:
            return True
        return all(self._may(parent, stat.S_IXUSR) for parent in path.resolve().parents if parent.exists())

    def can_read(self, file: Path) -> bool:
        """Tell whether the account can read and run `file`."""
        return self.can_reach(file) and (not self.drop or self._may(file, stat.S_IRUSR | stat.S_IXUSR))

    def own(self, path: Path) -> None:
        """Give `path` to the account (nothing to do unless root)."""
        if self.drop:
            shutil.chown(path, self.uid, self.gid)

    def _may(self, path: Path, user_bits: int) -> bool:
        facts = path.stat()
        if facts.st_uid == self.uid:
            wanted = user_bits
        elif facts.st_gid == self.gid:
            wanted = user_bits >> 3
        else:
            wanted = user_bits >> 6
        return facts.st_mode & wanted == wanted


def server_account() -> Account:
    """Return the account that runs the server; raises DatabaseError when root finds none to drop to."""
    if os.geteuid() != 0:
        return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), drop=False)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, drop=True)
    raise DatabaseError(
        "PostgreSQL refuse de tourner sous le compte root, et aucun des comptes "
        f"{', '.join(CANDIDATES)} n’existe sur cette machine. Lancez Jalons sous un compte ordinaire, "
        "ou donnez l’adresse d’un serveur dans DATABASE_URL."
    )
