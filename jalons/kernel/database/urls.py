"""The two addresses of the database, owner and application, from the environment alone (no server is touched)."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jalons.kernel.database.cluster import ADMIN
from jalons.kernel.database.errors import DatabaseError
from jalons.kernel.database.places import data_folder, socket_folder

OWNER_ROLE = "jalons_owner"
APP_ROLE = "jalons_app"
DATABASE = "jalons"
PORT = 5432


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """How to connect: `owner` migrates, `app` serves; `embedded` says whether the launcher runs the server."""

    owner: str
    app: str
    embedded: bool

    @property
    def app_role(self) -> str:
        """Name of the role that serves."""
        return str(conninfo_to_dict(self.app)["user"])


def resolve_urls() -> DatabaseUrls:
    """Read `DATABASE_URL` (the owner) and `JALONS_DATABASE_APP_URL`, else give the private cluster's addresses.

    `JALONS_DATABASE_NAME` names another database of the same server (the tests' own children connect to theirs).
    """
    owner = os.environ.get("DATABASE_URL")
    name = os.environ.get("JALONS_DATABASE_NAME")
    if not owner:
        data, database = data_folder(), name or DATABASE
        owner, app = embedded_url(OWNER_ROLE, data, database), embedded_url(APP_ROLE, data, database)
        return DatabaseUrls(owner, app, embedded=True)
    app = os.environ.get("JALONS_DATABASE_APP_URL") or make_conninfo(owner, user=APP_ROLE, password=app_password(owner))
    if name:
        owner, app = make_conninfo(owner, dbname=name), make_conninfo(app, dbname=name)
    return DatabaseUrls(owner, app, embedded=False)


def embedded_url(role: str, data: Path, database: str = DATABASE) -> str:
    """Return the address of a database of the private cluster; the socket's folder is what lets people in."""
    query = urlencode({"host": str(socket_folder(data)), "port": PORT}, quote_via=quote)
    return f"postgresql://{role}@/{database}?{query}"


def admin_url(data: Path) -> str:
    """Return the superuser's address in the private cluster, for making roles and databases only."""
    return embedded_url(ADMIN, data, "postgres")


def app_password(owner_url: str) -> str:
    """Derive the application role's password from the owner's, so that no second secret has to be kept."""
    secret = conninfo_to_dict(owner_url).get("password") or os.environ.get("JALONS_SECRET_KEY") or ""
    return hmac.new(str(secret).encode(), b"jalons_app", "sha256").hexdigest()


def django_database(url: str) -> dict[str, Any]:
    """Translate an address (URL or libpq's `key=value`) into an entry of Django's `DATABASES`."""
    parts = dict(conninfo_to_dict(url))
    if not parts.get("dbname"):
        raise DatabaseError("L’adresse de la base (DATABASE_URL) ne dit pas le nom de la base.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(parts.pop("dbname")),
        "USER": str(parts.pop("user", "") or ""),
        "PASSWORD": str(parts.pop("password", "") or ""),
        "HOST": str(parts.pop("host", "") or ""),
        "PORT": str(parts.pop("port", "") or ""),
        "OPTIONS": {key: value for key, value in parts.items() if value is not None},
    }
