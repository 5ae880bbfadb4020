"""Refuse to serve on a database that could lose what it acknowledged, or under a role that goes round its walls (R11).

A `kill -9` cannot show that `fsync` is off: only reading the settings can, so they are read at each start.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connections

from jalons.kernel.database.errors import DatabaseError

DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply"),
}
OLDEST_VERSION = 150000


def boot_refusals(*, using: str = "default") -> list[str]:
    """Return what forbids to serve, one French sentence each; empty when all is well."""
    refusals = [*_durability(using), *_role(using)]
    if settings.TIME_ZONE != "Europe/Paris":
        refusals.append(f"L’horloge est réglée sur {settings.TIME_ZONE} : elle doit l’être sur Europe/Paris.")
    return refusals


def verify_boot(*, using: str = "default") -> None:
    """Raise DatabaseError with every refusal at once."""
    refusals = boot_refusals(using=using)
    if refusals:
        raise DatabaseError("Jalons refuse de démarrer :\n" + "\n".join(f"  - {line}" for line in refusals))


def _durability(using: str) -> list[str]:
    refusals = []
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        if cursor.fetchone()[0] < OLDEST_VERSION:
            refusals.append("Le serveur est plus ancien que PostgreSQL 15.")
        for name, allowed in DURABLE.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            value = cursor.fetchone()[0]
            if value not in allowed:
                refusals.append(
                    f"Le réglage {name} vaut « {value} » : une panne perdrait des écritures confirmées. "
                    f"Remettez « on » (ALTER SYSTEM RESET {name}; puis rechargez le serveur)."
                )
    return refusals


def _role(using: str) -> list[str]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, is_super, bypasses = cursor.fetchone()
    if not is_super and not bypasses:
        return []
    power = "superutilisateur" if is_super else "exempté de la sécurité par ligne (BYPASSRLS)"
    return [
        f"Le rôle {name}, qui sert l’application, est {power}. Donnez un rôle ordinaire dans JALONS_DATABASE_APP_URL."
    ]
