"""The recorded facts of an order line, who stated each, and which of them are trusted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from adapters.identity.principal import Kind
from adapters.store.ordering.records import Event, HistoryEntry
from adapters.store.orders import Family
from adapters.store.records import OrderLine, Partnership
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import is_recorded
from engine.policy.vocabulary import Fact, Owner
from engine.returns.statements import Statement, Teller

Facts = tuple[dict[str, object], frozenset[str]]
"""The recorded facts, and the names of those that come from the product."""

_COUNTED: Final = ("quantity_ordered", "order_lines", "order_total")
"""Facts that change when units of an order are cancelled."""
_VOID: Final = frozenset(name for name, fact in SENT.items() if not is_recorded(fact))
"""Facts that are never recorded, although older records, stored unchecked, may name them."""
_RETAILERS: Final = (Owner.ORDER, Owner.RETAILER)
"""Owners whose facts a retailer may write into an order that its supplier did not confirm."""


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """The recorded facts of a line; `goods` names those that come from the product."""

    facts: Mapping[str, object]
    goods: frozenset[str]
    told: tuple[Statement, ...]


def record_of(
    line: OrderLine,
    family: Family,
    partnership: Partnership | None,
    known: tuple[Sequence[HistoryEntry], Mapping[str, Fact]],
    before: Facts | None = None,
) -> Record:
    """Returns the record as of now; an amendment is the statement of whoever made it.

    `known` are the history of the order, and the facts of a policy with their owners. `before` is
    what was read before the policy was known; it is used again if the policy cannot read it
    differently.
    """
    history, order = known[0], line.order
    if before is None or _read_otherwise(line, known[1]):
        before = facts_of_record(line, family, partnership, known)
    facts, goods = before
    at = order.said_at.isoformat(timespec="seconds") if order.said_at else ""
    rest = tuple([name for name in facts if name not in goods])
    told = [Statement(teller=Teller.ORDER, facts=rest, by=order.said_by, at=at)]
    if goods:
        told.append(Statement(teller=Teller.PRODUCT, facts=tuple(sorted(goods))))
    return Record(facts=facts, goods=goods, told=(*told, *_amended(line, history)))


def facts_of_record(
    line: OrderLine,
    family: Family,
    partnership: Partnership | None,
    known: tuple[Sequence[HistoryEntry], Mapping[str, Fact]],
) -> Facts:
    """Returns the recorded facts without who stated them, and which come from the product."""
    history, owners = known
    written = _written(line, doubted(line, owners, history))
    described = _described(line.goods, owners)
    facts = _facts(line, family, partnership, {**described, "sku": line.product.sku, **written})
    return facts, frozenset(described).difference(written)


def _read_otherwise(line: OrderLine, facts: Mapping[str, Fact]) -> bool:
    """Whether a policy may read the record differently than without its own facts."""
    return any(
        name not in SENT
        or name in _VOID
        or (name in facts and facts[name].told_by is Owner.DERIVED)
        for said in (line.order.facts, line.facts, line.product.facts, line.told_of_goods)
        for name in said
    )


def doubted(
    line: OrderLine, facts: Mapping[str, Fact], history: Sequence[HistoryEntry]
) -> frozenset[str]:
    """Returns a policy's own facts in an order that are not trusted.

    Not trusted are derived facts, and facts that only the retailer wrote and may not state.
    `facts` are the known facts with their owners. A supplier that confirms an order vouches for its
    content, and facts that it declared of its goods hold whoever added the order.
    """
    own = {name for name in (*line.order.facts, *line.facts) if name not in SENT}
    if not own:
        return frozenset()
    void = {name for name in own if _is_void(name, facts)}
    strange = {name for name in own if name not in facts or facts[name].told_by not in _RETAILERS}
    first = history[0] if history else None
    if not strange or first is None or first.told.event is not Event.ADDED:
        return frozenset(void)
    return frozenset(void | strange if first.speaker.side is Kind.RETAILER else void)


def _is_void(name: str, facts: Mapping[str, Fact]) -> bool:
    """Whether a fact is derived or counted, so that no record has it."""
    return name in _VOID or (name in facts and facts[name].told_by is Owner.DERIVED)


def known_to(policy: Policy, facts: Mapping[str, object]) -> dict[str, object]:
    """Returns the recorded facts that a policy has; others are meant for other policies."""
    known = policy.facts
    return {name: value for name, value in facts.items() if name in known}


def _described(goods: Mapping[str, object], owners: Mapping[str, Fact]) -> Mapping[str, object]:
    if not owners and _VOID.isdisjoint(goods):
        return goods
    return {name: value for name, value in goods.items() if not _is_void(name, owners)}


def _written(line: OrderLine, without: Collection[str]) -> dict[str, object]:
    order = line.order
    written = {**order.facts, **order.dates, **line.facts, **line.dates}
    if not without and _VOID.isdisjoint(written):
        return written
    return {
        name: value for name, value in written.items() if name not in _VOID and name not in without
    }


def _facts(
    line: OrderLine,
    family: Family,
    partnership: Partnership | None,
    written: Mapping[str, object],
) -> dict[str, object]:
    """Cancelled units are left out of the counts and the total."""
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
        **written,
        "unit_price": line.unit_price,
        "quantity_ordered": line.kept,
        "order_lines": len(left),
        "order_total": Money(sum(prices), order.currency),
    }


def _amended(line: OrderLine, history: Sequence[HistoryEntry]) -> Iterator[Statement]:
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


def check_quantity(quantity: int, line: OrderLine) -> None:
    """Raises `RequestFault` for units not ordered, cancelled, or returned or requested already."""
    if quantity < 1:
        raise RequestFault("wrong_quantity", "At least one unit must come back.", "quantity")
    if quantity > line.returnable:
        raise RequestFault(
            "quantity_exceeded",
            f"{quantity} of this line cannot come back: {_counted(line)}, {line.returnable} left.",
            "quantity",
        )


def _counted(line: OrderLine) -> str:
    cancelled = f", {line.cancelled} cancelled" if line.cancelled else ""
    return f"{line.quantity} ordered{cancelled}, {line.returned} back or asked for"
