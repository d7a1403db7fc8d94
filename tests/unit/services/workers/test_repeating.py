"""A worker goes on whatever breaks, and does not fill the log with what it waits for."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.store.connection.address import SqliteFile
from adapters.store.database import Store, open_store
from engine.errors import RequestFault
from services.workers import repeating
from services.workers.repeating import repeated

NO_PLACE = RequestFault("unavailable", "There is no place for files.")
NO_ROOM = RequestFault("unavailable", "There is no room for files.")


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "IDLE", 0.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(SqliteFile(path=tmp_path / "takeback.sqlite"))
    yield store
    store.close()


def said_of(
    store: Store, *outcomes: Exception | int, caplog: pytest.LogCaptureFixture
) -> list[str]:
    """What the log says of work that came to these outcomes, one after the other."""
    over = threading.Event()
    left: Iterator[Exception | int] = iter(outcomes)

    def work() -> int:
        found = next(left, None)
        if found is None:
            over.set()
            return 0
        if isinstance(found, Exception):
            raise found
        return found

    with caplog.at_level(logging.ERROR):
        repeated(store, work, over)
    return [each.getMessage() + (" +traceback" if each.exc_info else "") for each in caplog.records]


def test_what_cannot_be_done_now_is_one_line(
    caplog: pytest.LogCaptureFixture, store: Store
) -> None:
    found = said_of(store, NO_PLACE, NO_PLACE, NO_ROOM, NO_PLACE, 1, NO_PLACE, caplog=caplog)

    place, room = (f"a worker waits: {each.message}" for each in (NO_PLACE, NO_ROOM))
    assert found == [place, room, place, place]


def test_what_broke_is_told_whole_each_time(caplog: pytest.LogCaptureFixture, store: Store) -> None:
    found = said_of(store, KeyError("a"), KeyError("a"), 3, caplog=caplog)

    assert found == ["a worker stumbled; it goes on +traceback"] * 2
