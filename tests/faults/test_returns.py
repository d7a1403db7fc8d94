"""A step of a return that breaks anywhere has changed nothing, and is taken whole the next time."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import Store
from adapters.store.returns.arrived import ReceivedParcel
from adapters.store.returns.records import Return
from engine.returns.units import Disposition
from services.returns.arriving import correcting, parcels
from services.returns.decision_service import DecisionService
from services.returns.finding import InspectedUnits
from tests.contracts.returns.building import SUPPLIER, Shop, opened

GROUPS = (
    *("returns", "arrivals", "corrections", "received_parcels", "stock"),
    *("settlements", "payments", "decisions", "journal"),
)
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
    tables = ("goods_return", "return_line", "return_receipt_line")
    tables += ("return_inspection", "settlement", "journal", "stock_move", "decision")
    tables += ("return_receipt", "return_undone", "received_parcel", "chain", "stock_level")
    with shop.store.session():
        found = {
            table: sorted(map(str, execute(f"SELECT * FROM {table}").fetchall()))
            for table in tables
        }
        returned = "SELECT id, returned FROM purchase_line"
        return {**found, "units": sorted(map(str, execute(returned).fetchall()))}


def broken_everywhere(shop: Shop, step: Callable[[], Any]) -> Any:
    """The step, after it was broken once at each of its calls."""
    before = everything(shop)
    for call in range(MOST_CALLS):
        with crash_at(shop.store, call) as made, suppress(Crash):
            done = step()
            assert call > 2
            return done
        assert everything(shop) == before, f"{made[-1:]} was kept"
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


def held(shop: Shop, made: Return, do: Callable[[DecisionService, Return], Any]) -> Any:
    with shop.store.writing():
        service = shop.service()
        found = service.hold(made.id)
        assert found is not None
        return do(service, found)


def test_what_was_counted_and_found_is_undone_whole_or_not_at_all(shop: Shop) -> None:
    made = shop.one(quantity=2)
    shop.receive(made, 1, complete=True)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    (arrival,), (found,) = shop.arrivals(made), shop.inspections(made)
    what = correcting.Uncounted(receipt=None, arrival=arrival.id)

    def unfind(service: DecisionService, back: Return) -> Return:
        return correcting.undo_inspection(service, SUPPLIER, back, found.id, "so")

    def uncount(service: DecisionService, back: Return) -> Return:
        return correcting.undo_receipt(service, SUPPLIER, back, what, "so")

    broken_everywhere(shop, lambda: held(shop, made, unfind))
    assert shop.stock() == {"available": 0, "quarantine": 1}
    broken_everywhere(shop, lambda: held(shop, made, uncount))

    assert (shop.stock(), shop.returnable()) == ({"available": 0, "quarantine": 0}, 1)


def test_a_parcel_is_received_graded_and_tied_whole_or_not_at_all(shop: Shop) -> None:
    supplier = shop.partners["acme"].id
    came = parcels.Came(location="main", units=[("LAMP", 2)])
    looked = {"line": None, "units": 1, "disposition": Disposition.RESTOCK, "facts": {}}

    def receive() -> ReceivedParcel:
        with shop.store.writing():
            return parcels.receive_parcel(shop.service(), SUPPLIER, supplier, came)

    def inspect() -> ReceivedParcel:
        with shop.store.writing():
            now = shop.store.received_parcels.held(parcel.id)
            assert now is not None
            said = InspectedUnits(arrival=now.arrivals[0].id, **looked)  # type: ignore[arg-type]
            return parcels.inspect_parcel(shop.service(), SUPPLIER, now, [said])

    def tie(service: DecisionService, found: Return) -> list[str]:
        now = shop.store.received_parcels.held(parcel.id)
        assert now is not None
        return parcels.tie(service, SUPPLIER, found, now)

    parcel = broken_everywhere(shop, receive)
    broken_everywhere(shop, inspect)
    made = shop.one(quantity=2)
    broken_everywhere(shop, lambda: held(shop, made, tie))

    assert shop.stock() == {"available": 1, "quarantine": 1}
    assert [each.received for each in shop.look(made).lines] == [2]
