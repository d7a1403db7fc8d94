"""Whoever pages through a list meets each row that was there all along exactly once, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from adapters.identity.principal import Kind as Partner
from adapters.store.lists.pager import Part
from adapters.store.lists.statements import ListQuery
from engine.errors import RequestFault
from tests.contracts.conftest import World
from tests.contracts.lists.rows import KINDS, START, Kind, Rows

WALKS = 8


@pytest.fixture(params=KINDS, ids=lambda kind: kind.of.name)
def rows(request: pytest.FixtureRequest, world: World) -> Rows:
    kind: Kind = request.param
    made = Rows(kind=kind, world=world, random=Random(kind.of.name))
    with world.store.writing():
        for _ in range(60):
            made.add()
    return made


def pages(rows: Rows, asked: ListQuery, *, back: bool, most: int) -> Iterator[list[str]]:
    """The keys of each page, from either end."""
    at: dict[str, Any] = {}
    while True:
        with rows.world.store.session():
            part = Part(most=most, from_end=back, **at)
            found = rows.world.store.lists.page(rows.kind.of, asked, part)
        yield [key for _, key in found.keys]
        if not found.more:
            return
        at = {"before": found.keys[0][0]} if back else {"after": found.keys[-1][0]}


def walk(
    rows: Rows, asked: ListQuery, between: Callable[[], None], *, back: bool, most: int
) -> list[str]:
    met: list[str] = []
    for page in pages(rows, asked, back=back, most=most):
        assert len(page) <= most
        met = [*page, *met] if back else [*met, *page]
        between()
    return met


def people(kind: Kind) -> list[str]:
    every = {"acme": Partner.SUPPLIER, "northwind": Partner.RETAILER, "southgate": Partner.RETAILER}
    return [name for name, is_ in every.items() if is_ in kind.of.sides]


def drawn(rows: Rows) -> tuple[str, Mapping[str, Any], str]:
    random = rows.random
    return (
        random.choice(people(rows.kind)),
        rows.filters(),
        random.choice(sorted(rows.kind.sorts)),
    )


def test_every_filter_and_sort_agrees_with_a_plain_reading(rows: Rows) -> None:
    lists, nothing = rows.world.store.lists, lambda: None
    for _ in range(WALKS):
        by, filters, sort = drawn(rows)
        asked = ListQuery(principal=rows.world.principals[by], sort=sort, filters=filters)
        wanted = rows.wanted(by, filters, sort)

        for back in (False, True):
            assert walk(rows, asked, nothing, back=back, most=rows.random.randrange(1, 9)) == wanted
        with rows.world.store.session():
            assert lists.count(rows.kind.of, asked) == len(wanted)


def test_rows_that_are_there_all_along_are_met_once_while_others_change(rows: Rows) -> None:
    for _ in range(WALKS):
        by, filters, sort = drawn(rows)
        asked = ListQuery(principal=rows.world.principals[by], sort=sort, filters=filters)
        steady, ever = set(rows.wanted(by, filters, sort)), set(rows.wanted(by, filters, sort))

        def happens(by: str = by, filters: Any = filters, sort: str = sort) -> None:
            with rows.world.store.writing():
                for act in rows.random.choices((rows.add, rows.change, rows.remove), k=4):
                    act()
            now = set(rows.wanted(by, filters, sort))
            steady.intersection_update(now)  # noqa: B023
            ever.update(now)  # noqa: B023

        back = rows.random.random() < 0.5
        met = walk(rows, asked, happens, back=back, most=rows.random.randrange(1, 9))

        assert len(met) == len(set(met))
        assert steady <= set(met) <= ever
        in_order = [key for key in met if key in steady]
        assert in_order == [key for key in rows.wanted(by, filters, sort) if key in steady]


def test_pages_lie_between_cursors_of_their_own_sort(rows: Rows) -> None:
    lists, of = rows.world.store.lists, rows.kind.of
    asked = ListQuery(principal=rows.world.principals["southgate"], sort="OLDEST")
    other = ListQuery(principal=rows.world.principals["southgate"], sort="NEWEST")
    with rows.world.store.session():
        every = lists.page(of, asked, Part(most=100)).keys
        between = Part(most=100, after=every[1][0], before=every[6][0])
        assert lists.page(of, asked, between).keys == every[2:6]
        for at, beyond in ((0, (False, True)), (3, (True, True)), (-1, (True, False))):
            sides = [lists.any_beyond(of, asked, every[at][0], after=way) for way in (False, True)]
            assert tuple(sides) == beyond
        cursor = lists.page(of, other, Part(most=1)).keys[0][0]
        for wrong in (cursor, "", "x", "é", "WzEsMl0", "W10", "n" * 2_000, every[0][0][:-2]):
            with pytest.raises(RequestFault) as fault:
                lists.page(of, asked, Part(most=1, after=wrong))
            assert fault.value.code == "unknown_cursor"


def test_days_hold_after_a_cursor_that_lies_outside_of_them(rows: Rows) -> None:
    """Whoever changes a filter and keeps the cursor sees no row that does not fit."""
    lists, of, by = rows.world.store.lists, rows.kind.of, "southgate"
    for name in (each for each in rows.kind.filters if each.endswith(("_from", "_to"))):
        sort = "OLDEST" if name.endswith("_from") else "NEWEST"
        filters = {name: START.date() + timedelta(days=1)}
        principal = rows.world.principals[by]
        with rows.world.store.session():
            every = lists.page(of, ListQuery(principal=principal, sort=sort), Part(most=1)).keys
            asked = ListQuery(principal=principal, sort=sort, filters=filters)
            found = lists.page(of, asked, Part(most=100, after=every[0][0])).keys
        wanted = [key for key in rows.wanted(by, filters, sort) if key != every[0][1]]
        assert [key for _, key in found] == wanted
