"""Describes in a terminal what waits for a supplier: all that an answer confirms or declines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.store.ordering.records import Amendment, Change, PaymentChange
from adapters.store.orders import Family
from adapters.store.records import Order, OrderLine
from engine.money import Money


def lines_of(family: Family, amendments: tuple[Amendment, ...]) -> Iterator[str]:
    """Yields an order as it stands, why it waits, its lines, and the changes that wait."""
    order = family.order
    yield from order.waits_for if not order.confirmed else ()
    yield _whole(order)
    for line in family.lines:
        yield _line(line)
    for each in amendments:
        why = f": {each.why}" if each.why else ""
        yield f"to change  {_change(each.change, order.currency)}{why}"


def _whole(order: Order) -> str:
    parts = [*_named(order.dates)]
    parts += [f"to {order.country}"] if order.country else []
    parts += [f"channel {order.channel}"] if order.channel else []
    return ", ".join([*parts, *_named(order.facts)])


def _line(line: OrderLine) -> str:
    parts = [f"{line.quantity} x {line.product.sku} at {line.unit_price}"]
    parts += [f"tax {Money(line.tax, line.order.currency)}"] if line.tax else []
    parts += [f"{line.returned} came back before"] if line.returned else []
    parts += [f"{line.cancelled} cancelled"] if line.cancelled else []
    parts += [f"from {line.location.handle}"] if line.location else []
    return f"line {line.number}  {', '.join([*parts, *_named(line.dates), *_named(line.facts)])}"


def _named(said: Mapping[str, object]) -> Iterator[str]:
    for name, value in said.items():
        yield f"{name} {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "nothing"
    return "unknown" if value is None else str(value)


def _change(change: Change, currency: str) -> str:
    parts = [*_named(change.dates)]
    for line in change.lines:
        parts += [f"line {line.line} {each}" for each in _named(line.dates)]
        parts += [f"line {line.line} cancel {line.cancel}"] if line.cancel else []
        parts += [f"line {line.line} from {line.location}"] if line.location else []
    parts += [f"{each['carrier']} {each['number']}" for each in change.tracking]
    parts += [f"to {change.country}"] if change.country else []
    parts += [_payment(change.payment, currency)] if change.payment else []
    return ", ".join(parts)


def _payment(paid: PaymentChange, currency: str) -> str:
    ways = [each for each in (paid.charge, paid.invoice, paid.customer) if each]
    by = f" by {', '.join(ways)}" if ways else ""
    return f"paid {Money(paid.amount, currency)}{by}"
