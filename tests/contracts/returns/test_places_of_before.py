"""Inspections of before belong to the arrival whose units they were, where that is known."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from adapters.store.connection.address import Address
from adapters.store.connection.schema import MIGRATIONS, migrate
from adapters.store.database import open_store
from adapters.store.returns.arrived import Arrival, Inspection
from tests.contracts.test_migrations import run_sql

FIRST = "0018"
OUTCOME = (
    '{"answer": "accept", "code": "ok", "decision": "", "remedy": null, "amount": null,'
    ' "due": "receipt", "comes_back": true, "most": 0}'
)


def at_once_before(kind: str, empty: Address, folder: Path) -> None:
    """A database as it was before places were kept."""
    before = folder / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= FIRST:
            file.unlink()
    migrate(empty, before)


def filled(address: Address, came: list[tuple[str, int]], found: list[int]) -> None:
    """A return with one line of ten units: what came to each place, and what was looked at."""
    day = "'2025-01-01 00:00:00'"
    units = (sum(count for _, count in came), sum(found))
    rows = [
        f"INSERT INTO consumer_return VALUES ('c', 'r', '', {day})",
        'INSERT INTO goods_return (id, number, part_of, supplier, retailer, "order", state,'
        " held_for, requested_at, expires_on, wakes_at, parcels, events)"
        " VALUES ('g', 'R-1', 'c', 's', 'r', 'o', 'received', '',"
        f" {day}, '', NULL, '[]', '{{}}')",
        "INSERT INTO return_line (id, part_of, place, order_line, sku, quantity, reserved,"
        " expected, received, inspected, facts, edition, digest, terms, location, return_to,"
        " outcome, told, refused, worth, currency) VALUES ('l', 'g', 0, 'p', 'LAMP', 10, 10, 10,"
        f" {units[0]}, {units[1]}, '{{}}', '', '', '{{}}', '', '{{}}', '{OUTCOME}', '[]', 0, 0,"
        " 'USD')",
    ]
    for number, (place, count) in enumerate(came, 1):
        later = f"'2025-01-0{number} 00:00:00'"
        rows += [
            f"INSERT INTO return_receipt VALUES ('{number}', 'g', {later}, 'tests')",
            f"INSERT INTO return_receipt_line VALUES ('a{number}', '{number}', 'l', 'LAMP',"
            f" '{place}', {count}, 0)",
        ]
    rows += [
        f"INSERT INTO return_inspection VALUES ('i{place}', 'g', {place}, 'l', NULL, {count},"
        f" 'scrap', '{{}}', '{OUTCOME}', {day}, 'tests')"
        for place, count in enumerate(found)
    ]
    for row in rows:
        run_sql(address, row)


def read(address: Address) -> tuple[tuple[Arrival, ...], tuple[Inspection, ...]]:
    store = open_store(address)
    try:
        with store.session():
            return store.arrivals.of("g"), store.arrivals.inspections("g")
    finally:
        store.close()


def test_units_that_were_inspected_are_those_that_came_first(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    at_once_before(kind, empty, tmp_path)
    filled(empty, [("main", 2), ("main", 3), ("main", 1)], [1, 1, 2])

    migrate(empty)

    arrivals, inspections = read(empty)
    assert [(each.id, each.inspected) for each in arrivals] == [("a1", 2), ("a2", 2), ("a3", 0)]
    assert [each.arrival for each in inspections] == ["a1", "a1", "a2"]


def test_where_it_is_not_known_whose_units_they_were_nothing_is_guessed(
    kind: str, empty: Address, make_empty: Callable[[str], Address], tmp_path: Path
) -> None:
    other = make_empty(kind)
    at_once_before(kind, empty, tmp_path / "one")
    at_once_before(kind, other, tmp_path / "other")
    filled(empty, [("east", 2), ("west", 1)], [1])
    filled(other, [("main", 2), ("main", 2)], [3, 1])

    for address in (empty, other):
        migrate(address)

    assert [each.arrival for each in read(empty)[1]] == [None]
    assert [each.inspected for each in read(empty)[0]] == [1, 0]
    assert [each.arrival for each in read(other)[1]] == [None, "a2"]
    assert [each.inspected for each in read(other)[0]] == [2, 2]
