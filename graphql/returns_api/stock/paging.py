"""Pages that the store cuts: lists of stock are too long to be read whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from adapters.store.stock.pages import Found, Part
from engine.errors import RequestFault
from returns_api.types.pages import Connection, Edge, Page, PageInfo, count_of

T = TypeVar("T")


def part_of(page: Page | None) -> Part:
    """The asked part; raises `RequestFault` `wrong_page` or `unknown_cursor`."""
    page = page or Page()
    from_end = page.last is not None and page.first is None
    return Part(
        most=count_of(page.last, "last") if from_end else count_of(page.first, "first"),
        after=_number(page.after, "after"),
        before=_number(page.before, "before"),
        from_end=from_end,
    )


def connection(found: Found[Any], show: Callable[[Any], T]) -> Connection[T]:
    """A part as clients see it."""
    cursors = [str(number) for number, _ in found.members]
    return Connection(
        edges=[Edge(cursor=str(number), node=show(each)) for number, each in found.members],
        page_info=PageInfo(
            has_next_page=found.more_after,
            has_previous_page=found.more_before,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        total_count=found.total,
    )


def _number(cursor: str | None, name: str) -> int | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise RequestFault("unknown_cursor", "There is no such cursor.", f"page.{name}")
    return int(cursor)
