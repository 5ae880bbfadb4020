"""Logs hold no personal data nor secret: what the database quotes of a row and the address of a calendar are cut out."""

from __future__ import annotations

import logging
import re

# PostgreSQL's DETAIL and CONTEXT quote keys, whole failing rows and lines of COPY; HINT and the sentence itself do not.
QUOTING = re.compile(
    r"^(DETAIL|CONTEXT|QUERY|STATEMENT):.*(?:\n(?!\S*(?:Error|Exception)|Traceback|During|The above).*)*", re.M
)
# Who knows the address of a calendar reads it (jalons.sites.desk.urls_calendar).
SECRET_ADDRESS = re.compile(r"(/calendrier/)[\w-]{20,}")


def discreet(text: str) -> str:
    """Return a line of log without the quotations of the database nor secret addresses."""
    return SECRET_ADDRESS.sub(r"\1(retiré du journal)", QUOTING.sub(r"\1: (retiré du journal)", text))


class DiscreetFormatter(logging.Formatter):
    """Formats as usual, without what PostgreSQL quotes of the rows nor the secret part of an address."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback if any, with each quotation replaced by its name."""
        return discreet(super().format(record))
