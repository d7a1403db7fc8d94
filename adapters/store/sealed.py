"""Every sealed text of the store, to be sealed again when the master key changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from adapters.store.money.accounts import sealed_for, signing_for
from adapters.store.money.tables import MoneyTables
from adapters.store.returns import consumers
from adapters.store.returns.tables import ReturnTables
from adapters.store.stock.sharing import channel_seal
from adapters.store.stock.tables import StockTables
from adapters.store.tables import select

PAGE: Final = 200
"""Rows that are locked at a time."""

_TEXTS: Final = {
    "gateways": "secret",
    "channels": "secret",
    "consumers": "sealed",
    "search keys": "sealed",
}
"""The column with the sealed text, by kind of row."""

Again = Callable[[str, str], str]
"""Seals a text again, given the name that it was sealed for."""


class SealedTexts:
    """Every call runs inside a writing session of the store."""

    def __init__(self, money: MoneyTables, stock: StockTables, returns: ReturnTables) -> None:
        self._kinds: dict[str, tuple[Any, Callable[[Any, Again], None]]] = {
            "gateways": (money.GatewayAccount, _gateway),
            "channels": (stock.Channel, _channel),
            "consumers": (returns.Consumer, _consumer),
            "search keys": (returns.SearchKey, _search_key),
        }

    def kinds(self) -> Iterator[str]:
        """The kinds of rows with sealed texts."""
        yield from self._kinds

    def samples(self) -> Iterator[str]:
        """Yields one sealed text of each kind, if there is any."""
        for kind, (rows, _) in self._kinds.items():
            name = _TEXTS[kind]
            row = select(r for r in rows if getattr(r, name) != "").first()
            if row is not None:
                yield str(getattr(row, name))

    def seal_again(self, kind: str, after: str, again: Again) -> tuple[str, ...]:
        """Seals some rows of a kind again whose keys follow `after`; returns the keys of those
        rows.
        """
        rows, seal = self._kinds[kind]
        key = rows._pk_attrs_[0].name
        found = select(r for r in rows if getattr(r, key) > after)
        page = found.order_by(rows._pk_attrs_[0]).for_update()[:PAGE]
        for row in page:
            seal(row, again)
        return tuple(str(getattr(row, key)) for row in page)


def _gateway(row: Any, again: Again) -> None:
    if row.secret:
        row.secret = again(row.secret, sealed_for(row.partner))
    name = signing_for(row.partner)
    row.webhooks = [[again(text, name), shown] for text, shown in row.webhooks]


def _channel(row: Any, again: Again) -> None:
    name = channel_seal(row.id)
    row.secret = again(row.secret, name) if row.secret else ""
    row.old_secret = again(row.old_secret, name) if row.old_secret else ""


def _consumer(row: Any, again: Again) -> None:
    row.sealed = again(row.sealed, consumers.sealed_for(row.id))


def _search_key(row: Any, again: Again) -> None:
    row.sealed = again(row.sealed, consumers.search_key_of(row.retailer))
