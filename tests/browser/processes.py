"""Two processes of `takeback serve` on one database, and people whose pages come from both."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, expect

from adapters.identity.vault import new_master_key
from adapters.store.connection.address import SqliteFile
from takeback.demo.funds import fund, stand_in
from takeback.server import bound
from tests.dashboard.world import World, opened
from tests.postgres import url

TAKEBACK: Final = Path(sys.executable).with_name("takeback")
PATIENCE: Final = 120
"""Seconds within which a server answers, and what a worker does is seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The same data behind two addresses, and in this process for what has no page."""

    world: World
    addresses: tuple[str, str]
    stripe: str

    def paid(self, cents: int) -> dict[str, str]:
        """The charge and the customer of what was paid to acme by card, by their ids there."""
        customer = self._made("customers", name="A retailer")
        form = {"amount": str(cents), "currency": "usd", "payment_method": "pm_card_visa"}
        charge = self._made("payment_intents", **form, customer=customer, confirm="true")
        return {"charge": charge, "customer": customer}

    def _made(self, what: str, **form: str) -> str:
        answer = httpx.post(f"{self.stripe}/v1/{what}", data=form, headers=_KEY)
        return str(answer.raise_for_status().json()["id"])


_KEY: Final = {"authorization": "Bearer rk_test_acme_supply"}


@contextmanager
def pair(migrated: Path, folder: Path) -> Iterator[Pair]:
    """Starts both; the first has the worker."""
    key = new_master_key()
    with ExitStack() as stack:
        stripe = stack.enter_context(stand_in(folder / "payments.sqlite"))
        more: dict[str, Any] = {"master_keys": (key,), "stripe_api_base": stripe}
        world = stack.enter_context(opened(migrated, folder, **more))
        fund(world.parts, world.parts.now().date(), stripe)
        said = {
            "TAKEBACK_DATABASE_URL": url(SqliteFile(path=folder / "takeback.sqlite")),
            "TAKEBACK_MASTER_KEY": key,
            "TAKEBACK_STRIPE_API_BASE": stripe,
            "TAKEBACK_POINTS": "1000000",
        }
        with bound("127.0.0.1", 0) as one, bound("127.0.0.1", 0) as two:
            ports = one.getsockname()[1], two.getsockname()[1]
        started = []
        for workers, port in zip(("1", "0"), ports, strict=True):
            own = {**said, "TAKEBACK_WORKERS": workers, "TAKEBACK_PORT": str(port)}
            started.append(stack.enter_context(_process(own)))
        addresses = f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
        for process, address in zip(started, addresses, strict=True):
            _answers(process, address)
        yield Pair(world=world, addresses=addresses, stripe=stripe)


@contextmanager
def _process(said: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends with a word to the process itself; what it complained of fails."""
    process = subprocess.Popen(
        [TAKEBACK, "serve"], env={**os.environ, **said}, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=PATIENCE)
    assert b"Traceback" not in errors, errors.decode()


def _answers(process: subprocess.Popen[bytes], address: str) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        assert process.poll() is None, f"{address} has ended"
        try:
            httpx.get(f"{address}/health")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} never answered")


class Person:
    """Somebody's browser: each page that they go to comes from the other process."""

    def __init__(self, page: Page, addresses: tuple[str, str]) -> None:
        self.page = page
        self._addresses = addresses
        self._turn = 0

    def at(self, path: str) -> Page:
        """Opens a page by its address."""
        self._turn = 1 - self._turn
        self.page.goto(f"{self._addresses[self._turn]}{path}")
        return self.page

    def hop(self) -> Page:
        """Opens the page where they are at the other process."""
        return self.at(urlsplit(self.page.url).path)

    def signs_in(self, key: str) -> None:
        """By a key, as whoever runs a server gives it."""
        self.at("/sign-in").get_by_label("Your key").fill(key)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page.get_by_role("button", name="Sign out").first).to_be_visible()

    def sees(self, path: str, text: str) -> None:
        """Comes back to a page until a worker has done what it tells."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            if self.at(path).get_by_text(text, exact=True).count():
                return
            time.sleep(0.5)
        expect(self.page.get_by_text(text, exact=True).first).to_be_visible(timeout=1)
