"""What the launcher tells people when the database cannot be used."""

from __future__ import annotations


class DatabaseError(RuntimeError):
    """The database cannot be started or trusted; the message is French and says what to do."""
