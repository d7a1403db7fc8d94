"""Generates the Python functions of the intake, one for each set of facts that are sent together.

A function reads plain values, works out the facts that follow from them, and checks that they do
not contradict each other. For what it cannot read, the intake gives the error or the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from engine.decision.encoders import days_in, other_word, reader_of, set_reader
from engine.decision.encoding import UNKNOWN
from engine.decision.evaluator import Worked
from engine.decision.lowering import Known
from engine.decision.slots import NOW_CAME, Slots
from engine.meaning.code import NAMES, Given, function_of
from engine.money import LIMIT, digits_of
from engine.policy.vocabulary import MOST_COUNTED, Fact, FactType

ReadInto = Callable[[list[int], Iterable[object]], int | None]
"""Writes the values of the facts, in their order, to slots. Returns None, the index in `CHECKS` of
the check that failed, or `NOT_PLAIN`; raises what a reader raises."""

Through = Callable[[Iterable[object]], "tuple[Any, ...] | int | None"]
"""Does the same and returns the result of a function of an evaluator; if it keeps them, the values
of all slots and that result."""

NOT_PLAIN: Final = -1

PLAIN_TYPES: Final = frozenset((FactType.DATE, FactType.WORD, FactType.YES_NO, FactType.COUNT))
"""Types of facts of which the generated functions take plain data only."""


class Check(NamedTuple):
    """A check for values that contradict each other: `when` they do, and the error."""

    when: str
    code: str
    said: str
    path: str


CHECKS: Final = (
    Check(
        f"{{item_price}} > {LIMIT}",
        "wrong_money",
        "`unit_price` x `quantity` is larger than any amount that is handled.",
        "unit_price",
    ),
    Check(
        "A < {delivered} < {ordered}",
        "dates_reversed",
        "The goods were delivered before they were ordered.",
        "delivered",
    ),
    Check(
        "A < {requested} < {ordered}",
        "dates_reversed",
        "The return was requested before the goods were ordered.",
        "requested",
    ),
    Check(
        "A < {quantity_ordered} < {quantity}",
        "too_many_units",
        "{quantity} units are to come back, but only {quantity_ordered} were ordered.",
        "quantity",
    ),
)

_FOLLOWS: Final = {
    NOW_CAME: ("", f"{{{NOW_CAME}}} = {{now}}"),
    "request_sent": ("", "{request_sent}, {request_sent@} = {requested}, {requested@}"),
    "now": ("", "{now}, {now@} = {requested}, {requested@}"),
    "item_price": ("{unit_price} > A < {quantity}", "{item_price} = {unit_price} * {quantity}"),
    "return_value": ("", "{return_value} = {item_price}"),
    "loose_units": ("{case_pack} > 0 < {quantity}", "{loose_units} = {quantity} % {case_pack}"),
    "whole_order_back": (
        "{order_lines} > A",
        "{whole_order_back} = 1 if {order_lines} <= max({returned_lines}, {line_count}, 1) else 0",
    ),
}
"""The condition and the assignment by which a fact that was not sent follows from others. A line
that is sent alone is a return of one line."""

_SINCE: Final = (
    "{days_since.DATE} = {requested} - {DATE} if {requested} > A < {DATE}"
    " else A if A in ({requested}, {DATE}) else U"
)
_OPTIONAL: Final = frozenset({"returned_lines", "line_count"})
_NAMED: Final = re.compile(r"\{([^{}]+)\}")
_PLACE: Final = re.compile(r"v\[(\d+)\]")
_SLOT: Final = re.compile(r"\bs(\d+)")
_COPIES: Final = re.compile(r"(s\d+)(, s\d+)* = (s\d+)(, s\d+)*")
_NAMES: Final = {**NAMES, "int": int, "len": len, "max": max, "str": str}


def intake_of(slots: Slots, sent: Sequence[str], blank: Sequence[int]) -> ReadInto:
    """Generates the function for the facts in `sent`, in their order.

    `blank` holds the values of the slots before anything was sent.
    """
    given = Given()
    return function_of("v, x", _lines(slots, sent, blank, given), given, _NAMES)


def through_of(
    slots: Slots,
    sent: Sequence[str],
    blank: Sequence[int],
    worked: Worked,
    *,
    keeps: bool,
) -> Through:
    """Generates a function that reads facts and works them out at once.

    It returns the result; if it `keeps` the values of all slots, these and the result. It returns
    `NOT_PLAIN` if a fact is a set.
    """
    if any(slots.policy.facts[name].type is FactType.SET for name in sent):
        return never_plain
    given = Given([worked.of, blank])
    lines = _through_slots(slots, sent, blank, given)
    end = f"p0({', '.join(f's{slot}' for slot in worked.read)})"
    lines = lines if keeps else _read_later(lines, end)
    unset, written = _unset([*lines, f"found = {end}"])
    start = [f"s{slot} = {blank[int(slot)]}" for slot in sorted(unset)]
    if keeps:
        lines += ["v = p1.copy()", *(f"v[{slot}] = s{slot}" for slot in sorted(written))]
        end = f"v, {end}"
    return function_of("x", [*start, *lines, f"return {end}"], given, _NAMES)


def never_plain(_: Iterable[object]) -> int:
    """Reads the facts of lines that send a set."""
    return NOT_PLAIN


def narrowed_of(slots: Slots, sent: Sequence[str], blank: Sequence[int], worked: Worked) -> Worked:
    """Generates a function that works out the same for lines of which these facts are sent; returns
    the shorter of both."""
    lines = _through_slots(slots, sent, blank, Given())
    return min(worked.narrowed(_known(slots, sent, blank, lines)), worked, key=size_of)


def _through_slots(
    slots: Slots, sent: Sequence[str], blank: Sequence[int], given: Given
) -> list[str]:
    """Returns the lines that read facts, with a variable for each slot."""
    return [_PLACE.sub(r"s\1", line) for line in _lines(slots, sent, blank, given)]


def _known(slots: Slots, sent: Sequence[str], blank: Sequence[int], lines: Sequence[str]) -> Known:
    """Returns what is known of all lines of which these facts are sent, and read by these lines."""
    _, written = _unset(lines)
    names = {str(slot): name for name, slot in slots.numbers.items()}
    copies: dict[str, str] = {}
    for at, line in enumerate(lines):
        if _COPIES.fullmatch(line):
            _, changed = _unset(lines[at + 1 :])
            left, _, right = line.partition(" = ")
            for to, of in zip(_SLOT.findall(left), _SLOT.findall(right), strict=True):
                if of not in changed:
                    copies[names[to]] = copies.get(names[of], names[of])
    said = {*sent} if "requested" in sent else {*sent} - {"now"}
    there = {*said, *(to for to, of in copies.items() if of in said)}
    values = {name: blank[int(slot)] for slot, name in names.items() if slot not in written}
    return Known(values, frozenset(there), copies)


def size_of(worked: Worked) -> int:
    """Returns the bytes of a function's code."""
    return len(worked.of.__code__.co_code)


def _read_later(lines: Sequence[str], end: str) -> list[str]:
    """Drops the copies that no later line reads."""
    kept, read = list[str](), {*_SLOT.findall(end)}
    for line in reversed(lines):
        left, _, right = line.partition(" = ")
        if not _COPIES.fullmatch(line) or not read.isdisjoint(_SLOT.findall(left)):
            kept.append(line)
            read.update(_SLOT.findall(line if line.startswith("if ") else right))
    return kept[::-1]


def _unset(lines: Iterable[str]) -> tuple[set[str], set[str]]:
    """Returns the slots that lines may read before writing them, and the slots that they write."""
    unset: set[str] = set()
    written: set[str] = set()
    for line in lines:
        left, equals, right = line.partition(" = ")
        unset |= {*_SLOT.findall(line if line.startswith("if ") else right)} - written
        written |= {*_SLOT.findall(left)} if equals else set()
    return unset, written


def _lines(slots: Slots, sent: Sequence[str], blank: Sequence[int], given: Given) -> list[str]:
    known = [name for name, slot in slots.numbers.items() if blank[slot] != UNKNOWN]
    read = [f"{''.join(f'x{place}, ' for place in range(len(sent)))} = x"] if sent else []
    for place, name in enumerate(sent):
        each = _reads(slots.policy.facts[name], slots, given)
        read += [line.replace("{$}", f"x{place}") for line in each]
    return [_placed(line, slots) for line in [*read, *_tail(slots, {*sent, *known}, sent)]]


def follow_of(slots: Slots) -> ReadInto:
    """Generates the function that derives and checks values which the intake has read itself."""
    lines = _tail(slots, slots.policy.facts, ())
    return function_of("v, x", [_placed(line, slots) for line in lines], (), _NAMES)


# --- values ---------------------------------------------------------------------------------------


def _reads(fact: Fact, slots: Slots, given: Given) -> Iterator[str]:
    """Yields the lines that read one fact from the variable `{$}`."""
    parameter, own = given.parameter, f"{{{fact.name}}}"
    if fact.type is FactType.DATE:
        days = parameter(days_in(slots.policy.time_zone))
        yield f"{own}, {{{fact.name}@}} = {days}[{{$}}]"
    elif fact.type is FactType.SET:
        yield f"if {parameter(set_reader(fact, slots))}({{$}}, v): return {NOT_PLAIN}"
    elif fact.type is FactType.WORD:
        codes, word = slots.codes(fact.name), other_word(fact, slots)
        yield f"n = {parameter(codes.get)}({{$}})"
        yield f"{own} = {parameter(word)}({{$}}) if n is None else n"
    else:
        plain = _plainly(fact, slots.policy.currency)
        yield f"{own} = {plain}{parameter(reader_of(fact, slots))}({{$}})"


def _plainly(fact: Fact, currency: str) -> str:
    """Returns the source that reads a plain value; it ends in `else ` for all other values."""
    if fact.type is FactType.YES_NO:
        return "1 if {$} is True else 0 if {$} is False else "
    if fact.type is FactType.COUNT:
        least = fact.ends[0]
        return f"{{$}} if {{$}}.__class__ is int and {least} <= {{$}} <= {MOST_COUNTED} else "
    if fact.type is FactType.MONEY and digits_of(currency) == 2:  # cents
        written = f"{{$}}.__class__ is str and {{$}}[:4] == '{currency} ' and {{$}}[-3:-2] == '.'"
        short = "7 < len({$}) < 19 and (n := {$}[4:-3] + {$}[-2:]).isdigit() and n.isascii()"
        return f"int(n) if {written} and {short} else "
    return ""


# --- what follows ---------------------------------------------------------------------------------


def _tail(slots: Slots, known: Collection[str], sent: Collection[str]) -> Iterator[str]:
    """Yields the lines that derive facts from those that may be `known`, then the checks."""
    there = set(known)
    yield from _following(there, sent)
    for date, _ in slots.starting("days_since."):
        if not there.isdisjoint((date, "requested")):
            there.add(f"days_since.{date}")
            yield _SINCE.replace("DATE", date)
    for fact in slots.presence:
        if fact in there:
            yield f"{{?{fact}}} = {{{fact}}}"
    for place, check in enumerate(CHECKS):
        if there.issuperset(_NAMED.findall(check.when)):
            yield f"if {check.when}: return {place}"


def _following(there: set[str], sent: Collection[str]) -> Iterator[str]:
    """Yields the lines that derive facts from those that may be `there`, and adds them to it."""
    for name, (when, then) in _FOLLOWS.items():
        needed = set(_NAMED.findall(when + then)) - _OPTIONAL - {name, f"{name}@", "requested@"}
        null = name == "now" and name in sent  # today is always some day
        if null or (needed <= there and name not in sent):
            none = "<= A" if name == "now" else "== U"
            conditions = [f"{{{name}}} {none}"] if name in there else []
            there.add(name)
            conditions += [when] if when else []
            yield f"if {' and '.join(conditions)}: {then}" if conditions else then


def _placed(line: str, slots: Slots) -> str:
    return filled(line, lambda name: f"v[{slots.numbers[name]}]")


def filled(text: str, of: Callable[[str], str]) -> str:
    """Replaces each name in braces by what `of` returns for it."""
    return _NAMED.sub(lambda match: of(match[1]), text)
