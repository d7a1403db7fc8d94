"""What is on record of an order line, and whose word each of it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.store.ordering.records import Event, HistoryEntry
from adapters.store.orders import Family
from adapters.store.records import OrderLine, Partnership
from engine.money import Money
from engine.returns.statements import Statement, Teller

_COUNTED: Final = ("quantity_ordered", "order_lines", "order_total")
"""Facts that change where units of an order are cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The facts of a line that nobody has to say; `goods` are those that stand with the product."""

    facts: Mapping[str, object]
    goods: frozenset[str]
    told: tuple[Statement, ...]


def record_of(
    line: OrderLine,
    family: Family,
    partnership: Partnership | None,
    history: Iterable[HistoryEntry],
) -> Record:
    """The record as it stands; an amendment is the word of whoever made or proposed it."""
    facts = _facts(line, family, partnership)
    order = line.order
    ordered = {*order.facts, *order.dates, *line.facts, *line.dates}
    goods = frozenset(line.goods) - ordered
    at = order.said_at.isoformat(timespec="seconds") if order.said_at else ""
    rest = tuple(name for name in facts if name not in goods)
    told = [Statement(teller=Teller.ORDER, facts=rest, by=order.said_by, at=at)]
    if goods:
        told.append(Statement(teller=Teller.PRODUCT, facts=tuple(sorted(goods))))
    return Record(facts=facts, goods=goods, told=(*told, *_amended(line, history)))


def _facts(line: OrderLine, family: Family, partnership: Partnership | None) -> dict[str, object]:
    """Units that were cancelled count for nothing."""
    order = line.order
    left = [each for each in family.lines if each.kept]
    prices = [each.unit_price.minor * each.kept for each in left]
    words = {
        "retailer": order.retailer.handle,
        "programme": partnership.programme if partnership else "",
        "country": order.country,
        "channel": order.channel,
    }
    return {
        **{name: word for name, word in words.items() if word},
        **line.goods,
        "sku": line.product.sku,
        **order.facts,
        **order.dates,
        **line.facts,
        **line.dates,
        "unit_price": line.unit_price,
        "quantity_ordered": line.kept,
        "order_lines": len(left),
        "order_total": Money(sum(prices), order.currency),
    }


def _amended(line: OrderLine, history: Iterable[HistoryEntry]) -> Iterator[Statement]:
    mine = f"line {line.number}: "
    for entry in history:
        if entry.told.event is not Event.AMENDED:
            continue
        name = entry.told.what.removeprefix(mine)
        facts = _COUNTED if name.endswith("cancelled") else (name,)
        if name and (": " not in name or facts is _COUNTED):
            at = entry.at.isoformat(timespec="seconds")
            by, why = entry.speaker.by, entry.told.why
            yield Statement(teller=Teller.ORDER, facts=facts, by=by, at=at, why=why)
