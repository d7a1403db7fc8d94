"""What is read to plan money of an order is of that order, whatever was settled before.

SQLite says how many instructions a statement took, so that a read of all rows is seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.store.connection.address import SqliteFile
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from engine.settlement.ledger import ClaimState
from engine.settlement.machine import SettlementState
from tests.contracts.conftest import NOW

MANY = 500
Read = Callable[[Store, int], object]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(SqliteFile(path=tmp_path / "takeback.sqlite"), lambda: NOW)
    with store.writing():
        store.payments.add(
            NewPayment(
                supplier="acme",
                retailer="northwind",
                order="po_1",
                amount=Money(10_000, "USD"),
                ways=PaymentReferences(charge="ch_1"),
                by="tests",
            )
        )
    yield store
    store.close()


def _purses(store: Store, lines: int) -> object:
    own = {f"rl_{at}": f"ol_{at}" for at in range(lines)}
    return store.settlements.purses("po_1", "acme", [*own.values()], own)


def _taken_of_a_line(store: Store, lines: int) -> object:
    return [store.settlements._steps.taken_of_line(f"ol_{at}") for at in range(lines)]


def _claims(store: Store, lines: int) -> object:
    return store.claims.to_pay(("acme", "northwind"), "USD", [f"ol_{at}" for at in range(lines)])


@pytest.mark.parametrize("lines", [1, 6])
@pytest.mark.parametrize("read", [_purses, _taken_of_a_line, _claims])
def test_other_money_of_the_same_partners_is_not_read(store: Store, read: Read, lines: int) -> None:
    before = _instructions(store, read, lines)
    _settle_others(store)

    assert _instructions(store, read, lines) <= before + MANY / 10


def _instructions(store: Store, read: Read, lines: int) -> int:
    took = 0

    def one() -> int:
        nonlocal took
        took += 1
        return 0

    with store.writing():
        connection = _connection(store)
        connection.set_progress_handler(one, 1)
        read(store, lines)
        connection.set_progress_handler(None, 0)
    return took


def _connection(store: Store) -> sqlite3.Connection:
    database: Any = store._database
    found: sqlite3.Connection = database.get_connection()
    return found


def _settle_others(store: Store) -> None:
    """Movements of other orders in each state, with no payment, and claims that have ended."""
    with store.writing():
        connection = _connection(store)
        for state in SettlementState:
            connection.executemany(
                "INSERT INTO settlement (id, return_line, sequence, order_line, supplier, retailer,"
                " instrument, currency, amount, state, trouble, sentence, reference, generation,"
                " attempts, polls, owner, made_at) VALUES (?, ?, 1, ?, 'acme', 'northwind',"
                f" 'credit_note', 'USD', 100, '{state}', '', '', '', 1, 0, 0, '', ?)",
                [(f"{state}{n}", f"{state}{n}", f"x{n}", "2025-05-01") for n in range(MANY)],
            )
        connection.executemany(
            "INSERT INTO claim (id, return_line, order_line, supplier, retailer, currency, amount,"
            ' paid, let_go, "by", due_on, state, why, ended_why, made_at) VALUES (?, ?, ?,'
            f" 'acme', 'northwind', 'USD', 100, 100, 0, 'offset', '', '{ClaimState.PAID}', '', '',"
            " ?)",
            [(f"c{n}", f"c{n}", f"x{n}", "2025-05-01") for n in range(MANY)],
        )
