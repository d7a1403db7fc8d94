"""Orders are listed by the last day that they show: that of their lines with units left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.store.connection.address import Address
from adapters.store.lists.of_orders import ORDERS
from adapters.store.lists.pager import Part
from adapters.store.lists.statements import ListQuery
from adapters.store.ordering.records import Change, LineChange
from adapters.store.returns.records import Return
from tests.contracts.orders.test_last_days import WINDOWS, Walk
from tests.contracts.returns.building import PLAIN, Shop, opened

STEPS = 40
NEVER = "9999"


class Returning(Walk):
    """The same walk, in which units of lines are requested back, and returns are called off."""

    def __init__(self, shop: Shop, seed: int) -> None:
        super().__init__(shop, seed)
        self.made: list[Return] = []
        more = {"request": self.request, "call off": self.call_off, "deliver one": self.deliver_one}
        few = ("publish", "withdraw", "agree", "keep", "decide", "wait")
        self.ways = {**{k: v for k, v in self.ways.items() if k not in few}, **more}

    def step(self) -> None:
        self.take(self.random.choice(["request", "request", "work", "work", *self.ways]))

    def deliver_one(self) -> None:
        """One line comes days before or after the others."""
        dates = {"delivered": f"2025-05-{self.random.randint(10, 31)}"}
        self.amend(Change(lines=(LineChange(line=self.random.choice("12"), dates=dates),)))

    def request(self) -> None:
        number, line = self.random.choice(self.numbers), self.random.choice("12")
        left = self.shop.returnable(line, number)
        if left:
            units = self.random.randint(1, left)
            self.made += self.shop.request((number, line, {"quantity": units}))

    def call_off(self) -> None:
        if self.made:
            self.shop.move(self.random.choice(self.made), "cancel", "so")

    def check_listed(self) -> None:
        """The list is sorted by the days that it shows, and filtered by them."""
        with self.shop.store.session():
            stored = [(family.order.id, whole.day) for family, _, whole in self.stored()]
            shown = dict(stored)
            days = [shown[key] or NEVER for key in self.listed()]
            assert days == sorted(days), self.done
            for day in {each for each in shown.values() if each}:
                found = self.listed(date.fromisoformat(day))
                assert set(found) == {key for key, each in stored if each == day}, self.done
            some = self.listed(date(2020, 1, 1), date(2030, 1, 1))
            assert set(some) == {key for key, each in stored if each}, self.done

    def listed(self, first: date | None = None, last: date | None = None) -> list[str]:
        acme = self.shop.store.partners.acting(self.shop.partners["acme"])
        filters = {"last_day_from": first, "last_day_to": last or first} if first else {}
        asked = ListQuery(principal=acme, sort="LAST_DAY", filters=filters)
        found = self.shop.store.lists.page(ORDERS, asked, Part(most=50))
        return [str(key) for _, key in found.keys]


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme", PLAIN)
    yield found
    found.library.close()
    found.store.close()


@pytest.mark.parametrize("seed", range(3))
def test_orders_are_listed_by_the_last_day_that_they_show(shop: Shop, seed: int) -> None:
    walk = Returning(shop, seed)
    for _ in range(3):
        walk.order()
    walk.publish(WINDOWS[2], "ordered", "2020-01-01")
    walk.finish()

    for _ in range(STEPS):
        walk.step()
        walk.check_listed()

    tried = {each for each in walk.done if ":" not in each}
    assert {"request", "call off", "deliver one", "work", "cancel"} <= tried, tried


def test_a_line_of_which_no_unit_is_left_does_not_hold_an_order_back_in_the_list(
    shop: Shop,
) -> None:
    """Its other line leaves the window weeks earlier, which is the day to act on."""
    walk = Returning(shop, 0)
    walk.order(ordered="2025-05-01", delivered="2025-05-10")
    walk.order(ordered="2025-05-01", delivered="2025-05-20")
    early, late = walk.numbers
    walk.numbers = [early]
    walk.amend(Change(lines=(LineChange(line="2", dates={"delivered": "2025-05-30"}),)))
    walk.numbers = [early, late]
    walk.finish()
    with shop.store.session():
        first, second = [family.order.id for family, _, _ in walk.stored()]
        assert walk.listed() == [second, first]

    shop.request((early, "2", {"quantity": 2}))

    with shop.store.session():
        assert walk.listed() == [first, second]
        assert walk.listed(date(2025, 6, 9)) == [first]
        assert walk.listed(date(2025, 6, 29)) == []


def test_lines_that_are_requested_at_once_leave_no_day_to_list_by(shop: Shop) -> None:
    walk = Returning(shop, 0)
    walk.order(ordered="2025-05-01", delivered="2025-05-20")
    walk.finish()
    lines = iter("12")

    def request() -> int:
        return len(shop.request((walk.numbers[0], next(lines), {"quantity": 2})))

    assert shop.at_once(request, 2) == [1, 1]

    walk.check_listed()
    with shop.store.session():
        assert walk.listed(date(2020, 1, 1), date(2030, 1, 1)) == []
