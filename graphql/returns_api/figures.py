"""Counts and sums for a dashboard; part of the schema. Only requested fields are computed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.store import figures as store
from adapters.store.figures import Days
from adapters.store.returns.records import WaitsFor
from engine.errors import RequestFault
from engine.returns.lifecycle import State
from engine.settlement.machine import SettlementState
from returns_api.context import Info
from returns_api.money.figures import MoneyFigures
from returns_api.money.types import State as ShownState
from returns_api.types.described import described
from returns_api.types.outcomes import Answer
from returns_api.types.pages import count_of
from returns_api.types.scalars import Money, minor

USUAL_DAYS: Final = 30
MOST_DAYS: Final = 1_100

Bucket = strawberry.enum(
    store.Bucket,
    name="TimeBucket",
    description="The periods that are counted together; weeks begin on Mondays, all in UTC.",
)
_TO_RECEIVE: Final = (State.IN_TRANSIT, State.PARTLY_RECEIVED)
_TO_APPROVE: Final = (State.REQUESTED, State.IN_REVIEW)


@strawberry.type(description="Returns that currently wait for somebody.")
class Waiting:
    """Counted by what has to be done next."""

    approve: int = strawberry.field(description="Returns that a person has to approve or refuse.")
    inform: int = strawberry.field(
        description="Returns that wait for facts that their retailer may state."
    )
    place: int = strawberry.field(
        description="Approved returns whose supplier has to name the location for their goods."
    )
    ship: int = strawberry.field(
        description="Approved returns that may be shipped and whose parcel is not on its way."
    )
    receive: int = strawberry.field(description="Returns on their way, or partly received.")
    inspect: int = strawberry.field(description="Returns that arrived and are not inspected.")
    settle: int = strawberry.field(description="Returns whose money has not moved yet.")


@strawberry.type(
    description="Orders by the last day on which something of them may still be returned."
)
class LeavingWindow:
    """Days are in UTC; orders whose days are being recomputed are not counted."""

    today: int = strawberry.field(description="Orders whose last day is today.")
    in_week: int = strawberry.field(
        description="Orders whose last day is within 7 days, including today."
    )
    in_month: int = strawberry.field(
        description="Orders whose last day is within 30 days, including today."
    )
    being_refreshed: int = strawberry.field(
        description="Orders whose last day is being recomputed."
    )


@strawberry.type(description="Settlements in one state and currency.")
class MoneyInState:
    """Of settlements that were planned within the days."""

    state: ShownState  # type: ignore[valid-type]
    count: int
    """The number of settlements."""
    amount: Money


@strawberry.type(description="Return lines of one reason, SKU or partner.")
class ReturnedOf:
    """Of returns that were requested within the days."""

    what: str = strawberry.field(description="The reason, the SKU, or the partner's handle.")
    lines: int
    units: int


@strawberry.type(description="Answers to return lines within one period.")
class AnswersInTime:
    """`answer` is the policy's, or a person's."""

    begins: date = strawberry.field(description="The first day of the period.")
    answer: Answer
    lines: int


@strawberry.type(description="Counts and sums over the days from `from` to `to`, in UTC.")
class Figures(MoneyFigures):
    """All fields about return lines share one query; each other field needs its own."""

    @described("What waits now, whenever it was requested.")
    def waiting(self, info: Info) -> Waiting:
        info.context.principal.must(Scope.READ_RETURNS)
        figures, principal = info.context.store.figures, info.context.principal
        found, nowhere = figures.states(principal), figures.nowhere(principal)
        asked = figures.awaited(principal)
        theirs = asked.get((WaitsFor.RETAILER, State.IN_REVIEW), 0)
        return Waiting(
            approve=sum(found.get(each, 0) for each in _TO_APPROVE) - theirs,
            inform=sum(asked.values()),
            place=nowhere,
            ship=found.get(State.APPROVED, 0) - nowhere,
            receive=sum(found.get(each, 0) for each in _TO_RECEIVE),
            inspect=found.get(State.RECEIVED, 0),
            settle=found.get(State.INSPECTED, 0),
        )

    @described(
        "Orders that are about to leave their return window, whenever they were ordered, except "
        "those of which all was requested already."
    )
    def leaving_window(self, info: Info) -> LeavingWindow:
        found = info.context.store.figures.leaving(info.context.principal, info.context.now())
        return LeavingWindow(
            today=found.today,
            in_week=found.in_week,
            in_month=found.in_month,
            being_refreshed=found.refreshed,
        )

    @described("Settlements by state and currency.")
    def money(self, info: Info) -> list[MoneyInState]:
        info.context.principal.must(Scope.READ_MONEY)
        found = info.context.store.figures.money(info.context.principal, self.days)
        return [
            MoneyInState(
                state=SettlementState(each.state),
                count=each.count,
                amount=minor(each.amount, each.currency),
            )
            for each in found
        ]

    @described(
        "The reasons of returns, including refused ones, most frequent first; `what` is empty for "
        "lines without a reason."
    )
    def reasons(self, info: Info) -> list[ReturnedOf]:
        return [_returned(each) for each in self.returned(info).reasons]

    @described("The SKUs with the most units requested back, including refused ones.")
    def skus(self, info: Info, first: int = 10) -> list[ReturnedOf]:
        found, most = self.returned(info).skus, count_of(first, "first")
        return [_returned(each) for each in found[:most]]

    @described("The partners with the most units requested back, including refused ones.")
    def partners(self, info: Info, first: int = 10) -> list[ReturnedOf]:
        found, most = self.returned(info).partners, count_of(first, "first")
        return [_returned(each) for each in found[:most]]

    @described("Answers to return lines over time, oldest first; periods without any are left out.")
    def outcomes(
        self,
        info: Info,
        by: Annotated[
            Bucket,  # type: ignore[valid-type]
            strawberry.argument(description="The length of a period."),
        ] = store.Bucket.DAY,
    ) -> list[AnswersInTime]:
        return [
            AnswersInTime(begins=each.begins, answer=Answer(each.answer), lines=each.lines)
            for each in self.returned(info).outcomes(by)
        ]


@strawberry.type
class FigureQueries:
    """Queries that aggregate many rows."""

    @described(
        "Counts and sums for a dashboard over a range of days, both included; by default the last "
        "30."
    )
    def figures(
        self,
        info: Info,
        from_: Annotated[date | None, strawberry.argument(name="from")] = None,
        to: date | None = None,
    ) -> Figures:
        last = to or info.context.now().date()
        first = from_ or last - timedelta(days=min(USUAL_DAYS - 1, (last - date.min).days))
        if not 0 <= (last - first).days < MOST_DAYS or last == date.max:
            said = f"1 to {MOST_DAYS:,} days are counted, `from` first."
            raise RequestFault("wrong_range", said, "from")
        return Figures(days=Days(first=first, last=last))


def _returned(found: store.Returned) -> ReturnedOf:
    return ReturnedOf(what=found.what, lines=found.lines, units=found.units)
