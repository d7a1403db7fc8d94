"""The one ceiling of a charge, over all orders that it paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from adapters.store.moments import kept
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from engine.settlement.charges import LOST, holds
from engine.settlement.machine import COUNTED
from engine.settlement.plan import OVER, Ceiling

_COUNTED: Final = [str(state) for state in COUNTED]


def of_charge(tables: MoneyTables, source: Any) -> Ceiling:
    """What may go back of a charge: over its orders, beside what was given back before we knew it.

    Of one that nobody has read, as much as its payments say.
    """
    settlements = tables.Settlement
    found = select(
        sum(s.amount)
        for s in settlements
        if s.payment.source == source and s.state in _COUNTED and s.trouble != OVER
    )
    most = source.amount or said_of(tables, source)
    gone = source.given_before + _lost(tables, source, most)
    return Ceiling(name="the charge", most=most, taken=int(found.first() or 0) + gone)


def said_of(tables: MoneyTables, source: Any) -> int:
    """What payments say that they are of a charge, in sum (minor units)."""
    found = select(sum(p.amount) for p in tables.Payment if p.source == source)
    return int(found.first() or 0)


def held_of(tables: MoneyTables, source: Any) -> int:
    """What open disputes hold of a charge, each its own amount (minor units)."""
    found = [each for each in _disputes(tables, source) if holds(each.status)]
    if not found:
        return 0
    most = source.amount or said_of(tables, source)
    return min(most, sum(each.amount or most for each in found))


def is_disputed(tables: MoneyTables, source: Any) -> bool:
    """Whether a payer took a charge back through its bank, or tries to."""
    return any(holds(each.status) or each.status == LOST for each in _disputes(tables, source))


def _disputes(tables: MoneyTables, source: Any) -> list[Any]:
    return list(select(d for d in tables.Dispute if d.charge == source))


def _lost(tables: MoneyTables, source: Any, most: int) -> int:
    lost = [each for each in _disputes(tables, source) if each.status == LOST]
    return sum(each.amount or most for each in lost)


def counts(paid: Any, at: datetime | None) -> bool:
    """Whether a movement is to be counted under a payment, by moments of the gateway's clock alone.

    One of before the charge is of other money; one of before it was first read is off its ceiling.
    """
    source = paid.source
    if source is None or at is None:
        return True
    if source.made_at is not None and kept(at) < source.made_at:
        return False
    return not source.given_before or kept(at) >= source.read_at.replace(microsecond=0)
