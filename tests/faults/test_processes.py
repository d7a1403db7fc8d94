"""Several servers on one database answer as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.identity.principal import Role
from adapters.store.connection.address import Address
from adapters.store.database import open_store
from takeback.demo import data
from takeback.demo.load import load
from takeback.server import bound
from tests.api.conftest import DOCUMENTS
from tests.postgres import url

TODAY = datetime.now(UTC).date()
TAKEBACK = Path(sys.executable).with_name("takeback")
POLICY = """
policy: {owner}/standard
version: {version}
title: {days} days
effective: {{from: 2025-01-01}}
currency: USD
window: {{days: {days}, counted_from: delivered}}
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
packaging: {{original_required: false}}
"""
ROUNDS = 3


@contextmanager
def served(address: Address, port: int) -> Iterator[httpx.Client]:
    """A process of `takeback serve`."""
    environment = {
        **os.environ,
        "TAKEBACK_DATABASE_URL": url(address),
        "TAKEBACK_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen([TAKEBACK, "serve"], env=environment, stderr=subprocess.PIPE)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            wait_for(process, http)
            yield http
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert b"Traceback" not in said, said.decode()


def wait_for(process: subprocess.Popen[bytes], http: httpx.Client) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            http.get("/health")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server never answered")


def ask(http: httpx.Client, key: str, document: str, **variables: Any) -> dict[str, Any]:
    answer = http.post(
        "/graphql",
        json={"query": DOCUMENTS.get(document, document), "variables": variables},
        headers={"authorization": f"Bearer {key}"},
    ).json()
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]
    return found


@pytest.fixture
def keys(address: Address) -> dict[tuple[str, Role], str]:
    """Keys to a database with the demo's data."""
    store = open_store(address)
    found = load(store, TODAY)
    store.close()
    return found


@pytest.fixture
def ports() -> tuple[int, int]:
    with bound("127.0.0.1", 0) as one, bound("127.0.0.1", 0) as two:
        return one.getsockname()[1], two.getsockname()[1]


def test_what_one_process_publishes_every_other_one_decides_by_at_once(
    address: Address, keys: dict[tuple[str, Role], str], ports: tuple[int, int]
) -> None:
    supplier, retailer = keys[data.ACME, Role.SUPPLIER], keys["northwind", Role.RETAILER]
    lines, days = [{"order": data.number(TODAY, 1), "line": "1"}], []
    with ExitStack() as stack:
        servers = [stack.enter_context(served(address, port)) for port in ports]
        for number in range(ROUNDS):
            one, other = servers if number % 2 else servers[::-1]
            text = POLICY.format(owner=data.ACME, version=number + 2, days=40 + number)
            said = {"yaml": text, "idempotencyKey": f"standard-{number}"}
            made = ask(one, supplier, "PublishPolicy", input=said)["publishPolicy"]
            answers = [
                ask(each, retailer, "CanItComeBack", lines=lines)["eligibility"][0]
                for each in (other, one)
            ]
            again = ask(other, supplier, "PublishPolicy", input=said)["publishPolicy"]

            assert made["__typename"] == "PublishedPolicy", made
            assert again == made
            assert answers[0]["lastDay"] == answers[1]["lastDay"]
            assert {each["edition"]["digest"] for each in answers} == {made["edition"]["digest"]}
            days.append(date.fromisoformat(answers[0]["lastDay"]))

    assert [each - days[0] for each in days] == [timedelta(number) for number in range(ROUNDS)]
