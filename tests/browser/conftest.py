"""A served demo, a browser, and pages that are watched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette

from takeback.server import bound
from tests.browser import chromium
from tests.dashboard.world import World, opened

expect.set_options(timeout=15_000)  # a machine may be busy
Open = Callable[..., Page]


@pytest.fixture(scope="module")  # while it runs, no other file of this process has a loop
def browser() -> Iterator[Browser]:
    with chromium.started() as found:
        yield found


@pytest.fixture(scope="session")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(migrated, tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture(scope="session")
def address(world: World) -> Iterator[str]:
    """Where the world is served."""
    with served(world.app) as found:
        yield found


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address of an app that is served until the end."""
    listening = bound("127.0.0.1", 0)
    config = uvicorn.Config(app, log_level="error", access_log=False, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a page in a context of its own; whatever it complains of fails the test."""
    with opening(browser, [address]) as found:
        yield found


@contextmanager
def opening(browser: Browser, addresses: Sequence[str]) -> Iterator[Open]:
    """The same for pages that may come from several servers, the first unless it is said."""
    contexts, watched = [], []

    def opened_page(allowed: str = "", **said: object) -> Page:
        context = browser.new_context(base_url=addresses[0], **said)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        page = context.new_page()
        watch = chromium.Watched(page, addresses)
        if allowed:
            watch.allowed.add(allowed)
        contexts.append(context)
        watched.append(watch)
        return page

    yield opened_page
    for context in contexts:
        context.close()
    assert [each for watch in watched for each in watch.complaints] == []


def sign_in(page: Page, name: str, role: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=f"Sign in as {name}, {role}").click()
    page.wait_for_url("**/overview")
    page.goto("/returns")
