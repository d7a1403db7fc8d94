"""Stores the products and locations that a supplier declares: all that were sent, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.records import Location, Product
from engine.characters import is_blank, wrong_sku
from engine.countries import wrong_country
from engine.decision.encoders import check_readable
from engine.errors import RequestFault, inside
from engine.money import CURRENCIES, LIMIT
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import check_described

_LINE: Final = 200
"""Maximum number of characters of a name or a line of an address."""
_LINES: Final = 10
_HANDLE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\Z")


def declare(
    store: Store,
    principal: Principal,
    products: Sequence[Product] = (),
    locations: Sequence[Location] = (),
) -> int:
    """Adds or replaces products and locations; returns the number of products.

    Call it inside `atomic`. Raises `RequestFault` with a path such as `products[0].sku`.
    """
    principal.must(Scope.PUT_GOODS)
    for index, product in enumerate(products):
        with inside(f"products[{index}]"):
            check_product(product)
    for index, location in enumerate(locations):
        with inside(f"locations[{index}]"):
            _check_location(location)
    own = store.partners.own(principal)
    count = store.goods.put(own, products, principal.by)
    for location in locations:
        store.goods.put_location(own, location, principal.by)
    return count


def check_product(said: Product) -> None:
    """Raises `RequestFault` if a product is invalid, for example if its title is empty, or if no
    policy could read what it says."""
    if wrong := wrong_sku(said.sku):
        raise RequestFault("wrong_sku", wrong, "sku")
    if is_blank(said.title) or len(said.title) > 200:
        raise RequestFault("wrong_title", "A title has 1 to 200 characters.", "title")
    _check_prices(said.prices or {})
    for name in SENT.keys() & said.facts.keys():
        check_described(SENT[name])
        check_readable(SENT[name], said.facts[name])


def _check_prices(prices: Mapping[str, int]) -> None:
    for index, (currency, amount) in enumerate(prices.items()):
        if currency not in CURRENCIES:
            text = f"`{currency[:20]}` is not a currency of ISO 4217."
            raise RequestFault("unknown_currency", text, f"prices[{index}].currency")
        if not 0 <= amount <= LIMIT:
            raise RequestFault("wrong_price", "A price is not negative.", f"prices[{index}].amount")


def _check_location(said: Location) -> None:
    if not _HANDLE.match(said.handle):
        wrong = f"`{said.handle[:60]}` is no handle: 1 to 60 small letters, digits, `-` and `_`."
        raise RequestFault("wrong_handle", wrong, "handle")
    if is_blank(said.name) or len(said.name) > _LINE:
        wrong = f"The name of an address has 1 to {_LINE} visible characters."
        raise RequestFault("wrong_address", wrong, "name")
    if not 1 <= len(said.lines) <= _LINES:
        wrong = f"An address has 1 to {_LINES} lines after its name, such as the street."
        raise RequestFault("wrong_address", wrong, "lines")
    for index, line in enumerate(said.lines):
        if is_blank(line) or len(line) > _LINE:
            wrong = f"A line of an address has 1 to {_LINE} visible characters."
            raise RequestFault("wrong_address", wrong, f"lines[{index}]")
    if wrong := wrong_country(said.country):
        raise RequestFault("wrong_country", wrong, "country")
