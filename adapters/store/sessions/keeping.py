"""Stores sessions: begun by a key, identified by a token, ended by time, by hand or with the key.

Only the hash of a token is stored, as of a key: access to the database is not enough to sign in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.identity.keys import fits, new_token, session_in
from adapters.identity.principal import Principal
from adapters.store.partners import Partners
from adapters.store.sessions.tables import SessionTables
from adapters.store.tables import desc, select
from adapters.store.timestamps import given_back, kept

IDLE: Final = timedelta(hours=12)
"""How long a session lasts without use."""
LONGEST: Final = timedelta(days=7)
"""How long a session lasts at most."""
TOUCHED_EVERY: Final = timedelta(minutes=5)
MOST_OF_A_KEY: Final = 50
"""Sessions of one key; one more ends the least recently used."""
MOST_OF_AGENT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as its owner sees it; `agent` is the browser's user agent."""

    id: str
    agent: str
    started_at: datetime
    seen_at: datetime


class Sessions:
    """Every call runs inside a session of the store."""

    def __init__(
        self, tables: SessionTables, partners: Partners, now: Callable[[], datetime]
    ) -> None:
        self._rows = tables.Session
        self._partners = partners
        self._now = now

    def begin(self, key: str, agent: str) -> str | None:
        """Signs in with an API key; returns the token, shown once, or None for a wrong key."""
        principal = self._partners.principal(key)
        if principal is None:
            return None
        self._forget_ended()
        self._leave_room(principal.key_id)
        token = new_token()
        now = kept(self._now())
        self._rows(
            id=token.id,
            hash=token.hash,
            key=principal.key_id,
            agent=agent[:MOST_OF_AGENT],
            started_at=now,
            seen_at=now,
        )
        return token.text

    def principal(self, token: str) -> Principal | None:
        """The principal who signed in; None if the token is wrong or expired, or its key was
        revoked.
        """
        row = self._row(token)
        return self._partners.principal_by_id(row.key) if row else None

    def touch(self, token: str) -> None:
        """Records that the session is in use, at most every few minutes."""
        row = self._row(token)
        if row and kept(self._now()) - row.seen_at >= TOUCHED_EVERY:
            row.seen_at = kept(self._now())

    def listed(self, token: str) -> tuple[Session, ...]:
        """All sessions of the token's key, including its own, the last used first."""
        mine = self._row(token)
        rows, key = self._rows, mine.key if mine else ""
        found = select(each for each in rows if each.key == key).order_by(lambda s: desc(s.seen_at))
        return tuple(_shown(row) for row in found[:] if self._lives(row))

    def end(self, token: str, session: str) -> bool:
        """Ends a session of the token's key, perhaps its own; returns whether there was one."""
        mine = self._row(token)
        rows, key = self._rows, mine.key if mine else ""
        ended = [each for each in select(s for s in rows if s.key == key) if each.id == session]
        for row in ended:
            row.delete()
        return bool(ended)

    def end_all(self, token: str) -> int:
        """Ends all sessions of the token's key, including its own; returns how many."""
        mine = self._row(token)
        rows, key = self._rows, mine.key if mine else ""
        return int(select(each for each in rows if each.key == key).delete(bulk=True))

    def _row(self, token: str) -> Any:
        """The row of a valid token that has not expired, or None."""
        session = session_in(token)
        row = self._rows.get(id=session) if session else None
        good = fits(token, row.hash if row else None) and self._lives(row)
        return row if good else None

    def _lives(self, row: Any) -> bool:
        now = kept(self._now())
        return bool(now - row.seen_at < IDLE and now - row.started_at < LONGEST)

    def _leave_room(self, key: str) -> None:
        rows = self._rows
        found = select(each for each in rows if each.key == key).order_by(lambda s: desc(s.seen_at))
        for row in found[MOST_OF_A_KEY - 1 :]:
            row.delete()

    def _forget_ended(self) -> None:
        now = kept(self._now())
        idle, old = now - IDLE, now - LONGEST
        rows = self._rows
        select(s for s in rows if s.seen_at <= idle or s.started_at <= old).delete(bulk=True)


def _shown(row: Any) -> Session:
    return Session(
        id=row.id,
        agent=row.agent,
        started_at=given_back(row.started_at),
        seen_at=given_back(row.seen_at),
    )
