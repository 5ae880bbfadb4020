"""NIR and SIRET: valid and invalid cases, Corsica, months without a month, and sealed storage."""

import pytest
from cryptography.exceptions import InvalidTag

from jalons.kernel.identifiers import InvalidNir, is_siret, nir_key, normalise_nir
from jalons.kernel.sealing import match_key, seal, unseal
from jalons.kernel.text import fold


@pytest.mark.parametrize(
    ("thirteen", "key"),
    [("1850720999001", 15), ("185072A999001", 42), ("185072B999001", 69), ("2900452999001", 69)],
)
def test_the_control_key_counts_corsica_apart(thirteen: str, key: int) -> None:
    assert nir_key(thirteen) == key
    assert normalise_nir(f"{thirteen} {key:02d}") == thirteen


@pytest.mark.parametrize("month", ["01", "12", "20", "31", "42", "50", "99"])
def test_months_of_the_insee_are_accepted(month: str) -> None:
    assert normalise_nir(f"190{month}69999001")


@pytest.mark.parametrize("month", ["00", "13", "19", "43", "49"])
def test_months_that_never_exist_are_refused(month: str) -> None:
    with pytest.raises(InvalidNir, match="mois"):
        normalise_nir(f"190{month}69999001")


@pytest.mark.parametrize(
    "raw", ["", "29004529990", "9900452999001", "29004529990017", "190046C999001", "2900452999001 70"]
)
def test_a_wrong_nir_says_why_without_repeating_it(raw: str) -> None:
    with pytest.raises(InvalidNir) as refusal:
        normalise_nir(raw)
    assert not raw or raw not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "valid"), [("73282932000074", True), ("73282932000075", False), ("35600000049837", True)]
)
def test_siret_and_the_exception_of_la_poste(text: str, valid: bool) -> None:
    assert is_siret(text) is valid


def test_a_sealed_number_is_matched_but_not_read_without_the_key(settings: object) -> None:
    first, second = seal("2900452999001"), seal("2900452999001")
    assert first != second
    assert b"2900452999001" not in first
    assert unseal(first) == unseal(second) == "2900452999001"
    assert match_key("2900452999001") == match_key("2900452999001") != match_key("2900452999002")
    settings.JALONS_SEALING_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(InvalidTag):
        unseal(first)


@pytest.mark.parametrize(
    ("text", "folded"), [("Élise L’Hôte", "elise l hote"), ("CŒUR-Joie  ", "coeur joie"), ("ÆÇ", "aec"), ("", "")]
)
def test_folding_forgives_accents_and_punctuation(text: str, folded: str) -> None:
    assert fold(text) == folded
