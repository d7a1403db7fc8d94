"""What several requests collect is stored by one commit, all of it or none, on both databases."""

from __future__ import annotations

import pytest
from msgspec import structs

from adapters.store.group_commit import Kept
from adapters.store.records import Decided
from tests.contracts.conftest import World
from tests.contracts.test_store_orders import decided


def collected(world: World, *given: Decided) -> Kept:
    """What one request collects, which reads in a session of its own."""
    commits = world.store.group_commit
    with commits.collecting() as kept, world.store.session():
        commits.keep(given)
    return kept


def found(world: World, *ids: str) -> list[Decided | None]:
    with world.store.session():
        decisions, seen_by = world.store.decisions, world.principals["northwind"]
        return [decisions.visible(seen_by, each) for each in ids]


def test_what_requests_collect_is_there_once_committed(world: World) -> None:
    given = [structs.replace(decided(world), id=each) for each in ("d1", "d2", "d3")]
    blocks = [collected(world, given[0], given[1]), collected(world), collected(world, given[2])]
    assert found(world, "d1", "d2", "d3") == [None, None, None]

    world.store.group_commit.commit(blocks)

    assert found(world, "d1", "d2", "d3") == given


def test_a_commit_that_fails_stores_nothing_of_any_request(world: World) -> None:
    one = structs.replace(decided(world), id="d1")
    naive = structs.replace(one, id="d2", decided_at=one.decided_at.replace(tzinfo=None))

    with pytest.raises(ValueError, match="offset"):
        world.store.group_commit.commit([collected(world, one), collected(world, naive)])

    assert found(world, "d1", "d2") == [None, None]
    world.store.group_commit.commit([collected(world, one)])
    assert found(world, "d1") == [one]
