"""Splits amounts over payments, lines and units, so that the parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from engine.money import Rounding, divided
from engine.settlement.instruments import Instrument
from engine.settlement.ledger import taken_off
from engine.settlement.plan import shared_out


def tax_of_units(tax: int, units: int, ordered: int) -> int:
    """Returns the tax on the first `units` of `ordered` units, in minor units.

    The tax of a piece is the difference of two of these, so that pieces add up however a line is
    cut; half a minor unit is rounded up.
    """
    return (2 * tax * units + ordered) // (2 * ordered)


def tax_in(amount: int, tax: int, worth: int) -> int:
    """Returns the part of `amount` that is tax, where `tax` is part of the whole `worth`."""
    return tax_of_units(tax, amount, worth) if worth else 0


def tax_of_value(tax: int, value: int, whole: int) -> int:
    """Returns the tax on part of what a line was sold for (`whole`, above zero), at most `tax`."""
    return min(tax, divided(tax * value, whole, Rounding.HALF_UP))


def netted(differences: Sequence[int]) -> tuple[int, ...]:
    """Nets the differences of the lines of a return: all of one sign, with the same sum.

    What is owed less on one line lessens what is owed more on another; only the rest is a claim.
    Amounts are minor units of one currency.
    """
    more = tuple(max(0, each) for each in differences)
    less = tuple(max(0, -each) for each in differences)
    total = sum(differences)
    if total >= 0:
        return shared_out(total, more)
    return tuple(-each for each in shared_out(-total, less))


RANK: Final = {
    Instrument.REFUND: 0,
    Instrument.CREDIT_NOTE: 0,
    Instrument.BALANCE_CREDIT: 1,
    Instrument.OWN_CREDIT: 2,
    Instrument.BY_HAND: 3,
}
"""The order of instruments: money that a gateway gives back first, payment by hand last."""


class Purse(NamedTuple):
    """A payment that may carry a part: its instrument, and how much of it is left (minor units)."""

    instrument: Instrument
    left: int


def spread(amount: int, purses: Sequence[Purse]) -> tuple[tuple[int, int], ...]:
    """Splits an amount over purses, given oldest first; returns indexes of purses with their parts.

    One movement if one of the best instruments' purses carries all of it, since each movement may
    fail by itself; else the purses are used up in their order, gateways first.
    """
    order = [place for place, purse in enumerate(purses) if purse.left > 0]
    order.sort(key=lambda place: RANK[purses[place].instrument])
    if amount <= 0 or not order:
        return ()
    best = RANK[purses[order[0]].instrument]
    for place in order:
        if RANK[purses[place].instrument] == best and purses[place].left >= amount:
            return ((place, amount),)
    parts = taken_off(amount, [purses[place].left for place in order])
    return tuple((place, part) for place, part in zip(order, parts, strict=True) if part)
