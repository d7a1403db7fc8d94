"""What those who run a server do for a supplier: declare its goods, set and list its stock.

Each call opens the store of the settings and closes it again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from adapters.identity.principal import Kind
from adapters.store.lists.of_goods import STOCK
from adapters.store.lists.statements import ListQuery
from adapters.store.orders_csv import fact_of
from adapters.store.records import Location, Product
from adapters.store.stock.records import StockItem
from engine.errors import RequestFault
from engine.money import parse_money
from engine.policy.faults import nearest
from engine.policy.register.built_in import SENT
from services.goods.declaring import declare
from services.stock.counting import MOST, Level, set_stock
from takeback.partners import known, opened
from takeback.settings import Settings
from takeback.sheets import Columns, rows_of, text_of

_PRODUCTS: Final = Columns(needed=("sku", "title"), others=("price", *SENT))
_LEVELS: Final = Columns(needed=("sku", "location", "available"))
_PAGE: Final = 500


def put_goods(
    settings: Settings,
    by: str,
    products: Sequence[Product] = (),
    locations: Sequence[Location] = (),
) -> int:
    """Declares products and places of a supplier, all or none; how many products."""
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by, Kind.SUPPLIER))
        return declare(store, principal, products, locations)


def count_stock(settings: Settings, by: str, levels: Sequence[Level]) -> int:
    """Sets what is available, all or none; how many levels. Run again it is a new count."""
    count = secrets.token_hex(8)
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by, Kind.SUPPLIER))
        for number in range(0, len(levels), MOST):
            set_stock(store, principal, levels[number : number + MOST], f"{count}-{number}")
    return len(levels)


def stock(
    settings: Settings, by: str, *, sku: str | None = None, location: str | None = None
) -> Iterator[StockItem]:
    """What there is of each SKU of a supplier, in the order in which they were declared."""
    said = {"sku": sku, "location": location}
    filters = {name: value for name, value in said.items() if value is not None}
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by, Kind.SUPPLIER))
        asked = ListQuery(principal=principal, sort="DECLARED", filters=filters)
        keys = store.lists.every(STOCK, asked)
        while some := tuple(islice(keys, _PAGE)):
            items = store.stock.some(some)
            yield from (items[key] for key in some if key in items)


def product(sku: str, title: str, price: str = "", facts: dict[str, str] | None = None) -> Product:
    """From words; several prices are separated by `;`. Raises `RequestFault`."""
    for name in facts or ():
        if name not in SENT:
            said = f"`{name[:60]}` is no fact of the language.{nearest(name, SENT)}"
            raise RequestFault("unknown_fact", said, name)
    said_of = {name: fact_of(name, text) for name, text in (facts or {}).items() if text}
    return Product(sku=sku, title=title, facts=said_of, prices=_prices(price))


def products_of(path: Path) -> list[Product]:
    """The products of a CSV file; raises `CsvFaults`."""
    return rows_of(text_of(path), _PRODUCTS, _product)


def levels_of(path: Path) -> list[Level]:
    """The levels of a CSV file; raises `CsvFaults`."""
    return rows_of(text_of(path), _LEVELS, lambda row: level(**row))


def level(sku: str, location: str, available: str) -> Level:
    """From words; raises `RequestFault`."""
    if not re.fullmatch(r"[0-9]{1,9}", available):
        said = f"`{available[:60]}` is no number of units."
        raise RequestFault("wrong_number", said, "available")
    return Level(sku=sku, location=location, available=int(available))


def _product(row: dict[str, str]) -> Product:
    sku, title, price = row.pop("sku"), row.pop("title"), row.pop("price", "")
    return product(sku, title, price, row)


def _prices(text: str) -> dict[str, int] | None:
    """Nothing said leaves what was said before."""
    try:
        amounts = [parse_money(each) for each in text.split(";") if each.strip()]
    except ValueError as error:
        raise RequestFault("wrong_money", str(error), "price") from None
    prices = {each.currency: each.minor for each in amounts}
    if len(prices) < len(amounts):
        raise RequestFault("sent_twice", "A currency stands twice.", "price")
    return prices or None
