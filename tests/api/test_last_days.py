"""Orders are listed and counted by the last day on which they may be asked back."""

from __future__ import annotations

import pytest

from services.orders.adding import add_orders
from services.workers.dating import Dater
from tests.api.conftest import Caller, Served, order

LIST = """
query ($to: Date!, $from: Date) {
  orders(filter: {lastDayFrom: $from, lastDayTo: $to}, sort: LAST_DAY, first: 100) {
    nodes { number lastDay { day isCurrent } lines { number lastDay { day isCurrent } } }
  }
}
"""
ONE = """
query ($number: String!) {
  orders(search: $number) { nodes { lastDay { day } lines { lastDay { day } } } }
}
"""
FIGURES = "{ figures { leavingWindow { today inWeek inMonth beingRefreshed } } }"
DELIVERED = {"LAST-1": "2025-05-02", "LAST-2": "2025-05-05", "LAST-3": "2025-05-31"}
TODAY, IN_A_WEEK, LATER = "2025-06-01", "2025-06-04", "2025-06-30"


@pytest.fixture
def orders(served: Served) -> None:
    """Three that leave their window on a day each: 30 days after they came; today is 2025-06-01."""
    store = served.parts.store
    with store.session():
        northwind = store.partners.by_handle("northwind")
        assert northwind is not None
        acting = store.partners.acting(northwind)
        if store.orders.numbered(acting, list(DELIVERED)):
            return
        for number, day in DELIVERED.items():
            dates = {"ordered": "2025-05-01", "delivered": day}
            add_orders(store, acting, [order(number, "acme", "northwind", dates=dates)])


def refreshed(served: Served) -> None:
    dater = Dater(served.parts.store, served.parts.library)
    while dater.work():
        pass


def test_orders_that_leave_their_window_are_listed_soonest_first(
    served: Served, orders: None, northwind: Caller
) -> None:
    refreshed(served)

    found = northwind.ask(LIST, to=LATER, **{"from": TODAY})["orders"]["nodes"]

    days = [each["lastDay"]["day"] for each in found]
    assert days == sorted(days)
    mine = {each["number"]: each for each in found if each["number"] in DELIVERED}
    assert [(number, each["lastDay"]["day"]) for number, each in mine.items()] == [
        ("LAST-1", TODAY),
        ("LAST-2", IN_A_WEEK),
        ("LAST-3", LATER),
    ]
    current = {"day": TODAY, "isCurrent": True}
    lines = mine["LAST-1"]["lines"]
    assert [each["lastDay"] for each in lines] == [current, current]


def test_orders_about_to_leave_are_counted(served: Served, orders: None, northwind: Caller) -> None:
    refreshed(served)

    found = northwind.ask(FIGURES)["figures"]["leavingWindow"]
    listed = northwind.ask(LIST, to=LATER, **{"from": TODAY})["orders"]["nodes"]
    days = [each["lastDay"]["day"] for each in listed]

    assert found["today"] == days.count(TODAY) >= 1
    assert found["inWeek"] == sum(day <= "2025-06-07" for day in days) >= 2
    assert found["inMonth"] == sum(day <= "2025-06-30" for day in days) >= 3
    assert found["beingRefreshed"] == 0


def order_is_as_its_lines(caller: Caller, number: str) -> str | None:
    """Returns the last day of an order, which is the latest of those of its lines."""
    (found,) = caller.ask(ONE, number=number)["orders"]["nodes"]
    days = [each["lastDay"]["day"] for each in found["lines"]]
    assert found["lastDay"]["day"] == max(filter(None, days), default=None)
    return found["lastDay"]["day"]  # type: ignore[no-any-return]


def test_what_was_asked_for_whole_leaves_no_window(
    served: Served, orders: None, northwind: Caller
) -> None:
    refreshed(served)
    before = northwind.ask(FIGURES)["figures"]["leavingWindow"]["inMonth"]
    units = {"1": 2, "2": 1}
    asked = [{"order": "LAST-2", "line": line, "quantity": n} for line, n in units.items()]
    asked = [{**each, "reason": "change_of_mind", "condition": "new_unused"} for each in asked]
    first = {"lines": asked[:1], "idempotencyKey": "LAST-2 in part"}
    whole = {"lines": asked[1:], "idempotencyKey": "LAST-2 whole"}

    def counted() -> tuple[int, bool]:
        refreshed(served)
        listed = northwind.ask(LIST, to=LATER, **{"from": TODAY})["orders"]["nodes"]
        found = northwind.ask(FIGURES)["figures"]["leavingWindow"]["inMonth"]
        return found, "LAST-2" in [each["number"] for each in listed]

    made = northwind.ask("RequestReturn", input=first)["requestReturn"]
    assert counted() == (before, True)
    assert made["returns"], made
    assert order_is_as_its_lines(northwind, "LAST-2") == IN_A_WEEK
    northwind.ask("RequestReturn", input=whole)
    assert counted() == (before - 1, False)
    assert order_is_as_its_lines(northwind, "LAST-2") is None
    cancel = {"return": made["returns"][0]["id"], "why": "so", "idempotencyKey": "LAST-2 not"}
    northwind.ask("CancelReturn", input=cancel)
    assert counted() == (before, True)


def test_what_is_being_worked_out_again_says_so(
    served: Served, orders: None, northwind: Caller
) -> None:
    refreshed(served)
    store = served.parts.store
    with store.session():
        acme, retailer = (store.partners.by_handle(each) for each in ("acme", "northwind"))
        assert acme is not None
        assert retailer is not None
        store.last_days.rules_changed(acme.id, retailer.id)

    (first, *_) = northwind.ask(LIST, to=TODAY, **{"from": TODAY})["orders"]["nodes"]
    counted = northwind.ask(FIGURES)["figures"]["leavingWindow"]

    assert first["lastDay"] == {"day": TODAY, "isCurrent": False}
    assert counted["beingRefreshed"] >= 3
    assert counted["inMonth"] == 0
