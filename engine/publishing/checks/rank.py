"""Whether one of two rows is longer, higher or lower in every case, if that is provable.

Only what holds for all dates and prices counts; otherwise the answer is no.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.dates import never_shorter, surely_longer
from engine.policy.model import Amount, Body, Clock, Fee, Fixed, FromFact, Limit, Percent, Quantity

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
        alike = _apart_from_bound(one) == _apart_from_bound(other)
        return alike and _is_more(one.at_most, other.at_most, strictly=strictly)
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
    """Returns whether two clocks with lengths differ at most in these."""
    lengths = [each.within for each in (one, other) if each.within]
    same_unit = len({each.unit for each in lengths}) == 1
    on_clock = any(each.on_clock for each in lengths)
    alike = same_unit or not (on_clock or one.start_day_is_first or one.pauses)
    return alike and _apart_from_length(one) == _apart_from_length(other)


def _apart_from_length(clock: Clock) -> Clock:
    return replace(
        clock, event="", within=None, if_late="", if_early="", if_silent=None, by=None, opens=None
    )


# --- amounts and limits ---------------------------------------------------------------------------


def _amounts_to(one: Amount, other: Amount, *, strictly: bool) -> bool:
    if other is None or (isinstance(other, Fixed) and other.money.minor == 0):
        return not strictly or (isinstance(one, Fixed) and one.money.minor > 0)
    if isinstance(one, Percent) and isinstance(other, Percent) and not strictly:
        plain = isinstance(one.of, FromFact) and one.of.fact != "price_difference"
        return plain and one.of == other.of and one.millionths >= other.millionths
    return _is_more(one, other, strictly=strictly)


def _apart_from_bound(limit: Limit) -> Limit:
    return replace(limit, at_most=None, if_over="", to_settle=None)


def _is_more(one: Amount | Quantity, other: Amount | Quantity, *, strictly: bool) -> bool:
    """Returns whether a fixed sum or number is more than another of its kind."""
    if isinstance(one, Fixed) and isinstance(other, Fixed):
        one, other = one.money.minor, other.money.minor
    return isinstance(one, int) and isinstance(other, int) and one - other >= int(strictly)
