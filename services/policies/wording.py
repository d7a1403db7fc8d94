"""Puts conditions, clocks, and the details of remedies and fees into words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from engine.dates import day_text
from engine.money import percent_text
from engine.policy.model import (
    All,
    AnyOf,
    Body,
    Clock,
    Condition,
    Fee,
    Leaf,
    Op,
    Pick,
    Remedy,
    Start,
)
from services.policies.amounts import amount_text, plain

_ON_TIME: Final = ("outside_window", "too_early")
"""The default codes of a clock for late and early requests."""


# --- conditions -----------------------------------------------------------------------------------


def condition_text(condition: Condition) -> str:
    """Describes when a row applies; empty if it always does."""
    if isinstance(condition, Leaf):
        return _leaf_text(condition)
    word = " and " if isinstance(condition, All) else " or "
    return word.join(_parts(condition))


def _parts(condition: All | AnyOf) -> Iterator[str]:
    """Yields the parts in words; two adjacent bounds of one fact are joined into a range."""
    parts, at = condition.parts, 0
    while at < len(parts):
        ranged = _range(parts[at : at + 2]) if isinstance(condition, All) else ""
        said = ranged or condition_text(parts[at])
        yield f"({said})" if _mixed(parts[at]) else said
        at += 2 if ranged else 1


def _leaf_text(leaf: Leaf) -> str:
    if leaf.fact == "deadlines" and leaf.op is Op.HAS and leaf.words[0] in _DEADLINES:
        return _DEADLINES[leaf.words[0]]
    link = " " if leaf.op in (Op.HAS, Op.LACKS) else " is "
    return f"{_fact(leaf.fact)}{link}{plain(leaf.written)}"


def _fact(name: str) -> str:
    """A fact, or the deadline or limit whose state is one."""
    return plain(name.removesuffix(".state"))


_DEADLINES: Final = {
    "late": "it is too late",
    "early": "it is too early",
    "disputed": "it may be late, depending on the reading",
    "silent": "nobody responded in time",
}


def _range(pair: Sequence[Condition]) -> str:
    """Joins two inclusive bounds of one fact into a range; empty for anything else."""
    leaves = [each for each in pair if isinstance(each, Leaf)]
    if [each.op for each in leaves] != [Op.AT_LEAST, Op.AT_MOST]:
        return ""
    low, high = leaves
    bounds = [each.written.partition(said)[2] for each, said in zip(leaves, _BOUNDS, strict=True)]
    if low.fact != high.fact or not all(bounds):
        return ""
    said = bounds[0] if low.number == high.number else f"from {bounds[0]} to {bounds[1]}"
    return f"{_fact(low.fact)} is {said}"


_BOUNDS: Final = ("at least ", "at most ")


def _mixed(part: Condition) -> bool:
    return not isinstance(part, Leaf) and len(part.parts) > 1


# --- clocks ---------------------------------------------------------------------------------------


def clock_sentence(clock: Clock) -> str:
    """Describes a deadline in words."""
    who = f"{plain(clock.by)}: " if clock.by else ""
    return _begun(f"{who}{plain(clock.event)}{_ends(clock)}")


def _ends(clock: Clock) -> str:
    """Describes the last and the first day of a clock."""
    if clock.no_limit:
        said = " at any time"
    elif clock.until is not None:
        said = f" by {day_text(clock.until)}"
    elif clock.within is not None:
        under = "less than " if clock.strict else "within "
        said = f" {under}{clock.within}{_from(clock.start)}"
    else:
        said = ""
    opens = f", no earlier than {clock.opens.length} " if clock.opens else ""
    if clock.opens:
        opens += f"{'before' if clock.opens.ahead else 'after'} {_start(clock.opens.start)}"
    longer = f", plus {clock.extended_by}" if clock.extended_by else ""
    rolled = ", extended to the next business day" if clock.roll else ""
    return f"{said}{opens}{longer}{rolled}"


def _begun(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def _from(start: Start | None) -> str:
    return f" of {_start(start)}" if start else ""


_PICKS: Final = {
    Pick.FIRST_KNOWN: "the first known of ",
    Pick.LATER_OF: "the later of ",
    Pick.EARLIER_OF: "the earlier of ",
}


def _start(start: Start) -> str:
    dates = [_date(each.fact) + (f" plus {each.plus}" if each.plus else "") for each in start.dates]
    return _PICKS.get(start.pick, "") + " and ".join(dates)


def _date(fact: str) -> str:
    """What happened on a date, as a noun."""
    return _EVENTS.get(fact, f"the {plain(fact)} date")


_EVENTS: Final = {
    "ordered": "the order",
    "shipped": "shipment",
    "delivered": "delivery",
    "first_delivered": "the first delivery",
    "installed": "installation",
    "departed": "departure",
    "requested": "the return request",
    "request_sent": "sending the request",
    "rma_issued": "RMA issue",
    "label_received": "receipt of the label",
    "shipped_back": "return shipment",
    "received_back": "receipt of the goods",
    "expires": "the expiry date",
}


def _of_clock(clock: Clock) -> Iterator[str]:
    yield from _of_readings(clock)
    if clock.start_day_is_first:
        yield "The start day counts as day 1."
    if clock.pauses:
        first, last = map(_date, clock.pauses)
        yield f"The days from {first} to {last} do not count."
    for when, code in (("late", clock.if_late), ("early", clock.if_early)):
        if code not in _ON_TIME:
            goes = code == "go_on"
            by = "the other rows decide" if goes else f"refused as “{plain(code)}”"
            yield f"If {when}: {by}."
    if clock.if_silent:
        said = _SILENCES.get(clock.if_silent, plain(clock.if_silent))
        yield f"If the {plain(str(clock.by))} does not respond in time: {said}."
    if clock.must_start:
        yield "Undecided until the start date is known."


_SILENCES: Final = {
    "accept": "accepted",
    "refuse": "refused",
    "settle": "settled",
    "send_back": "the goods are sent back",
    "close": "closed",
    "go_on": "the other rows decide",
}


def _of_readings(clock: Clock) -> Iterator[str]:
    for each in clock.readings:
        yield f"Reading {each.id}: {plain(each.clock.event)}{_ends(each.clock)}."
    if clock.we_take:
        yield f"Reading applied: {clock.we_take}."
    if clock.code:
        yield f"Between the readings: “{plain(clock.code)}”."


# --- what is given and taken ----------------------------------------------------------------------


def _of_remedy(body: Remedy) -> Iterator[str]:
    if body.after is not None:
        yield f"The second applies if {condition_text(body.after)}."
    if body.percent is not None or body.of is not None:
        share = "" if body.percent is None else f"{percent_text(body.percent)} of "
        yield f"Worth {share}{'the full value' if body.of is None else amount_text(body.of)}."
    if body.bonus is not None:
        yield f"Bonus: {amount_text(body.bonus)}."
    yield from _of_payment(body)
    if body.creates:
        yield f"Also creates: {', '.join(map(plain, body.creates))}."
    if body.same_product is not None:
        yield "Same product only." if body.same_product else "Any product."
    if body.price_difference is not None:
        not_ = "" if body.price_difference == "settled" else "not "
        yield f"Price differences are {not_}settled."


def _of_payment(body: Remedy) -> Iterator[str]:
    if body.from_ is not None:
        yield f"Paid for by the {plain(body.from_)}."
    if body.issued_by is not None:
        yield f"Issued by the {plain(body.issued_by)}."
    if body.timing is not None:
        yield f"Given {_TIMINGS.get(body.timing, plain(body.timing))}."
    if body.pay_within is not None:
        yield f"Paid{_ends(body.pay_within)}."
        yield from _of_clock(body.pay_within)


_TIMINGS: Final = {
    "immediate": "immediately",
    "at_drop_off": "when the goods are dropped off",
    "when_supplier_refunds": "when the supplier refunds",
}


def _of_fee(body: Fee) -> Iterator[str]:
    if body.fee is None:
        return
    if body.taken == "billed":
        yield "Billed separately, not deducted."
    owed_by = f" by the {plain(body.owed_by)}" if body.owed_by else ""
    owed_to = f" to the {plain(body.owed_to)}" if body.owed_to else ""
    if owed_by or owed_to:
        yield f"Owed{owed_by}{owed_to}."
    if body.to_settle:
        yield f"A person decides: {body.to_settle}."


_MORE: Final[dict[type, Callable[[Any], Iterator[str]]]] = {
    Clock: _of_clock,
    Remedy: _of_remedy,
    Fee: _of_fee,
}


def rest_of(body: Body) -> str:
    """Describes the details of a deadline, remedy or fee; empty for all other rows."""
    return " ".join(_MORE[type(body)](body)) if type(body) in _MORE else ""
