"""What one process published holds for every other one at once, whatever their clocks say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import open_store
from adapters.store.lifetime.withdrawing import WithdrawalRequest
from engine.errors import RequestFault
from engine.returns.units import Disposition
from services.workers.dating import Dater
from takeback.policy_cache import Library
from takeback.settings import policies_folder
from tests.contracts.returns.building import PLAIN, START, Clock, Shop, opened
from tests.contracts.returns.test_lifecycle import POLICY, SAID
from tests.contracts.returns.test_nowhere_to_go import LINES, handles

OFF = [timedelta(days=-1), timedelta(hours=-1), timedelta(hours=1), timedelta(days=1)]
MORE = PLAIN.replace("days: 30", "days: 90")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two processes on one database: the clock of `off` is wrong, that of `right` is not."""

    off: Shop
    right: Shop

    def last_day(self) -> str | None:
        """Of the order's first line, as stored, once all is worked out by the one that is right."""
        dater = Dater(self.right.store, self.right.library)
        while dater.work():
            pass
        with self.right.store.session():
            principal = self.right.store.partners.acting(self.right.partners["northwind"])
            (family,) = self.right.store.orders.numbered(principal, ["N-1"])
            found = self.right.store.last_days.of(family.order.id)
        assert found.order.current
        return found.lines[family.lines[0].id].day


@pytest.fixture(params=OFF, ids=str)
def pair(address: Address, request: pytest.FixtureRequest) -> Iterator[Pair]:
    right, clock = opened(address), Clock(START + request.param)
    off = Shop(
        store=open_store(address, clock),
        library=Library(policies_folder()),
        clock=clock,
        partners=right.partners,
    )
    yield Pair(off=off, right=right)
    for each in (off, right):
        each.library.close()
        each.store.close()


def test_a_first_edition_decides_at_once(pair: Pair) -> None:
    pair.off.sells("acme")
    pair.right.orders("acme")

    made = pair.right.one()
    assert (made.lines[0].outcome.answer, pair.last_day()) == ("accept", "2025-06-19")


def test_a_new_version_takes_over_at_once(pair: Pair) -> None:
    pair.right.sells("acme")
    pair.right.orders("acme")
    assert pair.last_day() == "2025-06-19"

    pair.off.publishes("acme", MORE, version=2)
    assert pair.last_day() == "2025-08-18"


def test_a_version_that_was_withdrawn_decides_no_more(pair: Pair) -> None:
    pair.right.sells("acme")
    pair.right.orders("acme")
    with pair.off.store.session():
        edition = pair.off.store.editions.named("acme/standard", 1)
        assert edition is not None
        pair.off.store.withdrawing.withdraw(
            WithdrawalRequest(edition=edition, first=None, why="so", by="tests")
        )

    assert pair.last_day() is None
    assert pair.right.one().lines[0].outcome.code == "no_policy"


def test_two_that_publish_for_the_same_orders_are_told_of_each_other(pair: Pair) -> None:
    pair.off.sells("acme")

    with pytest.raises(RequestFault, match="for the same orders"):
        pair.right.publishes("acme", PLAIN, "other")


def test_goods_get_their_place_at_once(pair: Pair) -> None:
    pair.off.sells("acme", places=())
    pair.off.orders("acme", lines=LINES)
    made = pair.off.one()
    pair.off.declares("acme", "dock")

    assert pair.right.place() == 1
    assert handles(pair.right.look(made)) == ["dock"]


def test_a_word_of_a_process_that_is_ahead_leaves_the_silence_on_the_rest(pair: Pair) -> None:
    pair.right.sells("acme", POLICY)
    pair.right.orders("acme", channel="online")
    made = pair.right.one(quantity=2, **SAID)
    pair.right.receive(made, 2)
    for each in (pair.right, pair.off):
        each.clock.pass_days(3)

    pair.off.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    pair.right.wake()
    pair.right.clock.pass_days(1)
    pair.right.wake()
    assert [amount for amount, _ in pair.right.owed(made)] == ["USD 40.00", "USD 40.00"]
