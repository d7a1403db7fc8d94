"""Spreads what goes back of an order over its payments; what none of them carries is left over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from engine.settlement.instruments import Instrument

RANK: Final = {
    Instrument.REFUND: 0,
    Instrument.CREDIT_NOTE: 0,
    Instrument.BALANCE_CREDIT: 1,
    Instrument.OWN_CREDIT: 2,
    Instrument.BY_HAND: 3,
}
"""Money that a gateway gives back goes first, a person's work last."""


class Purse(NamedTuple):
    """A payment that may carry a part: by which way, and how much of it is left (minor units)."""

    instrument: Instrument
    left: int


def spread(amount: int, purses: Sequence[Purse]) -> tuple[tuple[int, int], ...]:
    """Places of purses, each with its part; the purses are given oldest first.

    One movement where one of the best purses carries all of it, since each may fail by itself; else
    they are used up in their order, gateways first.
    """
    order = [place for place in _in_order(purses) if purses[place].left > 0]
    if amount <= 0 or not order:
        return ()
    best = RANK[purses[order[0]].instrument]
    for place in order:
        if RANK[purses[place].instrument] == best and purses[place].left >= amount:
            return ((place, amount),)
    parts = []
    for place in order:
        part = min(amount, purses[place].left)
        if part:
            parts.append((place, part))
        amount -= part
    return tuple(parts)


def _in_order(purses: Sequence[Purse]) -> list[int]:
    return sorted(range(len(purses)), key=lambda place: (RANK[purses[place].instrument], place))
