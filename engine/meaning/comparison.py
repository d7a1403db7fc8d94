"""Compares two policies in one graph: where answer, code, last day, fees, net, payer, remedy or
goods change.

It covers every return of one line that sends each fact that either policy reads, as a value or
known to be absent. Times of day, and facts that follow from others, are not sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.meaning.difference import Budget, Differences, TooMuch
from engine.meaning.emptiness import Emptiness
from engine.meaning.exact import Exact
from engine.meaning.graph import Graph, Node
from engine.meaning.ground import ALWAYS, NEVER_NULL, Ground, facts_below
from engine.meaning.lowering.line import Sent
from engine.meaning.lowering.policy import Meaning, meaning_of
from engine.meaning.regions import Region
from engine.meaning.solving import SolvingGraph
from engine.policy.model import Clock, Policy
from engine.policy.vocabulary import FactType

FIELDS: Final = ("answer", "code", "last_day", "fee", "net", "return_paid_by", "remedy", "goods")
"""The fields that are compared: the code only if both give the same answer; fee, net, payer, remedy
and goods only if both settle."""

FOLLOWING: Final = frozenset(
    {
        *("request_sent", "return_value", "whole_order_back", "returned_lines"),
        *("line_count", "order_lines", "refused_lines", "loose_units"),
    }
)
"""Facts that follow from others; a compared return sends them only if the caller asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The regions in which one field changes; not `proven`: not every case was compared."""

    field: str
    regions: tuple[Region, ...]
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The comparison of two policies, whose meanings `before` and `after` share one ground."""

    ground: Pair
    before: Meaning
    after: Meaning
    changed: tuple[Changed, ...]

    @property
    def doubt(self) -> Node:
        """The condition under which nothing is claimed: a row reads a fact that is never sent."""
        return self.ground.graph.any(self.before.doubt, self.after.doubt)

    @property
    def doubtful(self) -> bool:
        """Whether a row reads a fact that these returns do not send."""
        return bool(self.ground.left_out) or self.doubt is not self.ground.graph.false

    @property
    def proven(self) -> bool:
        """Whether there are surely no differences outside the regions."""
        return all(each.proven for each in self.changed)


class Pair(Ground):
    """Two policies of one currency, lowered together."""

    def __init__(self, before: Policy, after: Policy, sent: Iterable[str] = ()) -> None:
        super().__init__((before, after))
        self.left_out: set[str] = set()
        """Facts that a policy reads, but that these returns do not send."""
        self.graph = SolvingGraph(self.domain, self.is_size)
        self.facts = self._looked_at(sent)
        by_fact = {name: self._sent(name) for name in self.facts}
        self.meanings = tuple(
            meaning_of(policy, self.graph, self.book, by_fact, Sent.NOTHING)
            for policy in self.policies
        )

    def _looked_at(self, sent: Iterable[str]) -> tuple[str, ...]:
        """Returns the facts that a return sends: those that either policy reads."""
        graph = Graph()
        known = dict.fromkeys((*NEVER_NULL, "item_price"), Sent.A_VALUE)
        found = dict.fromkeys((*ALWAYS, *sent))
        later = any(_waits_for_an_event(policy) for policy in self.policies)
        for policy in self.policies:
            meaning = meaning_of(policy, graph, self.book, known, Sent.TOLD)
            for name in facts_below(meaning.looked_at):
                if name not in FOLLOWING and (name != "now" or later):
                    found[name] = None
                else:
                    self.left_out.add(name)
        self.left_out -= found.keys()
        return tuple(name for name in found if any(name in p.facts for p in self.policies))

    def is_null(self, name: str) -> bool:
        """Whether null is one of the numbers of a fact."""
        return self.fact(name).type in (FactType.WORD, FactType.YES_NO)

    def _sent(self, name: str) -> Sent:
        always = name in NEVER_NULL or name == "now"  # which follows from the request if it is null
        if always or self.fact(name).type is FactType.SET:  # an empty set is null
            return Sent.A_VALUE
        return Sent.A_CHOICE if self.is_null(name) else Sent.TOLD


def compare(
    before: Policy, after: Policy, fields: Sequence[str] = FIELDS, budget: Budget | None = None
) -> Compared:
    """Finds every region in which an outcome changes; both policies must have one currency."""
    pair = Pair(before, after)
    differences = Differences(pair.graph, pair.domain)
    return Compared(
        ground=pair,
        before=pair.meanings[0],
        after=pair.meanings[1],
        changed=tuple(_changed(pair, differences, field, budget or Budget()) for field in fields),
    )


def _changed(pair: Pair, differences: Differences, field: str, budget: Budget) -> Changed:
    before, after = (_list(each, field) for each in pair.meanings)
    found = regions_of(pair, differences, before, after, budget)
    return Changed(field=field, regions=found or (), proven=found is not None)


def regions_of(
    ground: Ground,
    differences: Differences,
    before: Sequence[Node],
    after: Sequence[Node],
    budget: Budget,
) -> tuple[Region, ...] | None:
    """Returns the regions in which two lists differ, without those that surely hold no return.

    Returns None if the budget is spent before all are found.
    """
    try:
        wide = differences.between(before, after, budget)
        found = Exact(ground.graph, ground.domain, budget.past).of(wide, before[-1], after[-1])
    except TooMuch:
        return None
    emptiness = Emptiness(ground)
    return tuple(each for each in found if not emptiness.of(each.path))


def _list(meaning: Meaning, field: str) -> list[Node]:
    """Returns the fields that must be equal for a field to be compared, then the field itself."""
    if field == "code":
        return [meaning.fields["answer"], meaning.fields["code"]]
    return [meaning.settled.get(field, meaning.fields[field])]


def _waits_for_an_event(policy: Policy) -> bool:
    clocks = [row.body for table in policy.deadlines for row in table.rows]
    clocks += [
        each.clock for clock in clocks if isinstance(clock, Clock) for each in clock.readings
    ]
    return any(isinstance(c, Clock) and (c.event != "requested" or c.pauses) for c in clocks)
