"""Logs hold no personal data: what the database quotes of a row is cut out of its errors."""

from __future__ import annotations

import logging
import re

# PostgreSQL's DETAIL and CONTEXT quote keys, whole failing rows and lines of COPY; HINT and the sentence itself do not.
QUOTING = re.compile(
    r"^(DETAIL|CONTEXT|QUERY|STATEMENT):.*(?:\n(?!\S*(?:Error|Exception)|Traceback|During|The above).*)*", re.M
)


class DiscreetFormatter(logging.Formatter):
    """Formats as usual, without what PostgreSQL quotes of the rows."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback if any, with each quotation replaced by its name."""
        return QUOTING.sub(r"\1: (retiré du journal)", super().format(record))
