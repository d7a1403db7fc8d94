"""Pony's way to PostgreSQL, without its one trap."""

from __future__ import annotations

from typing import Any

from pony.orm.dbproviders.postgres import PGProvider


class Provider(PGProvider):
    """A connection that is lost in a transaction ends the transaction.

    Pony 0.7.20 connects anew and goes on, so that the end of a transaction is kept without its
    beginning: it forgets that there was one before it asks.
    """

    def drop(self, connection: Any, cache: Any = None) -> None:
        began = cache is not None and cache.in_transaction
        super().drop(connection, cache)
        if began:
            cache.in_transaction = True  # Pony then raises ConnectionClosedError
