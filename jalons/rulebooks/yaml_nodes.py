"""YAML read with care: plain values only, each with its line; tags, aliases and duplicate keys are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

# Three times the largest shipped rulebook; read in less than 2 s and 100 MB, even by the slow loader.
MAX_BYTES = 256 * 1024
MAX_NODES = 12_000
MAX_DEPTH = 24
MAX_DIGITS = 12  # before the decimal point
MAX_DECIMALS = 6
_SHOWN = 60  # characters of a faulty value that a sentence repeats
# Control characters, and those that show nothing or turn the text round: what is read must be what is seen.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_TAG = "tag:yaml.org,2002:"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is built: ten times faster


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct, in French: where (line from 1), which key, what to do."""

    line: int
    key: str
    sentence: str


@dataclass(slots=True)
class Document:
    """The values of a file, the line of each path, and what must be corrected before reading further."""

    data: Any = None
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Line of the nearest existing ancestor of ``path``."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(raw: bytes) -> Document:
    """Read one YAML document. Numbers come as int or Decimal (never float), dates as ``date``; never raises on content."""
    document = Document()
    if len(raw) > MAX_BYTES:
        document.faults.append(
            Fault(1, "", f"fichier trop gros ({len(raw)} octets) : un cadre tient en {MAX_BYTES} octets")
        )
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.faults.append(
            Fault(1, "", f"le fichier n'est pas en UTF-8 (octet {error.start}) : enregistrez-le en UTF-8")
        )
        return document
    try:
        _refuse_dangers(text, document)
        if document.faults:
            return document
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        document.faults.append(_syntax(error))
        return document
    if node is None:
        document.faults.append(Fault(1, "", "le fichier est vide"))
        return document
    document.data = _value(node, (), document)
    return document


def _refuse_dangers(text: str, document: Document) -> None:
    """Look at the events before building anything: an alias bomb never grows."""
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                document.faults.append(Fault(line, "---", "un seul document par fichier : retirez le second « --- »"))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            document.faults.append(
                Fault(
                    line,
                    f"&{getattr(event, 'anchor', '')}",
                    "les ancres (&) et les renvois (*) ne sont pas admis : récrivez le bloc en entier",
                )
            )
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag not in (None, "!"):
            document.faults.append(
                Fault(line, str(event.tag), "les étiquettes (!) ne sont pas admises : écrivez la valeur simple")
            )
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            document.faults.append(
                Fault(
                    line, "", f"fichier trop profond ou trop long (plus de {MAX_DEPTH} niveaux ou {MAX_NODES} valeurs)"
                )
            )
        if document.faults and (depth > MAX_DEPTH or nodes > MAX_NODES):
            return


def _syntax(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "écriture illisible"
    return Fault(
        mark.line + 1 if mark else 1,
        "",
        f"ce n'est pas du YAML : {problem} ; vérifiez les retraits, les deux-points et les guillemets",
    )


def _value(node: yaml.Node, path: tuple[str | int, ...], document: Document) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), document) for index, child in enumerate(node.value)]
    return _scalar(node, path, document)


def _mapping(node: yaml.MappingNode, path: tuple[str | int, ...], document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != _TAG + "str":
            document.faults.append(
                Fault(line, str(key_node.value), "une clé est un mot simple, sans guillemets ni date ni nombre")
            )
            continue
        key = str(key_node.value)
        if key in values:
            first = document.lines[(*path, key)]
            document.faults.append(
                Fault(line, key, f"la clé « {key} » est écrite deux fois (déjà ligne {first}) : gardez-en une")
            )
            continue
        document.lines[(*path, key)] = line
        values[key] = _value(value_node, (*path, key), document)
    return values


def _scalar(node: yaml.Node, path: tuple[str | int, ...], document: Document) -> Any:
    text, kind = str(node.value), node.tag.removeprefix(_TAG)
    try:
        if kind == "null":
            return None
        if kind == "bool":
            if text.lower() not in ("true", "false"):
                raise ValueError("écrivez true ou false, ou mettez le mot entre guillemets")
            return text.lower() == "true"
        if kind == "int":
            return _sized(int(text))
        if kind == "float":
            return _sized(Decimal(text))
        if kind == "timestamp":
            return date.fromisoformat(text)
    except (ValueError, InvalidOperation) as error:
        key = str(path[-1]) if path else ""
        expected = {"timestamp": "une date s'écrit 2020-01-31", "bool": str(error)}.get(
            kind, f"un nombre s'écrit 12 ou 12.5, {MAX_DIGITS} chiffres et {MAX_DECIMALS} décimales au plus"
        )
        document.faults.append(Fault(node.start_mark.line + 1, key, f"valeur illisible « {short(text)} » : {expected}"))
        return None
    return _seen(text, node, path, document)


def _sized(number: int | Decimal) -> int | Decimal:
    """Refuse a number that no rule needs, before anything computes with it."""
    decimal = Decimal(number)
    if not decimal.is_finite() or decimal.adjusted() >= MAX_DIGITS:
        raise ValueError("number")
    if isinstance(number, Decimal) and -int(number.as_tuple().exponent) > MAX_DECIMALS:
        raise ValueError("number")
    return number


def _seen(text: str, node: yaml.Node, path: tuple[str | int, ...], document: Document) -> str | None:
    found = _UNSEEN.search(text)
    if found is None:
        return text
    document.faults.append(
        Fault(
            node.start_mark.line + 1,
            str(path[-1]) if path else "",
            f"caractère invisible ou de commande (U+{ord(found[0]):04X}) : retirez-le",
        )
    )
    return None


def short(value: object) -> str:
    """Return a faulty value as a sentence repeats it: its beginning."""
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
