"""What the words printed in a table of agreements mean: types to actions, beginnings of names to kinds. Data, not code."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from jalons.kernel.text import fold
from jalons.network.models import OrganisationKind
from jalons.rulebooks import yaml_nodes

CONTENT = Path(__file__).parent / "content"
ANNEXE2_2020 = CONTENT / "annexe2_2020.csv"
TYPES_ANNEXE2 = CONTENT / "types_annexe2.yaml"


class BadPrintedTypes(Exception):
    """The file of printed words cannot be used; the message says where and what."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class PrintedType(_Strict):
    """A type as printed, and the action it buys places of."""

    printed: str
    framework: str
    action: str
    basis: Literal["stated", "derived", "chosen"]
    citation: str


class KindPrefix(_Strict):
    """Names that start so are organisations of this kind."""

    starts: str
    kind: OrganisationKind
    citation: str


class OrganisationKinds(_Strict):
    """How the kind of an organisation is told from its name."""

    default: OrganisationKind
    prefixes: tuple[KindPrefix, ...] = ()


class PrintedWords(_Strict):
    """The whole file: ``type_of`` and ``kind_of`` are what an importer asks."""

    dataset: str
    source: str
    types: tuple[PrintedType, ...]
    organisation_kinds: OrganisationKinds

    @cached_property
    def _by_word(self) -> dict[str, PrintedType]:
        return {fold(one.printed): one for one in self.types}

    def type_of(self, printed: str) -> PrintedType | None:
        """Return what a printed type means, whatever its accents and case; None when the file does not say."""
        return self._by_word.get(fold(printed))

    def kind_of(self, name: str) -> OrganisationKind:
        """Return the kind of an organisation by the first words of its name, else the default."""
        words = fold(name).split()
        for prefix in self.organisation_kinds.prefixes:
            start = fold(prefix.starts).split()
            if words[: len(start)] == start:
                return prefix.kind
        return self.organisation_kinds.default


def load_printed_words(path: Path = TYPES_ANNEXE2) -> PrintedWords:
    """Read a file of printed words. Raises BadPrintedTypes with every fault: file, line, key."""
    document = yaml_nodes.read(path.read_bytes())
    faults = [f"{path.name}, ligne {fault.line}, {fault.key} : {fault.sentence}" for fault in document.faults]
    if faults or document.data is None:
        raise BadPrintedTypes("\n".join(faults) or f"{path.name} : le fichier est vide")
    try:
        return PrintedWords.model_validate(document.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        lines = [
            f"{path.name}, ligne {document.line_of(detail['loc'])}, {'.'.join(map(str, detail['loc']))} : {detail['msg']}"
            for detail in details
        ]
        raise BadPrintedTypes("\n".join(lines)) from error
