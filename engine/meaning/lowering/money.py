"""Lowers the money of a line that is not refused: value, fees, outbound shipping, net."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine.meaning.graph import Node
from engine.meaning.lowering.amounts import WHOLE, amount, open_if_unknown, shared
from engine.meaning.lowering.best import best
from engine.meaning.lowering.line import Line
from engine.meaning.lowering.rows import Taken, body_of, every, first, words_of
from engine.meaning.lowering.settle import Leg
from engine.meaning.values import Value, as_tested, known
from engine.policy.model import Amount, Fee, FromFact, Outbound, Percent, Table, Waiver
from engine.policy.model import Value as Worth
from engine.policy.words import TAKEN_ONCE, WITHOUT_MONEY, WORTHLESS

_OPEN: Final = 2**62
"""Minor units beyond every amount: the size of an open one."""


@dataclass(frozen=True, slots=True)
class Charged:
    """A fee that is charged if `when` holds."""

    kind: str
    when: Node
    amount: Value
    deducted: bool
    rounded: bool


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts of a line; an amount is absent if it is open or there is none."""

    base: Value
    worth: Value
    percent: Node
    fees: tuple[Charged, ...]
    fee_total: Value
    outbound: Value
    left: Value
    """Worth, bonus and outbound less the deducted fees; below zero if these are more."""
    net: Value


def work_out(line: Line, accepted: Node, legs: list[Leg]) -> Money:
    """Works out the amounts of a line as if it were accepted.

    `accepted` only limits the doubts of rows that unknown facts leave undecided.
    """
    base, worth, percent = _worth(line, accepted, legs)
    line.facts["base"] = as_tested(base)
    bonus = _bonus(line, legs)
    fees = [fee for table in line.policy.fees for fee in _fees(line, table, accepted)]
    fees += _fees_of_readings(line)
    line.facts["fee_total"] = as_tested(total(line, fees))
    outbound = _outbound(line, accepted)
    kept = _waived(line, accepted, fees)
    fee_total = total(line, kept)
    left = _left(line, (worth, fee_total, bonus, outbound))
    net = _net(line, legs, left)
    return Money(base, worth, percent, tuple(kept), fee_total, outbound, left, net)


# --- value ----------------------------------------------------------------------------------------


def _worth(line: Line, accepted: Node, legs: list[Leg]) -> tuple[Value, Value, Node]:
    """Returns the base, its share, and the percentage in millionths.

    A reading overrides the claimant's remedy, which overrides `value`.
    """
    graph = line.graph
    ways: list[tuple[Node, Amount, int]] = [(graph.true, FromFact("item_price"), WHOLE)]
    for row, when in reversed(first(line, line.policy.value, accepted)):
        given = body_of(row, Worth)
        ways.append((when, given.of, given.percent))
    for leg in _claimants(line, legs):
        if leg.body.of is not None:
            percent = WHOLE if leg.body.percent is None else leg.body.percent
            ways.append((leg.when, leg.body.of, percent))
    for when, sets in line.sets:
        ways += [
            (graph.all(when, way), sets.get("base", of), sets.get("percent", percent))
            for way, of, percent in ways
        ]
    base = worth = known(graph, graph.zero)
    share = graph.const(WHOLE)
    for when, of, percent in ways:
        value = amount(line, of)
        base = line.select(when, value, base)
        worth = line.select(when, shared(line, value, percent), worth)
        share = graph.choice(when, graph.const(percent), share)
    return base, worth, share


def _claimants(line: Line, legs: list[Leg]) -> list[Leg]:
    return [leg for leg in legs if leg.party == line.policy.claimant]


def _bonus(line: Line, legs: list[Leg]) -> Value:
    found = known(line.graph, line.graph.zero)
    for leg in _claimants(line, legs):
        found = line.select(leg.when, amount(line, leg.body.bonus), found)
    return found


# --- fees -----------------------------------------------------------------------------------------


def _fees(line: Line, table: Table, accepted: Node) -> list[Charged]:
    graph, name = line.graph, f"fees.{table.part}"
    where = graph.no(graph.any(*[when for when, sets in line.sets if name in sets]))
    found = []
    for row, when in _fee_rows(line, table, graph.all(accepted, where)):
        fee = body_of(row, Fee)
        if fee.fee is not None and (line.alone or fee.per not in TAKEN_ONCE):
            deducted = fee.taken == "deducted" and fee.certainty != "may"
            taken = graph.all(where, when)
            rounded = isinstance(fee.fee, Percent)
            found.append(Charged(str(table.part), taken, _times(line, fee), deducted, rounded))
    found += _set_fees(line, str(table.part))
    line.facts[name] = _kind_as_tested(line, found)
    return found


def _fee_rows(line: Line, table: Table, where: Node) -> Taken:
    """Returns the rows of a fee that count: the first, the highest or lowest, or all that apply."""
    if table.decide in ("first", "only_one"):
        return first(line, table, where)
    rows = every(line, table, where)
    if table.decide == "add_up" or len(rows) < 2:
        return rows
    greatest = table.decide == "highest"
    sizes = [(when, _size(line, body_of(row, Fee), greatest=greatest)) for row, when in rows]
    whens = best(line.graph, sizes, greatest=greatest)
    return [(row, when) for (row, _), when in zip(rows, whens, strict=True)]


def _size(line: Line, fee: Fee, *, greatest: bool) -> Node:
    """Returns the amount by which a row is compared; an open amount comes first."""
    graph, value = line.graph, amount(line, fee.fee)
    return graph.choice(value.absent, graph.const(_OPEN if greatest else -_OPEN), value.number)


def _times(line: Line, fee: Fee) -> Value:
    """Returns the amount of a fee, times the quantity if it is per unit."""
    graph, value = line.graph, amount(line, fee.fee)
    if fee.per != "unit":
        return value
    units = line.fact("quantity")
    many = graph.choice(units.known(graph), units.number, graph.const(1))
    return Value(
        value.unknown, value.absent, graph.mul(value.number, graph.greatest(many, graph.const(1)))
    )


def _set_fees(line: Line, kind: str) -> list[Charged]:
    """Returns the fees of one kind that readings set."""
    found = []
    for when, sets in line.sets:
        of: Amount = sets.get(f"fees.{kind}")
        if of is not None:
            found.append(Charged(kind, when, amount(line, of), True, isinstance(of, Percent)))
    return found


def _fees_of_readings(line: Line) -> list[Charged]:
    """Returns fees that readings set but no table names."""
    known_ = {table.part for table in line.policy.fees}
    kinds = {key[5:] for _, sets in line.sets for key in sets if key.startswith("fees.")}
    found = []
    for kind in sorted(kinds - known_):
        mine = _set_fees(line, kind)
        line.facts[f"fees.{kind}"] = _kind_as_tested(line, mine)
        found += mine
    return found


def _kind_as_tested(line: Line, fees: list[Charged]) -> Value:
    """Returns the sum of the fees of a kind as rows test it; absent if there is none."""
    some, found = line.graph.any(*[fee.when for fee in fees]), total(line, fees, every_fee=True)
    return Value(found.absent, line.graph.no(some), found.number)


def sum_of_kind(line: Line, fees: list[Charged]) -> Value:
    """Returns the sum of the fees of a kind; absent if there is none, or one is open."""
    graph, found = line.graph, total(line, fees, every_fee=True)
    some = graph.any(*[fee.when for fee in fees])
    return Value(graph.false, graph.any(graph.no(some), found.absent), found.number)


def total(line: Line, fees: list[Charged], *, every_fee: bool = False) -> Value:
    """Returns the sum of the deducted fees, or of every fee; absent if one is open."""
    graph, counted = line.graph, [fee for fee in fees if fee.deducted or every_fee]
    open_ = graph.any(*[graph.all(fee.when, fee.amount.absent) for fee in counted])
    number = graph.sum(graph.choice(e.when, e.amount.number, graph.zero) for e in counted)
    return Value(graph.false, open_, number)


def _waived(line: Line, accepted: Node, fees: list[Charged]) -> list[Charged]:
    graph, table = line.graph, line.policy.whole_return
    if not table.rows or not line.alone:
        return fees
    rows = (every if table.decide == "add_up" else first)(line, table, accepted)
    found = []
    for fee in fees:
        gone = [
            when
            for row, when in rows
            if {"fees", f"fees.{fee.kind}"} & set(body_of(row, Waiver).waive)
        ]
        found.append(replace(fee, when=graph.all(fee.when, graph.no(graph.any(*gone)))))
    return found


# --- outbound shipping and net --------------------------------------------------------------------


def _outbound(line: Line, accepted: Node) -> Value:
    graph = line.graph
    rows = first(line, line.policy.outbound_shipping, accepted)
    rule = words_of(line, rows, Outbound, lambda body: body.refund)
    none_taken = graph.no(graph.any(*[when for _, when in rows]))
    rule = graph.choice(none_taken, line.word("none"), rule)
    rule = line.over("outbound_shipping", rule)
    paid, standard = (
        open_if_unknown(line, line.fact("outbound_paid")),
        open_if_unknown(line, line.fact("outbound_standard")),
    )
    nothing_back = line.one_of(rule, ("none",))
    limited = graph.all(line.one_of(rule, ("standard_part",)), graph.no(standard.absent))
    back = graph.choice(limited, graph.least(paid.number, standard.number), paid.number)
    absent = graph.all(graph.no(nothing_back), paid.absent)
    return Value(graph.false, absent, graph.choice(nothing_back, graph.zero, back))


def _left(line: Line, terms: tuple[Value, Value, Value, Value]) -> Value:
    """Returns value - deducted fees + bonus + outbound; absent if one of them is."""
    graph = line.graph
    worth, fees, bonus, outbound = terms
    left = graph.add(graph.add(graph.sub(worth.number, fees.number), bonus.number), outbound.number)
    return Value(graph.false, graph.any(*[each.absent for each in terms]), left)


def _net(line: Line, legs: list[Leg], left: Value) -> Value:
    """Returns the net, never below zero; absent if the remedy moves no money."""
    graph = line.graph
    worthless = _given_of(line, legs, WORTHLESS)
    in_kind = graph.all(_given_of(line, legs, WITHOUT_MONEY | WORTHLESS), graph.no(worthless))
    number = graph.choice(worthless, graph.zero, graph.greatest(graph.zero, left.number))
    there = graph.all(graph.no(in_kind), graph.any(worthless, graph.no(left.absent)))
    return Value(graph.false, graph.no(there), number)


def _given_of(line: Line, legs: list[Leg], words: frozenset[str]) -> Node:
    """Returns when the remedy is one of `words`, or an open choice offers only these."""
    graph, remedy = line.graph, line.fact("remedy").number
    unchosen, found = line.one_of(remedy, (None,)), line.one_of(remedy, sorted(words))
    for leg in legs:  # the first leg that applies is the claimant's, or stands in for it
        offered = set(leg.body.choice or leg.body.first)
        if offered and offered <= words:
            found = graph.any(found, graph.all(unchosen, leg.when))
        unchosen = graph.all(unchosen, graph.no(leg.when))
    return found
