"""The simulation writes what the paying body writes: conformant, and with everything that goes wrong in real files."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from jalons.exchange.caf.records import Household, Trailer
from jalons.exchange.caf.stream import read_file
from jalons.kernel.periods import add_months
from jalons.simulation.caf_files import write_daily, write_monthly
from jalons.simulation.population import dossiers_on

# The schema belongs to the CNAF and is not copied here: it is used where somebody put it beside the project.
SCHEMA = Path(__file__).resolve().parents[4] / "shared" / "data" / "caf" / "vrsb0801.xsd"
START = date(2020, 1, 31)
PEOPLE, SEED = 900, 11


def households(path: Path) -> list[Household]:
    return [item for item in read_file(path) if isinstance(item, Household)]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[date, list[Household]]:
    folder = tmp_path_factory.mktemp("months")
    found = {}
    for number in range(9):
        day = add_months(START, number)
        write_monthly(folder / "month.xml", day=day, people=PEOPLE, start=START, seed=SEED)
        found[day] = households(folder / "month.xml")
    return found


@pytest.mark.skipif(not SCHEMA.exists(), reason="the CNAF schema is not beside the project")
@pytest.mark.parametrize("kind", ["monthly", "daily"])
def test_the_files_are_valid_against_the_schema_of_the_cnaf(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file.xml"
    if kind == "monthly":
        write_monthly(path, day=date(2020, 9, 30), people=PEOPLE, start=START, seed=SEED)
    else:
        write_daily(path, day=date(2020, 9, 30), since=date(2020, 9, 1), people=PEOPLE, start=START, seed=SEED)
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(etree.parse(path)), schema.error_log
    assert b"windows-1252" in path.read_bytes()[:60]


def test_the_reader_takes_every_household_the_writer_sends(tmp_path: Path) -> None:
    path = tmp_path / "file.xml"
    sent = write_monthly(path, day=date(2020, 9, 30), people=PEOPLE, start=START, seed=SEED)
    items = list(read_file(path))
    assert items[-1] == Trailer(sent, sum(item.has_anomaly for item in items if isinstance(item, Household)))
    assert sum(isinstance(item, Household) for item in items) == sent


def test_reader_and_writer_tell_the_same_story(tmp_path: Path) -> None:
    """Two readings of the format, written apart, agree on the last statement of each dossier."""
    day = date(2020, 9, 30)
    write_monthly(tmp_path / "file.xml", day=day, people=PEOPLE, start=START, seed=SEED)
    read = {item.request_number: item for item in households(tmp_path / "file.xml")}
    for dossier in dossiers_on(day, people=PEOPLE, start=START, seed=SEED):
        item = read.pop(dossier.number)
        assert (item.state, item.requested_on, item.no_fixed_abode) == (
            dossier.state,
            dossier.requested_on,
            dossier.homeless,
        )
        told = [
            (p.first_name, p.birth_name, p.born_on, p.birth_rank, p.under_duties, p.left_on)
            for p in item.persons
            if p.role != "ENF"
        ]
        lived = [
            (a.who.first_name, a.who.birth_name, a.who.born_on, a.who.rank, a.under_duties, a.left_on)
            for a in dossier.adults
        ]
        assert sorted(told) == sorted(lived)
        assert item.addresses[0].insee_code == dossier.homes[0].place.insee_code
        assert item.moved_out_on == (dossier.moved_to[1] if dossier.moved_to else None)
    assert not read


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_people(tmp_path: Path) -> None:
    files = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_monthly(tmp_path / name, day=date(2020, 3, 31), people=200, start=START, seed=seed)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1] != files[2]


def test_every_kind_of_trouble_of_real_files_is_there(months: dict[date, list[Household]]) -> None:
    everything = [item for items in months.values() for item in items]
    warnings = Counter(warning for item in everything for warning in item.warnings)
    states = Counter((item.state, _reason(item)) for item in everything)
    adults = [[person for person in item.persons if person.role in ("DEM", "CJT")] for item in everything]

    assert warnings["nir_absent"]
    assert warnings["nir_invalid"]
    assert any(item.unknown_codes for item in everything)
    assert all(
        states[key] for key in (("0", ""), ("2", ""), ("3", "DE"), ("4", "06"), ("4", "01"), ("5", "ECH"), ("6", "RFD"))
    )
    assert any({person.under_duties for person in pair} == {True, False} for pair in adults if len(pair) == 2)
    assert any(
        person.birth_rank == 2 for item in everything for person in item.persons if person.role == "DEM"
    )  # a twin
    assert any(person.previous_request_number for people in adults for person in people)
    assert any(person.left_on for people in adults for person in people)
    assert any(item.moved_in_on for item in everything)
    assert any(item.moved_out_on for item in everything)
    assert any(max(Counter(item.request_number for item in items).values()) == 2 for items in months.values())
    assert any("É" in person.first_name for people in adults for person in people)


def test_nobody_real_can_be_meant(months: dict[date, list[Household]]) -> None:
    """Every NIR names commune 999, which no département has."""
    numbers = {person.nir for items in months.values() for item in items for person in item.persons if person.nir}
    assert len(numbers) > PEOPLE
    assert {number[7:10] for number in numbers} == {"999"}


def test_a_person_keeps_one_nir_and_a_nir_one_person(months: dict[date, list[Household]]) -> None:
    bearers: dict[str, set[tuple[str, date]]] = {}
    for items in months.values():
        for item in items:
            for person in item.persons:
                if person.nir is not None:
                    bearers.setdefault(person.nir, set()).add((person.first_name, person.born_on))
    assert all(len(identities) == 1 for identities in bearers.values())


def _reason(item: Household) -> str:
    if item.state in ("5", "6"):
        return item.closure.reason if item.closure else ""
    suspensions = item.right_suspensions if item.state == "3" else item.payment_suspensions if item.state == "4" else ()
    return suspensions[0].reason if suspensions else ""
