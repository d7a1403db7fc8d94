"""A server whose database goes away says so, works again by itself, and keeps few connections."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from adapters.store.connection.address import Address, PostgresDatabase
from returns_api.serving.threads import THREADS
from takeback.settings import Profile
from tests.api.conftest import Caller, Served, serve
from tests.postgres import run_in

ROLE = {"query": "{ me { role } }"}
OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def database(make_empty: Callable[[str], Address]) -> PostgresDatabase:
    address = make_empty("postgresql")
    assert isinstance(address, PostgresDatabase)
    return address


@pytest.fixture
def northwind(database: PostgresDatabase) -> Iterator[Caller]:
    """A caller of a server that is this test's own."""
    serving = serve(database, Profile.DEVELOPMENT)
    served: Served = next(serving)
    yield served.callers["northwind"]
    assert next(serving, None) is None


def test_a_request_after_a_lost_connection_is_answered(
    northwind: Caller, database: PostgresDatabase
) -> None:
    for _ in range(3):
        assert northwind.eligible(order="N-1", line="1")["answer"] == "ACCEPT"
        with run_in(database) as cursor:
            cursor.execute(OTHERS)


def test_a_database_that_is_gone_is_said_until_it_is_back(
    northwind: Caller, database: PostgresDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    with run_in(database) as cursor:
        cursor.execute(OTHERS)
    with run_in(replace(database, name="postgres")) as cursor:
        cursor.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false")
        with caplog.at_level(logging.ERROR):
            gone = northwind.post(ROLE)
        cursor.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true")

    assert gone.status_code == 503
    (error,) = gone.json()["errors"]
    assert error["extensions"]["code"] == "unavailable"
    assert error["message"] == "The database cannot be reached at the moment; ask again."
    assert "not currently accepting connections" in caplog.text
    assert northwind.post(ROLE).status_code == 200


def test_many_requests_at_once_share_few_connections(
    northwind: Caller, database: PostgresDatabase
) -> None:
    with ThreadPoolExecutor(4 * THREADS) as pool:
        answers = list(pool.map(lambda _: northwind.post(ROLE).status_code, range(200)))
    with run_in(database) as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (connections,) = cursor.fetchone()

    assert answers == [200] * 200
    assert 1 <= connections <= THREADS
