"""Two policies in one graph: where answer, code, last day, net, payer, way or goods change.

It covers every return of one line that sends a value for each fact that either policy looks at;
dates may be known to be absent. Times of day, and facts that follow from others, are not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.meaning.difference import Budget, Cells, Domain, Path, Region, TooMuch, difference
from engine.meaning.emptiness import surely_empty
from engine.meaning.graph import Graph, Node, in_order
from engine.meaning.lowering.line import Sent
from engine.meaning.lowering.policy import Meaning, meaning_of
from engine.meaning.lowering.words import Book
from engine.policy.model import Clock, Policy
from engine.policy.vocabulary import Fact, FactType

FIELDS: Final = ("answer", "code", "last_day", "fee", "net", "return_paid_by", "remedy", "goods")
"""What is compared: the code where both give the same answer, money and goods where both settle."""

FOLLOWING: Final = frozenset(
    {
        *("request_sent", "unit_price", "return_value", "whole_order_back", "returned_lines"),
        *("line_count", "order_lines", "refused_lines", "loose_units"),
    }
)
"""Facts that follow from others; they are sent only where a policy tests nothing else for them."""

_ALWAYS: Final = ("ordered", "delivered", "requested", "item_price")
_NEVER_NULL: Final = ("ordered", "requested")
_YEARS: Final = 3_653  # days after the first order that is looked at
_LONG: Final = 40_000
_MOST_MONEY: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was found for one field: its regions, or that not every case was looked at."""

    field: str
    regions: tuple[Region, ...]
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two policies that were compared; `before` and `after` are in one graph, with one book."""

    graph: Graph
    book: Book
    before: Meaning
    after: Meaning
    facts: tuple[str, ...]
    first_day: int
    domain: Callable[[Node], Domain]
    always: Path
    """What intake sees to, as variables and where they lie."""
    changed: tuple[Changed, ...]

    @property
    def proven(self) -> bool:
        """Whether no difference can lie outside of the regions."""
        return all(each.proven for each in self.changed)

    @property
    def policies(self) -> tuple[Policy, Policy]:
        """Both policies."""
        return self.before.policy, self.after.policy

    def fact(self, name: str) -> Fact:
        """A fact by its name, as either policy has it."""
        return fact_of(self.policies, name)

    def words(self, name: str) -> tuple[int, ...]:
        """The words that a fact may have, as numbers; 0 is any word that nobody names."""
        return words_of(self.policies, self.book, name)


class Pair:
    """Two policies of one currency, lowered together."""

    def __init__(self, before: Policy, after: Policy, sent: Iterable[str] = ()) -> None:
        self.policies = (before, after)
        self.graph = Graph()
        self.book = Book()
        for policy in self.policies:
            self.book.learn(policy)
        self.facts = self._facts(sent)
        told = {name: self._sent(name) for name in self.facts}
        self.meanings = tuple(
            meaning_of(policy, self.graph, self.book, told, Sent.NOTHING)
            for policy in self.policies
        )
        self.first_day = max(policy.effective.first for policy in self.policies)
        self._domains: dict[Node, Domain] = {}

    def _facts(self, sent: Iterable[str]) -> tuple[str, ...]:
        """The facts that a return sends: those that either policy looks at."""
        graph = Graph()
        found = dict.fromkeys((*_ALWAYS, *sent))
        later = any(_waits_for_an_event(policy) for policy in self.policies)
        for policy in self.policies:
            for name in _looked_at(policy, graph, self.book):
                if name not in FOLLOWING and (name != "now" or later):
                    found[name] = None
        return tuple(name for name in found if any(name in p.facts for p in self.policies))

    def _sent(self, name: str) -> Sent:
        dated = fact_of(self.policies, name).type is FactType.DATE
        return Sent.TOLD if dated and name not in _NEVER_NULL else Sent.A_VALUE

    # --- what a variable can be -------------------------------------------------------------------

    def domain(self, node: Node) -> Domain:
        """The numbers of a fact; a difference of dates is not below zero if intake sees to it."""
        found = self._domains.get(node)
        if found is None:
            found = self._domains[node] = self._domain(node)
        return found

    def _domain(self, node: Node) -> Domain:
        if node.op in ("absent", "unknown"):
            return Domain(rank=3, numbers=(0, 1))
        if node.op != "fact":
            return self._domain_of_sum(node)
        name, _, member = node.args[0].partition("#")
        fact = fact_of(self.policies, name)
        if member or fact.type is FactType.YES_NO:
            return Domain(rank=1, numbers=(0, 1))
        if fact.type is FactType.WORD:
            return Domain(rank=0, numbers=words_of(self.policies, self.book, name))
        if fact.type is FactType.DATE:
            return (
                Domain(rank=4, low=self.first_day - _LONG, high=self.first_day + _LONG)
                if (name not in _NEVER_NULL)
                else Domain(rank=4, low=self.first_day, high=self.first_day + _YEARS)
            )
        least = 1 if name == "quantity" else -_MOST_MONEY if fact.signed else 0
        return Domain(rank=2, low=least, high=_MOST_MONEY)

    def _domain_of_sum(self, node: Node) -> Domain:
        ops = {each.op for each in in_order([node])}
        if ops & {"if", "max", "min"}:
            return Domain(rank=9)
        if "step" in ops:
            return Domain(rank=6)
        names = [each.args[0] for each in node.parts if each.op == "fact"]
        if node.op == "sub" and names in (["delivered", "ordered"], ["requested", "ordered"]):
            return Domain(rank=5, low=0)
        if node.op == "sub" and names in (["ordered", "delivered"], ["ordered", "requested"]):
            return Domain(rank=5, high=0)
        return Domain(rank=5)


def compare(
    before: Policy, after: Policy, fields: Sequence[str] = FIELDS, budget: Budget | None = None
) -> Compared:
    """Every region in which an outcome changes; the policies must be of one currency."""
    pair, budget = Pair(before, after), budget or Budget()
    always = tuple(_of_intake(pair))
    return Compared(
        graph=pair.graph,
        book=pair.book,
        before=pair.meanings[0],
        after=pair.meanings[1],
        facts=pair.facts,
        first_day=pair.first_day,
        domain=pair.domain,
        always=always,
        changed=tuple(_changed(pair, field, budget, always) for field in fields),
    )


def _changed(pair: Pair, field: str, budget: Budget, always: Path) -> Changed:
    lists = [_list(each, field) for each in pair.meanings]
    try:
        found = difference(pair.graph, (lists[0], lists[1]), pair.domain, budget)
    except TooMuch:
        return Changed(field=field, regions=(), proven=False)
    zero = pair.graph.zero
    some = [each for each in found if not surely_empty(each.path, always, zero)]
    return Changed(field=field, regions=tuple(some), proven=True)


def _of_intake(pair: Pair) -> Iterator[tuple[Node, Cells]]:
    """No request or delivery before the order, no more units than ordered, no sum below zero."""
    graph = pair.graph
    ordered, first = graph.fact("ordered"), pair.first_day
    yield ordered, ((first, first + _YEARS),)
    yield graph.sub(graph.fact("requested"), ordered), ((0, _YEARS),)
    yield graph.sub(graph.fact("delivered"), ordered), ((0, _YEARS),)
    if {"quantity", "quantity_ordered"} <= set(pair.facts):
        left = graph.sub(graph.fact("quantity_ordered"), graph.fact("quantity"))
        yield left, ((0, _MOST_MONEY),)
    for name in pair.facts:
        kind = fact_of(pair.policies, name).type
        if kind in (FactType.MONEY, FactType.COUNT, FactType.NUMBER, FactType.PERCENT):
            domain = pair.domain(graph.fact(name))
            yield graph.fact(name), ((domain.low, domain.high),)


def _list(meaning: Meaning, field: str) -> list[Node]:
    """What must be the same before a field is looked at, and the field."""
    if field == "code":
        return [meaning.fields["answer"], meaning.fields["code"]]
    return [meaning.settled.get(field, meaning.fields[field])]


def fact_of(policies: Sequence[Policy], name: str) -> Fact:
    """A fact as the first policy has it that knows it; a word of a set is that of the set."""
    own = name.partition("#")[0]
    return next(policy.facts[own] for policy in policies if own in policy.facts)


def words_of(policies: Sequence[Policy], book: Book, name: str) -> tuple[int, ...]:
    """The words that a fact may have, as numbers; 0 is any word that nobody names."""
    facts = [policy.facts[name] for policy in policies if name in policy.facts]
    closed = all(fact.words is not None and not fact.open for fact in facts)
    named = [book.number(word) for word in book.of.get(name, ())]
    return tuple(sorted(named if closed else [0, *named]))


def _looked_at(policy: Policy, graph: Graph, book: Book) -> list[str]:
    meaning = meaning_of(policy, graph, book, {}, Sent.TOLD)
    nodes = in_order(meaning.looked_at)
    told = [node for node in nodes if node.op in ("fact", "absent")]
    names = [str(node.args[0]).partition("#")[0] for node in told]
    return [name for name in dict.fromkeys(names) if not name.endswith("@")]


def _waits_for_an_event(policy: Policy) -> bool:
    clocks = [row.body for table in policy.deadlines for row in table.rows]
    clocks += [
        each.clock for clock in clocks if isinstance(clock, Clock) for each in clock.readings
    ]
    return any(isinstance(c, Clock) and (c.event != "requested" or c.pauses) for c in clocks)
