"""The kinds of documents a file may hold, data of ``content/documents.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

LIST = Path(__file__).parent / "content" / "documents.yaml"


@cache
def kinds() -> Mapping[str, str]:
    """Return code → label, in the order of the list."""
    return {one["code"]: one["label"] for one in yaml.safe_load(LIST.read_text(encoding="utf-8"))["kinds"]}
