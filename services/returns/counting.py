"""Counts a partnership's own returns for the counters of a policy; nobody can state these numbers.

A number is read when a line is requested, and stays with the line. Lock the partnership before
relying on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeGuard

from adapters.store.database import Store
from adapters.store.records import OrderLine
from adapters.store.returns.counts import Scope
from engine.dates import day_text, zone_of
from engine.decision.figures.counts import AHEAD, COUNTED, FOR
from engine.money import Money, parse_money
from engine.policy.model import Policy
from engine.policy.vocabulary import Counted, Counter, Per


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The order line and day to count for, and the returns to leave out.

    `closed`: leave out returns requested after the day. `but_lines` of the return `but_return` are
    decided together with this line.
    """

    line: OrderLine
    day: date
    closed: bool = False
    but_return: str = ""
    but_lines: tuple[str, ...] = ()


def counted(store: Store, policy: Policy, asked: Asked) -> dict[str, object]:
    """Returns the counted facts of a policy, each with its scope and the first day it counts."""
    return {
        name: _counted(store, policy, counter, asked) for name, counter in policy.counters.items()
    }


def as_decided(policy: Policy | None, facts: Mapping[str, object]) -> dict[str, object]:
    """Returns the counted facts of a decision; they stay with the line."""
    return {name: facts[name] for name in policy.counters if name in facts} if policy else {}


def is_open(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether earlier lines of the same return may still add to a counted fact."""
    return isinstance(value, Mapping) and AHEAD not in value


def with_more(value: Mapping[str, object], more: int, currency: str) -> dict[str, object]:
    """Returns a counted fact plus what lines under another policy add to it."""
    said = str(value[COUNTED])
    if isinstance(value[COUNTED], int):
        return {**value, COUNTED: int(said) + more}
    return {**value, COUNTED: str(Money(parse_money(said).minor + more, currency))}


def worth_given(given: Mapping[str, object]) -> Money:
    """Returns the price of a line's units by the facts of its policy."""
    if given.get("item_price") is not None:
        return parse_money(str(given["item_price"]))
    price = parse_money(str(given["unit_price"]))
    return Money(price.minor * int(str(given["quantity"])), price.currency)


def start_of(day: date, zone: str) -> datetime:
    """The first moment of a day in the policy's time zone."""
    return datetime.combine(day, time(), zone_of(zone))


def _counted(store: Store, policy: Policy, counter: Counter, asked: Asked) -> dict[str, object]:
    first, last = counter.days(asked.day.toordinal())
    if asked.closed:
        last = asked.day.toordinal()
    zone = policy.time_zone
    since = start_of(date.fromordinal(first), zone) if first is not None else None
    until = start_of(date.fromordinal(last) + timedelta(1), zone) if last is not None else None
    number = store.counts.of(counter.of, _scope(policy, counter, asked, (since, until)))
    value = counter.of is Counted.RETURNED_VALUE
    return {
        COUNTED: str(Money(number, policy.currency)) if value else number,
        FOR: _named(counter.per, asked.line),
        "since": day_text(first) if first is not None else None,
    }


def _scope(
    policy: Policy,
    counter: Counter,
    asked: Asked,
    days: tuple[datetime | None, datetime | None],
) -> Scope:
    line, per = asked.line, counter.per
    return Scope(
        supplier=line.order.supplier.id,
        retailer=line.order.retailer.id,
        currency=policy.currency,
        order=line.order.id if per is Per.ORDER else None,
        order_line=line.id if per is Per.LINE else None,
        sku=line.product.sku if per is Per.SKU else None,
        since=days[0],
        until=days[1],
        but_return=asked.but_return,
        but_lines=asked.but_lines,
    )


def _named(per: Per, line: OrderLine) -> str:
    order = line.order
    return {
        Per.RETAILER: order.retailer.handle,
        Per.ORDER: order.number,
        Per.LINE: f"{order.number}/{line.number}",
        Per.SKU: line.product.sku,
    }[per]
