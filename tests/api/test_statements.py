"""How many statements a request sends to the database, so that no more come unseen.

A step of a return is to come down to 12; the numbers here may only become smaller.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from adapters.store.place.provider import PostgresProvider, SqliteProvider
from tests.api.conftest import Caller, Served
from tests.api.test_returns import bought, requested, stepped

__all__ = ("bought",)

ELIGIBILITY = 6
"""Stamps of keys, of partnership and candidates, then orders, their histories, what is kept."""
MOST = {"request": 45, "ship": 34, "receive": 49, "inspect": 85}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every statement since the last `clear`, by its beginning."""
    counted: Counter[str] = Counter()
    for kind in (SqliteProvider, PostgresProvider):
        execute = kind.execute

        def counting(
            self: Any, cursor: Any, sql: str, *rest: Any, execute: Any = execute, **more: Any
        ) -> Any:
            counted[" ".join(sql.split())[:70]] += 1
            return execute(self, cursor, sql, *rest, **more)

        monkeypatch.setattr(kind, "execute", counting)
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


def test_a_step_of_a_return_takes_no_more_than_before(
    served: Served, northwind: Caller, acme: Caller, bought: str, sent: Counter[str]
) -> None:
    sent.clear()
    made = requested(northwind, bought, quantity=2)
    took = {"request": _taken(sent)}
    stepped(northwind, "ShipReturn", made, carrier="UPS", tracking="1Z 999")
    took["ship"] = _taken(sent)
    line = made["lines"][0]["id"]
    stepped(acme, "ReceiveReturn", made, lines=[{"line": line, "units": 2}])
    took["receive"] = _taken(sent)
    said = [{"line": line, "units": 2, "disposition": "RESTOCK"}]
    stepped(acme, "InspectReturn", made, lines=said)
    took["inspect"] = _taken(sent)

    assert all(took[step] <= MOST[step] for step in MOST), took


def _taken(sent: Counter[str]) -> int:
    total = sent.total()
    sent.clear()
    return total
