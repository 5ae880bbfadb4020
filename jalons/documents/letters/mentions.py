"""The mentions « {{rdv.jour}} » of a letter: a closed list by kind, replaced once. No expression, no code, no surprise.

What is not in the list is refused when the model is saved, so that nobody receives a letter with braces in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jalons.documents.models import LetterKind
from jalons.kernel.refusals import Refusal
from jalons.kernel.text import fold

CONTENT = Path(__file__).parents[1] / "content" / "letters.yaml"
_MENTION = re.compile(r"\{\{([^{}\n]*)\}\}")
_LEFT_OVER = re.compile(r"\{\{|\}\}")


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention: its code, what it is for its writer, a value of example."""

    code: str
    label: str
    sample: str

    @property
    def typed(self) -> str:
        """Return what is typed in a model: « {{rdv.jour}} »."""
        return f"{{{{{self.code}}}}}"


def mentions_of(kind: LetterKind) -> dict[str, Mention]:
    """Return what a letter of this kind may say, by code: its own first, then those of every letter."""
    return _lists()[kind]


def samples(kind: LetterKind) -> dict[str, str]:
    """Return a value of example for each mention of ``kind``: what a preview without a person shows."""
    return {code: one.sample for code, one in mentions_of(kind).items()}


def used_in(texts: Iterable[str], kind: LetterKind) -> list[str]:
    """Return the codes the texts use, in order, once each.

    Refused, with the list of what exists: a mention that is not one of ``kind``, or braces left open.
    """
    known, found = mentions_of(kind), dict[str, None]()
    for text in texts:
        for typed in _MENTION.findall(text):
            found[_code(typed, known)] = None
        if _LEFT_OVER.search(_MENTION.sub("", text)):
            raise Refusal(
                "Une mention s’écrit entre deux accolades de chaque côté, comme {{personne.nom}} : "
                "il en reste une ouverte, ou fermée, toute seule.",
                code="letter_mention_open",
            )
    return list(found)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with its mentions replaced, once: a value that looks like a mention stays as it is.

    KeyError for a mention without value: the caller has checked with ``missing``.
    """
    return _MENTION.sub(lambda found: values[_folded(found[1])], text)


def missing(texts: Iterable[str], values: Mapping[str, str], kind: LetterKind) -> list[str]:
    """Return the labels of the mentions used that have no value for this person: the letter cannot be written."""
    known = mentions_of(kind)
    return [known[code].label for code in used_in(texts, kind) if not values.get(code)]


def _folded(typed: str) -> str:
    """« Rdv.Lieu », « personne.prénom » and « personne.nom complet » are forgiven."""
    return ".".join(fold(part).replace(" ", "_") for part in typed.split("."))


def _code(typed: str, known: Mapping[str, Mention]) -> str:
    code = _folded(typed)
    if code in known:
        return code
    near = get_close_matches(code, known, n=1, cutoff=0.6)
    hint = f" Vouliez-vous {known[near[0]].typed} ?" if near else ""
    raise Refusal(
        f"« {{{{{typed}}}}} » n’est pas une mention de cette lettre.{hint} "
        f"Mentions possibles : {', '.join(one.typed for one in known.values())}.",
        code="letter_mention_unknown",
    )


@cache
def _lists() -> dict[LetterKind, dict[str, Mention]]:
    given: dict[str, Any] = content()
    lists = {}
    for kind in LetterKind:
        rows = {**given["kinds"][kind], **given["common"]}
        lists[kind] = {code: Mention(code, row["label"], row["sample"]) for code, row in rows.items()}
    return lists


@cache
def content() -> dict[str, Any]:
    """Return the content shipped: mentions and first texts."""
    read: dict[str, Any] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return read
