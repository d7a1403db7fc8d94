"""Suppliers declare their products and locations."""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.store.records import Location, Product
from engine.errors import RequestFault, inside
from returns_api.context import Context
from returns_api.line_claims import named
from returns_api.types.inputs import LocationInput, PriceInput, ProductInput, PutProductsInput
from returns_api.types.problems import InputProblem, input_problem
from services.goods.declaring import declare
from services.goods.words import notes_on

MOST: Final = 500


@strawberry.type(description="The products and locations were stored.")
class ProductsPut:
    """How many were added or replaced."""

    products: int
    """The number of products that were added or replaced."""
    locations: int
    """The number of locations that were added or replaced."""
    notes: list[str]
    """
    Facts and words of the products that none of your 50 policies published last knows; they are
    kept.
    """


PutProductsResult = Annotated[ProductsPut | InputProblem, strawberry.union("PutProductsResult")]


def put_products(context: Context, said: PutProductsInput) -> PutProductsResult:
    """Adds or replaces all of them, or none."""
    context.principal.must(Scope.PUT_GOODS)
    try:
        for name, many in (("products", said.products), ("locations", said.locations)):
            if len(many) > MOST:
                raise RequestFault("wrong_size", f"At most {MOST} at once.", name)
        products = [_product(each, f"products[{n}]") for n, each in enumerate(said.products)]
        locations = [_location(each) for each in said.locations]
        with context.store.atomic():
            count = declare(context.store, context.principal, products, locations)
    except RequestFault as fault:
        return input_problem(fault, "input")
    notes = notes_on(context.store, context.library, context.principal, products)
    return ProductsPut(products=count, locations=len(locations), notes=notes)


def _product(said: ProductInput, path: str) -> Product:
    with inside(path):
        facts, prices = dict(named(said.facts)), _prices(said.prices)
    return Product(sku=said.sku, title=said.title, facts=facts, prices=prices)


def _prices(said: list[PriceInput] | None) -> dict[str, int] | None:
    """Returns prices by currency; raises `RequestFault` if a currency repeats."""
    if said is None:
        return None
    prices: dict[str, int] = {each.currency: each.amount for each in said}
    if len(prices) < len(said):
        raise RequestFault("sent_twice", "A currency stands twice.", "prices")
    return prices


def _location(said: LocationInput) -> Location:
    return Location(
        handle=said.handle, name=said.name, lines=tuple(said.lines), country=said.country
    )
