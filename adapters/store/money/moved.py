"""Sums of settlements for the dashboard, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from pony.orm import Database

from adapters.identity.principal import Kind, Principal
from adapters.store.figures import Days

_OWN: Final = {Kind.SUPPLIER: "supplier", Kind.RETAILER: "retailer"}
_MOVED: Final = """
    SELECT s.instrument, s.state, s.currency, count(*), sum(s.amount) FROM settlement s
    WHERE s.{own} = $tenant AND s.made_at >= $since AND s.made_at < $before
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Settlements by instrument (`way`), state and currency; `amount` sums their minor units."""

    way: str
    state: str
    currency: str
    count: int
    amount: int


class MoneyMoved:
    """Every call runs inside a session of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def moved(self, principal: Principal, days: Days) -> tuple[Moved, ...]:
        """Sums the settlements planned in a period, by instrument, state and currency."""
        return tuple(
            Moved(way=way, state=state, currency=currency, count=many, amount=int(amount))
            for way, state, currency, many, amount in self._asked(_MOVED, principal, days)
        )

    def _asked(self, sql: str, principal: Principal, days: Days) -> Iterable[Any]:
        values = {"tenant": principal.tenant, **days.bounds}
        select: Callable[..., Any] = self._database.select
        return list(select(sql.format(own=_OWN[principal.kind]).strip(), {}, values))
