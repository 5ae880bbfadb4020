"""Which rulebook is meant: a file, or the code of an adopted or shipped one, with or without its version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from jalons.kernel.refusals import Refusal
from jalons.rulebooks.loader import CONTENT, load, load_content
from jalons.rulebooks.schema import Rulebook

PROPOSALS = CONTENT / "proposals"


def versions_named(text: str, adopted: Sequence[Rulebook]) -> tuple[Rulebook, ...]:
    """Return the versions that ``text`` names, oldest first: a file; « code@version »; or « code », all its adopted versions.

    What is not adopted is looked for among the rulebooks shipped, examples last. Raises BadRulebook for a faulty file,
    Refusal for an unknown code or version.
    """
    path = Path(text)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return (_read(path),)
    code, _, version = text.partition("@")
    known = _of_code(adopted, code) or _of_code(_content(), code)
    found = tuple(book for book in known if not version or book.version == version)
    if not found:  # an example is never meant by its framework's code alone when the framework is known
        near = _of_code((*_content(), *_proposals()), code)
        found = tuple(book for book in near if not version or book.version == version)
        if not found:
            _refuse(text, code, (*known, *(one for one in near if one not in known)), adopted)
    return tuple(sorted(found, key=lambda book: book.framework.valid_from))


def version_named(text: str, adopted: Sequence[Rulebook]) -> Rulebook:
    """Return the one version that ``text`` names; the last one when a code without version names several."""
    return versions_named(text, adopted)[-1]


def _read(path: Path) -> Rulebook:
    if not path.is_file():
        raise Refusal(f"{path} : fichier introuvable.", code="no_such_file")
    return load(path.read_bytes(), file=path.name)


def _of_code(books: Iterable[Rulebook], code: str) -> tuple[Rulebook, ...]:
    return tuple(book for book in books if book.code == code)


def _content() -> list[Rulebook]:
    return [one.rulebook for one in load_content()]


def _proposals() -> list[Rulebook]:
    return [load(path.read_bytes(), file=path.name) for path in sorted(PROPOSALS.glob("*.yaml"))]


def _refuse(text: str, code: str, known: Sequence[Rulebook], adopted: Sequence[Rulebook]) -> None:
    if known:
        versions = ", ".join(dict.fromkeys(book.version for book in known))
        raise Refusal(
            f"Version inconnue : {text}. Versions connues du cadre {code} : {versions}.", code="unknown_version"
        )
    codes = ", ".join(sorted({book.code for book in adopted} | {book.code for book in _content()}))
    raise Refusal(f"Cadre inconnu : {text}. Donnez un fichier, ou un de ces codes : {codes}.", code="unknown_rulebook")
