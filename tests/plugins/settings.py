"""The settings of the tests: a fixed day, fixed keys, cheap passwords, static files straight from the rooms."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings

TODAY = date(2020, 10, 15)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Runs before Django is set up."""
    settings.DEBUG = False
    settings.JALONS_TODAY = TODAY
    settings.SECRET_KEY = "tests only: forty characters and a few more, no secret"
    settings.JALONS_SEALING_KEY = "tests only, no secret"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_HASHED = False
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
