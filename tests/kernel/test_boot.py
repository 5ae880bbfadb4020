"""Jalons refuses to serve on a database that could lose what it acknowledged, or under a role without walls (goal R11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from jalons.kernel.database.boot import boot_refusals, verify_boot
from jalons.kernel.database.errors import DatabaseError


@pytest.mark.django_db
def test_the_ordinary_installation_may_serve() -> None:
    verify_boot()


@pytest.mark.django_db
def test_a_session_that_does_not_wait_for_the_disk_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    with pytest.raises(DatabaseError, match="synchronous_commit vaut « off »"):
        verify_boot()


@pytest.mark.django_db
def test_another_clock_is_refused(settings: Any) -> None:
    settings.TIME_ZONE = "UTC"
    assert any("Europe/Paris" in refusal for refusal in boot_refusals())


class FakeCursor:
    """Answers as a server would whose settings and role are given."""

    def __init__(self, settings: dict[str, str], role: tuple[str, bool, bool]) -> None:
        self.settings, self.role, self.row = settings, role, ()

    def __enter__(self) -> FakeCursor:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def execute(self, statement: str, parameters: list[str] | None = None) -> None:
        if "server_version_num" in statement:
            self.row = (int(self.settings["server_version_num"]),)
        elif parameters:
            self.row = (self.settings[parameters[0]],)
        else:
            self.row = self.role

    def fetchone(self) -> tuple[Any, ...]:
        return self.row


SAFE = {"server_version_num": "150018", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@pytest.mark.parametrize(
    ("changed", "role", "sentence"),
    [
        ({"fsync": "off"}, ("jalons_app", False, False), "Le réglage fsync vaut « off »"),
        ({"full_page_writes": "off"}, ("jalons_app", False, False), "Le réglage full_page_writes vaut « off »"),
        ({"synchronous_commit": "local"}, ("jalons_app", False, False), "Le réglage synchronous_commit vaut « local »"),
        ({"server_version_num": "140011"}, ("jalons_app", False, False), "plus ancien que PostgreSQL 15"),
        ({}, ("postgres", True, False), "Le rôle postgres, qui sert l’application, est superutilisateur"),
        ({}, ("batch", False, True), "Le rôle batch, qui sert l’application, est exempté"),
    ],
)
def test_each_danger_is_refused_with_its_sentence(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], role: tuple[str, bool, bool], sentence: str
) -> None:
    class FakeConnection:
        def cursor(self) -> FakeCursor:
            return FakeCursor({**SAFE, **changed}, role)

    monkeypatch.setattr("jalons.kernel.database.boot.connections", {"default": FakeConnection()})
    assert [refusal for refusal in boot_refusals() if refusal.startswith(sentence) or sentence in refusal]
    assert len(boot_refusals()) == 1
