"""The search of persons: accents, typos, birth dates, never a NIR, never beyond one's reach."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.people.queries import TYPO_THRESHOLD, matching, search, understand
from tests.worlds import DAY, World


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    names = [
        ("Dupont", "Élise"),
        ("Dupond", "Alain"),
        ("Dubois", "Marie"),
        ("L’Hôte", "Zoé"),
        ("Ben Saïd", "Karim"),
        ("N’Guyen", "Thi Hà"),
        ("Œuvrard", "Paul"),
        ("Li", "Mei"),
        ("Martin-Durand", "Jean-Noël"),
    ]
    return {last: world.person(last, first) for last, first in names}


def found(world: World, text: str) -> list[str]:
    return [person.last_name for person in search(world.social_head, text, on=DAY).persons]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("dupont", "DUPONT"),
        ("DUPONT Élise", "DUPONT"),
        ("elise dupont", "DUPONT"),
        ("dupnt", "DUPONT"),
        ("duppont elise", "DUPONT"),
        ("dupotn", "DUPONT"),
        ("matrin durand", "MARTIN-DURAND"),
        ("kraim", "BEN SAÏD"),
        ("lhote", "L’HÔTE"),
        ("l'hote", "L’HÔTE"),
        ("L’Hôte Zoe", "L’HÔTE"),
        ("bensaid", "BEN SAÏD"),
        ("karim ben said", "BEN SAÏD"),
        ("nguyen", "N’GUYEN"),
        ("oeuvrard", "ŒUVRARD"),
        ("li", "LI"),
        ("jean noel", "MARTIN-DURAND"),
        ("durand", "MARTIN-DURAND"),
        ("dur", "MARTIN-DURAND"),
    ],
)
def test_a_name_is_found_however_it_is_typed(world: World, typed: str, name: str) -> None:
    assert found(world, typed)[0] == name


@pytest.mark.usefixtures("people")
def test_exact_names_come_before_near_ones(world: World) -> None:
    assert found(world, "dupond")[:2] == ["DUPOND", "DUPONT"]
    assert "DUBOIS" not in found(world, "dupond")


@pytest.mark.usefixtures("people")
def test_every_word_must_match(world: World) -> None:
    assert found(world, "dupont karim") == []
    assert found(world, "xyzzy") == []


def test_a_birth_date_tells_people_of_one_name_apart(world: World) -> None:
    world.person("Dupont", born_on=date(1985, 3, 12))
    other = world.person("Dupont", born_on=date(1990, 1, 1))
    for typed in ("dupont 01/01/1990", "01.01.1990", "1990-01-01 dupont", "dupont 1/1/90"):
        assert search(world.social_head, typed, on=DAY).persons == [other], typed


@pytest.mark.parametrize(
    ("typed", "words", "born_on"),
    [
        ("Dupont 12/03/1985", ("dupont",), date(1985, 3, 12)),
        ("né le 12-03-85", ("ne", "le"), date(1985, 3, 12)),
        ("dupont 12/03/20", ("dupont",), date(2020, 3, 12)),
        ("dupont 12/03/21", ("dupont",), date(1921, 3, 12)),
        ("dupont dupont", ("dupont",), None),
    ],
)
def test_what_was_typed_is_understood(typed: str, words: tuple[str, ...], born_on: date | None) -> None:
    asked = understand(typed, on=DAY)
    assert (asked.words, asked.born_on) == (words, born_on)


def test_a_date_that_does_not_exist_is_told_and_the_name_still_searched(world: World) -> None:
    world.person("Dupont")
    answer = search(world.social_head, "dupont 31/02/1985", on=DAY)
    assert "Cette date n’existe pas" in answer.advice
    assert [person.last_name for person in answer.persons] == ["DUPONT"]


@pytest.mark.req("R-164")
@pytest.mark.parametrize(
    "typed", ["285056938400142", "2 85 05 69 384 001 42", "2850569384001", "dupont 1 99 07 2A 004 001"]
)
def test_a_nir_is_never_searched(world: World, typed: str) -> None:
    world.person("Dupont")
    answer = search(world.social_head, typed, on=DAY)
    assert answer.persons == []
    assert "ne se fait pas par NIR" in answer.advice


@pytest.mark.parametrize("typed", ["", "   ", "'", "%", "___", "\\", "«»"])
def test_nothing_typed_finds_nobody(world: World, typed: str) -> None:
    world.person("Dupont")
    assert search(world.social_head, typed, on=DAY).persons == []


def test_a_long_answer_is_cut_and_says_so(world: World) -> None:
    world.persons(4)
    answer = search(world.social_head, "personne", on=DAY, limit=3)
    assert (len(answer.persons), answer.more) == (3, True)
    assert search(world.social_head, "personne", on=DAY, limit=4).more is False


def test_filters_narrow_the_search(world: World) -> None:
    kept, _ = world.persons(2)
    within = Person.objects.filter(pk=kept.pk)
    assert search(world.social_head, "personne", on=DAY, within=within).persons == [kept]


@pytest.mark.req("R-164")
def test_nobody_is_found_beyond_one_s_reach(world: World) -> None:
    world.person("Dupont")
    world.person("Dupont", territory=world.west)
    assert len(found(world, "dupont")) == 1
    for user in (world.caseworker, world.stranger, world.foreign_officer, world.administrator, world.data_officer):
        assert search(user, "dupont", on=DAY).persons == []
    outside = Person.objects.all()
    assert search(world.caseworker, "dupont", on=DAY, within=outside).persons == []


def test_the_trigram_index_answers(world: World) -> None:
    world.persons(3)
    scope = reachable_persons(world.system, on=DAY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {TYPO_THRESHOLD}")
    plan = matching(scope, understand("dupnt camille", on=DAY)).explain()
    assert "person_search_trigram" in plan


def test_a_search_is_one_query_whatever_it_finds(world: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    world.persons(3)
    reader = world.social_head  # made when first named: not a part of the search
    with django_assert_num_queries(5):  # roles, then savepoint, threshold, search, release
        search(reader, "personne", on=DAY)
