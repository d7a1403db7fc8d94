"""How far the journals of some partners go: one question for whoever waits for news of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from pony.orm import Database

_ENDS: Final = (
    "SELECT p.handle, c.seq FROM chain c JOIN partner p ON p.id = c.tenant"
    " WHERE p.handle IN ({names})"
)


class Ends:
    """Every call runs inside a session of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, handles: Collection[str]) -> Mapping[str, int]:
        """The number of the last entry by the partner's handle, unscoped: no tenant check."""
        if not handles:
            return {}
        values = {f"h{at}": handle for at, handle in enumerate(sorted(handles))}
        sql = _ENDS.format(names=", ".join(f"${name}" for name in values))
        select: Callable[..., Any] = self._database.select
        return dict(select(sql, {}, values))
