"""Debian's Chromium, if it is there, and pages that fail a test on any error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

REQUIRED: Final = "TAKEBACK_TEST_CHROMIUM_REQUIRED"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
MISSING: Final = (
    "No Chromium is installed; install one (Debian and Ubuntu: `apt-get install chromium`)."
)
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """The path of Chromium."""
    paths = (shutil.which(name) for name in NAMES)
    return next((path for path in paths if path), None)


@contextmanager
def started() -> Iterator[Browser]:
    """A browser; without Chromium the tests are skipped, or fail where it is required."""
    path = found()
    if path is None and os.environ.get(REQUIRED):
        pytest.fail(MISSING, pytrace=False)
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Watched:
    """Notes whatever a page complains of, and what it asks of other hosts."""

    def __init__(self, page: Page, addresses: Sequence[str]) -> None:
        self.complaints: list[str] = []
        self.allowed: set[str] = set()
        self._own = (*addresses, "data:", "blob:")
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            a in message.text for a in self.allowed
        ):
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self._own):
            self.complaints.append(f"another host: {request.url}")
