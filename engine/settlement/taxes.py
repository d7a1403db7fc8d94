"""The tax that was charged on a line, shared over its units so that the shares add up."""

from __future__ import annotations

from engine.money import Rounding, divided


def tax_of_units(tax: int, units: int, ordered: int) -> int:
    """Of the tax on `ordered` units that of the first `units` of them, in minor units.

    The tax of a piece is the difference of two of these, so pieces add up in whatever way a line
    is cut; half a minor unit goes up.
    """
    return (2 * tax * units + ordered) // (2 * ordered)


def tax_in(amount: int, tax: int, worth: int) -> int:
    """The part of `amount` that is tax, where `tax` is part of all that it is `worth`."""
    return tax_of_units(tax, amount, worth) if worth else 0


def tax_of_value(tax: int, value: int, whole: int) -> int:
    """The tax of a part of what a line was sold for (`whole`, above zero), never more than all."""
    return min(tax, divided(tax * value, whole, Rounding.HALF_UP))
