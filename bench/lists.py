"""Lists of 20 a page: the first page and page 500 at 100,000 rows, against 1,000.

    .venv/bin/python -m bench.lists     # about three minutes; --rows 10000 takes a fifth

For each named pair of filter and sort: the time of a page, its rows read, at 1,000 rows and at
`--rows`, and both as ratios to the first page at 1,000. Times are the best of many, by the clock
on the wall. `--database-url FEW MANY` adds two empty databases of a PostgreSQL, one for each size.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from psycopg2.extras import execute_values
from rich.console import Console
from rich.table import Table

from adapters.identity.principal import Kind, Principal
from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile, read_address
from adapters.store.database import Store, open_store
from adapters.store.lists.declared import ListOf
from adapters.store.lists.of_goods import PRODUCTS, STOCK
from adapters.store.lists.of_money import SETTLEMENTS
from adapters.store.lists.of_orders import ORDERS
from adapters.store.lists.of_records import DECISIONS, ENTRIES
from adapters.store.lists.of_returns import CONSUMER_RETURNS, RETURNS
from adapters.store.lists.pager import Part
from adapters.store.lists.statements import ListQuery
from adapters.store.timestamps import FOREVER
from bench.machine import machine

FEW: Final = 1_000
MANY: Final = 100_000
PAGE: Final = 20
AT: Final = 500
"""The page that is asked for beside the first."""

ROUNDS: Final = 100
START: Final = datetime(2025, 1, 1, tzinfo=UTC)
STATES: Final = ("in_review", "approved", "refused", "closed")
STANDINGS: Final = ("confirmed", "confirmed", "confirmed", "proposed")
SETTLED: Final = ("planned", "submitted", "succeeded", "succeeded")

Read = Callable[[Store, Principal, list[Any]], object]
Rows = tuple[str, list[dict[str, Any]]]
"""The name of a table, and its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A pair of filter and sort that is named, and how the rows of a page are read."""

    says: str
    of: ListOf
    sort: str
    read: Read
    by: str = "acme"
    filters: Mapping[str, object] = field(default_factory=dict)


def _orders(store: Store, _: Principal, keys: list[Any]) -> object:
    return store.orders.some(keys)


def _returns(store: Store, _: Principal, keys: list[Any]) -> object:
    return store.tenant_returns.some(keys)


def _settlements(store: Store, _: Principal, keys: list[Any]) -> object:
    return store.tenant_money.settlements(keys)


def _entries(store: Store, principal: Principal, keys: list[Any]) -> object:
    return store.journal.some(principal, keys)


CASES: Final = (
    Case(says="orders, newest", of=ORDERS, sort="NEWEST", read=_orders),
    Case(says="orders of a retailer, newest", of=ORDERS, sort="NEWEST", read=_orders, by="shop"),
    Case(
        says="orders by standing, newest",
        of=ORDERS,
        sort="NEWEST",
        read=_orders,
        filters={"standings": ["proposed"]},
    ),
    Case(
        says="orders of some days, newest",
        of=ORDERS,
        sort="NEWEST",
        read=_orders,
        filters={"ordered_from": START.date(), "ordered_to": (START + timedelta(days=60)).date()},
    ),
    Case(
        says="orders about to leave their window, soonest",
        of=ORDERS,
        sort="LAST_DAY",
        read=_orders,
        filters={"last_day_from": START.date(), "last_day_to": date(2100, 1, 1)},
    ),
    Case(
        says="orders of a retailer by last day",
        of=ORDERS,
        sort="LAST_DAY",
        read=_orders,
        by="shop",
    ),
    Case(says="returns, newest", of=RETURNS, sort="NEWEST", read=_returns),
    Case(says="returns, oldest", of=RETURNS, sort="OLDEST", read=_returns),
    Case(says="returns of a retailer, newest", of=RETURNS, sort="NEWEST", read=_returns, by="shop"),
    Case(
        says="returns in one state, newest",
        of=RETURNS,
        sort="NEWEST",
        read=_returns,
        filters={"states": ["in_review"]},
    ),
    Case(
        says="returns in three states, oldest",
        of=RETURNS,
        sort="OLDEST",
        read=_returns,
        filters={"states": list(STATES[:3])},
    ),
    Case(
        says="returns of a partner, newest",
        of=RETURNS,
        sort="NEWEST",
        read=_returns,
        filters={"partner": "shop"},
    ),
    Case(
        says="consumers' returns, newest",
        of=CONSUMER_RETURNS,
        sort="NEWEST",
        read=lambda store, _, keys: store.tenant_returns.wholes(keys),
        by="shop",
    ),
    Case(says="settlements, newest", of=SETTLEMENTS, sort="NEWEST", read=_settlements),
    Case(
        says="settlements in two states, newest",
        of=SETTLEMENTS,
        sort="NEWEST",
        read=_settlements,
        filters={"states": ["planned", "submitted"]},
    ),
    Case(
        says="decisions, newest",
        of=DECISIONS,
        sort="NEWEST",
        read=lambda store, _, keys: store.decisions.some(keys),
    ),
    Case(
        says="products by SKU",
        of=PRODUCTS,
        sort="SKU",
        read=lambda store, _, keys: store.goods.some(keys),
    ),
    Case(
        says="stock, as declared",
        of=STOCK,
        sort="DECLARED",
        read=lambda store, _, keys: store.stock.some(keys),
    ),
    Case(says="journal, newest", of=ENTRIES, sort="NEWEST", read=_entries),
)


def tables_of(rows: int, supplier: str, retailer: str) -> Iterator[Rows]:
    """The rows of each table; keys are no order of anything."""
    at = [_moment(START + timedelta(minutes=7 * n)) for n in range(rows)]
    key = [f"{n * 2654435761 % 2**32:08x}{n:08}" for n in range(rows)]
    both = {"supplier": supplier, "retailer": retailer}
    empty = dict.fromkeys
    yield (
        "product",
        [
            {
                "id": n + 1,
                "supplier": supplier,
                "sku": f"SKU{n * 7919 % rows:06}",
                "title": f"Thing {n}",
                "facts": "{}",
                "prices": "{}",
            }
            for n in range(rows)
        ],
    )
    yield (
        "stock",
        [
            {"product": n + 1, "available": 3, "sequence": 1, "counted": True, "changed_at": at[n]}
            for n in range(rows)
        ],
    )
    yield (
        "purchase",
        [
            {
                "id": key[n],
                **both,
                "number": f"N{n:07}",
                "currency": "USD",
                **empty(("country", "channel", "said_by"), ""),
                **empty(("dates", "facts"), "{}"),
                **empty(("waits_for", "tracking"), "[]"),
                "standing": STANDINGS[n % 4],
                "ordered_on": at[n][:10],
                "last_day": _moment(START + timedelta(days=30, minutes=7 * (n * 7919 % rows)))[:10],
                "days_until": FOREVER,
            }
            for n in range(rows)
        ],
    )
    yield (
        "consumer_return",
        [
            {"id": key[n], "retailer": retailer, "reference": f"A{n}", "requested_at": at[n]}
            for n in range(rows)
        ],
    )
    yield (
        "goods_return",
        [
            {
                "id": key[n],
                **both,
                "number": f"R-{n:08}",
                "part_of": key[n],
                "order": key[n],
                "state": STATES[n * 7 % 4],
                **empty(("held_for", "expires_on", "waits"), ""),
                "requested_at": at[n],
                "parcels": "[]",
                **empty(("events", "taken"), "{}"),
            }
            for n in range(rows)
        ],
    )
    yield (
        "settlement",
        [
            {
                "id": key[n],
                **both,
                "return_line": key[n],
                "sequence": 1,
                "instrument": "refund",
                "currency": "USD",
                "amount": n * 37 % 5000,
                "state": SETTLED[n % 4],
                "made_at": at[n],
                "order_line": key[n],
                **empty(("trouble", "sentence", "why", "instead_of"), ""),
                **empty(("reference", "owner"), ""),
                **empty(("tax", "line_most", "claimed", "attempts", "polls"), 0),
                "generation": 1,
            }
            for n in range(rows)
        ],
    )
    yield (
        "decision",
        [
            {
                "id": key[n],
                **both,
                "kind": "line",
                "order_line": key[n],
                **empty(("edition", "edition_digest", "whole", "versions"), ""),
                "asked_by": "policy",
                **empty(("terms", "considered", "facts", "told", "record", "digest"), "{}"),
                "decided_at": at[n],
            }
            for n in range(rows)
        ],
    )
    yield (
        "journal",
        [
            {
                "tenant": supplier,
                "seq": 1_000 + n,
                "at": at[n],
                "actor": "policy",
                "subject": key[n],
                "fact": "return_settle",
                "body": "{}",
                **empty(("before", "hash"), "none"),
            }
            for n in range(rows)
        ],
    )


def _moment(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


def filled(address: Address, rows: int) -> tuple[Store, dict[str, Principal]]:
    store = open_store(address, lambda: START)
    with store.session():
        supplier = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        retailer = store.partners.add("shop", "Shop", Kind.RETAILER)
        store.partnerships.join(supplier, retailer)
        people = {each.handle: store.partners.acting(each) for each in (supplier, retailer)}
    connect: Callable[[], Any] = store.lists._database.get_connection
    with store.writing():
        for table, made in tables_of(rows, supplier.id, retailer.id):
            insert(connect(), table, made, postgres=isinstance(address, PostgresDatabase))
    with store.session():
        connect().cursor().execute("ANALYZE")
    return store, people


def insert(connection: Any, table: str, rows: Sequence[dict[str, Any]], *, postgres: bool) -> None:
    names = ", ".join(f'"{name}"' for name in rows[0])
    values = [tuple(row.values()) for row in rows]
    if postgres:
        sql = f'INSERT INTO "{table}" ({names}) VALUES %s'
        execute_values(connection.cursor(), sql, values, page_size=1_000)
        return
    marks = ", ".join("?" for _ in rows[0])
    connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)


def _timed(store: Store, case: Case, principal: Principal, after: str | None) -> float:
    """Milliseconds of one page with its rows."""
    asked = ListQuery(principal=principal, sort=case.sort, filters=case.filters)
    with store.session():
        began = time.perf_counter()
        keys = store.lists.page(case.of, asked, Part(most=PAGE, after=after)).keys
        case.read(store, principal, [key for _, key in keys])
        took = time.perf_counter() - began
    assert len(keys) == PAGE, f"{case.says}: {len(keys)} rows"
    return took * 1_000


def _deep(store: Store, case: Case, principal: Principal, at: int) -> str:
    """The cursor that page `at` follows."""
    asked = ListQuery(principal=principal, sort=case.sort, filters=case.filters)
    with store.session():
        return store.lists.page(case.of, asked, Part(most=(at - 1) * PAGE)).keys[-1][0]


def _measured(
    addresses: tuple[Address, Address], rows: int, only: str
) -> Iterator[tuple[str, list[float]]]:
    (few, people_of_few), (many, people) = (
        filled(address, size) for address, size in zip(addresses, (FEW, rows), strict=True)
    )
    page = min(AT, rows // PAGE // 8)
    for case in (each for each in CASES if only in each.says):
        deep = _deep(many, case, people[case.by], page)
        pages = (
            (few, people_of_few[case.by], None),
            (many, people[case.by], None),
            (many, people[case.by], deep),
        )
        # In turn, so that whatever else the machine does falls on all alike.
        rounds = [
            [_timed(store, case, by, after) for store, by, after in pages] for _ in range(ROUNDS)
        ]
        yield case.says, [min(each) for each in zip(*rounds, strict=True)]
    few.close()
    many.close()


def _shown(
    name: str, found: Iterator[tuple[str, list[float]]], rows: int, console: Console
) -> None:
    page = min(AT, rows // PAGE // 8)
    table = Table("list", f"{FEW:,}: ms", f"{rows:,}: ratio", f"page {page}: ratio", title=name)
    worst = 0.0
    for says, (first, many, deep) in found:
        print(says, file=sys.stderr, flush=True)
        worst = max(worst, many / first, deep / first)
        table.add_row(says, f"{first:.2f}", f"{many / first:.2f}", f"{deep / first:.2f}")
    console.print(table)
    console.print(f"worst: {worst:.2f}\n")


def main() -> None:
    """Prints the ratios, SQLite first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=MANY)
    parser.add_argument("--only", default="", help="words of the pairs that are measured")
    parser.add_argument("--database-url", nargs=2, metavar=("FEW", "MANY"), help="two, both empty")
    said = parser.parse_args()
    console = Console(width=100)
    console.print(machine())
    with tempfile.TemporaryDirectory() as folder:
        files = [SqliteFile(path=Path(folder) / f"{name}.sqlite") for name in ("few", "many")]
        _shown("SQLite", _measured((files[0], files[1]), said.rows, said.only), said.rows, console)
    if said.database_url:
        few, many = map(read_address, said.database_url)
        _shown("PostgreSQL", _measured((few, many), said.rows, said.only), said.rows, console)


if __name__ == "__main__":
    main()
