"""Orders come with their history by one statement, and are those that their parts are read as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.identity.principal import Kind
from adapters.store.ordering.ordered import Ordered
from adapters.store.ordering.records import Event, Speaker, Told
from adapters.store.orders import Family
from services.orders.adding import add_orders
from tests.contracts.conftest import World
from tests.contracts.test_store_orders import LINE, order

MANY = (3, 2, 1)
"""Lines of three orders."""
SPEAKER = Speaker(side=Kind.SUPPLIER, by="k1")


@pytest.fixture
def families(world: World) -> tuple[Family, ...]:
    """Of the first the lines were changed several times; of the last nothing else was said."""
    drafts = [
        order(*(replace(LINE, number=f"{10 - at}") for at in range(many)), number=f"R-{many}")
        for many in MANY
    ]
    store = world.store
    with store.session():
        found = add_orders(store, world.principals["northwind"], drafts)
        for family, changes in zip(found, (4, 1, 0), strict=True):
            for at in range(changes):
                told = Told(event=Event.AMENDED, what=f"{at}", old=None, new=at, why="a letter")
                store.order_history.add(family.order.id, SPEAKER, told)
    with store.session():
        return store.orders.numbered(world.principals["acme"], [f"R-{many}" for many in MANY])


def _apart(world: World, families: tuple[Family, ...]) -> tuple[Ordered, ...]:
    store = world.store
    stamp = store._statements.rows(
        "SELECT value FROM stamp WHERE about = ?", world.partners["acme"].id
    )[0][0]
    return tuple(
        Ordered(family=each, history=store.order_history.of(each.order.id), stamp=stamp)
        for each in families
    )


@pytest.mark.parametrize("way", [0, 1, 2], ids=["numbers", "keys", "lines"])
def test_orders_that_are_named_come_with_what_is_read_of_each_apart(
    world: World, families: tuple[Family, ...], way: int
) -> None:
    names: list[list[str]] = [[], [], []]
    for family in families:
        names[way].append((family.order.number, family.order.id, family.lines[-1].id)[way])
    with world.store.session():
        found = world.store.orders.named(world.principals["northwind"], tuple(names))  # type: ignore[arg-type]
        apart = _apart(world, families)

    assert found == apart
    assert [len(each.family.lines) for each in found] == [1, 2, 3]
    assert [len(each.history) for each in found] == [1, 2, 5]


def test_each_way_to_name_an_order_finds_it_once(
    world: World, families: tuple[Family, ...]
) -> None:
    one, two, three = families
    names = (
        {one.order.number, two.order.number},
        {two.order.id},
        {each.id for each in three.lines},
    )
    with world.store.session():
        found = world.store.orders.named(world.principals["acme"], names)

    assert [each.family for each in found] == [one, two, three]


def test_nobody_else_finds_an_order_by_any_name(world: World, families: tuple[Family, ...]) -> None:
    names = (
        {each.order.number for each in families},
        {each.order.id for each in families},
        {line.id for each in families for line in each.lines},
    )
    with world.store.session():
        for handle in ("southgate", "globex"):
            assert world.store.orders.named(world.principals[handle], names) == ()


def test_the_order_of_a_line_is_the_same_whoever_asks(
    world: World, families: tuple[Family, ...]
) -> None:
    with world.store.session():
        apart = _apart(world, families)
        for each in apart:
            for line in each.family.lines:
                assert world.store.orders.ordered(line.id) == each
                assert world.store.orders.of_line(line.id) == (each.family, line)
        with pytest.raises(LookupError):
            world.store.orders.ordered("none")
