"""Databases for all tests: each test that asks for one runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pony
import pytest
import sqlparse
from hypothesis import settings

from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile
from adapters.store.connection.schema import migrate
from tests import mappings, postgres, queries

# The same examples every time, so that a failure is of the change and not of the draw;
# HYPOTHESIS_PROFILE=exploring draws others. None is bound by time: a busy machine is slow.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("exploring", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# In a process of xdist, Pony believes that a person types, and opens sessions that the code forgot.
pony.MODE = "UNKNOWN"  # type: ignore[misc]


def pytest_collection_finish() -> None:
    """What is imported and collected stays; looking at it again and again costs a tenth of it."""
    gc.set_threshold(50_000, 20, 50)
    _stay()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """What is left of a file stays too: it grows, and would cost the last files the most."""
    if nextitem is None or nextitem.path != item.path:
        _stay()


def _stay() -> None:
    gc.collect()
    gc.freeze()


KINDS = ("sqlite", "postgresql")
MakeEmpty = Callable[[str], Address]
_SKIPPED: list[str] = []


@dataclass(slots=True, kw_only=True)
class Server:
    """A PostgreSQL of this run.

    Databases are cleared and used again, which takes milliseconds where a new one takes a second.
    """

    address: PostgresDatabase
    run: str = field(default_factory=lambda: f"takeback_test_{secrets.token_hex(4)}")
    made: list[PostgresDatabase] = field(default_factory=list)
    idle: list[PostgresDatabase] = field(default_factory=list)
    ready: list[PostgresDatabase] = field(default_factory=list)
    tables: dict[str, bool] = field(default_factory=dict)

    @contextmanager
    def empty(self) -> Iterator[PostgresDatabase]:
        """A database with nothing in it."""
        address = self.idle.pop() if self.idle else self._create()
        yield address
        postgres.clear(address)
        self.idle.append(address)

    @contextmanager
    def with_tables(self) -> Iterator[PostgresDatabase]:
        """A database with Takeback's tables and no rows; nobody may alter its tables."""
        if not self.ready:
            self.ready.append(self._create())
            migrate(self.ready[-1])
            self.tables = postgres.tables_of(self.ready[-1])
        address = self.ready.pop()
        with mappings.lent(address):
            yield address
        postgres.remove_rows(address, self.tables)
        self.ready.append(address)

    def _create(self) -> PostgresDatabase:
        address = postgres.named(self.address, f"{self.run}_{len(self.made)}")
        with postgres.run_in(self.address) as cursor:
            cursor.execute(f"CREATE DATABASE {address.name} TEMPLATE template0")
            cursor.execute(f"ALTER DATABASE {address.name} SET synchronous_commit = off")
        self.made.append(address)
        return address

    def close(self) -> None:
        """Whoever is still connected is thrown out."""
        with postgres.run_in(self.address) as cursor:
            for each in self.made:
                cursor.execute(f"DROP DATABASE {each.name} WITH (FORCE)")


def found() -> postgres.Found | str:
    """The PostgreSQL of the tests, or why there is none."""
    try:
        return postgres.find()
    except LookupError as error:
        return str(error)


def pytest_report_header() -> str:
    return str(found())


FORKED = ["adapters.store.publishing", "adapters.store.database", "bench.kills"]
"""What processes of tests need; one process imports it, from which they are forked."""


MEMORY, PLENTY = Path("/dev/shm"), 4 << 30


def pytest_configure() -> None:
    queries.note_every_call()
    mappings.lend()
    sqlparse.split = cache(sqlparse.split)  # yoyo splits each migration for each database anew
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY:  # no disk is waited for
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    get_context("forkserver").set_forkserver_preload(FORKED)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run of all tests fails if a method of the store never ran on PostgreSQL."""
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told.update(queries=queries.noted(), skipped=_SKIPPED)  # the first process sums up
    elif _everything_ran(session) and not _SKIPPED and queries.missing("PostgreSQL"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What one of several processes has run; one that crashed tells nothing."""
    told = getattr(node, "workeroutput", {})
    queries.add(told.get("queries", {}))
    _SKIPPED.extend(told.get("skipped", []))


def _everything_ran(session: pytest.Session) -> bool:
    option = session.config.option
    chosen = option.keyword or option.markexpr or option.collectonly or session.shouldstop
    return not chosen and session.config.args_source is pytest.Config.ArgsSource.TESTPATHS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left = queries.missing("PostgreSQL")
    if left and not _SKIPPED and _everything_ran(terminalreporter._session):
        terminalreporter.section("never ran on PostgreSQL", red=True)
        terminalreporter.line(f"{', '.join(left)}: test each in tests/contracts with `address`")
    if _SKIPPED:
        terminalreporter.section("not tested on PostgreSQL", yellow=True)
        terminalreporter.line(f"{len(_SKIPPED)} tests skipped: {found()}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server | str]:
    """The PostgreSQL, or why there is none."""
    there = found()
    if isinstance(there, str):
        yield there
        return
    with there.started() as address:
        started = Server(address=address)
        yield started
        started.close()


@pytest.fixture
def postgresql(server: Server | str, request: pytest.FixtureRequest) -> Server:
    """The PostgreSQL; without one the test is skipped, or fails where one was named."""
    return there_or_skipped(server, request.node.nodeid)


def there_or_skipped(server: Server | str, test: str) -> Server:
    if isinstance(server, Server):
        return server
    if os.environ.get(postgres.REQUIRED) or os.environ.get(postgres.SET):
        pytest.fail(server, pytrace=False)
    _SKIPPED.append(test)
    pytest.skip(server)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Both kinds of database, one after the other."""
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with Takeback's tables; a copy takes a hundredth of what migrating takes."""
    path = tmp_path_factory.mktemp("migrated") / "takeback.sqlite"
    migrate(SqliteFile(path=path))
    return path


@pytest.fixture
def address(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Address]:
    """A database with Takeback's tables and no rows; nobody may alter its tables."""
    if kind == "sqlite":
        migrated: Path = request.getfixturevalue("migrated")
        file = SqliteFile(path=Path(shutil.copy(migrated, tmp_path / "takeback.sqlite")))
        with mappings.lent(file):
            yield file
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.with_tables() as made:
        yield made


@pytest.fixture
def empty(kind: str, make_empty: MakeEmpty) -> Address:
    """A new database with nothing in it."""
    return make_empty(kind)


@pytest.fixture
def make_empty(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MakeEmpty]:
    """Makes databases of a kind, with nothing in them."""
    with ExitStack() as stack:

        def make(kind: str) -> Address:
            if kind == "sqlite":
                return SqliteFile(path=tmp_path / f"{secrets.token_hex(4)}.sqlite")
            server: Server = request.getfixturevalue("postgresql")
            return stack.enter_context(server.empty())

        yield make
