"""Suppliers declare what they sell and where they ship from; all of what is sent, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.records import Location, Product
from engine.errors import RequestFault
from engine.money import CURRENCIES, LIMIT
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import check_described

T = TypeVar("T")
_SKU: Final = re.compile(r"\S([^\x00-\x1f]{0,58}\S)?\Z")
_HANDLE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\Z")
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")


def declare(
    store: Store,
    principal: Principal,
    products: Sequence[Product] = (),
    locations: Sequence[Location] = (),
) -> int:
    """Adds products and locations, or replaces what was said of them; how many products.

    Inside `atomic`. Raises `RequestFault` whose path is `products[0].sku`, say.
    """
    principal.must(Scope.PUT_GOODS)
    for index, product in enumerate(products):
        _check(_check_product, product, f"products[{index}]")
    for index, location in enumerate(locations):
        _check(_check_location, location, f"locations[{index}]")
    own = store.partners.own(principal)
    count = store.goods.put(own, products, principal.by)
    for location in locations:
        store.goods.put_location(own, location, principal.by)
    return count


def _check(check: Callable[[T], None], value: T, place: str) -> None:
    try:
        check(value)
    except RequestFault as fault:
        raise fault.within(place) from None


def _check_product(said: Product) -> None:
    if not _SKU.match(said.sku):
        raise RequestFault("wrong_sku", "A SKU has 1 to 60 characters.", "sku")
    if not said.title.strip() or len(said.title) > 200:
        raise RequestFault("wrong_title", "A title has 1 to 200 characters.", "title")
    _check_prices(said.prices or {})
    for name in SENT.keys() & said.facts.keys():
        check_described(SENT[name])


def _check_prices(prices: Mapping[str, int]) -> None:
    for index, (currency, amount) in enumerate(prices.items()):
        if currency not in CURRENCIES:
            text = f"`{currency[:20]}` is not a currency of ISO 4217."
            raise RequestFault("unknown_currency", text, f"prices[{index}].currency")
        if not 0 <= amount <= LIMIT:
            raise RequestFault("wrong_price", "A price is not negative.", f"prices[{index}].amount")


def _check_location(said: Location) -> None:
    if not _HANDLE.match(said.handle):
        raise RequestFault(
            "wrong_handle", "A handle is small letters, digits, `-` and `_`.", "handle"
        )
    texts = (said.name, *said.lines)
    if not 1 <= len(said.lines) <= 10 or not all(
        each.strip() and len(each) <= 200 for each in texts
    ):
        raise RequestFault(
            "wrong_address", "An address has a name and 1 to 10 short lines.", "lines"
        )
    if not _COUNTRY.match(said.country):
        raise RequestFault(
            "wrong_country", "A country is two capital letters, as in `US`.", "country"
        )
