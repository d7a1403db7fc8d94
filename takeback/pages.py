"""Connects the web pages with the store (sessions, journals) and the explorer with the
API's path.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp

from adapters.store.database import Store
from adapters.store.sessions.keeping import Session
from dashboard.app import Ports, explorer_alone, pages
from dashboard.explorer import Explored
from dashboard.live import MOST_OPEN, Live
from dashboard.session import DemoPerson, SessionShown
from services.policies.written import written


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What is served to browsers beside the API; `people` may sign in with a click.

    `streams` is the number of open pages of a process that may receive live updates.
    """

    dashboard: bool = False
    explorer: bool = False
    people: Sequence[DemoPerson] = ()
    streams: int = MOST_OPEN


def web_pages(web: Web, api: ASGIApp, store: Store, live: Live) -> ASGIApp | None:
    """Returns the app of the pages; None if there are none."""
    if web.dashboard:
        ports = Ports(sessions=StoredSessions(store), live=live, read=written)
        return pages(api, ports, web.people, explorer=web.explorer)
    return explorer_alone() if web.explorer else None


def at_api_path(web: Web, api: ASGIApp, app: ASGIApp | None) -> ASGIApp:
    """Returns what answers at the API's path: the explorer for browsers, if it is on."""
    return Explored(api, app) if web.explorer and app else api


class StoredJournals:
    """Implements the port of `dashboard.live` on the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ends(self, handles: Collection[str]) -> Mapping[str, int]:
        """Returns the number of the last journal entry of each partner, by handle."""
        with self._store.session():
            return self._store.journal_ends.of(handles)


class StoredSessions:
    """Implements the dashboard's sessions on the store; each call opens its own store session."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, key: str, agent: str) -> str | None:
        """Returns the token of a new session; None for a wrong key."""
        with self._store.writing():
            return self._store.sessions.begin(key, agent)

    def touch(self, token: str) -> None:
        """Records that the session is in use."""
        with self._store.writing():
            self._store.sessions.touch(token)

    def listed(self, token: str) -> Sequence[SessionShown]:
        """Returns all sessions of the user who holds a token."""
        with self._store.session():
            return [_shown(each, token) for each in self._store.sessions.listed(token)]

    def end(self, token: str, session: str) -> bool:
        """Ends one of the user's sessions; returns whether it existed."""
        with self._store.writing():
            return self._store.sessions.end(token, session)

    def end_all(self, token: str) -> int:
        """Ends all of the user's sessions; returns their number."""
        with self._store.writing():
            return self._store.sessions.end_all(token)


def _shown(session: Session, token: str) -> SessionShown:
    return SessionShown(
        id=session.id,
        agent=session.agent,
        started_at=session.started_at,
        seen_at=session.seen_at,
        here=token[4:16] == session.id,
    )
