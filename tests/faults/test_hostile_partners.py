"""Partners that hang, lie or never end hold up nobody but themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from bench.feeds import MOST, Told, measured
from bench.hostile import HOSTILE
from services.workers.sharing import AT_ONCE


@pytest.fixture
def store(address: Address) -> Iterator[Store]:
    opened = open_store(address)
    yield opened
    opened.close()


def test_those_that_answer_hear_at_once_beside_every_kind_that_is_hostile(store: Store) -> None:
    report = measured(store, Told(partners=9 + len(HOSTILE), hostile=len(HOSTILE)), limit=4.0)

    assert (report.late, report.trapped) == (0, 0)
    assert max(report.seconds) <= MOST


def test_more_that_hang_at_once_than_are_called_at_once_hold_up_nobody(store: Store) -> None:
    """None of them has failed before, and the others hear before a single call is over."""
    told = Told(partners=AT_ONCE + 11, hostile=AT_ONCE + 6, kinds=("silent",), skus=1)
    report = measured(store, told, limit=MOST + 1)

    assert report.late == 0
    assert max(report.seconds) <= MOST


def test_a_sender_that_is_told_to_end_ends_when_its_calls_are_over(store: Store) -> None:
    began = time.monotonic()
    measured(store, Told(partners=3, hostile=2), limit=1.0)

    assert time.monotonic() - began < 10
    assert not [each for each in threading.enumerate() if each.name.startswith("feeds")]
