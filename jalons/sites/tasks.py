"""Work in the background: what a visitor left and never came back for is erased. Numbers only in the log."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from jalons.kernel.jobs import job


@job(cron="40 2 * * *")
def erase_old_sessions(timestamp: int) -> None:
    """Erase the sessions that ended, with the forms kept in them for who did not sign in again."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
