"""Whoever holds payments and charges takes payments first, so that no two wait for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from adapters.store.connection.address import PostgresDatabase
from adapters.store.connection.statements import listed
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.refunds import OrderRefund
from engine.money import Money
from engine.settlement.charges import ChargeRead
from engine.settlement.instruments import PaymentReferences
from tests import postgres
from tests.conftest import Server

WHOLE: Final = Money(10_000, "USD")
READ: Final = ChargeRead(reference="ch_1", intent="pi_1", amount=WHOLE, left=WHOLE)
_WAITS: Final = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def paid(store: Store, order: str, charge: str) -> None:
    new = NewPayment(
        supplier="acme",
        retailer="northwind",
        order=order,
        amount=Money(5_000, "USD"),
        ways=PaymentReferences(charge=charge),
        by="tests",
    )
    with store.writing():
        store.payments.add(new)


def somebody_waits(address: PostgresDatabase) -> bool:
    with postgres.run_in(address) as cursor:
        cursor.execute(_WAITS)
        return bool(cursor.fetchone()[0])


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def test_a_plan_and_two_names_that_are_joined_do_not_wait_for_each_other(
    postgresql: Server,
) -> None:
    with postgresql.with_tables() as address:
        store = open_store(address, lambda: datetime.now(UTC))
        for order, charge in (("po_1", "pi_1"), ("po_2", "ch_1")):
            paid(store, order, charge)
        faults: list[BaseException] = []

        def join() -> None:
            try:
                with store.writing():
                    store.charges.know("acme", READ)
            except BaseException as error:  # noqa: BLE001 - looked at below
                faults.append(error)
            finally:
                store.close()

        joins = threading.Thread(target=join)
        with store.writing():
            store.lock(*store.payments.locks(listed(["po_1"]))[:1])
            joins.start()
            until(lambda: somebody_waits(address))
            store.refunds.refund(OrderRefund(order="po_1", payee="acme", amount=3_000), "x", "acme")
        joins.join(30)

        with store.session():
            first, second = (store.payments.of_order(each, "acme")[0] for each in ("po_1", "po_2"))
            left = [store.refunds.left_of(each.id).minor for each in (first, second)]
        store.close()
        assert (faults, joins.is_alive(), left) == ([], False, [2_000, 5_000])
