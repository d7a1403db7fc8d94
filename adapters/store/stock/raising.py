"""Tells the feeds of a supplier's partners that there is something new, in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from adapters.store.moments import written
from adapters.store.stock.tables import StockTables

_OPEN: Final = """
    INSERT INTO feed (channel, product, want, sent, acked, generation, attempts, parked, error)
    SELECT c.id, $product, 0, 0, 0, 0, 0, '', ''
    FROM channel c JOIN partnership p ON p.id = c.partnership
    WHERE p.supplier = $supplier AND NOT EXISTS (
      SELECT 1 FROM feed f WHERE f.channel = c.id AND f.product = $product
    )
"""
_RAISE: Final = """
    UPDATE feed
    SET want = $sequence,
      behind_since = COALESCE(behind_since, $now),
      due = CASE WHEN due IS NULL AND parked = '' THEN $now ELSE due END
    WHERE product = $product
"""
"""What waits for its next try, or is parked, stays so: it will be told the newest then."""


class Raising:
    """Every call runs inside a writing session that holds the supplier."""

    def __init__(self, tables: StockTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def raise_(self, supplier: str, news: Iterable[Any]) -> None:
        """Each subscribed partner is to be told these rows of stock."""
        execute: Callable[..., Any] = self._tables.Feed._database_.execute
        for row in news:
            said = {"supplier": supplier, "product": row.product.id, "sequence": row.sequence}
            execute(_OPEN, {}, said)
            execute(_RAISE, {}, {**said, "now": written(self._now())})
