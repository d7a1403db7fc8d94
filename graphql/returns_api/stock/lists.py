"""The lists of stock, products and locations; part of the schema."""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.store.lists.of_goods import LOCATIONS, PRODUCTS, SHARED_STOCK, STOCK
from adapters.store.records import Location as LocationRecord
from engine.errors import RequestFault
from returns_api.context import Info
from returns_api.stock.types import Stock, shared_stock, stock
from returns_api.types.pages import Connection, Page, Shown, asked_of, listed, paged, sorts_of
from returns_api.types.trade import Address, Product, address, product

StockSort: Any = sorts_of("StockSort", STOCK)
ProductSort: Any = sorts_of("ProductSort", PRODUCTS)
LocationSort: Any = sorts_of("LocationSort", LOCATIONS)


@strawberry.type(description="A location of yours that goods are shipped from or returned to.")
class Location:
    """Orders, stock and policies name it by its `handle`."""

    handle: str
    address: Address
    """Its postal address."""


@strawberry.type
class StockLists:
    """Stock, products and locations."""

    @paged(
        "Your stock, including products never counted, or as a retailer what you may sell of your "
        "suppliers' stock; of one SKU, if given. Search by a part of a SKU or title. Suppliers "
        "may choose one location, retailers one supplier.",
        also_page=True,
        asks=Scope.READ_STOCK,
    )
    def stock(
        self,
        info: Info,
        sku: str | None = None,
        location: str | None = None,
        partner: str | None = None,
        search: str | None = None,
        sort: StockSort = StockSort.DECLARED,
        page: Page | None = None,
    ) -> Connection[Stock]:
        context = info.context
        if context.principal.kind is Kind.SUPPLIER:
            _leave_out(partner, "partner", "It is your own stock; leave this out.")
            asked = asked_of(context, sort, search=search, more={"sku": sku, "location": location})
            shown = Shown(read=context.store.stock.some, show=partial(stock, context))
            return listed(context, STOCK, asked, page, shown)
        _leave_out(location, "location", "Locations are their supplier's own; leave this out.")
        asked = asked_of(context, sort, search=search, more={"sku": sku, "partner": partner})
        read = partial(context.store.feeds.shared, context.principal)
        shown = Shown(read=read, show=partial(shared_stock, context))
        return listed(context, SHARED_STOCK, asked, page, shown)

    @paged(
        "Your declared products; search by a part of a SKU or title.",
        asks=Scope.READ_STOCK,
    )
    def products(
        self,
        info: Info,
        sku: str | None = None,
        search: str | None = None,
        sort: ProductSort = ProductSort.SKU,
        page: Page | None = None,
    ) -> Connection[Product]:
        asked = asked_of(info.context, sort, search=search, more={"sku": sku})
        shown = Shown(read=info.context.store.goods.some, show=product)
        return listed(info.context, PRODUCTS, asked, page, shown)

    @paged("Your locations; search by a part of their handle or name.", asks=Scope.READ_STOCK)
    def locations(
        self,
        info: Info,
        country: str | None = None,
        search: str | None = None,
        sort: LocationSort = LocationSort.HANDLE,
        page: Page | None = None,
    ) -> Connection[Location]:
        asked = asked_of(info.context, sort, search=search, more={"country": country})
        shown = Shown(read=info.context.store.goods.places, show=_location)
        return listed(info.context, LOCATIONS, asked, page, shown)


def _leave_out(value: str | None, name: str, why: str) -> None:
    if value is not None:
        raise RequestFault("wrong_filter", why, name)


def _location(found: LocationRecord) -> Location:
    return Location(handle=found.handle, address=address(found))
