"""What of an order holds when its retailer says it, and why the rest waits for the supplier.

Knows no database: what the supplier lets it say and what it sells are handed in.
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
"""Days on the way of goods to the consumer, from which deadlines are counted."""
AMENDABLE: Final = (*EVENTS, "released", "promised", "invoiced")
"""Days that an order learns after it was placed; all others stand."""
_ON_THE_WAY: Final = {
    *EVENTS,
    *(name for name, fact in SENT.items() if fact.told_by is Owner.CARRIER),
}
"""What happened on the way: a retailer tells it where its supplier lets it."""
_MONEY: Final = {
    name
    for name, fact in SENT.items()
    if fact.told_by is Owner.ORDER and fact.type is FactType.MONEY
}
"""Money on the record of an order beside its prices, which would be given back or kept."""


def waits_for(
    draft: OrderDraft, may: Collection[Telling], products: Mapping[str, Product]
) -> tuple[str, ...]:
    """Why an order that a retailer adds waits for its supplier, in sentences; empty if it holds."""
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
    """Whether a fact is money beside the prices; one of a policy's own is known by its value."""
    if name in SENT:
        return name in _MONEY
    try:
        parse_money(str(value))
    except ValueError:
        return False
    return True


def _same(one: object, other: object) -> bool:
    """Whether two plain values say the same; to Python 1 is `True`, but not to a policy."""
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
    """Whether a change that a retailer says holds at once.

    It may add a day that nobody has said, where its supplier lets it; it never changes one.
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
    """Whether another day is on record already."""
    known = [family.order.dates, *(line.dates for line in family.lines)]
    if any(dates.get(name, on) != on for dates in known for name, on in change.dates.items()):
        return True
    mine = {line.number: {**family.order.dates, **line.dates} for line in family.lines}
    return any(
        mine[each.line].get(name, on) != on
        for each in change.lines
        for name, on in each.dates.items()
    )
