"""How many statements a request sends to the database, so that no more come unseen.

The numbers here may only become smaller.
"""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Final

import pytest

from adapters.store.money.paid import NewPayment
from adapters.store.place.address import SqliteFile
from engine.money import Money
from engine.settlement.instruments import Ways
from engine.stock.moves import Counted
from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order
from tests.api.test_returns import bought, requested, stepped
from tests.statements import heard

__all__ = ("bought",)

ELIGIBILITY: Final = 5
"""Stamps of keys, of partnership and candidates, then orders, their histories, what is kept."""
STEPS: Final = {"request": 19, "ship": 12, "receive": 18, "inspect": 30}
"""Of a return of one line, whose units are credited; what each table is told is told at the end."""
AT_ONCE: Final = {"request": 14, "ship": 8, "receive": 10, "inspect": 19}
"""Where rows are locked first, and what waits for the end goes one way to the server."""
OF_A_CHARGE: Final = 3
"""More of an inspection where the order was paid by a charge, of which sums are asked for."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every statement since the last `clear`, by its beginning."""
    counted: Counter[str] = Counter()
    heard(monkeypatch, lambda sql: counted.update([" ".join(sql.split())[:70]]))
    return counted


@pytest.mark.parametrize("many", [1, 20])
def test_eligibility_takes_as_many_for_one_line_as_for_many(
    northwind: Caller, sent: Counter[str], many: int
) -> None:
    lines = '{order: "N-1", line: "1"}, {order: "N-1", line: "2"}, ' * many
    query = f"{{ eligibility(lines: [{lines}]) {{ answer code }} }}"
    northwind.answer(query)
    sent.clear()

    northwind.answer(query)

    assert sent.total() == ELIGIBILITY, sent


@pytest.mark.parametrize("charged", [False, True], ids=["credited", "charged"])
def test_a_step_of_a_return_takes_as_many_as_are_told_here(  # noqa: PLR0913, PLR0917 - fixtures
    served: Served, northwind: Caller, acme: Caller, bought: str, sent: Counter[str], charged: bool
) -> None:
    if charged:
        _pay(served, bought)
    _count(served)
    _walked(northwind, acme, _another(served, bought), sent)  # keys and editions are known then

    took = _walked(northwind, acme, bought, sent)

    wanted = STEPS if isinstance(served.database, SqliteFile) else AT_ONCE
    assert took == {**wanted, "inspect": wanted["inspect"] + charged * OF_A_CHARGE}


def _count(served: Served) -> None:
    """What is sold is shared with partners, as after its first count."""
    store = served.parts.store
    with store.writing():
        acme = store.partners.by_handle("acme")
        assert acme is not None
        cause = f"count:{secrets.token_hex(8)}"
        counted = Counted(sku="LAMP-1", location="main", quantity=10, cause=cause)
        store.stock.count(acme.id, [counted], "tests")


def _another(served: Served, number: str) -> str:
    """One more order of the same partners."""
    store, more = served.parts.store, f"{number}-before"
    with store.session():
        retailer = store.partners.by_handle("northwind")
        assert retailer is not None
        add_orders(store, store.partners.acting(retailer), [order(more, "acme", "northwind")])
    return more


def _pay(served: Served, number: str) -> None:
    store = served.parts.store
    with store.session():
        (key,) = store.orders.keys_of(number)
        found = store.orders.whole(key)
        assert found is not None
        store.payments.add(
            NewPayment(
                supplier=found.order.supplier.id,
                retailer=found.order.retailer.id,
                order=key,
                amount=Money(32_000, "USD"),
                ways=Ways(charge=f"pi_{key}"),
                by="tests",
            )
        )


def _walked(northwind: Caller, acme: Caller, number: str, sent: Counter[str]) -> dict[str, int]:
    """The statements of each step of a return of one line, up to its inspection."""
    took: dict[str, int] = {}
    sent.clear()
    made = requested(northwind, number, quantity=1)
    took["request"] = _taken(sent)
    stepped(northwind, "ShipReturn", made, carrier="UPS", tracking="1Z 999")
    took["ship"] = _taken(sent)
    came = [{"line": line["id"], "units": 1} for line in made["lines"]]
    stepped(acme, "ReceiveReturn", made, lines=came)
    took["receive"] = _taken(sent)
    found = [{**each, "disposition": "RESTOCK"} for each in came]
    stepped(acme, "InspectReturn", made, lines=found)
    took["inspect"] = _taken(sent)
    return took


def _taken(sent: Counter[str]) -> int:
    total = sent.total()
    sent.clear()
    return total
