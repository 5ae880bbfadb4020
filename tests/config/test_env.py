"""A setting that cannot be read stops the start and says which, and what it takes."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from config.env import SettingError, env_bool, env_date, env_int, env_link, env_list, env_secret, env_str


@pytest.mark.parametrize(("text", "value"), [("oui", True), ("1", True), ("ON", True), ("non", False), ("0", False)])
def test_a_yes_or_no_is_read(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("JALONS_X", text)
    assert env_bool("JALONS_X", default=not value) is value


def test_absent_values_take_their_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JALONS_X", raising=False)
    assert env_bool("JALONS_X", default=True) is True
    assert env_int("JALONS_X", 3) == 3
    assert env_date("JALONS_X") is None
    assert env_list("JALONS_X", ["a"]) == ["a"]
    assert env_str("JALONS_X", "b") == "b"


def test_values_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALONS_X", "2020-10-15")
    assert env_date("JALONS_X") == date(2020, 10, 15)
    monkeypatch.setenv("JALONS_X", " a, b ,,")
    assert env_list("JALONS_X", []) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "read", "sentence"),
    [
        ("peut-être", lambda: env_bool("JALONS_X", default=False), "JALONS_X vaut « peut-être » : écrivez oui ou non"),
        ("deux", lambda: env_int("JALONS_X", 1), "JALONS_X vaut « deux » : écrivez un nombre entier"),
        ("-1", lambda: env_int("JALONS_X", 1, minimum=0), "JALONS_X vaut -1 : le minimum est 0"),
        (
            "15/10/2020",
            lambda: env_date("JALONS_X"),
            "JALONS_X vaut « 15/10/2020 » : écrivez une date comme 2020-10-15",
        ),
        ("", lambda: env_str("JALONS_X"), "JALONS_X est obligatoire"),
    ],
)
def test_a_wrong_value_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch, text: str, read: Callable[[], object], sentence: str
) -> None:
    monkeypatch.setenv("JALONS_X", text)
    with pytest.raises(SettingError, match=sentence):
        read()


def test_a_secret_is_drawn_once_and_kept_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JALONS_X", raising=False)
    first = env_secret("JALONS_X", tmp_path / "data")
    assert len(first) >= 50
    assert env_secret("JALONS_X", tmp_path / "data") == first
    kept = list((tmp_path / "data").iterdir())
    assert [stat.S_IMODE(file.stat().st_mode) for file in kept] == [0o600]
    monkeypatch.setenv("JALONS_X", "given")
    assert env_secret("JALONS_X", tmp_path / "data") == "given"


@pytest.mark.req("R-044")
def test_the_address_of_a_portal_carries_nothing_that_could_tell_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JALONS_X", raising=False)
    assert env_link("JALONS_X") == ""
    monkeypatch.setenv("JALONS_X", "https://portail.example.org/cdap/")
    assert env_link("JALONS_X") == "https://portail.example.org/cdap/"
    for wrong in (
        "http://portail.example.org/",
        "https://portail.example.org/?matricule=1",
        "https://portail.example.org/#dossier",
        "https://compte:secret@portail.example.org/",
        "portail.example.org",
    ):
        monkeypatch.setenv("JALONS_X", wrong)
        with pytest.raises(SettingError, match="JALONS_X : écrivez une adresse en https"):
            env_link("JALONS_X")
