"""The lists of returns; part of the schema."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lists.of_returns import CONSUMER_RETURNS, RETURNS
from adapters.store.lists.statements import ListQuery
from returns_api.context import Context, Info
from returns_api.returns.consumers import words_searched_for
from returns_api.returns.happened import ReturnState
from returns_api.returns.types import ConsumerReturn, Return, consumer_return, return_
from returns_api.types.ids import NodeKind, sought
from returns_api.types.pages import Connection, Page, Shown, asked_of, listed, paged, sorts_of

ReturnSort: Any = sorts_of("ReturnSort", RETURNS)
ConsumerReturnSort: Any = sorts_of("ConsumerReturnSort", CONSUMER_RETURNS)


@strawberry.enum(description="The side whose facts or decision an open return waits for.")
class WaitingSide(StrEnum):
    """`NOBODY` is for returns that are not held."""

    SUPPLIER = "supplier"
    """The supplier decides, states a fact or names a location."""
    RETAILER = "retailer"
    """The retailer may state the missing facts."""
    NOBODY = ""
    """Nothing holds the return."""


@strawberry.input(description="Which returns to list: those that match every given field.")
class ReturnFilter:
    """Days are in UTC; both ends are included."""

    states: list[ReturnState] | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Their state: any of these."
    )
    partner: str | None = strawberry.field(
        default=None, description="The handle of the other partner."
    )
    order: strawberry.ID | None = strawberry.field(
        default=None, description="The order to which they belong."
    )
    requested_from: date | None = strawberry.field(
        default=None, description="The first day on which they were requested."
    )
    requested_to: date | None = strawberry.field(
        default=None, description="The last day on which they were requested."
    )
    sku: str | None = strawberry.field(default=None, description="The SKU of one of their lines.")
    reason: str | None = strawberry.field(
        default=None, description="The return reason of one of their lines, such as `damaged`."
    )
    tracking: str | None = strawberry.field(
        default=None, description="The tracking number of a parcel to the supplier."
    )
    held_for: str | None = strawberry.field(
        default=None, description="What they are held for, as in `heldFor`."
    )
    waiting_for: WaitingSide | None = strawberry.field(
        default=None, description="The side whose facts or decision they wait for."
    )


@strawberry.input(
    description="Which returns of consumers to list: those that match every given field."
)
class ConsumerReturnFilter:
    """Days are in UTC; both ends are included."""

    reference: str | None = strawberry.field(default=None, description="Your own reference.")
    requested_from: date | None = strawberry.field(
        default=None, description="The first day on which they were requested."
    )
    requested_to: date | None = strawberry.field(
        default=None, description="The last day on which they were requested."
    )


@strawberry.type
class ReturnLists:
    """Returns, by consumer and by order."""

    @paged(
        "Your returns, by default newest first; of some states, if given. Search by a return's "
        "number, a part of its order's number, a SKU, a tracking number, and for retailers the "
        "name or e-mail address of their consumer.",
        also_page=True,
        asks=Scope.READ_RETURNS,
    )
    def returns(
        self,
        info: Info,
        states: list[ReturnState] | None = None,  # type: ignore[valid-type]
        search: str | None = None,
        filter: ReturnFilter | None = None,  # noqa: A002
        sort: ReturnSort = ReturnSort.NEWEST,
        page: Page | None = None,
    ) -> Connection[Return]:
        wanted = replace(filter, order=_order(filter.order), waiting_for=None) if filter else None
        more: dict[str, Any] = {"states": states} if states else {}
        if filter and filter.waiting_for is not None:
            both = () if filter.waiting_for is WaitingSide.NOBODY else ("both",)
            more["waits_for"] = [filter.waiting_for, *both]
        asked = asked_of(info.context, sort, wanted, search, more)
        shown = Shown(read=info.context.store.tenant_returns.some, show=return_)
        return listed(info.context, RETURNS, _with_words(info.context, asked), page, shown)

    @paged(
        "Returns of your consumers, by default newest first. Search as in `returns`, or by a part "
        "of your own reference. For retailers.",
        asks=Scope.READ_RETURNS,
    )
    def consumer_returns(
        self,
        info: Info,
        search: str | None = None,
        filter: ConsumerReturnFilter | None = None,  # noqa: A002
        sort: ConsumerReturnSort = ConsumerReturnSort.NEWEST,
        page: Page | None = None,
    ) -> Connection[ConsumerReturn]:
        asked = _with_words(info.context, asked_of(info.context, sort, filter, search))
        shown = Shown(read=info.context.store.tenant_returns.wholes, show=consumer_return)
        return listed(info.context, CONSUMER_RETURNS, asked, page, shown)


def _order(id_: strawberry.ID | None) -> strawberry.ID | None:
    return strawberry.ID(sought(id_, NodeKind.ORDER)) if id_ is not None else None


def _with_words(context: Context, asked: ListQuery) -> ListQuery:
    return replace(asked, words=words_searched_for(context, asked.search))
