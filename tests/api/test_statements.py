"""How many statements a request sends to the database, so that no more come unseen.

The numbers here may only become smaller.
"""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any, Final

import pytest

from adapters.store.connection.address import SqliteFile
from adapters.store.drafts import LineDraft
from engine.money import Money
from engine.stock.moves import Counted
from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order, pay
from tests.api.test_returns import do, stepped
from tests.statements import heard

ELIGIBILITY: Final = 3
"""The stamp of keys, then orders with all that hangs on them, and what is kept."""
STEPS: Final = {"request": 16, "ship": 10, "receive": 15, "inspect": 26}
"""Of a return of one line; each table that is written is told by a statement at the end."""
AT_ONCE: Final = {"request": 10, "ship": 6, "receive": 7, "inspect": 12}
"""Where rows are locked as they are read, and what waits for the end goes one way to the server."""
DECIDE: Final = {True: 14, False: 9}
"""Of a person's word on a return that was opened again, on SQLite and on PostgreSQL."""
FURTHER: Final = {"request": 2, "ship": 1, "receive": 1, "inspect": 1, "decide": 1}
"""For each further line, on both: its units are taken, and its answer tells of its decision."""


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
@pytest.mark.parametrize("lines", [1, 2, 5])
def test_a_step_of_a_return_takes_as_many_as_are_told_here(
    served: Served, sent: Counter[str], lines: int, *, charged: bool
) -> None:
    _count(served)
    for _ in range(2):  # keys and editions are known then
        number = _bought(served, lines)
        if charged:
            pay(served, number, Money(32_000, "USD"))
        took, _ = _walked(served, number, lines, sent)

    one = STEPS if isinstance(served.database, SqliteFile) else AT_ONCE
    assert took == {step: one[step] + (lines - 1) * FURTHER[step] for step in one}


@pytest.mark.parametrize("lines", [1, 2, 5])
def test_a_word_on_a_return_that_was_opened_again_takes_as_many_for_many_lines(
    served: Served, sent: Counter[str], lines: int
) -> None:
    _count(served)
    took = [_reopened(served, _bought(served, lines), lines, sent) for _ in range(2)][-1]

    one = DECIDE[isinstance(served.database, SqliteFile)]
    assert took == one + (lines - 1) * FURTHER["decide"], took


def _reopened(served: Served, number: str, lines: int, sent: Counter[str]) -> int:
    """The statements of a person's word on a return of which all came, and was paid."""
    acme = served.callers["acme"]
    made = _walked(served, number, lines, sent)[1]
    stepped(acme, "CloseReturn", made, why="so")
    stepped(acme, "ReopenReturn", made, why="so")
    words = [
        {"line": line["id"], "accept": True, "remedy": "ACCOUNT_CREDIT", "amount": 0}
        for line in made["lines"]
    ]
    sent.clear()
    stepped(acme, "DecideReturn", made, why="so", lines=words)
    return _taken(sent)


def _count(served: Served) -> None:
    """What is sold is shared with partners, as after its first count."""
    store = served.parts.store
    with store.writing():
        acme = store.partners.by_handle("acme")
        assert acme is not None
        cause = f"count:{secrets.token_hex(8)}"
        counted = Counted(sku="LAMP-1", location="main", quantity=10, cause=cause)
        store.stock.count(acme.id, [counted], "tests")


def _bought(served: Served, lines: int) -> str:
    """The number of a new order of as many lines."""
    store, number = served.parts.store, f"N-{secrets.token_hex(4)}"
    price = Money(4_000, "USD")
    drafts = [
        LineDraft(number=f"{at + 1}", sku="LAMP-1", quantity=3, unit_price=price, location="main")
        for at in range(lines)
    ]
    with store.session():
        retailer = store.partners.by_handle("northwind")
        assert retailer is not None
        made = order(number, "acme", "northwind", lines=drafts)
        add_orders(store, store.partners.acting(retailer), [made])
    return number


def _walked(
    served: Served, number: str, lines: int, sent: Counter[str]
) -> tuple[dict[str, int], dict[str, Any]]:
    """The statements of each step of a return of one unit a line, up to its inspection."""
    northwind, acme = served.callers["northwind"], served.callers["acme"]
    took: dict[str, int] = {}
    sent.clear()
    wanted = [
        {"order": number, "line": f"{at + 1}", "reason": "change_of_mind"} for at in range(lines)
    ]
    made = do(northwind, "RequestReturn", lines=wanted)["returns"][0]
    took["request"] = _taken(sent)
    stepped(northwind, "ShipReturn", made, carrier="UPS", tracking="1Z 999")
    took["ship"] = _taken(sent)
    came = [{"line": line["id"], "units": 1} for line in made["lines"]]
    stepped(acme, "ReceiveReturn", made, lines=came)
    took["receive"] = _taken(sent)
    found = [{**each, "disposition": "RESTOCK"} for each in came]
    stepped(acme, "InspectReturn", made, lines=found)
    took["inspect"] = _taken(sent)
    return took, made


def _taken(sent: Counter[str]) -> int:
    total = sent.total()
    sent.clear()
    return total
