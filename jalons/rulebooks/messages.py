"""Errors of the schema told in French: the key, the allowed keys or values, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from jalons.rulebooks.yaml_nodes import short

_FIXED = {
    "missing": "clé obligatoire absente : ajoutez-la",
    "string_type": "un texte est attendu",
    "string_too_short": "le texte est vide",
    "int_type": "un nombre entier est attendu",
    "bool_type": "true ou false est attendu",
    "decimal_type": "un nombre est attendu, par exemple 12.5",
    "decimal_parsing": "un nombre est attendu, par exemple 12.5",
    "decimal_max_places": "deux décimales au plus : un montant s'écrit au centime",
    "date_type": "une date est attendue, par exemple 2020-01-31",
    "date_from_datetime_parsing": "une date est attendue, par exemple 2020-01-31",
    "tuple_type": "une liste est attendue",
    "list_type": "une liste est attendue",
    "dict_type": "un bloc de clés est attendu",
    "model_type": "un bloc de clés est attendu",
    "model_attributes_type": "un bloc de clés est attendu",
    "too_short": "la liste est vide : donnez au moins une valeur",
}
_BOUNDS = {
    "greater_than": ("gt", "la valeur doit dépasser {}"),
    "greater_than_equal": ("ge", "la valeur est au moins {}"),
    "less_than_equal": ("le", "la valeur est au plus {}"),
    "too_long": ("max_length", "la liste dépasse {} éléments : séparez-la en plusieurs cadres"),
    "string_too_long": ("max_length", "le texte dépasse {} caractères"),
}
Path = tuple[str | int, ...]


def in_french(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Return the French sentence for one pydantic error raised while reading ``model``."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "extra_forbidden":
        allowed = ", ".join(sorted(allowed_keys(model, error["loc"][:-1])))
        return f"clé inconnue « {short(error['loc'][-1])} » ; clés admises : {allowed}"
    if kind == "literal_error":
        return f"valeur « {short(error['input'])} » inconnue ; valeurs admises : {_choices(str(context.get('expected', '')))}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        key = str(context.get("discriminator", "")).strip("'")
        choices = (
            _choices(str(context["expected_tags"]))
            if "expected_tags" in context
            else ", ".join(_tags(model, error["loc"], key))
        )
        return f"« {key} » doit dire lequel ; valeurs admises : {choices}"
    if kind == "string_pattern_mismatch":
        form = f"{context.get('pattern')} : lettres minuscules, chiffres et tirets bas"
        return f"« {short(error['input'])} » n'a pas la forme attendue, {form}"
    if kind in _BOUNDS:
        name, sentence = _BOUNDS[kind]
        return sentence.format(context.get(name))
    if kind in _FIXED:
        absent = f"« {short(error['loc'][-1])} » : " if kind == "missing" else ""
        if kind == "missing" and error["loc"][-1] == "citation":
            return "valeur sans citation : ajoutez citation (où on la lit) et basis (stated, derived ou chosen)"
        return absent + _FIXED[kind]
    return error["msg"]


def allowed_keys(model: type[BaseModel], loc: Path) -> set[str]:
    """Return the keys the schema allows in the block found at ``loc``."""
    return {name for one in _models_at(model, loc) for name in one.model_fields}


def _models_at(model: type[BaseModel], loc: Path) -> list[type[BaseModel]]:
    here = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        if any(part in one.model_fields for one in here):
            annotations = [one.model_fields[part].annotation for one in here if part in one.model_fields]
            here = [found for annotation in annotations for found in _models_in(annotation)]
        else:
            narrowed = [one for one in here if part in _literals(one)]
            here = narrowed or here
    return here


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inside in get_args(annotation):
        yield from _models_in(inside)


def _literals(model: type[BaseModel]) -> set[str]:
    return {
        value
        for name in ("shape", "event", "kind")
        if name in model.model_fields
        for value in get_args(model.model_fields[name].annotation)
        if isinstance(value, str)
    }


def _tags(model: type[BaseModel], loc: Path, key: str) -> list[str]:
    return sorted(
        {
            tag
            for one in _models_at(model, loc)
            if key in one.model_fields
            for tag in get_args(one.model_fields[key].annotation)
        }
    )


def _choices(expected: str) -> str:
    return ", ".join(re.findall(r"'([^']+)'", expected)) or expected
