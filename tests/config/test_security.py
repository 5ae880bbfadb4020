"""Every page is closed by default and carries the browser walls."""

from __future__ import annotations

import runpy

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config.env import SettingError

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_is_open_and_walled(client: Client) -> None:
    answer = client.get(reverse("account_login"))
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_page_that_says_nothing_asks_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("settings"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_there_is_no_page_to_register_alone() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_the_real_server_refuses_the_debugging_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALONS_DEBUG", "oui")
    with pytest.raises(SettingError, match="retirez JALONS_DEBUG"):
        runpy.run_module("config.gunicorn")
