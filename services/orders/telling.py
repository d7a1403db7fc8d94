"""Decides which statements of a retailer about an order hold at once, and why others must wait.

Uses no database: the caller passes the supplier's permissions and products.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.ordering.records import Change
from adapters.store.orders import Family
from adapters.store.records import Product, Telling
from engine.money import Money, parse_money
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import FactType, Owner

EVENTS: Final = (
    *("shipped", "departed", "fulfilled", "delivered", "first_delivered", "last_delivered"),
)
"""Dates of the delivery to the consumer, from which deadlines count."""
AMENDABLE: Final = (*EVENTS, "released", "promised", "invoiced")
"""Dates that may be added to an order after it was placed; all others are fixed."""
_ON_THE_WAY: Final = {
    *EVENTS,
    *(name for name, fact in SENT.items() if fact.told_by is Owner.CARRIER),
}
"""Facts of the delivery, which a retailer may state if its supplier permits it."""
_MONEY: Final = {
    name
    for name, fact in SENT.items()
    if fact.told_by is Owner.ORDER and fact.type is FactType.MONEY
}
"""Money facts of an order beside its prices, which a policy may give back or keep."""


def waits_for(
    draft: OrderDraft, may: Collection[Telling], products: Mapping[str, Product]
) -> tuple[str, ...]:
    """Returns why a retailer's order waits for its supplier, in sentences; empty if it holds."""
    return tuple(_reasons(draft, may, products))


def _reasons(
    draft: OrderDraft, may: Collection[Telling], products: Mapping[str, Product]
) -> Iterator[str]:
    who = draft.supplier
    if Telling.ORDERS not in may:
        yield f"`{who}` confirms the orders that `{draft.retailer}` adds."
    said = [*draft.dates, *draft.facts]
    said += [name for line in draft.lines for name in (*line.dates, *line.facts)]
    events = _ON_THE_WAY.intersection(said)
    if events and Telling.DELIVERED not in may:
        yield f"{_named(events)} of an order: `{who}` confirms it."
    for line in draft.lines:
        yield from _of_line(draft, line, products[line.sku])


def _of_line(draft: OrderDraft, line: LineDraft, product: Product) -> Iterator[str]:
    if product.prices and (said := _too_dear(line, product.prices)):
        yield f"Line `{line.number}`: {said}"
    if product.prices and line.tax is not None and line.tax.minor:
        yield f"Line `{line.number}`: a tax of {line.tax} beside the price: its supplier gave none."
    facts = {**draft.facts, **line.facts}
    declared = {**product.facts}
    wrong = {
        name
        for name, value in facts.items()
        if (name in declared and not _same(declared[name], value))
        or (name not in declared and _is_money(name, value))
    }
    if wrong:
        yield f"Line `{line.number}`: {_named(wrong)} is for `{draft.supplier}` to say."


def _is_money(name: str, value: object) -> bool:
    """Whether a fact is money beside the prices; a policy's own facts are judged by their value."""
    if name in SENT:
        return name in _MONEY
    try:
        parse_money(str(value))
    except ValueError:
        return False
    return True


def _same(one: object, other: object) -> bool:
    """Whether two plain values are equal to a policy; Python's `1 == True` is not."""
    return type(one) is type(other) and one == other


def _too_dear(line: LineDraft, prices: Mapping[str, int]) -> str:
    price = line.unit_price
    most = prices.get(price.currency)
    if most is None:
        return f"its supplier gave no price of `{line.sku}` in {price.currency}."
    if price.minor <= most:
        return ""
    return f"{price} a unit is more than {Money(most, price.currency)}, which its supplier gave."


def _named(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def holds(change: Change, may: Collection[Telling], family: Family) -> bool:
    """Whether a retailer's change holds at once.

    It may add a delivery date that is not recorded yet, if its supplier permits it; it never
    changes a recorded one.
    """
    if change.payment is not None and Telling.PAYMENTS not in may:
        return False
    if (
        change.country
        or change.tracking
        or any(each.cancel or each.location for each in change.lines)
    ):
        return False
    said = [change.dates, *(each.dates for each in change.lines)]
    if not any(said):
        return True
    mine = all(name in EVENTS for dates in said for name in dates)
    return mine and Telling.DELIVERED in may and not _contradicts(change, family)


def _contradicts(change: Change, family: Family) -> bool:
    """Whether the order or one of its lines has a different date recorded."""
    known = [family.order.dates, *(line.dates for line in family.lines)]
    if any(dates.get(name, on) != on for dates in known for name, on in change.dates.items()):
        return True
    mine = {line.number: {**family.order.dates, **line.dates} for line in family.lines}
    return any(
        mine[each.line].get(name, on) != on
        for each in change.lines
        for name, on in each.dates.items()
    )
