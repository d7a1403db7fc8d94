"""A key is signed in by so many sessions at most, and each of them ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.identity.principal import Kind, Role
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.sessions.keeping import MOST_OF_A_KEY

START = datetime(2025, 3, 1, tzinfo=UTC)


class Clock:
    """The time of the store, set by hand."""

    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(address: Address, clock: Clock) -> Iterator[Store]:
    opened = open_store(address, now=clock)
    yield opened
    opened.close()


@pytest.fixture
def keys(store: Store) -> list[str]:
    with store.writing():
        acme = store.partners.add("acme-supply", "Acme", Kind.SUPPLIER)
        return [store.partners.issue_key(acme, role) for role in (Role.SUPPLIER, Role.SUPPORT)]


def begun(store: Store, key: str) -> str:
    with store.writing():
        token = store.sessions.begin(key, "a browser")
    assert token
    return token


def alive(store: Store, tokens: list[str]) -> list[str]:
    with store.session():
        return [each for each in tokens if store.sessions.principal(each)]


def test_one_session_too_many_ends_the_one_that_was_not_used_for_longest(
    store: Store, clock: Clock, keys: list[str]
) -> None:
    one, other = keys
    tokens = []
    for _ in range(MOST_OF_A_KEY):
        clock.now += timedelta(minutes=6)
        tokens.append(begun(store, one))
    theirs = begun(store, other)
    clock.now += timedelta(minutes=6)
    with store.writing():
        store.sessions.touch(tokens[0])

    tokens.append(begun(store, one))

    assert alive(store, [*tokens, theirs]) == [tokens[0], *tokens[2:], theirs]


def test_sessions_are_listed_and_ended_by_whoever_has_one_of_them(
    store: Store, keys: list[str]
) -> None:
    one, two, three = (begun(store, keys[0]) for _ in range(3))
    theirs = begun(store, keys[1])
    with store.session():
        listed = store.sessions.listed(one)
        other = store.sessions.listed(theirs)
    assert (len(listed), len(other)) == (3, 1)

    with store.writing():
        assert not store.sessions.end(theirs, listed[0].id)
        assert store.sessions.end(one, two.split("_")[1])
    assert alive(store, [one, two, three, theirs]) == [one, three, theirs]

    with store.writing():
        assert store.sessions.end_all(three) == 2
    assert alive(store, [one, two, three, theirs]) == [theirs]
