"""Hears every statement that goes to a database, whoever sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.store.connection.provider import PostgresProvider, SqliteProvider


def heard(monkeypatch: pytest.MonkeyPatch, note: Callable[[str], None]) -> None:
    """Tells `note` of each, as it is sent, until the test ends."""
    for kind in (SqliteProvider, PostgresProvider):
        execute = kind.execute

        def telling(
            self: Any, cursor: Any, sql: str, *rest: Any, execute: Any = execute, **more: Any
        ) -> Any:
            note(sql)
            return execute(self, cursor, sql, *rest, **more)

        monkeypatch.setattr(kind, "execute", telling)
