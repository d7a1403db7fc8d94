"""The journal is written once, and an entry that was altered behind its back is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.store.database import Store, open_store
from adapters.store.place.address import Address, PostgresDatabase
from engine.journal import Broken

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(empty: Address) -> Iterator[Store]:
    store = open_store(empty, lambda: NOW)
    with store.writing():
        for at in range(5):
            store.journal.add("acme", "worker", f"st_{at}", "settlement_planned", amount=at)
            store.journal.add("globex", "worker", f"st_{at}", "settlement_planned", amount=at)
    yield store
    store.close()


def run(store: Store, address: Address, *statements: str) -> None:
    """Statements of somebody who may do everything in the database."""
    triggers = ("changed", "removed", "replaced")
    unlocked = [f'DROP TRIGGER "journal_is_not_{each}"' for each in triggers]
    if isinstance(address, PostgresDatabase):
        unlocked = ['DROP TRIGGER "journal_is_written_once" ON "journal"']
    with store.session():
        connection = store._database.get_connection()
        cursor = connection.cursor()
        for statement in (*unlocked, *statements):
            cursor.execute(statement)
        connection.commit()


def broken(store: Store) -> list[tuple[str, int]]:
    with store.session():
        found: tuple[Broken, ...] = store.journal.verify()
    return [(each.tenant, each.seq) for each in found]


def test_an_untouched_journal_holds(store: Store) -> None:
    assert broken(store) == []


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("""UPDATE "journal" SET "body" = '{}' WHERE "tenant" = 'acme' AND "seq" = 3""", 3),
        ("""UPDATE "journal" SET "at" = '2020' WHERE "tenant" = 'acme' AND "seq" = 1""", 1),
        ("""DELETE FROM "journal" WHERE "tenant" = 'acme' AND "seq" = 2""", 2),
        ("""DELETE FROM "journal" WHERE "tenant" = 'acme' AND "seq" = 5""", 5),
        ("""DELETE FROM "chain" WHERE "tenant" = 'acme'""", 6),
    ],
)
def test_the_entry_that_was_altered_or_removed_is_named(
    store: Store, empty: Address, statement: str, seq: int
) -> None:
    run(store, empty, statement)

    assert broken(store) == [("acme", seq)]


@pytest.mark.parametrize("statement", ['UPDATE "journal" SET "body" = 1', 'DELETE FROM "journal"'])
def test_the_database_itself_refuses_to_change_the_journal(store: Store, statement: str) -> None:
    with store.session():
        cursor = store._database.get_connection().cursor()
        with pytest.raises(Exception, match="journal is written once"):
            cursor.execute(statement)
