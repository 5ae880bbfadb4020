"""A real Chromium for the journeys: skipped when the machine has none, required in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def chromium() -> str | None:
    """Return the browser to drive: `JALONS_CHROMIUM`, else the first one on the path."""
    return os.environ.get("JALONS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark whoever asks for a browser."""
    for item in items:
        if {"browser", "page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium per process, driven by playwright (which downloads nothing)."""
    path = chromium()
    if path is None:
        message = "no Chromium on this machine: journeys and axe need one (or JALONS_CHROMIUM)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    # playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
            launched = playwright.chromium.launch(executable_path=path, args=arguments)
            yield launched
            launched.close()


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of a fresh French session on the live server; an error of the page's script or console fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(30_000)  # a busy machine answers its first page late
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.problems = problems
    yield opened
    context.close()
    assert not problems, f"the page complained: {problems}"


@pytest.fixture
def axe(page: Any) -> Any:
    """Return a function that checks the present page with axe (WCAG A to 2.2 AA) and gives the violations."""
    script = AXE.read_text(encoding="utf-8")

    def check() -> list[str]:
        # Through the debugging protocol, so that the page's own content policy stays as users have it.
        page.evaluate(script)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
        return [
            f"{violation['id']}: {violation['help']} — {', '.join(str(node['target']) for node in violation['nodes'][:5])}"
            for violation in found["violations"]
        ]

    return check
