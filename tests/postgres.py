"""Finds a PostgreSQL for the tests, or starts a private one, or says what it looked for.

In this order: the URL in TAKEBACK_TEST_POSTGRES; a server that answers on the local socket or on
127.0.0.1 and lets us create databases; server programs, to start one in a temporary folder.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import psycopg2

from adapters.store.connection.address import Address, PostgresDatabase, read_address

SET = "TAKEBACK_TEST_POSTGRES"
REQUIRED = "TAKEBACK_TEST_POSTGRES_REQUIRED"
PROGRAMS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
MISSING = (
    f"no PostgreSQL: {SET} is not set, no server on the local socket or 127.0.0.1 lets us create "
    "databases, and there is no `initdb`; install one (Debian and Ubuntu: `apt-get install "
    f"postgresql`, macOS: `brew install postgresql`) or set {SET} to a URL"
)

_OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_WRITTEN = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0"
    " AND relnamespace = 'public'::regnamespace"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that is there; `address` is a database of it that is never written to."""

    address: PostgresDatabase

    def __str__(self) -> str:
        return f"PostgreSQL at {self.address}"

    @contextmanager
    def started(self) -> Iterator[PostgresDatabase]:
        yield self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """A folder with `initdb` and `pg_ctl`."""

    folder: Path

    def __str__(self) -> str:
        return f"PostgreSQL of our own, started with {self.folder}/pg_ctl"

    @contextmanager
    def started(self) -> Iterator[PostgresDatabase]:
        """A server on a socket in a temporary folder, and on no port; gone at the end."""
        home = Path(tempfile.mkdtemp(prefix="takeback-pg-"))
        data, who = home / "data", _unprivileged(home)
        try:
            self._call("initdb", "-D", data, "-A", "trust", "-U", "takeback", "-E", "UTF8", **who)
            said = f"-k {home} -c listen_addresses='' -c fsync=off"
            log = home / "log"
            self._call("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", said, **who)
            yield PostgresDatabase(name="postgres", user="takeback", host=str(home))
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                self._call("pg_ctl", "stop", "-m", "immediate", "-D", data, **who)
            shutil.rmtree(home, ignore_errors=True)

    def _call(self, program: str, *arguments: object, **who: Any) -> None:
        """pg_ctl leaves a server behind that keeps its outputs open, so they are no pipes."""
        command = [str(self.folder / program), *map(str, arguments)]
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(command, stdout=said, stderr=said, cwd="/", check=False, **who)
            said.seek(0)
            text = said.read().decode(errors="replace")
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, text)


Found = Running | Programs


def find(environment: Mapping[str, str] = os.environ, programs: Iterable[str] = PROGRAMS) -> Found:
    """What there is; raises LookupError for nothing, and for a named server that is not there."""
    if url := environment.get(SET):
        return Running(address=_named(url))
    for host in (None, "127.0.0.1"):
        for user in (None, "postgres"):
            address = PostgresDatabase(name="postgres", user=user, host=host)
            if _lets_us_create(address):
                return Running(address=address)
    for folder in _folders(programs, environment.get("PATH", "")):
        if all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return Programs(folder=folder)
    raise LookupError(MISSING)


def _named(url: str) -> PostgresDatabase:
    try:
        address = read_address(url)
    except ValueError as error:
        raise LookupError(f"{SET} is no URL of a database: {error}") from None
    if not isinstance(address, PostgresDatabase):
        raise LookupError(f"{SET} names no PostgreSQL")
    if not _lets_us_create(address):
        raise LookupError(f"{SET} is set, but {address} lets us create no databases")
    return address


def _lets_us_create(address: PostgresDatabase) -> bool:
    try:
        with run_in(address) as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
            )
            return bool(cursor.fetchone()[0])
    except psycopg2.Error:
        return False


def _folders(programs: Iterable[str], path: str) -> Iterator[Path]:
    """Newest first; a wrapper in the PATH may lack `postgres` beside it, so it comes last."""
    found = [folder for pattern in programs for folder in Path("/").glob(pattern.lstrip("/"))]
    yield from sorted(found, key=_version, reverse=True)
    yield from (Path(each) for each in path.split(os.pathsep) if each)


def _version(folder: Path) -> int:
    digits = "".join(each for each in folder.parent.name if each.isdigit())
    return int(digits or 0)


def _unprivileged(home: Path) -> dict[str, Any]:
    """Servers refuse to run as root, so root hands the folder to somebody else."""
    if os.geteuid() != 0:
        return {}
    names = {each.pw_name for each in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def run_in(address: PostgresDatabase) -> Iterator[Any]:
    """A cursor of a connection of its own, where each statement is on its own."""
    connection = psycopg2.connect(**address.arguments())
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def named(address: PostgresDatabase, name: str) -> PostgresDatabase:
    """Another database of the same server."""
    return replace(address, name=name)


def url(address: Address) -> str:
    """What another process is told; a host that is a folder stands behind `?`."""
    if not isinstance(address, PostgresDatabase):
        return f"sqlite:///{address.path}"
    plain = replace(address, host=None)
    return f"{plain}?host={address.host}" if address.host else str(plain)


def clear(address: PostgresDatabase) -> None:
    """Removes everything in a database, and everyone who is still connected."""
    with run_in(address) as cursor:
        cursor.execute(_OTHERS)
        cursor.execute("SET client_min_messages = warning")
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        cursor.execute(f"ALTER DATABASE {address.name} RESET ALL")
        cursor.execute(f"ALTER DATABASE {address.name} SET synchronous_commit = off")


def tables_of(address: PostgresDatabase) -> dict[str, bool]:
    """Takeback's tables, what refers to others first, and whether one has triggers of its own."""
    with run_in(address) as cursor:
        cursor.execute(
            "SELECT relname, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid"
            " AND NOT tgisinternal) FROM pg_class c WHERE relkind = 'r'"
            " AND relname NOT LIKE '%yoyo%' AND relnamespace = 'public'::regnamespace"
        )
        found = dict(cursor.fetchall())
        order = TopologicalSorter({name: set() for name in found})
        cursor.execute(
            "SELECT b.relname, a.relname FROM pg_constraint"
            " JOIN pg_class a ON a.oid = conrelid JOIN pg_class b ON b.oid = confrelid"
            " WHERE contype = 'f' AND conrelid <> confrelid"
        )
        for referred, refers in cursor.fetchall():
            order.add(referred, refers)
        return {name: found[name] for name in order.static_order()}


def remove_rows(address: PostgresDatabase, tables: Mapping[str, bool]) -> None:
    """Removes every row of the tables, and everyone who is still connected."""
    with run_in(address) as cursor:
        cursor.execute(_OTHERS)
        cursor.execute(_WRITTEN)
        written = {name for (name,) in cursor.fetchall()}
        names = [name for name in tables if name in written]
        watched = [name for name in names if tables[name]]
        steps = (
            *(f'ALTER TABLE "{name}" DISABLE TRIGGER USER' for name in watched),
            *(f'DELETE FROM "{name}"' for name in names),
            *(f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in watched),
        )
        cursor.execute(f"BEGIN; {'; '.join(steps)}; COMMIT")
