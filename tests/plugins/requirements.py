"""Which requirements the tests show: `@pytest.mark.req("R-017")`, checked when collected, listed by `--requirements`."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

LAST = 222
CATALOGUE = [f"R-{number:03}" for number in range(1, LAST + 1)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option; it runs no test."""
    parser.addoption("--requirements", action="store_true", help="list the requirements shown by tests, run nothing")


def pytest_configure(config: pytest.Config) -> None:
    """Listing collects only."""
    if config.getoption("--requirements"):
        config.option.collectonly = True
        config.option.verbose = -3


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse an identifier that is not in the catalogue: a typing mistake would show nothing."""
    shown: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for marker in item.iter_markers("req"):
            for identifier in marker.args:
                if identifier not in CATALOGUE:
                    raise pytest.UsageError(f"{item.nodeid}: {identifier!r} is not one of R-001 … R-{LAST}")
                shown[identifier].add(re.sub(r"\[.*", "", item.nodeid))
    config.stash[SHOWN] = dict(shown)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print each requirement with its tests, then those that none shows."""
    if not config.getoption("--requirements"):
        return
    shown = config.stash.get(SHOWN, {})
    for identifier in sorted(shown):
        terminalreporter.write_line(identifier)
        for test in sorted(shown[identifier]):
            terminalreporter.write_line(f"    {test}")
    missing = [identifier for identifier in CATALOGUE if identifier not in shown]
    terminalreporter.write_line("")
    terminalreporter.write_line(f"Shown by tests: {len(shown)} of {len(CATALOGUE)} requirements.")
    terminalreporter.write_line(f"Not shown: {', '.join(missing) or 'none'}")


SHOWN = pytest.StashKey[dict[str, set[str]]]()
