"""Whatever happens to returns that are opened again, the books agree and each of them ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from random import Random

import pytest

from adapters.store.connection.address import Address
from tests.contracts.returns.building import Shop, opened
from tests.contracts.returns.reopened_walks import Reopening
from tests.contracts.returns.walked_policies import POLICIES, SOME, STAYS, Walked

WALKS = {"sqlite": 6, "postgresql": 2}
STEPS = 50


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    for each in (*POLICIES, STAYS, SOME):
        found.sells(each.name, each.text)
    yield found
    found.library.close()
    found.store.close()


def walked_on(shop: Shop, walked: Walked, walks: int, first: int = 0) -> None:
    """Raises AssertionError with what happened, where a law does not hold."""
    for seed in range(first, first + walks):
        walk = Reopening(shop, walked, Random(f"{walked.name} {seed}"))
        for _ in range(STEPS):
            walk.step()
        walk.check_told()
        walk.end()
        walk.check_told()


@pytest.mark.parametrize("walked", [*POLICIES, STAYS, SOME], ids=lambda each: each.name)
def test_the_books_agree_and_every_return_ends(
    shop: Shop, walked: Walked, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "takeback.returns"):
        walked_on(shop, walked, WALKS[kind])

    assert not caplog.messages
