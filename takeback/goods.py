"""Declares a supplier's goods, and sets and lists its stock, for operators.

Each call opens the store named by the settings and closes it again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from adapters.identity.principal import Kind, Principal
from adapters.store.database import Store
from adapters.store.lists.of_goods import STOCK
from adapters.store.lists.statements import ListQuery
from adapters.store.orders_csv import CsvFaults, fact_of
from adapters.store.records import Location, Product
from adapters.store.stock.records import StockItem
from engine.errors import RequestFault
from engine.money import parse_money
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact
from services.goods.declaring import check_product, declare
from services.goods.words import notes_on, published_facts
from services.stock.counting import MOST, Level, set_stock
from takeback.partners import known, opened
from takeback.policy_cache import Library
from takeback.settings import Settings, policies_folder
from takeback.sheets import Columns, csv_fault, naming, read_rows, rows_of, text_of

_LEVELS: Final = Columns(needed=("sku", "location", "available"))
_PAGE: Final = 500
_Wrong = tuple[str, str, str]
"""A column, the code of its fault, and a sentence."""
_There = tuple[set[str], set[str]]
"""The known SKUs and location handles of a supplier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How many products were declared, and what no published policy knows of them."""

    products: int
    notes: Sequence[str]


def put_goods(
    settings: Settings,
    by: str,
    read: Callable[[Mapping[str, Fact]], Sequence[Product]] = lambda _: (),
    locations: Sequence[Location] = (),
) -> Declared:
    """Declares products and places of a supplier, all or none.

    `read` gives the products by the facts that the supplier's published policies know.
    """
    with opened(settings) as store, closing(Library(policies_folder())) as library:
        principal = store.partners.acting(known(store, by, Kind.SUPPLIER))
        products = read(published_facts(store, library, principal))
        declare(store, principal, products, locations)
        return Declared(products=len(products), notes=notes_on(store, library, principal, products))


def count_stock(settings: Settings, by: str, levels: Sequence[Level]) -> int:
    """Sets stock levels, all or none; returns their number. Running it again is a new count."""
    with opened(settings) as store:
        _count(store, store.partners.acting(known(store, by, Kind.SUPPLIER)), levels)
    return len(levels)


def _count(store: Store, principal: Principal, levels: Sequence[Level]) -> None:
    count = secrets.token_hex(8)
    for number in range(0, len(levels), MOST):
        set_stock(store, principal, levels[number : number + MOST], f"{count}-{number}")


def stock(
    settings: Settings, by: str, *, sku: str | None = None, location: str | None = None
) -> Iterator[StockItem]:
    """Yields the stock of each SKU of a supplier, in the order in which they were declared."""
    said = {"sku": sku, "location": location}
    filters = {name: value for name, value in said.items() if value is not None}
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by, Kind.SUPPLIER))
        asked = ListQuery(principal=principal, sort="DECLARED", filters=filters)
        keys = store.lists.every(STOCK, asked)
        while some := tuple(islice(keys, _PAGE)):
            items = store.stock.some(some)
            yield from (items[key] for key in some if key in items)


def product(
    sku: str,
    title: str,
    price: str = "",
    facts: Mapping[str, str] | None = None,
    *,
    known: Mapping[str, Fact] = SENT,
) -> Product:
    """Makes a product of text values; `;` separates several prices. Raises `RequestFault`."""
    types = {name: fact.type for name, fact in known.items()}
    said_of = {name: fact_of(types.get(name), text) for name, text in (facts or {}).items() if text}
    return Product(sku=sku, title=title, facts=said_of, prices=_prices(price))


def products_of(path: Path, facts: Mapping[str, Fact]) -> list[Product]:
    """Returns the products of a CSV file; raises `CsvFaults` with every wrong row."""
    declared: set[str] = set()
    columns = Columns(needed=("sku", "title"), others=("price", *facts))

    def read(row: dict[str, str]) -> Product:
        made = _product(row, facts)
        if made.sku in declared:
            raise RequestFault("sent_twice", f"`{made.sku[:60]}` stands twice here.", "sku")
        declared.add(made.sku)
        return made

    with naming(path):
        return rows_of(text_of(path), columns, read)


def count_file(settings: Settings, by: str, path: Path) -> int:
    """Sets the levels of a CSV file, all or none; returns their number. Raises `CsvFaults`."""
    with naming(path):
        return _counted_of(settings, by, text_of(path))


def _counted_of(settings: Settings, by: str, text: str) -> int:
    placed, faults = read_rows(text, _LEVELS, lambda row: level(**row))
    levels = [each for _, each in placed]
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by, Kind.SUPPLIER))
        counted: set[tuple[str, str]] = set()
        there = _there(store, principal.tenant, levels)
        for line, each in placed:
            wrong = _unknown(each, there) or _again(each, counted)
            counted.add((each.sku, each.location))
            faults += [csv_fault(line, *wrong)] if wrong else []
        if faults:
            raise CsvFaults(tuple(sorted(faults, key=lambda fault: fault.line)))
        _count(store, principal, levels)
    return len(levels)


def _again(said: Level, counted: set[tuple[str, str]]) -> _Wrong | None:
    if (said.sku, said.location) in counted:
        return "sku", "sent_twice", "This SKU stands twice here for this place."
    return None


def _there(store: Store, supplier: str, levels: Sequence[Level]) -> _There:
    """Returns which of these SKUs the supplier has, and all its location handles."""
    skus = sorted({each.sku for each in levels})
    known_: set[str] = set()
    for number in range(0, len(skus), _PAGE):
        known_ |= store.goods.named(supplier, skus[number : number + _PAGE]).keys()
    return known_, set(store.goods.handles(supplier))


def _unknown(said: Level, there: _There) -> _Wrong | None:
    skus, places = there
    if said.sku not in skus:
        return "sku", "unknown_sku", f"There is no SKU `{said.sku[:60]}` of yours."
    if said.location not in places:
        wrong = f"There is no location `{said.location[:60]}` of yours."
        return "location", "unknown_location", wrong
    return None


def level(sku: str, location: str, available: str) -> Level:
    """Makes a level of text values; raises `RequestFault`."""
    if not re.fullmatch(r"[0-9]{1,9}", available):
        said = f"`{available[:60]}` is no number of units."
        raise RequestFault("wrong_number", said, "available")
    return Level(sku=sku, location=location, available=int(available))


def _product(row: dict[str, str], facts: Mapping[str, Fact]) -> Product:
    sku, title, price = row.pop("sku"), row.pop("title"), row.pop("price", "")
    made = product(sku, title, price, row, known=facts)
    try:
        check_product(made)
    except RequestFault as fault:
        column = "price" if fault.path.startswith("prices") else fault.path
        raise RequestFault(fault.code, fault.message, column) from None
    return made


def _prices(text: str) -> dict[str, int] | None:
    """Reads prices; None, for an empty text, keeps the stored ones."""
    try:
        amounts = [parse_money(each) for each in text.split(";") if each.strip()]
    except ValueError as error:
        raise RequestFault("wrong_money", str(error), "price") from None
    prices = {each.currency: each.minor for each in amounts}
    if len(prices) < len(amounts):
        raise RequestFault("sent_twice", "A currency stands twice.", "price")
    return prices or None
