"""Adds the accepted lines before a line of the same return to the counters that Takeback keeps.

A counted fact is sent as `{counted, for, since}`: the number before this return, whose returns were
added up, and from which day on. Once a line is decided, the fact also has `ahead` and never changes
again. A plain number is one that somebody supposes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.decision.encoding import ABSENT
from engine.decision.facts import Facts
from engine.decision.record import Decision
from engine.money import Money
from engine.policy.model import Each, FromFact, Policy, Quantity, ShareOfCount, held_in
from engine.policy.vocabulary import Counted, Counter, Per

AHEAD: Final = "ahead"
COUNTED: Final = "counted"
FOR: Final = "for"
EXCHANGE: Final = "exchange"
_OF_THE_RETURN: Final = frozenset({"return_value", "line_count"})
"""Facts that are the same for all lines of a return."""


class Tally:
    """Adds up the lines of one return in their order; used for one return only."""

    def __init__(self, policy: Policy) -> None:
        self._currency = policy.currency
        self._counters = policy.counters
        self._added: dict[tuple[str, str], int] = {}

    def precede(self, facts: Facts, place: int) -> None:
        """Adds the lines before this one to its counters, unless it was decided before."""
        for name, counter in self._counters.items():
            if name not in facts.ahead and facts.value(name) > ABSENT:
                ahead = self._added.get((name, _scope(name, counter, facts, place)), 0)
                self._write(facts, name, ahead)

    def follow(self, facts: Facts, place: int, decision: Decision) -> None:
        """Counts a line that was decided, unless it was refused."""
        if decision.answer == "refuse":
            return
        for name, counter in self._counters.items():
            key = (name, _scope(name, counter, facts, place))
            self._added[key] = self._added.get(key, 0) + _adds(counter.of, facts, decision)

    def _write(self, facts: Facts, name: str, ahead: int) -> None:
        sent, total = facts.sent.get(name), facts.value(name) + ahead
        facts.ahead = {**facts.ahead, name: ahead}
        facts.write(name, total)
        if isinstance(sent, Mapping):
            facts.sent[name] = {**sent, AHEAD: self._plain(name, ahead)}
        elif ahead:
            facts.sent[name] = self._plain(name, total)

    def _plain(self, name: str, number: int) -> str | int:
        counts = self._counters[name].of is not Counted.RETURNED_VALUE
        return number if counts else str(Money(number, self._currency))


def of_the_return(value: Quantity) -> bool:
    """Whether a limit adds a figure of the whole return, so that all its lines are judged as one.

    Such a figure already contains the lines before.
    """
    return not _OF_THE_RETURN.isdisjoint(facts_in(value))


def _scope(name: str, counter: Counter, facts: Facts, place: int) -> str:
    """Returns the scope of a count: lines of the same scope add to each other's count."""
    sent = facts.sent.get(name)
    if isinstance(sent, Mapping) and FOR in sent:
        return str(sent[FOR])
    if counter.per is Per.SKU:
        return str(facts.sent.get("sku", place))
    return str(place) if counter.per is Per.LINE else ""


def _adds(of: Counted, facts: Facts, decision: Decision) -> int:
    if of is Counted.RETURNED_VALUE:
        return max(facts.value("item_price"), 0)
    if of is Counted.RETURNED_UNITS:
        return max(facts.value("quantity"), 0)
    return int(of is Counted.EXCHANGES and decision.remedy == EXCHANGE)


def facts_in(value: Quantity) -> set[str]:
    """Returns the facts, and the figures found earlier, that an amount or a count names."""
    if isinstance(value, str):
        return {value}
    named = [each for each in held_in(value) if isinstance(each, Each | FromFact | ShareOfCount)]
    return {each.per if isinstance(each, Each) else each.fact for each in named}
