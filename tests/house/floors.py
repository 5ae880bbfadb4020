"""The floors of the house, read where import-linter reads them: pyproject.toml is their one place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


def import_contracts() -> list[dict[str, Any]]:
    """The contracts given to import-linter."""
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = configuration["tool"]["importlinter"]["contracts"]
    return contracts


def floors() -> dict[str, int]:
    """Each room and the number of its floor, counted from the top."""
    layers: list[str] = next(contract["layers"] for contract in import_contracts() if contract.get("exhaustive"))
    return {room: floor for floor, layer in enumerate(layers) for room in re.findall(r"[a-z_]+", layer)}
