"""Whether one of two rows is longer, higher or lower in every case, if that is provable.

Only what holds for all dates and prices counts; otherwise the answer is no.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.dates import Length, Unit, never_shorter, surely_longer
from engine.policy.model import Amount, Body, Clock, Fee, Fixed, FromFact, Limit, Percent

_LARGEST: Final = ("longest", "highest")


def outweighs(other: Body, row: Body, decide: str, *, earlier: bool) -> bool:
    """Returns whether `other` beats `row` wherever both apply; of equals the earlier one does."""
    larger, smaller = (other, row) if decide in _LARGEST else (row, other)
    return _is_larger(larger, smaller, strictly=not earlier)


def _is_larger(one: Body, other: Body, *, strictly: bool) -> bool:
    if isinstance(one, Clock) and isinstance(other, Clock):
        return _lasts(one, other, strictly=strictly)
    if isinstance(one, Fee) and isinstance(other, Fee):
        return _amounts_to(one.fee, other.fee, strictly=strictly)
    if isinstance(one, Limit) and isinstance(other, Limit):
        return _leaves(one, other, strictly=strictly)
    return False


# --- clocks ---------------------------------------------------------------------------------------


def _lasts(one: Clock, other: Clock, *, strictly: bool) -> bool:
    if one.readings or other.readings:
        return False
    if one.no_limit:
        return not strictly or other.until is not None
    if one.until is not None and other.until is not None:
        return one.until - other.until >= int(strictly)
    if one.within is None or other.within is None or not _count_alike(one, other):
        return False
    compare = surely_longer if strictly else never_shorter
    return compare(one.within, other.within)


def _count_alike(one: Clock, other: Clock) -> bool:
    """Returns whether two clocks differ at most in their length."""
    units = [one.within.unit if one.within else None, other.within.unit if other.within else None]
    same_unit = units[0] is units[1]
    on_clock = [Length(count=1, unit=unit).on_clock for unit in units if isinstance(unit, Unit)]
    alike = same_unit or not (any(on_clock) or one.start_day_is_first or one.pauses)
    return alike and _apart_from_length(one) == _apart_from_length(other)


def _apart_from_length(clock: Clock) -> Clock:
    return replace(
        clock, event="", within=None, if_late="", if_early="", if_silent=None, by=None, opens=None
    )


# --- amounts and limits ---------------------------------------------------------------------------


def _amounts_to(one: Amount, other: Amount, *, strictly: bool) -> bool:
    if other is None or (isinstance(other, Fixed) and other.money.minor == 0):
        return not strictly or (isinstance(one, Fixed) and one.money.minor > 0)
    if isinstance(one, Fixed) and isinstance(other, Fixed):
        return one.money.minor - other.money.minor >= int(strictly)
    if isinstance(one, Percent) and isinstance(other, Percent) and not strictly:
        plain = isinstance(one.of, FromFact) and one.of.fact != "price_difference"
        return plain and one.of == other.of and one.millionths >= other.millionths
    return False


def _leaves(one: Limit, other: Limit, *, strictly: bool) -> bool:
    """Returns whether the first limit leaves more, if they differ only in `at_most`."""
    if replace(one, at_most=None, if_over="", to_settle=None) != replace(
        other, at_most=None, if_over="", to_settle=None
    ):
        return False
    bounds = one.at_most, other.at_most
    if isinstance(bounds[0], int) and isinstance(bounds[1], int):
        return bounds[0] - bounds[1] >= int(strictly)
    first, second = bounds
    if isinstance(first, Fixed) and isinstance(second, Fixed):
        return first.money.minor - second.money.minor >= int(strictly)
    return False
