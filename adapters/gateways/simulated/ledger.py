"""Stores the stand-in's objects by account and kind, in a SQLite file or in memory."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from adapters.gateways.simulated.shapes import has, shaped
from adapters.gateways.simulated.wire import Body

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT, kind TEXT, id TEXT UNIQUE,
    created INTEGER, of TEXT, body TEXT);
CREATE INDEX IF NOT EXISTS object_of ON object (account, kind, of, seq);
CREATE INDEX IF NOT EXISTS object_kind ON object (account, kind, seq);
CREATE TABLE IF NOT EXISTS key (
    account TEXT, name TEXT, path TEXT, form TEXT, status INTEGER, body TEXT,
    PRIMARY KEY (account, name));
CREATE TABLE IF NOT EXISTS intention (id TEXT PRIMARY KEY, becomes TEXT);
"""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Ledger:
    """Thread-safe storage; hold `lock` around a read that a write depends on."""

    def __init__(self, file: Path | None, now: Callable[[], int]) -> None:
        self.lock = threading.RLock()
        self.now = now
        self._database = sqlite3.connect(
            str(file or ":memory:"), check_same_thread=False, isolation_level=None
        )
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Closes the file."""
        with self.lock:
            self._database.close()

    def add(self, account: str, kind: str, prefix: str, body: Body, of: str = "") -> Body:
        """Adds an object, drawing its id unless it has one; `of` is the parent that it is listed
        by.
        """
        drawn = f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(24))}"
        key = str(body.get("id") or drawn)
        now = self.now()
        usual = {"id": key, "object": kind, "created": now, "livemode": False}
        named = {name: value for name, value in usual.items() if has(kind, name)}
        made = shaped(kind, {**named, **body})
        with self.lock:
            self._database.execute(
                "INSERT INTO object (account, kind, id, created, of, body) VALUES (?,?,?,?,?,?)",
                (account, kind, key, now, of, json.dumps(made)),
            )
        return made

    def get(self, account: str, kind: str, key: str) -> Body | None:
        """Returns an object of an account, or None."""
        with self.lock:
            row = self._database.execute(
                "SELECT body FROM object WHERE account = ? AND kind = ? AND id = ?",
                (account, kind, key),
            ).fetchone()
        return json.loads(row[0]) if row else None

    def change(self, account: str, kind: str, key: str, **fields: Any) -> Body:
        """Replaces fields of an object and returns it."""
        with self.lock:
            body = shaped(kind, {**(self.get(account, kind, key) or {}), **fields})
            self._database.execute(
                "UPDATE object SET body = ? WHERE id = ?", (json.dumps(body), key)
            )
        return body

    def drop(self, account: str, kind: str, key: str) -> None:
        """Deletes an object."""
        with self.lock:
            self._database.execute(
                "DELETE FROM object WHERE account = ? AND kind = ? AND id = ?", (account, kind, key)
            )

    def listed(self, account: str, kind: str, of: str | None = None) -> list[Body]:
        """Returns objects, newest first."""
        query = "SELECT body FROM object WHERE account = ? AND kind = ?"
        values: tuple[str, ...] = (account, kind)
        if of is not None:
            query, values = f"{query} AND of = ?", (*values, of)
        with self.lock:
            rows = self._database.execute(f"{query} ORDER BY seq DESC", values).fetchall()
        return [json.loads(row[0]) for row in rows]

    def owner(self, key: str) -> str:
        """The account that owns an object (for a connected account, its platform); empty if
        unknown.
        """
        with self.lock:
            row = self._database.execute(
                "SELECT account FROM object WHERE id = ?", (key,)
            ).fetchone()
        return str(row[0]) if row else ""

    def named(self, account: str, key: str) -> Body | None:
        """Returns an object of an account, of any kind."""
        with self.lock:
            row = self._database.execute(
                "SELECT body FROM object WHERE account = ? AND id = ?", (account, key)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def accounts(self, kind: str) -> list[str]:
        """Returns the accounts that have objects of a kind."""
        with self.lock:
            rows = self._database.execute(
                "SELECT DISTINCT account FROM object WHERE kind = ?", (kind,)
            ).fetchall()
        return [row[0] for row in rows]

    # --- states that objects do not show ------------------------------------------------------

    def intend(self, key: str, becomes: str | None) -> None:
        """Stores the state that an object changes to later; None ends that."""
        with self.lock:
            self._database.execute("DELETE FROM intention WHERE id = ?", (key,))
            if becomes is not None:
                self._database.execute("INSERT INTO intention VALUES (?,?)", (key, becomes))

    def intended(self, account: str, kind: str) -> list[tuple[Body, str]]:
        """Returns objects that change state later, newest first, with the state."""
        query = (
            "SELECT body, becomes FROM object JOIN intention USING (id)"
            " WHERE account = ? AND kind = ? ORDER BY seq DESC"
        )
        with self.lock:
            rows = self._database.execute(query, (account, kind)).fetchall()
        return [(json.loads(body), becomes) for body, becomes in rows]

    # --- idempotency keys ---------------------------------------------------------------------

    def key(self, account: str, name: str) -> tuple[str, str, int, str] | None:
        """Returns path, form, status and body of the call that was answered under an idempotency
        key.
        """
        with self.lock:
            row = self._database.execute(
                "SELECT path, form, status, body FROM key WHERE account = ? AND name = ?",
                (account, name),
            ).fetchone()
        return row or None

    def keep_key(
        self, account: str, name: str, asked: tuple[str, str], answer: tuple[int, str]
    ) -> None:
        """Stores the answer for an idempotency key."""
        with self.lock:
            self._database.execute(
                "INSERT OR REPLACE INTO key VALUES (?,?,?,?,?,?)", (account, name, *asked, *answer)
            )

    def prune_keys(self) -> int:
        """Deletes every idempotency key, as Stripe may after a day; returns how many."""
        with self.lock:
            return self._database.execute("DELETE FROM key").rowcount
