"""Sums of money for a dashboard: what moved by which way, and what fees kept."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from adapters.store.figures import Days, ReturnedIn
from engine.settlement.instruments import Instrument
from engine.settlement.machine import SettlementState
from returns_api.context import Info
from returns_api.money.types import State, Way
from returns_api.types.described import described
from returns_api.types.scalars import Money, minor


@strawberry.type(description="Settlements by way, in one state and currency.")
class MoneyMoved:
    """Of settlements that were planned within the days."""

    way: Way  # type: ignore[valid-type]
    state: State  # type: ignore[valid-type]
    count: int
    """The number of settlements."""
    amount: Money


@strawberry.type(description="What was not refunded of return lines that were refunded in part.")
class MoneyKept:
    """Fees, and what people decided to keep; of returns that were requested within the days."""

    lines: int
    """The number of return lines."""
    amount: Money


@strawberry.type
class MoneyFigures:
    """The figures about money, and what all figures share."""

    days: strawberry.Private[Days]
    read: strawberry.Private[ReturnedIn | None] = None

    def returned(self, info: Info) -> ReturnedIn:
        """Returns what came back in the days, read once for all fields."""
        info.context.principal.must(Scope.READ_RETURNS)
        if self.read is None:
            self.read = info.context.store.figures.returned(info.context.principal, self.days)
        return self.read

    @described("Settlements by way, state and currency.")
    def moved(self, info: Info) -> list[MoneyMoved]:
        info.context.principal.must(Scope.READ_MONEY)
        found = info.context.store.money_moved.moved(info.context.principal, self.days)
        return [
            MoneyMoved(
                way=Instrument(each.way),
                state=SettlementState(each.state),
                count=each.count,
                amount=minor(each.amount, each.currency),
            )
            for each in found
        ]

    @described("The amounts that fees kept, by currency.")
    def kept(self, info: Info) -> list[MoneyKept]:
        info.context.principal.must(Scope.READ_MONEY)
        found = self.returned(info).kept
        return [
            MoneyKept(lines=each.lines, amount=minor(each.amount, each.currency)) for each in found
        ]
