"""What the reader understands of a conformant file, and how it names what it cannot read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jalons.exchange.caf.batches import Batch, read_parts
from jalons.exchange.caf.records import Header, Household, Refusal, Trailer
from jalons.exchange.caf.stream import read_file, read_household_extract
from tests.exchange.caf.writing import adult, child, document, household, nir, write


def only(path: Path) -> Household | Refusal:
    _, item, _ = read_file(path)
    assert isinstance(item, Household | Refusal)
    return item


def read(tmp_path: Path, block: str) -> Household:
    item = only(write(tmp_path / "file.xml", block))
    assert isinstance(item, Household), item
    return item


def refused(tmp_path: Path, block: str) -> Refusal:
    item = only(write(tmp_path / "file.xml", block))
    assert isinstance(item, Refusal), item
    return item


@pytest.mark.req("R-031")
def test_a_household_is_read_with_its_padding_removed_and_its_empty_elements_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "file.xml", household("00001234069", adult(), child()))

    header, item, trailer = read_file(path)

    assert isinstance(header, Header)
    assert (header.kind, header.reference_on) == ("M", date(2020, 9, 30))
    assert trailer == Trailer(1, 0)
    assert isinstance(item, Household)
    assert (item.request_number, item.file_number, item.state, item.paid) == (
        "00001234069",
        "0000123",
        "2",
        Decimal("515.71"),
    )
    assert item.dependants is None
    mother, son = item.persons
    assert (mother.last_name, mother.first_name, mother.born_on) == ("ESSAI", "AMÉLIE", date(1990, 4, 17))
    assert (mother.nir, mother.sex, mother.under_duties, mother.left_on) == ("2900469999001", "F", True, None)
    assert (son.role, son.nir, son.under_duties) == ("ENF", None, None)
    assert item.addresses[0].street == "12 RUE DE L ESSAI"
    assert not item.warnings


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-8", "iso-8859-15"])
def test_the_declared_encoding_is_trusted(tmp_path: Path, encoding: str) -> None:
    path = write(
        tmp_path / "file.xml", household("00000000001", adult("ZOÉ-ÉLÉONORE", birth_name="L'HÔTE")), encoding=encoding
    )
    item = only(path)
    assert isinstance(item, Household)
    assert (item.persons[0].first_name, item.persons[0].birth_name) == ("ZOÉ-ÉLÉONORE", "L'HÔTE")


def test_a_code_nobody_knows_is_kept_as_sent_and_counted(tmp_path: Path) -> None:
    item = read(tmp_path, household(state="4", suspension=("ZZ", "2020-09-01"), family="XYZ"))
    assert item.payment_suspensions[0].reason == "ZZ"
    assert item.family == "XYZ"
    assert set(item.unknown_codes) == {("MOTISUSVERSRSA", "ZZ"), ("SITFAM", "XYZ")}


@pytest.mark.parametrize(
    ("written", "read_as", "warning"),
    [
        ("2900469999001", "2900469999001", None),
        ("290046999900195", "2900469999001", None),
        (" 290046999900195", "2900469999001", None),
        ("185072A99900142", "185072A999001", None),
        ("185072B99900169", "185072B999001", None),
        ("2903069999001", "2903069999001", None),  # month unknown: 20–42 and 50–99 exist
        ("290046999900196", None, "nir_invalid"),  # wrong key
        ("2901469999001", None, "nir_invalid"),  # month 14
        ("2900069999001", None, "nir_invalid"),  # month 00
        ("29004", None, "nir_invalid"),
        ("", None, "nir_absent"),
        (None, None, "nir_absent"),
    ],
)
def test_a_wrong_or_absent_nir_is_unknown_with_a_warning_and_refuses_nobody(
    tmp_path: Path, written: str | None, read_as: str | None, warning: str | None
) -> None:
    item = read(tmp_path, household("00000000001", adult(nir=written)))
    assert item.persons[0].nir == read_as
    assert item.warnings == ((warning,) if warning else ())


def test_a_nir_borne_by_two_persons_of_a_household_is_unknown_for_both(tmp_path: Path) -> None:
    item = read(tmp_path, household("00000000001", adult("ANNE"), adult("MARC", role="CJT")))
    assert [person.nir for person in item.persons] == [None, None]
    assert "nir_shared" in item.warnings


def test_a_person_stated_twice_in_a_household_counts_once_as_last_stated(tmp_path: Path) -> None:
    item = read(tmp_path, household("00000000001", adult(duties="0"), adult(duties="1")))
    assert [person.under_duties for person in item.persons] == [True]


@pytest.mark.parametrize(
    ("block", "reason", "words"),
    [
        (household("00000000001", adult(born_on="1990-02-30")), "unreadable_value", ["DTNAI", "1990-02-30"]),
        (household("00000000001", adult(born_on="17/04/1990")), "unreadable_value", ["DTNAI", "17/04/1990"]),
        (household("00000000001", adult(born_on="")), "missing", ["DTNAI"]),
        (household("", adult()), "missing", ["NUMDEMRSA"]),
        (household("000000000012", adult()), "too_long", ["NUMDEMRSA", "12", "11"]),
        (household("00000000001", adult(duties="oui")), "unreadable_value", ["TOPPERSDRODEVORSA", "oui"]),
        (household("00000000001", adult(birth_name="")), "missing", ["NOMNAI"]),
        (household("00000000001", adult(rank="un")), "unreadable_value", ["RGNAI", "un"]),
        (household("00000000001", adult("ANNE"), adult("ZOÉ", nir=None)), "two_applicants", ["ROLEPERS"]),
        (household().replace("0000515.71", "515,71"), "unreadable_value", ["MTRSAVERS", "515,71"]),
        (household().replace("<ETATDOSRSA>2</ETATDOSRSA>", "<ETATDOSRSA/>"), "missing", ["ETATDOSRSA"]),
    ],
)
def test_a_household_that_cannot_be_read_is_refused_with_tag_value_and_advice(
    tmp_path: Path, block: str, reason: str, words: list[str]
) -> None:
    refusal = refused(tmp_path, block)
    assert refusal.reason == reason
    assert all(word in refusal.message for word in words), refusal.message
    assert "ce dossier" in refusal.message or "rejouez" in refusal.message


def test_the_extract_kept_with_a_refusal_can_be_corrected_and_read_again(tmp_path: Path) -> None:
    refusal = refused(tmp_path, household("00000000007", adult("ZOÉ", born_on="1990-02-30")))
    again = read_household_extract(refusal.raw, refusal.position)
    assert isinstance(again, Refusal)
    assert again.request_number == "00000000007"
    corrected = read_household_extract(refusal.raw.replace(b"1990-02-30", b"1990-03-02"), refusal.position)
    assert isinstance(corrected, Household)
    assert corrected.persons[0].first_name == "ZOÉ"


def batches(path: Path, *, processes: int, skip: int = 0) -> list[Batch]:
    return [part for part in read_parts(path, processes=processes, skip=skip) if isinstance(part, Batch)]


def staged(found: list[Batch]) -> list[object]:
    """What is staged, without the sealed NIR, whose random nonce differs each time."""
    persons = [line.rsplit(b"\t", 1)[0] for batch in found for line in batch.persons.splitlines()]
    return [
        b"".join(batch.households for batch in found),
        persons,
        b"".join(batch.addresses for batch in found),
        [refusal[:4] for batch in found for refusal in batch.refusals],
        sum((batch.unknown_codes for batch in found), start=type(found[0].unknown_codes)()),
    ]


@pytest.fixture
def long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("jalons.exchange.caf.batches.SMALL", 0)
    blocks = [
        household(
            f"{place:08d}069",
            adult(f"ÉVA {place}", nir=nir(place % 999 + 1), born_on="oups" if place % 97 == 0 else "1990-04-17"),
        )
        for place in range(1, 1203)
    ]
    return write(tmp_path / "long.xml", *blocks)


def test_two_processes_read_the_same_as_one(long_file: Path) -> None:
    alone = batches(long_file, processes=1)
    together = batches(long_file, processes=2)
    assert [(batch.first, batch.last) for batch in together] == [(1, 500), (501, 1000), (1001, 1202)]
    assert staged(together) == staged(alone)
    assert sum(len(batch.refusals) for batch in alone) == 12


def test_reading_goes_on_from_where_it_was_interrupted(long_file: Path) -> None:
    whole = batches(long_file, processes=1)
    rest = batches(long_file, processes=1, skip=500)
    assert staged(rest) == staged(whole[1:])


def test_a_comment_that_hides_an_end_tag_does_not_mislead_two_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jalons.exchange.caf.batches.SMALL", 0)
    path = tmp_path / "file.xml"
    text = document(household(), household("00000000002", adult("ZOÉ")))
    path.write_bytes(
        text.replace("</InfosFoyerRSA>\n<", "</InfosFoyerRSA>\n<!-- </InfosFoyerRSA> -->\n<").encode("windows-1252")
    )
    assert staged(batches(path, processes=2)) == staged(batches(path, processes=1))
