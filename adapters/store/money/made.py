"""Inserts new settlements without making entities that nobody would read."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from adapters.store.connection.statements import Statements
from adapters.store.money.records import Settlement
from adapters.store.timestamps import written

_COLUMNS: Final = (
    *("id", "return_line", "sequence", "order_line", "payment", "supplier", "retailer"),
    *("instrument", "currency", "amount", "tax", "state", "trouble", "sentence", "why"),
    *("instead_of", "line_most", "claimed", "excess", "came_back_at", "reference", "generation"),
    *("attempts", "polls", "first_sent", "due", "heard", "owner", "made_at"),
)


def insert(statements: Statements, made: Settlement, due: datetime | None) -> None:
    """Queues the insert, to run at the session's end or before settlements are read; no entity."""
    row = (
        made.id,
        made.return_line,
        made.sequence,
        made.order_line,
        made.payment,
        made.supplier,
        made.retailer,
        str(made.instrument),
        made.amount.currency,
        made.amount.minor,
        made.tax,
        str(made.state),
        made.trouble,
        made.sentence,
        made.why,
        made.instead_of,
        made.line_most,
        made.claimed.minor,
        made.excess,
        _moment(made.came_back_at),
        made.reference,
        made.generation,
        made.attempts,
        made.polls,
        _moment(made.first_sent),
        _moment(due),
        False,
        "",
        _moment(made.made_at),
    )
    statements.insert_later("settlement", _COLUMNS, [row])


def _moment(at: datetime | None) -> str | None:
    return written(at) if at else None
