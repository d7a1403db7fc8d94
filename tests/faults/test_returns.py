"""A step of a return that breaks anywhere has changed nothing, and is taken whole the next time."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.store.database import Store
from adapters.store.place.address import Address
from adapters.store.returns.records import Return
from engine.returns.units import Disposition
from tests.contracts.returns.building import Shop, opened

GROUPS = ("returns", "arrivals", "stock", "settlements", "payments", "decisions", "journal")
MOST_CALLS = 200


class Crash(BaseException):
    """The process is gone."""


@contextmanager
def crash_at(store: Store, call: int) -> Iterator[list[str]]:
    """Breaks at a call of the store, counted over all groups; lists the calls that were made."""
    made: list[str] = []
    kept: list[tuple[Any, str, Any]] = []

    def breaking(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def called(*arguments: Any, **more: Any) -> Any:
            if len(made) == call:
                raise Crash(name)
            made.append(name)
            return method(*arguments, **more)

        return called

    for group in (getattr(store, name) for name in GROUPS):
        methods = inspect.getmembers(type(group), inspect.isfunction)
        for name in [name for name, _ in methods if not name.startswith("_")]:
            kept.append((group, name, vars(group).get(name)))
            setattr(group, name, breaking(name, getattr(group, name)))
    try:
        yield made
    finally:
        for group, name, before in kept:
            delattr(group, name) if before is None else setattr(group, name, before)


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme")
    found.orders("acme")
    yield found
    found.library.close()
    found.store.close()


def everything(shop: Shop) -> dict[str, list[Any]]:
    """Every row that a step of a return may change."""
    execute = shop.store._database.execute
    tables = ("goods_return", "return_line", "return_step", "return_receipt_line")
    tables += ("return_inspection", "settlement", "journal", "stock_move", "decision")
    with shop.store.session():
        found = {
            table: sorted(map(str, execute(f"SELECT * FROM {table}").fetchall()))
            for table in tables
        }
        returned = "SELECT id, returned FROM purchase_line"
        return {**found, "units": sorted(map(str, execute(returned).fetchall()))}


def broken_everywhere(shop: Shop, step: Callable[[], Return]) -> Return:
    """The step, after it was broken once at each of its calls."""
    before = everything(shop)
    for call in range(MOST_CALLS):
        with crash_at(shop.store, call) as made:
            try:
                done = step()
            except Crash:
                assert everything(shop) == before, f"{made[-1:]} was kept"
                continue
        assert call > 5
        return done
    raise AssertionError("The step makes too many calls.")


def test_a_return_is_requested_received_and_inspected_whole_or_not_at_all(shop: Shop) -> None:
    made = broken_everywhere(shop, lambda: shop.one(quantity=2))
    assert shop.returnable() == 1
    broken_everywhere(shop, lambda: shop.receive(made, 2))
    assert shop.stock() == {"available": 0, "quarantine": 2}

    broken_everywhere(shop, lambda: shop.inspect(made, (0, 2, Disposition.RESTOCK, {})))

    assert shop.owed(made) == [("USD 80.00", "planned")]
    assert shop.stock() == {"available": 2, "quarantine": 0}
    with shop.store.session():
        assert shop.store.journal.verify() == ()
