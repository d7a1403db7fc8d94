"""The lists of settlements and claims; part of the schema."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lists.of_money import CLAIMS, SETTLEMENTS
from returns_api.context import Info
from returns_api.money.claims import Claim, ClaimState, claim
from returns_api.money.types import RecordedSettlement, State, Way, settlement
from returns_api.types.ids import NodeKind, sought
from returns_api.types.pages import Connection, Page, Shown, asked_of, listed, paged, sorts_of
from returns_api.types.scalars import Currency

SettlementSort: Any = sorts_of("SettlementSort", SETTLEMENTS)
ClaimSort: Any = sorts_of("ClaimSort", CLAIMS)


@strawberry.input(description="Which settlements to list: those that match every given field.")
class SettlementFilter:
    """Days are in UTC; both ends are included."""

    states: list[State] | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Their state: any of these."
    )
    partner: str | None = strawberry.field(
        default=None, description="The handle of the other partner."
    )
    ways: list[Way] | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="The way in which they are paid: any of these."
    )
    currency: Currency | None = strawberry.field(
        default=None, description="Their currency, such as `USD`."
    )
    made_from: date | None = strawberry.field(
        default=None, description="The first day on which they were planned."
    )
    made_to: date | None = strawberry.field(
        default=None, description="The last day on which they were planned."
    )


@strawberry.input(description="Which claims to list: those that match every given field.")
class ClaimFilter:
    """Days are in UTC; both ends are included."""

    partner: str | None = strawberry.field(
        default=None, description="The handle of the other partner."
    )
    made_from: date | None = strawberry.field(
        default=None, description="The first day on which they were made."
    )
    made_to: date | None = strawberry.field(
        default=None, description="The last day on which they were made."
    )


@strawberry.type
class MoneyLists:
    """Settlements and claims."""

    @paged(
        "Your settlements, by default newest first; of some states or of one order, if given. "
        "Search by a part of an order's number, a return's number or their reference.",
        also_page=True,
        asks=Scope.READ_MONEY,
    )
    def settlements(
        self,
        info: Info,
        states: list[State] | None = None,  # type: ignore[valid-type]
        order: strawberry.ID | None = None,
        search: str | None = None,
        filter: SettlementFilter | None = None,  # noqa: A002
        sort: SettlementSort = SettlementSort.NEWEST,
        page: Page | None = None,
    ) -> Connection[RecordedSettlement]:
        context = info.context
        more: dict[str, object] = {"states": states} if states else {}
        if order is not None:
            more["order"] = sought(order, NodeKind.ORDER)
        asked = asked_of(context, sort, filter, search, more)
        shown = Shown(
            read=context.store.tenant_money.settlements, show=partial(settlement, context)
        )
        return listed(context, SETTLEMENTS, asked, page, shown)

    @paged(
        "Claims for money that was paid but is not owed, by default newest first.",
        also_page=True,
        asks=Scope.READ_MONEY,
    )
    def claims(
        self,
        info: Info,
        state: ClaimState | None = None,  # type: ignore[valid-type]
        filter: ClaimFilter | None = None,  # noqa: A002
        sort: ClaimSort = ClaimSort.NEWEST,
        page: Page | None = None,
    ) -> Connection[Claim]:
        context = info.context
        asked = asked_of(context, sort, filter, more={"state": state})
        return listed(
            context, CLAIMS, asked, page, Shown(read=context.store.claims.some, show=claim)
        )
