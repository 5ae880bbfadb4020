"""What every test of the house lives in; each concern has its plugin in `tests/plugins/`."""

pytest_plugins = [
    "tests.plugins.settings",
    "tests.plugins.database",
    "tests.plugins.rows",
    "tests.plugins.traps",
    "tests.plugins.requirements",
    "tests.plugins.browser",
    "tests.worlds",
]
