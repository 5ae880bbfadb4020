"""docs/cadres/langage.md: every word of the language of rulebooks, from the schema itself."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jalons.cli._docs.markdown import GENERATED
from jalons.rulebooks.french.language import BLOCKS, KEYS, VALUES
from jalons.rulebooks.schema import Blocks, Cited, Length, ObligationBase, Rulebook

HEAD = f"""# Tous les mots d’un cadre

{GENERATED}

Cette page est la liste complète, tirée du logiciel lui-même, des clés et des valeurs qu’un cadre peut contenir. La façon de s’en
servir est dans [« Les cadres »](../rulebooks.md). Les mots à écrire sont en `police fixe`.
"""
PLAIN = {
    str: "un texte",
    int: "un nombre entier",
    Decimal: "un nombre",
    date: "une date, `2027-01-31`",
    bool: "`true` ou `false`",
}


def text() -> str:
    """Return the page."""
    found = {model.__name__: model for model in models(Rulebook)}
    found |= {model.__name__: model for model in (Cited, ObligationBase)}
    return "\n".join([HEAD, *(line for name in BLOCKS if name in found for line in _block(found[name]))])


def models(annotation: Any, seen: set[type[BaseModel]] | None = None) -> Iterator[type[BaseModel]]:
    """Yield every block the schema may hold, each once."""
    seen = set() if seen is None else seen
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation, seen)
    for inside in get_args(annotation):
        yield from models(inside, seen)


def choices(annotation: Any) -> list[str]:
    """Return the closed values an annotation admits, in their order; empty when it is open."""
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    found: list[str] = []
    for inside in get_args(annotation):
        if not (isinstance(inside, type) and issubclass(inside, BaseModel)):
            found += [value for value in choices(inside) if value not in found]
    return found


def own_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the keys of a block that are its own: those of a cited block, or of every obligation, are told once."""
    inherited = next(
        (one for one in (ObligationBase, Cited, Blocks) if issubclass(model, one) and model is not one), None
    )
    left_out = set(inherited.model_fields) if inherited else set()
    return {name: field for name, field in model.model_fields.items() if name not in left_out}


def about(model: str, key: str) -> str:
    """Return what a key is for."""
    return KEYS.get(f"{model}.{key}", KEYS.get(key, ""))


def words_of(model: str, key: str) -> dict[str, str]:
    """Return the French words of the values of a key."""
    return dict(VALUES.get(f"{model}.{key}", VALUES.get(key, {})))


def _block(model: type[BaseModel]) -> Iterator[str]:
    name = model.__name__
    yield f'\n<a id="{name.lower()}"></a>\n\n## {BLOCKS[name]}\n'
    if issubclass(model, ObligationBase) and model is not ObligationBase:
        yield "En plus de [ce que porte toute obligation](#obligationbase) :\n"
    elif issubclass(model, Blocks) and model is not Blocks:
        yield "En plus de [ce que le cadre donne à toutes ses actions](#blocks) :\n"
    elif issubclass(model, Cited) and model is not Cited:
        yield "Bloc cité : il dit aussi [d’où vient sa valeur](#cited).\n"
    yield "| Clé | | Ce qu’on y écrit |"
    yield "|---|---|---|"
    for key, field in own_fields(model).items():
        if key == "event" and name != "Fact":
            continue
        if key in ("shape", "kind") and len(choices(field.annotation)) == 1:
            continue
        yield f"| `{key}` | {'obligatoire' if field.is_required() else 'facultatif'} | {_told(name, key, field)} |"


def _told(model: str, key: str, field: FieldInfo) -> str:
    sentence = about(model, key)
    words = words_of(model, key)
    values = [f"`{value}`{f' ({words[value]})' if value in words else ''}" for value in choices(field.annotation)]
    listed = "une liste parmi " if values and _is_list(field.annotation) else ""
    what = f"{listed}{', '.join(values)}" if values else _kind(field.annotation)
    if values == ["1"]:
        return sentence
    return f"{sentence} : {what}" if values else f"{sentence} ({what})"


def _kind(annotation: Any) -> str:
    """« une durée », « une liste : bloc ExitRule » : the kind of an open value."""
    blocks = list(dict.fromkeys(_blocks(annotation)))
    some = "liste : " if _is_list(annotation) else ""
    if blocks == [Length]:
        return f"{some}[une durée](#length)"
    if blocks:
        return some + " ou ".join(
            f"[{BLOCKS[one.__name__].partition(',')[0]}](#{one.__name__.lower()})" for one in blocks
        )
    kinds = [PLAIN[kind] for kind in (bool, date, Decimal, int, str) if kind in _leaves(annotation)]
    return some + (" ou ".join(kinds) or "un bloc")


def _blocks(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for inside in get_args(annotation):
        yield from _blocks(inside)


def _leaves(annotation: Any) -> set[Any]:
    inside = get_args(annotation)
    if get_origin(annotation) in (Annotated, tuple, Union, types.UnionType, dict):
        return {leaf for one in inside for leaf in _leaves(one)}
    return {annotation} if isinstance(annotation, type) else set()


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) is tuple:
        return True
    return any(_is_list(inside) for inside in get_args(annotation))
