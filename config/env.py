"""Typed readers of the environment. A value that cannot be read stops the start and says which one and why."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

TRUE = {"1", "true", "yes", "on", "oui"}
FALSE = {"0", "false", "no", "off", "non"}


class SettingError(SystemExit):
    """A setting of the environment is wrong; the message names it and the values it takes."""


def env_str(name: str, default: str | None = None) -> str:
    """Return a text; without default, an absent or empty variable is an error."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise SettingError(f"La variable d’environnement {name} est obligatoire et n’est pas donnée.")
    return default


def env_bool(name: str, default: bool) -> bool:
    """Return a yes or no, written 1/0, true/false, yes/no, on/off or oui/non."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise SettingError(f"{name} vaut « {value} » : écrivez oui ou non.")


def env_int(name: str, default: int, *, minimum: int | None = None) -> int:
    """Return a whole number, not under `minimum`."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise SettingError(f"{name} vaut « {value} » : écrivez un nombre entier.") from None
    if minimum is not None and number < minimum:
        raise SettingError(f"{name} vaut {number} : le minimum est {minimum}.")
    return number


def env_link(name: str) -> str:
    """Return the address of a page elsewhere, empty when absent: in https, without account nor anything after the path.

    Such an address is shown as it is, the same for everybody: nothing in it can tell whose file is open.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return ""
    found = urlsplit(value)
    if found.scheme == "https" and found.hostname and "@" not in found.netloc and not (found.query or found.fragment):
        return value
    raise SettingError(f"{name} : écrivez une adresse en https, sans compte, sans « ? » ni « # ».")


def env_date(name: str) -> date | None:
    """Return a day written 2020-10-15, None when absent."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise SettingError(f"{name} vaut « {value} » : écrivez une date comme 2020-10-15.") from None


def env_choice(name: str, default: str, choices: Sequence[str]) -> str:
    """Return one of `choices`; anything else stops the start."""
    value = os.environ.get(name, "").strip().lower() or default
    if value in choices:
        return value
    raise SettingError(f"{name} vaut « {value} » : écrivez {', '.join(one for one in choices if one)}.")


def env_list(name: str, default: list[str]) -> list[str]:
    """Return texts separated by commas, without blanks around."""
    value = os.environ.get(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] or default


def env_secret(name: str, folder: Path) -> str:
    """Return a secret of the environment, else one drawn once and kept in `folder`, readable by its owner only."""
    value = os.environ.get(name, "")
    if value:
        return value
    kept = folder / f"{name.lower()}.secret"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        drawn = folder / f".{name.lower()}.{os.getpid()}"
        drawn.touch(mode=0o600)
        drawn.write_text(secrets.token_urlsafe(48))
        try:
            os.link(drawn, kept)  # atomic, and never over the one another process has just kept
        except FileExistsError:
            pass
        finally:
            drawn.unlink()
    return kept.read_text().strip()
