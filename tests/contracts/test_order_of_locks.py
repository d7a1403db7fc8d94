"""Everybody locks rows in one order, so that no two wait for each other.

Two orders are paid by one charge here, so that what happens to one has to do with the other.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from adapters.store.connection.address import PostgresDatabase
from adapters.store.connection.locking import ORDER
from adapters.store.connection.provider import PostgresProvider
from adapters.store.money.paid import PaidDraft
from adapters.store.money.refunds import OrderRefund
from adapters.store.ordering.records import Amendment, Change, PaymentChange
from adapters.store.orders import Family
from adapters.store.returns.records import Return
from engine.money import Money
from engine.returns.units import Disposition
from engine.settlement.charges import ChargeRead
from engine.settlement.instruments import PaymentReferences
from services.orders.confirming import Waiting, confirm
from services.orders.paying import say_paid
from services.orders.updating import held
from services.returns import inspecting
from services.returns.finding import InspectedUnits
from services.returns.overriding import Verdict
from tests.conftest import Server
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop, opened
from tests.contracts.test_locks_of_charges import somebody_waits, until

REFUNDED: Final = """
window: {days: 30, counted_from: delivered}
remedy: {to_retailer: refund, of: item_price}
shipping: {return_paid_by: consumer}
"""
WHOLE: Final = Money(640_000, "USD")
PAID: Final = 32_000
"""Minor units of each order."""
Locked = dict[tuple[str, object], None]
_LOCKS: Final = re.compile(r'\bFROM "?(\w+)"?.*\bFOR UPDATE\b', re.DOTALL)


@pytest.fixture
def place(postgresql: Server) -> Iterator[PostgresDatabase]:
    with postgresql.with_tables() as address:
        yield address


@pytest.fixture
def shop(place: PostgresDatabase) -> Iterator[Shop]:
    shop = opened(place)
    shop.sells("acme", REFUNDED, may=())
    with shop.store.writing():
        read = ChargeRead(reference="ch_both", intent="pi_both", amount=WHOLE, left=WHOLE)
        shop.store.charges.know(shop.partners["acme"].id, read)
    for number in ("N-1", "N-2"):
        _ordered(shop, number, paid=True)
    yield shop
    shop.store.close()


def _ordered(shop: Shop, number: str, *, paid: bool) -> Family:
    """An order that the one charge paid, if it is said so."""
    said = (
        {"paid": PaidDraft(amount=PAID, ways=PaymentReferences(charge="pi_both"))} if paid else {}
    )
    with shop.store.writing():
        acme = shop.store.partners.acting(shop.partners["acme"])
        (family,) = shop.add(acme, "acme", number, **said)
    return family


def proposed(shop: Shop, number: str) -> str:
    """The key of a payment by the one charge, which waits for the supplier."""
    family = _ordered(shop, number, paid=False)
    change = Change(payment=PaymentChange(amount=PAID, charge="pi_both"))
    with shop.store.writing():
        northwind = shop.store.partners.acting(shop.partners["northwind"])
        made = say_paid(shop.store, northwind, family, change)
    assert isinstance(made, Amendment)
    return made.id


def confirmed(shop: Shop, amendment: str) -> None:
    with shop.store.writing():
        acme = shop.store.partners.acting(shop.partners["acme"])
        confirm(shop.store, acme, Waiting(amendments=[amendment]))


def looked(shop: Shop, found: Return) -> Return:
    said = InspectedUnits(
        line=found.lines[0].id,
        arrival=None,
        units=1,
        disposition=Disposition.RESTOCK,
        facts={},
    )
    return inspecting.inspect(shop.service(), SUPPLIER, found, [said])


def refund(shop: Shop, number: str) -> None:
    """As the API does it."""
    store = shop.store
    with store.writing():
        acme = store.partners.acting(shop.partners["acme"])
        (key,) = store.orders.keys_of(number)
        held(store, acme, key)
        store.refunds.refund(OrderRefund(order=key, payee=acme.tenant, amount=1_000), "x", acme.by)


def test_an_inspection_and_a_refund_of_one_charge_do_not_wait_for_each_other(
    shop: Shop, place: PostgresDatabase
) -> None:
    faults: list[BaseException] = []
    came = shop.receive(shop.one(condition="new_unused"), 1)

    def refunds() -> None:
        try:
            refund(shop, "N-2")
        except BaseException as error:  # noqa: BLE001 - looked at below
            faults.append(error)
        finally:
            shop.store.close()

    other = threading.Thread(target=refunds)
    with shop.store.writing():
        found = shop.service().hold(came.id)
        assert found is not None
        shop.store.journal.hold_all([found.supplier], [found.retailer])
        other.start()
        until(lambda: somebody_waits(place))
        looked(shop, found)
    other.join(30)

    assert (faults, other.is_alive()) == ([], False)


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Locked:
    """Every row that is locked since the last `clear`, once, in order."""
    taken: Locked = {}
    execute = PostgresProvider.execute

    def executing(self: Any, cursor: Any, sql: str, values: Any = None, *more: Any) -> Any:
        *first, last = sql.split("; ")  # what goes by one way is looked at one by one
        for each in first:
            executing(self, cursor, each, values and values[: each.count("%s")], *more)
            values = values and values[each.count("%s") :]
        done = execute(self, cursor, last, values, *more)
        if found := _LOCKS.search(last):
            rows = cursor.fetchall()
            taken.update(dict.fromkeys((found[1], row[0]) for row in rows))
            if rows:
                cursor.scroll(0, mode="absolute")  # whoever asked reads them again
        return done

    monkeypatch.setattr(PostgresProvider, "execute", executing)
    return taken


def test_every_step_locks_rows_in_the_one_order(shop: Shop, locked: Locked) -> None:
    came: list[Return] = []
    waits = proposed(shop, "N-3")

    def seen(found: Return) -> Return:
        with shop.store.writing():
            now = shop.service().hold(found.id, tells=True)
            assert now is not None
            return looked(shop, now)

    steps: dict[str, Callable[[], object]] = {
        "request": lambda: came.append(shop.one(number="N-1", condition="new_unused")),
        "ship": lambda: shop.move(came[0], "ship", "UPS", "1Z", who=RETAILER),
        "receive": lambda: shop.receive(came[0], 1),
        "inspect": lambda: seen(came[0]),
        "refund": lambda: refund(shop, "N-2"),
        "pay": shop.pay,
        "square": shop.square,
        "reopen": lambda: shop.move(came[0], "reopen", "so"),
        "decide": lambda: shop.judge(came[0], [Verdict(about=came[0].lines[0].id, accept=False)]),
        "wake": shop.wake,
        "confirm": lambda: confirmed(shop, waits),
        "add": lambda: _ordered(shop, "N-4", paid=True),
    }
    for name, step in steps.items():
        locked.clear()
        step()
        tables = [table for table, _ in locked]
        assert tables == sorted(tables, key=_place), (name, list(dict.fromkeys(tables)))


def _place(table: str) -> int:
    return ORDER.index(table) if table in ORDER else len(ORDER)
