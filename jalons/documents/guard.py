"""The guard on free text: warns before a note says what a file must not hold (R-163). It never blocks: the professional decides.

The words are data (``content/guard.yaml``); numbers are known by their shape, never by a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jalons.kernel.text import fold

CONTENT = Path(__file__).parent / "content" / "guard.yaml"
_NIR = re.compile(r"(?<!\d)[12478](?:[\s.-]?\d){4}[\s.-]?\d[\dABab](?:[\s.-]?\d){6}(?:[\s.-]?\d{2})?(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)33[\s.-]?(?:\(0\))?|0)[1-9](?:[\s./-]?\d{2}){4}(?!\d)")
NIR_ADVICE = "Le numéro de sécurité sociale a son propre champ, protégé : retirez-le du texte."
PHONE_ADVICE = "Un numéro de téléphone se note dans les coordonnées, où il peut être corrigé et effacé."


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing noticed: which kind, the words as typed, what to write instead."""

    code: str
    label: str
    excerpt: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Topic:
    code: str
    label: str
    advice: str
    found: re.Pattern[str]
    ordinary: re.Pattern[str] | None


def noticed(text: str) -> list[Remark]:
    """Return what ``text`` should perhaps not say, one warning for each topic, in the order of the list."""
    folded = fold(text)
    remarks = []
    for topic in _topics():
        bare = topic.ordinary.sub(" ", folded) if topic.ordinary else folded
        match = topic.found.search(bare)
        if match is not None:
            remarks.append(Remark(topic.code, topic.label, match.group(0).strip(), topic.advice))
    return remarks + _numbers(text)


def _numbers(text: str) -> list[Remark]:
    remarks = []
    if _NIR.search(text):  # even with a wrong key: a slip of the pen is a NIR all the same
        remarks.append(Remark("nir", "numéro de sécurité sociale", "", NIR_ADVICE))
    if _PHONE.search(_NIR.sub(" ", text)):
        remarks.append(Remark("phone", "numéro de téléphone", "", PHONE_ADVICE))
    return remarks


@cache
def _topics() -> tuple[_Topic, ...]:
    content: dict[str, dict[str, Any]] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return tuple(_topic(code, given) for code, given in content.items())


def _topic(code: str, given: dict[str, Any]) -> _Topic:
    begins = "|".join(sorted((re.escape(fold(word)) for word in given["words"]), key=len, reverse=True))
    phrases = "|".join(sorted((re.escape(fold(one)) for one in given["phrases"]), key=len, reverse=True))
    ordinary = "|".join(re.escape(fold(one)) for one in given.get("not_when", ()))
    return _Topic(
        code,
        given["label"],
        given["advice"],
        re.compile(rf"\b(?:(?:{begins})\w*|(?:{phrases})\b)"),
        re.compile(rf"\b(?:{ordinary})\b") if ordinary else None,
    )
