"""A long history is replayed in the memory of a short one."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.records import Decided
from engine.replay.kept import Finding
from takeback.policy_cache import Library
from takeback.replay.replayer import Replayer
from takeback.settings import policies_folder
from tests.history import ALWAYS, MOMENT, History

SHORT, LONG = 1_000, 6_000
ROOM = 512 * 1024
"""Bytes that the long one may take more; a thousand decisions take over a million."""

POLICY = """
policy: acme/standard
version: 1
effective: {from: 2020-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
fees: {restocking: {fee: 10% of item_price}}
"""


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with (
        closing(open_store(SqliteFile(path=tmp_path / "x.sqlite"), lambda: MOMENT)) as store,
        closing(Library(policies_folder())) as library,
    ):
        yield History(store, library)


def grow(history: History, decided: Decided, numbers: range) -> None:
    """The same decision again, given at other moments; some share theirs."""
    copies = (
        replace(decided, id=f"{n:06}", decided_at=MOMENT + timedelta(seconds=n // 7))
        for n in numbers
    )
    with history.store.session(), history.store.atomic():
        history.store.decisions.add(copies)


def replayed(history: History, replayer: Replayer) -> tuple[Counter[Finding], int]:
    """What all of them came to, and the most bytes that were in use at a time."""
    tracemalloc.start()
    try:
        found = Counter(
            replayer.replay(past).finding for past in history.store.decision_history.read(ALWAYS)
        )
        return found, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_history(history: History) -> None:
    given = {"delivered": "2025-05-10", "requested": "2025-05-20", "item_price": "USD 100.00"}
    decided = history.decide(history.publish(POLICY), {"ordered": "2025-05-01", **given})
    replayer = Replayer(history.store, history.library)
    grow(history, decided, range(1, SHORT))
    replayed(history, replayer)
    found, short = replayed(history, replayer)
    grow(history, decided, range(SHORT, LONG))

    more, long = replayed(history, replayer)

    assert (found, more) == (Counter({Finding.SAME: SHORT}), Counter({Finding.SAME: LONG}))
    assert len(decided.record) * (LONG - SHORT) > 10 * ROOM
    assert long < short + ROOM
