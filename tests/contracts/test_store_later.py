"""What waits for the end of a session is written in turn, and is there for whoever reads before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.store.database import Store
from engine.errors import RequestFault
from tests.contracts.conftest import World
from tests.statements import heard

_TRACK = "INSERT INTO tracked (number, subject) VALUES (?, ?)"
_RENAME = "UPDATE tracked SET subject = ? WHERE number = ?"
_TRACK_ANY = "INSERT INTO tracked (number, subject) SELECT ?, CAST(COUNT(*) AS TEXT) FROM tracked"
_FOUND = "SELECT subject FROM tracked WHERE number = ?"
Read = Callable[[Store], object]


def _by_statement(store: Store) -> object:
    return [row[0] for row in store._statements.rows(_FOUND, "1Z")]


def _held(store: Store) -> object:
    return [row[0] for row in store._statements.held(_FOUND, "1Z")]


def _by_entity(store: Store) -> object:
    rows = store._database.entities["Tracked"].select(lambda each: each.number == "1Z")
    return [each.subject for each in rows]


@pytest.mark.parametrize("read", [_by_statement, _held, _by_entity])
def test_who_reads_a_table_finds_what_waits_for_it(world: World, read: Read) -> None:
    store = world.store
    with store.writing():
        store._statements.write_later(_TRACK, "1Z", "first")
        store._statements.write_later(_RENAME, "second", "1Z")
        assert read(store) == ["second"]
        store._statements.write_later(_RENAME, "third", "1Z")

    with store.session():
        assert read(store) == ["third"]


def test_another_statement_of_the_table_comes_after_what_waits(world: World) -> None:
    store = world.store
    with store.writing():
        store._statements.write_later(_TRACK, "1Z", "first")
        assert store._statements.write_apart(_RENAME, "second", "1Z") == 1
        store._statements.write_later(_RENAME, "third", "1Z")

    with store.session():
        assert _by_statement(store) == ["third"]


def test_what_waits_is_undone_with_its_session(world: World) -> None:
    store = world.store
    with store.session():
        with pytest.raises(ZeroDivisionError):
            _undone(store)
        assert _by_statement(store) == []


def _undone(store: Store) -> None:
    with store.atomic():
        store._statements.write_later(_TRACK, "1Z", "first")
        raise ZeroDivisionError


def _twice(store: Store) -> None:
    with store.writing():
        for number, subject in (("1Z", "first"), ("2Z", "other"), ("1Z", "first")):
            store._statements.write_later(_TRACK, number, subject)


def test_where_one_that_waits_is_refused_nothing_of_the_session_is_kept(world: World) -> None:
    store = world.store
    with pytest.raises(RequestFault):
        _twice(store)

    with store.session():
        assert _by_statement(store) == []


def _written_apart(store: Store) -> object:
    return store._statements.write_apart(_RENAME, "second", "1Z")


@pytest.mark.parametrize("go_on", [_by_statement, _held, _by_entity, _written_apart])
def test_a_session_of_which_a_part_was_refused_goes_on_with_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, go_on: Read
) -> None:
    """Refused once, as where time is over: whoever caught that would write the rest once more."""
    store, refusals = world.store, [RequestFault("took_too_long", "It took too long.")]

    def refuse(sql: str) -> None:
        if "refused" in sql and refusals:
            raise refusals.pop()

    heard(monkeypatch, refuse)

    def write() -> None:
        store._statements.write_later(_TRACK_ANY, "1Z")
        store._statements.write_later("UPDATE tracked SET subject = 'refused' WHERE number = ''")
        for read in (_by_statement, go_on, go_on):
            with pytest.raises(RequestFault):
                read(store)

    with pytest.raises(RequestFault), store.writing():
        write()

    with store.session():
        assert _by_statement(store) == []


def _waits(store: Store, subject: str) -> None:
    store._statements.write_later(_RENAME_ALL, subject)


def _at_once(store: Store, subject: str) -> None:
    store._statements.write_apart(_RENAME_ALL, subject)


def _in_turn(store: Store, subject: str) -> None:
    """Told when Pony asks, as changed returns are."""
    store._statements.before_end({"charge"}, lambda: _waits(store, subject))


_RENAME_ALL = "UPDATE charge SET customer = ?"


@pytest.mark.parametrize("write", [_waits, _at_once, _in_turn])
def test_an_entity_that_was_read_tells_what_is_written_without_it(
    world: World, write: Callable[[Store, str], None]
) -> None:
    store = world.store
    charges: Any = store._database.entities["Charge"]
    with store.writing():
        row = charges(id="c", supplier="s", reference="ch", currency="USD", customer="made")
        row.amount = 7  # not written yet
        write(store, "first")
        assert (row.customer, row.amount) == ("first", 7)
        write(store, "second")
        row.amount += 1
        assert (row.customer, charges.get(reference="ch").customer) == ("second", "second")
        write(store, "third")
        row.given_before = 2

    with store.session():
        row = charges["c"]
        assert (row.customer, row.amount, row.given_before) == ("third", 8, 2)


_DECLARE = (
    "INSERT INTO location (id, supplier, handle, name, lines, country)"
    " VALUES (9999, ?, 'attic', 'Attic', '[]', 'US')"
)


def test_who_had_all_rows_of_another_gets_those_that_are_written_without_entities(
    world: World,
) -> None:
    store = world.store
    entities: Any = store._database.entities
    with store.writing():
        partner = entities["Partner"].get(handle="acme")
        before = {each.handle for each in partner.locations}
        store._statements.write_later(_DECLARE, partner.id)
        assert entities["Location"].get(id=9999).supplier is partner
        assert {each.handle for each in partner.locations} == {*before, "attic"}
