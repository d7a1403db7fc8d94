"""What waits for the end of a session is written in turn, and is there for whoever reads before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.store.database import Store
from engine.errors import RequestFault
from tests.contracts.conftest import World

_TRACK = "INSERT INTO tracked (number, subject) VALUES (?, ?)"
_RENAME = "UPDATE tracked SET subject = ? WHERE number = ?"
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
