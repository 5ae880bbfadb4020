"""docs/cadres/: each shipped rulebook in plain French, the register of choices, and the list of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from jalons.cli._docs import language
from jalons.cli._docs.markdown import GENERATED, part, plain, source
from jalons.rulebooks.french import day, told_action, told_head
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.proposals import shipped
from jalons.rulebooks.register import Choice, Point, choices, grouped, register
from jalons.rulebooks.schema import Rulebook

FOLDER = "cadres"
EXAMPLE = (
    "> **Exemple.** Aucun des documents de départ ne le contient. Il n’est jamais appliqué de lui-même : un agent habilité le "
    "propose, le relit et l’adopte, ou non. Chaque valeur est à vérifier dans le texte officiel."
)


@cache
def _known() -> dict[str, tuple[Rulebook, bool]]:
    """Page of each rulebook → the rulebook, and whether it is only an example."""
    found = {f"{one.rulebook.code}": (one.rulebook, False) for one in load_content()}
    return found | {one.name: (one.rulebook, True) for one in shipped()}


def pages() -> dict[str, Callable[[], str]]:
    """Return every page of the folder, by its path under docs/."""
    books = {f"{FOLDER}/{name}.md": partial(_book, *known) for name, known in _known().items()}
    fixed = {"README": _index, "registre": _register, "langage": language.text}
    return books | {f"{FOLDER}/{name}.md": write for name, write in fixed.items()}


def _validity(book: Rulebook) -> str:
    head = book.framework
    return f"du {day(head.valid_from)} {f'au {day(head.valid_to)}' if head.valid_to else 'sans fin'}"


def _index() -> str:
    lines = ["# Les cadres livrés", "", GENERATED, ""]
    lines += ["Chaque page raconte un cadre : ses règles, où elles sont lues, et ce qui a été choisi.", ""]
    lines += ["| Cadre | Autorité | Validité | Actions |", "|---|---|---|---|"]
    for name, (book, example) in _known().items():
        title = f"[{plain(book.framework.label)}]({name}.md){' (exemple)' if example else ''}"
        lines.append(f"| {title} | {plain(book.authority.label)} | {_validity(book)} | {len(book.actions)} |")
    lines += ["", "- [Silences et contradictions : ce que chaque cadre a choisi](registre.md)"]
    lines += ["- [Tous les mots d’un cadre](langage.md)", "- [Comment lire et écrire un cadre](../rulebooks.md)"]
    return "\n".join(lines)


def _book(book: Rulebook, example: bool) -> str:
    lines = [f"# {plain(book.framework.label)}", "", GENERATED, ""]
    lines += [EXAMPLE, ""] if example else []
    lines += [f"`{book.code}`, version {book.version}. {plain(told_head(book).text)}.", ""]
    lines += [source(told_head(book).source).removeprefix("<br>"), ""]
    lines += [f"- [{plain(action.label)}](#{action.code})" for action in book.actions]
    for action in book.actions:
        told = told_action(book, action.code)
        lines += ["", f'<a id="{action.code}"></a>', "", f"## {plain(told.text)}", "", f"`{action.code}`", ""]
        lines.append(source(told.source).removeprefix("<br>"))
        for one in told.children:
            lines += part(one, 3)
    return "\n".join(lines)


def _register() -> str:
    lines = ["# Silences et contradictions", "", GENERATED, ""]
    lines.append(
        "Ce que les documents ne disent pas (`S-nn`) ou disent de deux façons (`C-nn`), la décision proposée, et la valeur choisie "
        "dans chaque cadre livré. Une décision est une valeur du cadre : elle se change sans toucher au logiciel."
    )
    decided: dict[str, list[Choice]] = {}
    for one in choices(book for book, _ in _known().values()):
        decided.setdefault(one.ref, []).append(one)
    for ref, point in register().items():
        lines += _point(ref, point, decided.get(ref, []))
    lines += ["", '<a id="a-verifier"></a>', "", "## À vérifier dans le texte officiel", ""]
    lines += _where(decided.get("", []))
    return "\n".join(lines)


def _point(ref: str, point: Point, found: list[Choice]) -> Iterator[str]:
    yield f'\n<a id="{ref.lower()}"></a>\n\n## {ref} : {plain(point.point)}\n'
    yield f"Décision proposée : {plain(point.decision)}.\n"
    yield from _where(found) if found else ["Aucun cadre livré ne s’en sert."]


def _where(found: list[Choice]) -> Iterator[str]:
    pages_of = {(book.code, book.version): name for name, (book, _) in _known().items()}
    for first, all_of_them in grouped(found):
        page = pages_of[first.rulebook.code, first.rulebook.version]
        where = f"[{plain(first.rulebook.framework.label)}]({page}.md{f'#{first.action_code}' if first.action_code else ''})"
        who = f"{len(all_of_them)} actions" if len(all_of_them) > 1 else plain(first.action_label)
        yield f"- {where}{f', {who}' if who else ''} : {plain(first.told.text)}"
