"""Workers run beside a server and end with it, what is in hand first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.store.connection.address import SqliteFile
from services.workers import running
from services.workers.running import at_work
from takeback.components import Components, made
from takeback.settings import Settings


class Slow:
    """A loop that notes when it began and when it ended."""

    def __init__(self, noted: list[str]) -> None:
        self._noted = noted

    def run(self, over: threading.Event) -> None:
        self._noted.append("began")
        over.wait()
        self._noted.append("ended")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Components]:
    parts = made(Settings(database=SqliteFile(path=tmp_path / "a.sqlite")))
    yield parts
    parts.close()


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_every_loop_runs_as_often_as_asked_and_is_waited_for(
    parts: Components, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []

    def loops(_: Any) -> tuple[Slow, ...]:
        return (Slow(noted), Slow(noted))

    monkeypatch.setattr(running, "loops", loops)
    with at_work(parts, workers):
        pass

    assert sorted(noted) == ["began"] * 2 * workers + ["ended"] * 2 * workers


def test_the_real_loops_start_and_end(parts: Components) -> None:
    with at_work(parts, 2):
        assert threading.active_count() > 2
