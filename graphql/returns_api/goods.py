"""Suppliers declare what they sell and where they ship from."""

from __future__ import annotations

import re
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.store.records import Location, Product
from engine.errors import RequestFault
from engine.money import CURRENCIES, LIMIT
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import check_described
from returns_api.context import Context
from returns_api.said import named
from returns_api.types.inputs import LocationInput, PriceInput, ProductInput, PutGoodsInput
from returns_api.types.problems import InputProblem, input_problem

MOST: Final = 500
_SKU: Final = re.compile(r"\S([^\x00-\x1f]{0,58}\S)?\Z")
_HANDLE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\Z")
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")


@strawberry.type(description="The goods are known.")
class GoodsPut:
    """How many were added or replaced."""

    products: int
    locations: int


PutGoodsResult = Annotated[GoodsPut | InputProblem, strawberry.union("PutGoodsResult")]


def put_goods(context: Context, said: PutGoodsInput) -> PutGoodsResult:
    """Adds or replaces all of them, or none."""
    context.principal.must(Scope.PUT_GOODS)
    try:
        for name, many in (("products", said.products), ("locations", said.locations)):
            if len(many) > MOST:
                raise RequestFault("wrong_size", f"At most {MOST} at once.", name)
        products = [_product(each, f"products[{n}]") for n, each in enumerate(said.products)]
        locations = [_location(each, f"locations[{n}]") for n, each in enumerate(said.locations)]
    except RequestFault as fault:
        return input_problem(fault, "input")
    store, by = context.store, context.principal.by
    own = store.partners.own(context.principal)
    with store.atomic():
        count = store.goods.put(own, products, by)
        for location in locations:
            store.goods.put_location(own, location, by)
    return GoodsPut(products=count, locations=len(locations))


def _product(said: ProductInput, path: str) -> Product:
    if not _SKU.match(said.sku):
        raise RequestFault("wrong_sku", "A SKU has 1 to 60 characters.", f"{path}.sku")
    if not said.title.strip() or len(said.title) > 200:
        raise RequestFault("wrong_title", "A title has 1 to 200 characters.", f"{path}.title")
    try:
        facts, prices = dict(named(said.facts)), _prices(said.prices)
        for name in SENT.keys() & facts.keys():
            check_described(SENT[name])
        return Product(sku=said.sku, title=said.title, facts=facts, prices=prices)
    except RequestFault as fault:
        raise RequestFault(fault.code, fault.message, f"{path}.{fault.path}") from None


def _prices(said: list[PriceInput] | None) -> dict[str, int] | None:
    """Prices by currency; raises `RequestFault` for one that cannot be right."""
    if said is None:
        return None
    for index, each in enumerate(said):
        if each.currency not in CURRENCIES:
            text = f"`{each.currency[:20]}` is not a currency of ISO 4217."
            raise RequestFault("unknown_currency", text, f"prices[{index}].currency")
        if not 0 <= each.amount <= LIMIT:
            raise RequestFault("wrong_price", "A price is not negative.", f"prices[{index}].amount")
    if len({each.currency for each in said}) < len(said):
        raise RequestFault("sent_twice", "A currency stands twice.", "prices")
    return {each.currency: each.amount for each in said}


def _location(said: LocationInput, path: str) -> Location:
    if not _HANDLE.match(said.handle):
        raise RequestFault(
            "wrong_handle", "A handle is small letters, digits, `-` and `_`.", f"{path}.handle"
        )
    texts = (said.name, *said.lines)
    if not 1 <= len(said.lines) <= 10 or not all(
        each.strip() and len(each) <= 200 for each in texts
    ):
        raise RequestFault(
            "wrong_address", "An address has a name and 1 to 10 short lines.", f"{path}.lines"
        )
    if not _COUNTRY.match(said.country):
        raise RequestFault(
            "wrong_country", "A country is two capital letters, as in `US`.", f"{path}.country"
        )
    return Location(
        handle=said.handle, name=said.name, lines=tuple(said.lines), country=said.country
    )
