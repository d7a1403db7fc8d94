"""Relay connections over lists that are already in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

import strawberry

from engine.errors import RequestFault
from returns_api.types.described import described

T = TypeVar("T")
U = TypeVar("U")

USUAL: Final = 20
MOST: Final = 100


@strawberry.type
class PageInfo:
    """Where a page stands."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    """One member of a page."""

    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int

    @described("The members without their cursors.")
    def nodes(self) -> list[T]:
        return [edge.node for edge in self.edges]


@strawberry.input(description="Which part of a list is wanted: `first` after a cursor, or `last`.")
class Page:
    """At most 100 members a page."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


def cut(
    members: Sequence[tuple[str, U]], page: Page | None
) -> tuple[list[tuple[str, U]], PageInfo]:
    """The asked part of (cursor, member) pairs; a cursor that is gone is an error."""
    page = page or Page()
    cursors = [cursor for cursor, _ in members]
    start = _place(cursors, page.after, "after") + 1 if page.after is not None else 0
    end = _place(cursors, page.before, "before") if page.before is not None else len(members)
    if page.last is not None and page.first is None:
        start = max(start, end - count_of(page.last, "last"))
    else:
        end = min(end, start + count_of(page.first, "first"))
    found = list(members[start:end])
    info = PageInfo(
        has_next_page=end < len(members),
        has_previous_page=start > 0,
        start_cursor=found[0][0] if found else None,
        end_cursor=found[-1][0] if found else None,
    )
    return found, info


def _place(cursors: list[str], cursor: str, name: str) -> int:
    if cursor not in cursors:
        raise RequestFault("unknown_cursor", "There is no such cursor.", f"page.{name}")
    return cursors.index(cursor)


def count_of(count: int | None, name: str) -> int:
    """How many members a page has; raises `RequestFault` `wrong_page`."""
    if count is None:
        return USUAL
    if not 1 <= count <= MOST:
        raise RequestFault("wrong_page", f"A page has 1 to {MOST} members.", f"page.{name}")
    return count
