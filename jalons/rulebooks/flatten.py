"""A rulebook told as rows: one value per path, with the basis and citation of the nearest block that has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.framework import Blocks

_ABOUT = frozenset({"citation", "basis", "ref", "note", "code", "unverified"})
_NAMES = ("code", "indicator", "kind")  # what names a member of a list, in this order


@dataclass(frozen=True, slots=True)
class FlatValue:
    """One value: ``path`` such as ``price.unit_cost_eur``; ``number`` when it is one."""

    action_code: str
    path: str
    value: str | None
    number: Decimal | None
    basis: str
    citation: str


def flatten(rulebook: Rulebook) -> Iterator[FlatValue]:
    """Yield every value of every action, common blocks and obligations included; a path is unique within its action."""
    for own in rulebook.actions:
        action = rulebook.action(own.code)
        seen: set[str] = set()
        head = ("stated", " ; ".join(rulebook.framework.citation))
        blocks: dict[str, Any] = {name: getattr(action, name) for name in Blocks.model_fields}
        blocks["accompaniment_type"] = action.accompaniment_type
        blocks["obligations"] = rulebook.obligations_of(own.code)
        for path, value, (basis, citation) in _walk(blocks, "", head):
            unique, number = path, 2
            while unique in seen:
                unique, number = f"{path}.{number}", number + 1
            seen.add(unique)
            yield FlatValue(own.code, unique, _text(value), _number(value), basis, citation)


def _walk(value: Any, path: str, source: tuple[str, str]) -> Iterator[tuple[str, Any, tuple[str, str]]]:
    if isinstance(value, BaseModel):
        citation = getattr(value, "citation", None)
        if citation:
            source = (getattr(value, "basis", "stated"), " ; ".join(citation))
            # A parameter or a text is one value: its path stops at its name.
        fields = {name: getattr(value, name) for name in type(value).model_fields if name not in _ABOUT}
        if "value" in fields:
            yield path, fields["value"], source
            return
        value = fields
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from _walk(inside, f"{path}.{name}" if path else str(name), source)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for rank, inside in enumerate(value, 1):
            yield from _walk(inside, f"{path}.{_name(inside) or rank}", source)
    elif isinstance(value, tuple):
        if value:
            yield path, ", ".join(str(one) for one in value), source
    elif value is not None:
        yield path, value, source


def _name(block: BaseModel) -> str | None:
    for name in _NAMES:
        found = getattr(block, name, None)
        if isinstance(found, str):
            return found
    return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
