"""A rulebook told: every word of the language has its French, nothing of a shipped rulebook is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from jalons.cli._docs.language import about, choices, models, own_fields, words_of
from jalons.rulebooks.french import Told, choices_only, in_short, told, told_action
from jalons.rulebooks.french.language import BLOCKS
from jalons.rulebooks.french.tree import anchor, source_of
from jalons.rulebooks.french.words import PARTS, TEXTS
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.proposals import shipped
from jalons.rulebooks.register import choices as chosen
from jalons.rulebooks.register import register
from jalons.rulebooks.schema import Cited, ObligationBase, Rulebook

NAMES = {"event", "shape", "format", "kind"}  # what names the block itself
ALL = {model.__name__: model for model in models(Rulebook)} | {one.__name__: one for one in (Cited, ObligationBase)}


@cache
def books() -> tuple[Rulebook, ...]:
    return (*(one.rulebook for one in load_content()), *(one.rulebook for one in shipped()))


def inside(value: Any) -> Iterator[Cited]:
    """Every cited block."""
    if isinstance(value, Cited):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from inside(getattr(value, name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from inside(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from inside(one)


@pytest.mark.req("R-001")
def test_every_block_key_and_value_of_the_language_has_its_words() -> None:
    missing = sorted(set(ALL) - set(BLOCKS))
    for name, model in ALL.items():
        for key, field in own_fields(model).items():
            closed = choices(field.annotation)
            if key in NAMES and (len(closed) == 1 or (key == "event" and name != "Fact")):
                continue
            if not about(name, key):
                missing.append(f"{name}.{key}")
            missing += [f"{name}.{key}: {one}" for one in closed if one not in words_of(name, key)]
    assert missing == [], "write them in jalons/rulebooks/french/language.py and words.py"


@pytest.mark.req("R-001")
@pytest.mark.parametrize("book", books(), ids=lambda one: f"{one.code}-{one.version}")
def test_every_cited_value_is_told_with_its_source(book: Rulebook) -> None:
    for own in book.actions:
        action = told_action(book, own.code)
        shown = {one.source for _, one in action.walk()}
        wanted = [*inside(book.action(own.code)), *inside(book.obligations_of(own.code))]
        assert [one for one in wanted if source_of(one) not in shown] == []


@pytest.mark.parametrize("book", books(), ids=lambda one: f"{one.code}-{one.version}")
def test_each_rule_has_its_own_address_on_the_page(book: Rulebook) -> None:
    for action in book.actions:
        names = [anchor(*path[1:]) for path, _ in told_action(book, action.code).walk()]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("book", books(), ids=lambda one: f"{one.code}-{one.version}")
def test_every_text_has_a_french_title(book: Rulebook) -> None:
    codes = {code for one in book.actions for code, text in book.action(one.code).texts.items() if not text.label}
    assert sorted(codes - set(TEXTS)) == [], "give the text a label, or a title in french/words.py"


@pytest.mark.parametrize("book", books(), ids=lambda one: f"{one.code}-{one.version}")
def test_every_part_has_a_title_in_the_contents(book: Rulebook) -> None:
    assert {part.key for one in book.actions for part in told_action(book, one.code).children} <= set(PARTS)


def test_every_choice_is_in_the_register() -> None:
    assert {one.ref for one in chosen(books()) if one.ref} <= set(register())
    assert all(one.told.source is not None and one.told.source.unverified for one in chosen(books()) if not one.ref)


def one_part(book: Rulebook, action: str, key: str) -> Told:
    return next(part for part in told_action(book, action).children if part.key == key)


def book_of(action: str) -> Rulebook:
    return next(book for book in books() if any(one.code == action for one in book.actions))


@pytest.mark.req("R-193")
def test_an_amount_is_written_as_in_french() -> None:
    price = one_part(book_of("lyon_emploi_diversifie_2020"), "lyon_emploi_diversifie_2020", "price")
    assert price.text == "Prix : 50\u202f000,00\u202f€ pour 100 places par an, au prorata des places"
    assert [one.text for one in price.children] == ["davantage si l'organisme le justifie"]


@pytest.mark.req("R-139")
def test_a_target_tells_its_reserve() -> None:
    book = book_of("nord_ii2_coaching")
    targets = one_part(book, "nord_ii2_coaching", "targets")
    reserves = [one.text for target in targets.children for one in target.children if one.key == "reserve"]
    assert reserves
    assert all(one.startswith("réserve : ") for one in reserves)


@pytest.mark.req("R-126")
def test_an_exit_rule_tells_its_rank_class_and_condition() -> None:
    exits = one_part(book_of("nord_ii2_coaching"), "nord_ii2_coaching", "exits")
    ranks = [one.marker for one in exits.children if one.marker]
    assert ranks == [f"{rank}." for rank in range(1, len(ranks) + 1)]
    assert any("CDI" in below.text for one in exits.children for below in one.children)


def test_a_span_tells_its_exceptions() -> None:
    book = book_of("nord_iv_aci")
    told_lines = "\n".join(told(book, "nord_iv_aci"))
    assert "sauf à partir de 50 ans" in told_lines
    assert "sauf pour un travailleur handicapé (RQTH)" in told_lines


def test_an_unverified_value_says_so() -> None:
    example = next(one.rulebook for one in shipped() if "2025" in one.name)
    assert "à vérifier dans le texte officiel" in "\n".join(told(example))


def test_choices_keep_their_titles_and_drop_the_rest() -> None:
    action = told_action(book_of("lyon_emploi_diversifie_2020"), "lyon_emploi_diversifie_2020")
    kept = choices_only(action)
    assert kept is not None
    leaves = [one for _, one in kept.walk() if not one.children]
    assert all(one.source is None or one.source.is_choice for one in leaves)
    stated = replace(action, children=tuple(one for one in action.children if one.key == "price"))
    assert choices_only(stated) is None


def test_hours_are_told_as_hours() -> None:
    obligations = {one.code: one for book in books() for one in book.obligations}
    told_numbers = [in_short(one) for one in obligations.values() if getattr(one, "measure", "") == "minutes"]
    assert told_numbers
    assert all("minutes" not in one for one in told_numbers)
