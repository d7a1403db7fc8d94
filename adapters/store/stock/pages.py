"""Pages of rows that each have a product, in the order in which products were declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from adapters.store.tables import desc

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of a list: `most` members after or before a product's number, from either end."""

    most: int
    after: int | None = None
    before: int | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[T]):
    """A part of a list, each member with its product's number, and what lies around it."""

    members: tuple[tuple[int, T], ...]
    total: int
    more_before: bool
    more_after: bool


def part_of(query: Any, part: Part) -> Found[Any]:
    """The rows of a part of a query; inside a session."""
    within = query
    if part.after is not None:
        within = within.filter(lambda r: r.product.id > part.after)
    if part.before is not None:
        within = within.filter(lambda r: r.product.id < part.before)
    order = (lambda r: desc(r.product.id)) if part.from_end else (lambda r: r.product.id)
    rows = list(within.order_by(order)[: part.most + 1])
    more, rows = len(rows) > part.most, rows[: part.most]
    around = query.count() > within.count()
    if part.from_end:
        rows = rows[::-1]
    return Found(
        members=tuple((row.product.id, row) for row in rows),
        total=query.count(),
        more_before=more if part.from_end else around and part.after is not None,
        more_after=around and part.before is not None if part.from_end else more,
    )
