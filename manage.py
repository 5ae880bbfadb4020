#!/usr/bin/env python
"""Django's own commands; those of the product are under `jalons`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from jalons.kernel.database import DatabaseError, ensure_running


def main() -> None:
    """Start the database if it is ours to start, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        ensure_running()
    except DatabaseError as error:
        sys.exit(f"jalons : {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
