"""A mapping that is lent from test to test takes nothing of one database to another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address
from adapters.store.connection.schema import migrate
from adapters.store.database import open_store
from tests.mappings import lent


@pytest.fixture
def two(kind: str, make_empty: Callable[[str], Address]) -> tuple[Address, Address]:
    """Two databases with Takeback's tables."""
    made = make_empty(kind), make_empty(kind)
    for each in made:
        migrate(each)
    return made


def test_the_next_database_is_served_by_the_same_mapping_and_holds_its_own(
    two: tuple[Address, Address],
) -> None:
    first, second = two
    with lent(first), closing(open_store(first)) as store, store.session():
        store.partners.add("acme", "Acme", Kind.SUPPLIER)
    with lent(second), closing(open_store(second)) as other, other.session():
        assert other._database is store._database
        assert other.partners.by_handle("acme") is None
        other.partners.add("globex", "Globex", Kind.SUPPLIER)

    with closing(open_store(first)) as again, again.session():
        assert again._database is not store._database
        assert again.partners.by_handle("acme")
        assert again.partners.by_handle("globex") is None


def test_two_stores_of_one_database_have_a_mapping_each(two: tuple[Address, Address]) -> None:
    with lent(two[0]):
        stores = [open_store(two[0]) for _ in range(2)]

    assert stores[0]._database is not stores[1]._database


def test_a_mapping_that_is_left_in_a_session_is_not_lent_again(
    two: tuple[Address, Address],
) -> None:
    first, second = two
    with lent(first):
        store = open_store(first)
        session = store.session()
        session.__enter__()
        store.partners.by_handle("acme")
    session.__exit__(None, None, None)
    store.close()

    with lent(second):
        other = open_store(second)

    assert other._database is not store._database
