"""A clock that is off the database server's is told, and no server or worker starts on one."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.store.connection.address import Address, SqliteFile
from adapters.store.connection.clocks import MOST_OFF
from adapters.store.database import open_store, utc_now
from engine.errors import RequestFault
from services.workers.repeating import IDLE, repeated
from takeback.components import started
from takeback.health import Health
from takeback.settings import Settings

DAY = 86_400
OFF = [-4 * DAY, -MOST_OFF - 60, -90, -5, 0, 5, 90, MOST_OFF + 60, 4 * DAY]


def clock(off: float) -> datetime:
    return utc_now() + timedelta(seconds=off)


@pytest.mark.parametrize("off", OFF)
def test_a_clock_is_compared_with_the_database_servers(address: Address, off: float) -> None:
    store = open_store(address, lambda: clock(off))
    health = Health(store)

    assert health.fault() is None
    ahead = store.seconds_ahead()
    store.close()

    if isinstance(address, SqliteFile):  # in the process, whose clock it has
        assert (ahead, health.said) == (0.0, {})
        return
    assert ahead == pytest.approx(off, abs=30)
    assert bool(health.said) == (abs(off) > 60)
    if health.said:
        word = "ahead of" if off > 0 else "behind"
        assert f"seconds {word} that of the database's server" in health.said["clock"]


@pytest.mark.parametrize("off", OFF)
def test_nothing_starts_on_a_clock_that_is_hours_off(
    address: Address, off: float, tmp_path: Path
) -> None:
    settings = Settings(database=address, files=str(tmp_path))
    if isinstance(address, SqliteFile) or abs(off) <= MOST_OFF:
        started(settings, lambda: clock(off)).close()
        return

    with pytest.raises(RequestFault, match="set it right") as fault:
        started(settings, lambda: clock(off))

    assert fault.value.code == "wrong_clock"


@pytest.mark.parametrize("off", OFF)
def test_no_background_work_is_done_while_a_clock_is_hours_off(
    address: Address, off: float, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes wrong after the start, and is set right again."""
    ahead, over, done = [0.0], threading.Event(), list[float]()
    store = open_store(address, lambda: clock(ahead[0]))

    def work() -> int:
        done.append(ahead[0])
        return 0

    with caplog.at_level(logging.ERROR):
        worker = threading.Thread(target=repeated, args=(store, work, over))
        worker.start()
        for each in (0.0, off, 0.0):
            ahead[0] = each
            time.sleep(1.5 * IDLE)
        over.set()
        worker.join()
    store.close()

    wrong = not isinstance(address, SqliteFile) and abs(off) > MOST_OFF
    assert (off in done) == (not wrong)
    assert done[-1] == 0.0
    told = [each.getMessage() for each in caplog.records]
    assert bool(told) == wrong
    assert all(each.startswith("a worker waits: The clock of this machine is") for each in told)
