"""Makes feeds due after a change, a whole list at once, in the transaction of its cause.

Feeds are changed by plain SQL here, because a supplier may have many partners and many SKUs. Pony
does not notice, so no feed may be read afterwards in the same session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from adapters.store.connection.statements import Statements, marks
from adapters.store.stock.tables import StockTables
from adapters.store.tables import Tables
from adapters.store.timestamps import written
from engine.errors import RequestFault

_EMPTY: Final = "(channel, product, want, sent, acked, generation, attempts, parked, error)"
_NEWS: Final = """
    INSERT INTO feed (channel, product, want, sent, acked, generation, attempts, parked, error,
      behind_since, due)
    SELECT c.id, s.product, s.sequence, 0, 0, 0, 0, '', '', ?, ?
    FROM stock s JOIN product p ON p.id = s.product JOIN partnership t ON t.supplier = p.supplier
    JOIN channel c ON c.partnership = t.id WHERE s.product IN ({})
    ON CONFLICT (channel, product) DO UPDATE SET want = excluded.want,
      behind_since = COALESCE(feed.behind_since, excluded.behind_since),
      due = CASE WHEN feed.due IS NULL AND feed.parked = '' THEN excluded.due ELSE feed.due END
"""
_OPEN_ALL: Final = f"""
    INSERT INTO feed {_EMPTY}
    SELECT $channel, s.product, 0, 0, 0, 0, 0, '', ''
    FROM stock s JOIN product p ON p.id = s.product
    WHERE p.supplier = $supplier AND s.counted
"""  # noqa: S608
_OPEN_ONE: Final = f"""
    INSERT INTO feed {_EMPTY} VALUES ($channel, $product, 0, 0, 0, 0, 0, '', '')
    ON CONFLICT DO NOTHING
"""  # noqa: S608
_UNBUFFER: Final = "UPDATE feed SET buffer = NULL WHERE channel = $channel"
_BUFFER: Final = "UPDATE feed SET buffer = $units WHERE channel = $channel AND product = $product"
_TOLD: Final = """
    behind_since = COALESCE(behind_since, $now),
    due = CASE WHEN due IS NULL AND parked = '' THEN $now ELSE due END
"""
"""Feeds that wait for a retry or are parked stay so: they will send the newest level then."""
_NUMBER: Final = """
    UPDATE stock SET sequence = sequence + 1
    WHERE counted AND product IN (SELECT id FROM product WHERE supplier = $supplier)
"""
_RAISE_ALL: Final = f"""
    UPDATE feed
    SET want = (SELECT s.sequence FROM stock s WHERE s.product = feed.product), {_TOLD}
    WHERE channel = $channel
      AND product IN (SELECT s.product FROM stock s WHERE s.product = feed.product AND s.counted)
"""  # noqa: S608
_RESEND: Final = """
    UPDATE feed SET generation = generation + 1, attempts = 0, parked = '', due = $now
    WHERE channel = $channel AND want > 0
"""
_ONE: Final = "AND product IN (SELECT id FROM product WHERE sku = $sku)"
_SNAPSHOT: Final = """
    UPDATE feed SET generation = generation + 1, due = COALESCE(due, $now)
    WHERE channel = $channel AND want > 0 AND reported IS NULL
"""
_RETRY: Final = """
    UPDATE feed SET attempts = 0, parked = '', due = $now
    WHERE channel = $channel AND (parked <> '' OR attempts > 0)
"""


class Raising:
    """Every call runs inside a writing session that holds the supplier's journal."""

    def __init__(
        self,
        statements: Statements,
        tables: Tables,
        stock: StockTables,
        now: Callable[[], datetime],
    ) -> None:
        self._statements = statements
        self._tables = tables
        self._stock = stock
        self.now = now

    def news(self, products: Sequence[int]) -> None:
        """Queues making these products' feeds due for each partner, with stock written by then."""
        if products:
            now = written(self.now())
            self._statements.write_later(_NEWS.format(marks(products)), now, now, *products)

    def open(self, supplier: str, channel: Any) -> None:
        """Makes all shared SKUs due on a new channel."""
        said = {"supplier": supplier, "channel": channel.id}
        self._run(_OPEN_ALL, said)
        self._run(_RAISE_ALL, said)

    def renumber(self, supplier: str, channel: str) -> None:
        """Gives each SKU a new sequence: a partner now sees other quantities of the same stock."""
        said = {"supplier": supplier, "channel": channel}
        self._run(_NUMBER, said)
        self._run(_RAISE_ALL, said)

    def buffers(self, channel: Any, buffers: Mapping[str, int]) -> None:
        """Replaces the buffers of single SKUs; raises `RequestFault` `unknown_sku`."""
        self._run(_UNBUFFER, {"channel": channel.id})
        for sku, units in buffers.items():
            product = self._tables.Product.get(supplier=channel.partnership.supplier, sku=sku)
            if product is None:
                wrong = f"There is no SKU `{sku[:60]}` of yours."
                raise RequestFault("unknown_sku", wrong, "buffers")
            said = {"channel": channel.id, "product": product.id, "units": units}
            self._run(_OPEN_ONE, said)
            self._run(_BUFFER, said)

    def resend(self, channel: str, sku: str | None = None) -> int:
        """Makes one SKU or all due again without a change; returns how many."""
        if sku is None:
            return self._run(_RESEND, {"channel": channel})
        return self._run(f"{_RESEND} {_ONE}", {"channel": channel, "sku": sku})

    def snapshot(self, channel: str) -> None:
        """Makes all SKUs due again, except those of which the partner reports another quantity."""
        self._run(_SNAPSHOT, {"channel": channel})

    def retry(self, channel: str) -> None:
        """Makes failed and parked feeds due at once."""
        self._run(_RETRY, {"channel": channel})

    def _run(self, sql: str, said: Mapping[str, object]) -> int:
        execute: Callable[..., Any] = self._stock.Feed._database_.execute
        return int(execute(sql, {}, {**said, "now": written(self.now())}).rowcount)
