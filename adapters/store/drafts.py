"""Orders before they are stored, and a check that finds every fault in them.

Knows no database: `Known` says what exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.store.money.paid import PaidDraft
from adapters.store.ordering.days import date_faults
from adapters.store.ordering.faults import OrderFault, fault
from engine.characters import wrong_number
from engine.countries import wrong_country
from engine.money import CURRENCIES, LIMIT, Money, parse_money
from engine.policy.faults import nearest

MOST_LINES: Final = 500
MOST_UNITS: Final = 1_000_000
MOST_CHARACTERS: Final = 200
_CHANNEL = re.compile(r"[^\x00-\x1f]{0,60}\Z")
_FACT = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
Facts = Mapping[str, object]
Zones = Mapping[tuple[str, str], tuple[str, ...]]
"""The time zones in which a supplier's editions count days for a retailer, by both handles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One line of a new order; its own dates and facts take precedence over the order's.

    `tax` is the tax on all units together, if it was given. `cancelled` is the total of cancelled
    units, which an update of a stored order may give and a new order may not.
    """

    number: str
    sku: str
    quantity: int
    unit_price: Money
    returned: int = 0
    cancelled: int | None = None
    tax: Money | None = None
    location: str | None = None
    dates: Mapping[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """A new order of one retailer with one supplier, both given by handle."""

    number: str
    supplier: str
    retailer: str
    currency: str
    dates: Mapping[str, str]
    lines: Sequence[LineDraft]
    country: str = ""
    channel: str = ""
    facts: Facts = field(default_factory=dict)
    paid: PaidDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What exists: SKUs and locations (supplier, name), and orders (retailer, number, supplier)."""

    skus: frozenset[tuple[str, str]]
    locations: frozenset[tuple[str, str]]
    orders: frozenset[tuple[str, str, str]]
    zones: Zones = field(default_factory=dict)


def faults_in(drafts: Sequence[OrderDraft], known: Known) -> tuple[OrderFault, ...]:
    """Returns every fault of all orders, in their order."""
    found: list[OrderFault] = []
    seen = set(known.orders)
    for index, draft in enumerate(drafts):
        path = f"orders[{index}]"
        key = (draft.retailer, draft.number, draft.supplier)
        if key in seen:
            found.append(
                OrderFault(
                    code="duplicate_order",
                    message=f"The order `{draft.number[:60]}` with `{draft.supplier[:60]}` "
                    "exists already.",
                    path=f"{path}.number",
                )
            )
        seen.add(key)
        zones = known.zones.get((draft.supplier, draft.retailer)) or ("UTC",)
        found += _order_faults(draft, path, zones)
        found += _lines_faults(draft, path, known, zones)
    return tuple(found)


def _order_faults(draft: OrderDraft, path: str, zones: tuple[str, ...]) -> Iterator[OrderFault]:
    if unlike := wrong_number(draft.number, "The number of an order"):
        yield fault("wrong_number", unlike, path, "number")
    if draft.currency not in CURRENCIES:
        yield fault(
            "unknown_currency",
            f"`{draft.currency[:20]}` is not a currency of ISO 4217.",
            path,
            "currency",
        )
    if draft.country and (wrong_place := wrong_country(draft.country)):
        yield fault("wrong_country", wrong_place, path, "country")
    if not _CHANNEL.match(draft.channel):
        yield fault("wrong_channel", "A channel has at most 60 characters.", path, "channel")
    if "ordered" not in draft.dates:
        yield fault("missing_date", "An order needs the date `ordered`.", path, "ordered")
    yield from _size_faults(draft.lines, path)
    if draft.paid is not None and (wrong := draft.paid.wrong):
        yield fault(wrong[0], wrong[1], path, wrong[2])
    yield from date_faults(draft.dates, draft.dates, path, zones)
    yield from _fact_faults(draft.facts, path)


def _size_faults(lines: Sequence[LineDraft], path: str) -> Iterator[OrderFault]:
    if not 1 <= len(lines) <= MOST_LINES:
        yield fault("wrong_size", f"An order has 1 to {MOST_LINES} lines.", path, "lines")
    elif sum(each.quantity * each.unit_price.minor for each in lines) > LIMIT:
        said = "All lines together cost more than any amount that is handled."
        yield fault("too_large", said, path, "lines")


def _lines_faults(
    draft: OrderDraft, path: str, known: Known, zones: tuple[str, ...]
) -> Iterator[OrderFault]:
    numbers: set[str] = set()
    for index, line in enumerate(draft.lines[:MOST_LINES]):
        at = f"{path}.lines[{index}]"
        if line.number in numbers:
            said = f"`{line.number[:60]}` stands twice in this order."
            yield fault("duplicate_line", said, at, "number")
        elif unlike := wrong_number(line.number, "The number of a line"):
            yield fault("wrong_number", unlike, at, "number")
        numbers.add(line.number)
        if (draft.supplier, line.sku) not in known.skus:
            skus = [sku for owner, sku in known.skus if owner == draft.supplier]
            declared = " Declare it by `putProducts` or `takeback products`."
            hint = nearest(line.sku, skus) or declared
            yield fault(
                "unknown_sku", f"`{draft.supplier}` has no SKU `{line.sku[:60]}`.{hint}", at, "sku"
            )
        if line.location is not None and (draft.supplier, line.location) not in known.locations:
            yield fault(
                "unknown_location", f"There is no location `{line.location[:60]}`.", at, "location"
            )
        yield from _count_faults(line, at)
        yield from _price_faults(line, draft.currency, at)
        yield from date_faults(line.dates, {**draft.dates, **line.dates}, at, zones)
        yield from _fact_faults(line.facts, at)


def _count_faults(line: LineDraft, at: str) -> Iterator[OrderFault]:
    if not 1 <= line.quantity <= MOST_UNITS:
        yield fault(
            "wrong_quantity",
            f"A quantity is 1 to {MOST_UNITS:,}; this is {line.quantity}.",
            at,
            "quantity",
        )
    elif not 0 <= line.returned <= line.quantity:
        yield fault(
            "wrong_quantity",
            f"{line.returned} returned units do not fit in {line.quantity}.",
            at,
            "returned",
        )
    if line.cancelled:
        said = "Units are cancelled of an order that is there; import it as an update."
        yield fault("wrong_quantity", said, at, "cancelled")


def _price_faults(line: LineDraft, currency: str, at: str) -> Iterator[OrderFault]:
    for name, money in (("unit_price", line.unit_price), ("tax", line.tax)):
        if money is not None:
            yield from _money_faults(money, currency, at, name)


def _money_faults(money: Money, currency: str, at: str, name: str) -> Iterator[OrderFault]:
    what = "tax" if name == "tax" else "price"
    if money.minor < 0:
        yield fault("negative_money", f"A {what} is not negative; this is {money}.", at, name)
    elif money.minor > LIMIT:
        yield fault("too_large", f"The {what} is larger than any that is handled.", at, name)
    if money.currency != currency:
        said = f"The order is in {currency[:3]}, this {what} in {money.currency[:3]}."
        yield fault("other_currency", said, at, name)


def _fact_faults(facts: Facts, at: str) -> Iterator[OrderFault]:
    for name, value in facts.items():
        if not _FACT.match(name):
            yield fault("unknown_fact", f"`{name[:60]}` is not a name of a fact.", at, "facts")
        elif not plain(value):
            yield fault(
                "wrong_type",
                f"`{name}` is a word, a whole number, yes or no, or a list of words.",
                at,
                name,
            )
        elif isinstance(value, str) and is_negative(value):
            yield fault("negative_money", f"`{name}` is negative: {value}.", at, name)


def plain(value: object) -> bool:
    """Whether a value may be a fact: a short text, a whole number, yes or no, or texts."""
    if isinstance(value, list | tuple):
        return len(value) <= 100 and all(isinstance(each, str) and plain(each) for each in value)
    if isinstance(value, str):
        return len(value) <= MOST_CHARACTERS and "\0" not in value
    return value is None or (isinstance(value, int) and abs(value) <= LIMIT)


def is_negative(text: str) -> bool:
    """Whether a text is a negative amount of money."""
    try:
        return parse_money(text).minor < 0
    except ValueError:
        return False
