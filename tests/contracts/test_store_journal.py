"""The journal is written once, and an entry that was altered behind its back is named."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from adapters.store.connection.address import Address, PostgresDatabase
from adapters.store.database import Store, open_store
from adapters.store.journal.kinds import Sides
from engine.journal import Broken

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(empty: Address) -> Iterator[Store]:
    store = open_store(empty, lambda: NOW)
    with store.writing():
        for at in range(5):
            for own in ("acme", "globex"):
                to, said = Sides(own=own), {"amount": at}
                store.journal.tell(to, "worker", f"st_{at}", "settlement_planned", **said)
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


def test_entries_that_are_added_while_it_is_checked_break_nothing(store: Store) -> None:
    added: list[str] = []

    def add() -> None:
        if not added:
            added.append("one")
            thread = threading.Thread(target=late)
            thread.start()
            thread.join()

    def late() -> None:
        with store.writing():
            store.journal.tell(Sides(own="acme"), "worker", "st_9", "settlement_planned")
        store.close()

    with store.session():
        assert store.journal.broken("acme", add) is None
        assert store.journal.tenants() == {"acme": 6, "globex": 5}
    assert added


def test_what_happened_to_one_thing_is_found_wherever_it_is(store: Store) -> None:
    with store.session():
        found = store.journal.everywhere("st_3")

    assert [(each.tenant, each.seq) for each in found] == [("acme", 4), ("globex", 4)]


def test_an_entry_that_was_added_behind_the_chain_is_named(store: Store, empty: Address) -> None:
    run(
        store,
        empty,
        """INSERT INTO "journal" SELECT "tenant", 6, "at", "actor", "subject", "fact", "body",
           "before", "hash" FROM "journal" WHERE "tenant" = 'acme' AND "seq" = 5""",
    )

    assert broken(store) == [("acme", 6)]


@pytest.mark.parametrize("seed", range(3))
def test_whoever_reads_in_between_finds_what_a_session_has_told(store: Store, seed: int) -> None:
    """Entries wait for the end of a session; nobody can tell, and what is undone never was."""
    chance = random.Random(seed)
    kept = {own: [f"st_{at}" for at in range(5)] for own in ("acme", "globex")}
    for _ in range(6):
        told: dict[str, list[str]] = {own: list(found) for own, found in kept.items()}
        with suppress(Undone), store.writing():
            for at in range(chance.randrange(8)):
                own, other = chance.sample(sorted(told), 2)
                to = Sides(own=own, others=(other,) if chance.random() < 0.5 else ())
                store.journal.tell(to, "worker", f"x_{at}", "payment_added", amount="USD 1.00")
                for each in (own, *to.others):
                    told[each].append(f"x_{at}")
                if chance.random() < 0.3:
                    assert subjects(store, own) == told[own]
            if chance.random() < 0.3:
                raise Undone
            kept = told
        with store.session():
            assert {own: subjects(store, own) for own in kept} == kept
            assert store.journal.verify() == ()


class Undone(Exception):
    """A session ends without a commit."""


def subjects(store: Store, tenant: str) -> list[str]:
    return [each.subject for each in store.journal.after(tenant, 0, 1_000)]
