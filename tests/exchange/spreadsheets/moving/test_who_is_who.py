"""Who a row is about (formats §4.4): surely known, surely new, or told why nobody can say. Never by mail or phone alone."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.exchange.spreadsheets.models import Move, RowStatus
from jalons.kernel.sealing import match_key, seal
from jalons.network.operations import create_territory
from jalons.people.models import Person
from tests.exchange.spreadsheets.moving.tables import bring, csv_table, reasons, row, statuses, summaries, take
from tests.worlds import World

HEADER = "Nom;Prénom;Date de naissance;NIR;N° CAF;Id interne;Mail"
BORN = date(1985, 3, 12)
NIR, OTHER = "2850369123456", "2850369123999"


@pytest.fixture
def zoe(world: World) -> Person:
    """Zoé Roy, known by the CAF with her NIR."""
    person = world.person("Roy", "Zoé", born_on=BORN)
    person.nir_match, person.nir_sealed = match_key(NIR), seal(NIR)
    person.email = "famille@exemple.fr"
    person.save()
    return person


def judged(world: World, *lines: str) -> tuple[dict[int, str], dict[int, str]]:
    move = bring(world, csv_table(*lines, header=HEADER))
    return summaries(move), reasons(move)


@pytest.mark.parametrize(
    "line",
    [
        f"ROY;Zoe;;{NIR};;;",
        f"Martin;Zoé;;{NIR};;;",  # married since
        "Roy;ZOÉ;12/03/1985;;;;",
        "Roy;Zoé Marie;12/03/85;;;;",
    ],
)
def test_she_is_recognised(world: World, zoe: Person, line: str) -> None:
    found, refused = judged(world, line)
    assert (found[2][:15], refused) == ("Personne connue", {})


def test_the_matricule_and_the_name_do_when_there_is_no_birth_date(world: World, zoe: Person) -> None:
    number = zoe.stays.get().household.file_number
    found, refused = judged(world, f"Roy;Zoé;;;{number};;", f"Roy;Paul;;;{number};;")
    assert found[2].startswith("Personne connue")
    assert "donnez sa date de naissance" in refused[3]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"Roy;Paul;01/01/1985;{NIR};;;", "Ce NIR est celui d’une autre personne"),
        (f"Roy;Zoé;12/03/1985;{OTHER};;;", "connue avec un autre NIR"),
        ("Roy;Zoé;;;;;famille@exemple.fr", "donnez sa date de naissance"),
    ],
)
def test_nobody_is_guessed(world: World, zoe: Person, line: str, words: str) -> None:
    assert words in judged(world, line)[1][2]


def test_two_homonyms_born_the_same_day_are_not_chosen_between(world: World, zoe: Person) -> None:
    world.person("Roy", "Zoé", born_on=BORN)
    assert "Plusieurs personnes connues" in judged(world, "Roy;Zoé;12/03/1985;;;;")[1][2]
    assert judged(world, f"Roy;Zoé;12/03/1985;{NIR};;;")[1] == {}, "the number says which"


def test_a_couple_with_the_same_nir_and_the_same_mail(world: World) -> None:
    _, refused = judged(world, f"Roy;Zoé;12/03/1985;{NIR};;;a@exemple.fr", f"Roy;Paul;01/02/1980;{NIR};;;a@exemple.fr")
    assert "Les lignes 2 et 3 donnent le même NIR" in refused[2]
    assert "même NIR" in refused[3] or "année de naissance" in refused[3]
    found, refused = judged(world, "Roy;Zoé;12/03/1985;;;;a@exemple.fr", "Roy;Paul;01/02/1980;;;;a@exemple.fr")
    assert (list(found.values()), refused) == (["Personne nouvelle"] * 2, {})


def test_the_number_of_the_organisations_own_tool_is_remembered(world: World) -> None:
    take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;;;A-17;", header=HEADER)))
    found, refused = judged(world, "Roi;Zoé;12/03/1985;;;A-17;", "Ngo;Paul;;;;A-17;")
    assert found[2].startswith("Personne connue")
    assert "déjà celui d’une autre personne" in refused[3]


def test_one_person_on_several_rows_is_made_once(world: World) -> None:
    move = take(world, bring(world, csv_table(f"Roy;Zoé;12/03/1985;{NIR};;;", "ROY;zoé;12/03/1985;;;;", header=HEADER)))
    assert Person.objects.filter(last_name="ROY").count() == 1
    assert statuses(move) == {2: RowStatus.NEW, 3: RowStatus.UNCHANGED}


def test_a_near_name_born_the_same_day_is_told(world: World, zoe: Person) -> None:
    move = bring(world, csv_table("Royy;Zoé;12/03/1985;;;;", header=HEADER))
    assert "nom proche" in row(move, 2).remark


def test_the_nir_must_go_with_the_birth_date(world: World) -> None:
    _, refused = judged(world, f"Roy;Zoé;12/03/1986;{NIR};;;")
    assert "année de naissance" in refused[2]
    assert NIR not in refused[2]


def test_what_is_empty_is_completed_and_what_is_known_is_kept(world: World, zoe: Person) -> None:
    header = "Nom;Prénom;Date de naissance;Mail;Tél"
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;autre@exemple.fr;0612345678", header=header))
    assert (statuses(move)[2], summaries(move)[2]) == (RowStatus.CHANGED, "Personne connue, coordonnées complétées")
    take(world, move)
    zoe.refresh_from_db()
    assert (zoe.email, zoe.phone) == ("famille@exemple.fr", "+33612345678")


def test_persons_of_another_authority_are_not_known(world: World) -> None:
    there = create_territory(
        actor=world.system, on=world.day, authority_id=world.neighbour_authority.pk, code="lille", name="Lille"
    )
    world.person("Roy", "Zoé", born_on=BORN, territory=there)
    assert judged(world, "Roy;Zoé;12/03/1985;;;;")[0][2] == "Personne nouvelle"


def test_a_number_needs_more_than_a_first_name_and_never_wins_over_the_name(world: World, zoe: Person) -> None:
    world.person("Ngo", "Zoé", born_on=date(1990, 1, 1))
    take(world, bring(world, csv_table("Roy;Zoé;12/03/1985;;;A-17;", header=HEADER)))
    found, refused = judged(
        world,
        "Ngo;Zoé;01/01/1990;;;A-17;",  # the number of Zoé Roy, the name and birth date of Zoé Ngo
        "Dia;Zoé;01/01/1991;;;A-17;",  # the number of Zoé Roy, nobody known
        "Dia;Zoé;;;;A-17;",
        f"Ngo;Zoé;;{NIR};;;",
        "Roy;Zoé;01/01/1991;;;A-17;",  # same names, another birth date: told, not refused
    )
    assert "déjà celui d’une autre personne" in refused[2]
    assert "déjà celui d’une autre personne" in refused[3]
    assert "déjà celui d’une autre personne" in refused[4]
    assert refused.keys() == {2, 3, 4}
    assert "la date de naissance" in row(Move.objects.latest("pk"), 6).remark
    assert found[5].startswith("Personne connue")


def test_a_nir_is_refused_when_the_birth_date_and_the_names_differ(world: World, zoe: Person) -> None:
    world.person("Martin", "Zoé", born_on=date(1985, 3, 20))
    _, refused = judged(world, f"Ngo;Zoé;13/03/1985;{NIR};;;")
    assert "Ce NIR est celui d’une autre personne" in refused[2]
    _, refused = judged(world, f"Martin;Zoé;20/03/1985;{NIR};;;")
    assert "autre personne" in refused[2]
