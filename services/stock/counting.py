"""Suppliers set available stock as they counted it: all levels that were sent, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.stock.locked_stock import MOST as MOST_UNITS
from engine.errors import RequestFault
from engine.stock.moves import Counted

MOST: Final = 500
"""Levels in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The available units of a SKU at a location; replaces the previous level."""

    sku: str
    location: str
    available: int


def check_levels(what: Sequence[object], units: Sequence[int]) -> None:
    """Raises `RequestFault` for too many levels, a repeated one, or an invalid quantity."""
    if not 1 <= len(what) <= MOST:
        raise RequestFault("wrong_size", f"1 to {MOST} levels are sent at once.", "levels")
    if len(set(what)) < len(what):
        raise RequestFault("sent_twice", "A level is sent twice.", "levels")
    for index, each in enumerate(units):
        if not 0 <= each <= MOST_UNITS:
            wrong = f"0 to {MOST_UNITS:,} units are available."
            raise RequestFault("wrong_quantity", wrong, f"levels[{index}].available")


def set_stock(store: Store, principal: Principal, levels: Sequence[Level], key: str) -> None:
    """Sets levels; `key` identifies this count, so that each stock move is made only once.

    Call it inside `atomic`.
    """
    principal.must(Scope.SET_STOCK)
    check_levels([(each.sku, each.location) for each in levels], [e.available for e in levels])
    counts = [
        Counted(
            sku=each.sku,
            location=each.location,
            quantity=each.available,
            cause=f"count:{key}:{index}",
        )
        for index, each in enumerate(levels)
    ]
    store.stock.count(principal.tenant, counts, principal.by)
