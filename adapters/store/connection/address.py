"""Reads the address of a database from a URL; never shows a password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

OPTIONS: Final = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
"""Options after the `?` of a PostgreSQL URL, by libpq's names."""

FORMS: Final = "write `sqlite:///takeback.sqlite` or `postgresql://user@host:5432/name`"
_ESCAPES: Final = "write other signs than letters and digits in a user or password as `%40` for `@`"
_HARMLESS: Final = re.compile(r"(sqlite:)?[\w./~ +-]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteFile:
    """A database in one file."""

    path: Path

    def __str__(self) -> str:
        return f"sqlite:///{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDatabase:
    """A database of a PostgreSQL server; None leaves a value to libpq (`PGUSER`, `.pgpass`)."""

    name: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    host: str | None = None
    port: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        host = f"[{self.host}]" if self.host and ":" in self.host else self.host or ""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"postgresql://{user}{host}{port}/{self.name}"

    def arguments(self) -> dict[str, Any]:
        """The arguments for psycopg2's `connect`.

        Pony resets a connection to its initial state whenever a session ends, so permanent settings
        belong here: the server's own time zone and date style then never matter.
        """
        given = {
            "dbname": self.name,
            "user": self.user,
            "password": self.password,
            "host": self.host,
            "port": self.port,
            "connect_timeout": "10",
            **self.options,
            "client_encoding": "UTF8",
            "application_name": "takeback",
            "options": "-c datestyle=ISO -c timezone=UTC",
        }
        return {name: value for name, value in given.items() if value is not None}


Address = SqliteFile | PostgresDatabase


def read_address(url: str) -> Address:
    """Parses the URL of a database; raises ValueError that says what to write instead."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite":
        return SqliteFile(path=_path(rest))
    if separator and scheme in ("postgresql", "postgres"):
        return _postgres(url)
    raise ValueError(FORMS)


def shown(url: str) -> str:
    """A wrong URL, shortened and masked so that an error may show it."""
    if _HARMLESS.match(url):
        return url[:100]
    scheme, separator, _ = url.partition("://")
    return f"{scheme[:20]}://…" if separator and scheme.isalpha() else "…"


def _path(rest: str) -> Path:
    """Returns a relative path after three slashes, an absolute one after four."""
    if not rest.startswith("/") or rest == "/":
        raise ValueError("a file comes after three slashes, as in `sqlite:///takeback.sqlite`")
    path = Path(unquote(rest[1:])).expanduser()
    if path.name == ":memory:":
        raise ValueError("a database in memory is gone when its thread ends; name a file")
    if path.is_dir():
        raise ValueError("that is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise ValueError("its folder does not exist; make it first")
    return path


def _postgres(url: str) -> PostgresDatabase:
    """No part of the URL may appear in an error: each may be part of a password."""
    split, port = _split(url)
    name, options = unquote(split.path[1:]), dict(parse_qsl(split.query, keep_blank_values=True))
    if not name or "/" in name or split.fragment:
        raise ValueError(f"it names no database; {FORMS}, and {_ESCAPES}")
    if not set(options) <= set(OPTIONS):
        raise ValueError(f"after `?` only these have a meaning: {', '.join(OPTIONS)}; {_ESCAPES}")
    host = options.pop("host", None) or split.hostname
    return PostgresDatabase(
        name=name,
        user=_unquoted(split.username),
        password=_unquoted(split.password),
        host=_unquoted(host),
        port=port,
        options=options,
    )


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        split = urlsplit(url)
        return split, split.port
    except ValueError:  # its text may quote the password
        raise ValueError(f"its host or port cannot be read; {FORMS}, and {_ESCAPES}") from None


def _unquoted(text: str | None) -> str | None:
    return unquote(text) if text else None
